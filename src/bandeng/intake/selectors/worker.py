"""What a grid worker's phone shows: matters to verify, matters handed to the team, what one has reported."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import pgettext

from bandeng.core import clock
from bandeng.core.remembered import Remembered
from bandeng.dispatch.selectors import Act, NotVisible, allowed_acts, matter_for, visible
from bandeng.intake.labels import moment_words
from bandeng.matters.labels import STEP_KINDS
from bandeng.matters.models import Matter, Photo, Step
from bandeng.matters.rules import MatterState, StepKind, id_of
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.selectors import directory

MOST = 50
STEPS = dict(STEP_KINDS)
OWN_STATES = (MatterState.DISPATCHED.value, MatterState.HANDLING.value)


@dataclass(frozen=True)
class WorkerTask:
    """One matter on the phone's list."""

    number: str
    title: str
    address: str
    state: str
    lead: str
    due: str
    late: bool


@dataclass(frozen=True)
class WorkerStep:
    """One step of the story as staff read it; `state` names the disc."""

    state: str
    title: str
    text: str
    at: datetime
    when: str


@dataclass(frozen=True)
class WorkerMatter:
    """One matter with what may be done to it."""

    matter: Matter
    lead: str
    due: str
    acts: frozenset[Act]
    result: str
    photos: list[Photo]
    steps: list[WorkerStep]


def to_verify(scope: Scope) -> list[WorkerTask]:
    """Matters of the worker's area that were handled and wait to be checked, the most urgent first."""
    if not scope.has(Duty.VERIFY):
        return []
    return _tasks(visible(scope).filter(state=MatterState.VERIFYING.value).order_by("step_due_at", "id"))


def handed_over(scope: Scope) -> list[WorkerTask]:
    """Open matters that the worker's own team leads, the most urgent first."""
    return _tasks(
        visible(scope).filter(lead_id=scope.organisation_id, state__in=OWN_STATES).order_by("due_at", "id")
    )


def task_count(scope: Scope) -> int:
    """How many matters wait for the worker's check or lie with the team."""
    waiting = Q(state=MatterState.VERIFYING.value) if scope.has(Duty.VERIFY) else Q(pk__in=[])
    return visible(scope).filter(waiting | Q(lead_id=scope.organisation_id, state__in=OWN_STATES)).count()


def reported_today(scope: Scope) -> list[WorkerTask]:
    """What this worker has reported today, the newest first."""
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = Step.objects.filter(kind=StepKind.OPENED.value, actor=scope.actor, at__gte=midnight)
    rows = Matter.objects.filter(pk__in=mine.values("matter_id"), changed_at__gte=midnight)
    return _tasks(rows.order_by("-id"))


def _tasks(rows: QuerySet[Matter]) -> list[WorkerTask]:
    return [
        WorkerTask(
            number=row.number,
            title=row.title,
            address=row.address,
            state=row.state,
            lead=directory().name(row.lead_id),
            due=_due_words(row),
            late=_due(row) is not None and (_due(row) or clock.now()) < clock.now(),
        )
        for row in rows[:MOST]
    ]


def _due(row: Matter) -> datetime | None:
    return row.step_due_at if row.state == MatterState.VERIFYING.value else row.due_at


def _due_words(row: Matter) -> str:
    due_at = _due(row)
    return moment_words(due_at) if due_at else ""


def worker_matter(*, scope: Scope, number: str) -> WorkerMatter:
    """A matter within the worker's view. Raises NotVisible."""
    key = id_of(number)
    if key is None:
        raise NotVisible(number)
    matter = matter_for(scope=scope, matter_id=key)
    steps = list(Step.objects.filter(matter_id=matter.pk).order_by("-id")[:MOST])
    handled = next((step.note for step in steps if step.kind == StepKind.HANDLED.value), "")
    return WorkerMatter(
        matter=matter,
        lead=directory().name(matter.lead_id),
        due=_due_words(matter),
        acts=allowed_acts(matter, scope),
        result=handled,
        photos=list(Photo.objects.filter(matter_id=matter.pk).order_by("id")[:MOST]),
        steps=[
            WorkerStep(step.kind, _step_words(step), step.note, step.at, moment_words(step.at))
            for step in steps
        ],
    )


def _step_words(step: Step) -> str:
    """What happened, and whose act it was."""
    name = directory().name(step.organisation_id)
    words = str(STEPS[step.kind])
    return words + pgettext("between a step and its organisation", ", ") + name if name else words


def _script() -> Path | None:
    found = finders.find("dist/sw.js")
    return Path(str(found)) if found else None


def _script_stamp() -> object:
    path = _script()
    return path.stat().st_mtime_ns if path and path.exists() else None


def _script_read() -> bytes:
    path = _script()
    return path.read_bytes() if path and path.exists() else b""


service_worker = Remembered(stamp=_script_stamp, read=_script_read)
"""The built service worker's script: `service_worker()`, empty where the pages were not built."""
