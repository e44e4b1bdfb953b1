"""What a reporter sees of a matter, by number and secret: the public story and nothing of the staff."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from bandeng.core import clock
from bandeng.dispatch.models import Merge
from bandeng.dispatch.selectors.acts import RUNNING
from bandeng.dispatch.selectors.filters import day_start
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.selectors.reviews import reopening_barred, reviews_of
from bandeng.dispatch.selectors.visibility import NotVisible
from bandeng.matters.models import Matter, Photo, Report, Review, Step
from bandeng.matters.rules import OPEN_STATES, MatterState, StepKind, id_of
from bandeng.organisations.selectors import directory
from bandeng.people.services import keyed_digest

LONGEST_CHAIN = 50
"""Merges followed from a report to the matter that holds it now; a bound against damaged data only."""
MOST_REPORTS = 5_000
SHOWN_PHASES = ("report", "after")
"""Phases whose photos a reporter sees; those from before the work are for staff."""


@dataclass(frozen=True)
class PublicStep:
    """One line of the story as a reporter may read it."""

    kind: str
    state: str
    at: datetime
    note: str
    organisation: str


@dataclass(frozen=True)
class Tracked:
    """A matter as its reporter sees it: `matter` is the one reported, `now` what it was merged into, else itself."""

    report: Report
    matter: Matter
    now: Matter
    steps: tuple[PublicStep, ...]
    photos: tuple[Photo, ...]
    may_remark: bool
    may_rate: bool
    may_reopen: bool
    may_withdraw: bool
    reviews: tuple[Review, ...]


def report_for(*, number: str, secret: str) -> Report:
    """The report with this secret on the matter with this number. Raises NotVisible, whichever is wrong.

    All digests of the matter are compared, each in constant time, and a wrong number costs as much as a wrong secret.
    """
    given = keyed_digest("report secret", secret.strip().upper()) or "-"
    matter_id = id_of(number)
    reports = Report.objects.filter(matter_id=matter_id or 0).exclude(secret_digest="").order_by("id")
    right: Report | None = None
    for report in reports[:MOST_REPORTS]:
        if hmac.compare_digest(report.secret_digest, given):
            right = report
    if right is None:
        raise NotVisible(number)
    return right


def matter_told(matter: Matter) -> Matter:
    """The matter that tells what became of this one: itself, or what it was merged into."""
    present = matter
    for _ in range(LONGEST_CHAIN):
        if present.merged_into_id is None:
            return present
        present = Matter.objects.get(pk=present.merged_into_id)
    return present


def tracked(*, number: str, secret: str) -> Tracked:
    """What a reporter sees. Raises NotVisible; the caller limits how often somebody may ask."""
    report = report_for(number=number, secret=secret)
    matter = Matter.objects.select_related("matter_type", "area").get(pk=report.matter_id)
    now = matter_told(matter)
    state, reviews = MatterState(now.state), reviews_of(now.pk)
    return Tracked(
        report=report,
        matter=matter,
        now=now,
        steps=tuple(_public(step) for step in _steps(matter, now, report)),
        photos=tuple(_photos(matter, now)),
        may_remark=state in OPEN_STATES,
        may_rate=may_rate(now),
        may_reopen=may_reopen(now) and not reopening_barred(now, reviews),
        may_withdraw=MatterState(matter.state) in RUNNING and matter.report_count == 1,
        reviews=tuple(reviews),
    )


def _steps(matter: Matter, now: Matter, report: Report) -> list[Step]:
    """Public steps of the reported matter and, since it was merged, of the one that took it in; own remarks too."""
    own = Q(matter_id=matter.pk, public=True)
    if now.pk != matter.pk:
        merge = Merge.objects.filter(child_id=matter.pk, undone_at__isnull=True).order_by("-id").first()
        since = merge.merged_at if merge else matter.changed_at
        # Steps may quote another reporter's words before the merge, but what follows is meant for all.
        own |= Q(matter_id=now.pk, public=True, at__gte=since)
    remarks = Q(matter_id__in=[matter.pk, now.pk], kind=StepKind.REMARKED.value, data__report=report.pk)
    return list(Step.objects.filter(own | remarks).order_by("at", "id"))


def _photos(matter: Matter, now: Matter) -> QuerySet[Photo]:
    """What was sent in with the matter, and what shows the result."""
    shown = Q(matter_id=matter.pk, phase="report") | Q(matter_id__in=[matter.pk, now.pk], phase="after")
    return Photo.objects.filter(shown).order_by("id")


def _public(step: Step) -> PublicStep:
    return PublicStep(step.kind, step.state, step.at, step.note, directory().name(step.organisation_id))


def _ended_at(matter: Matter) -> datetime:
    """When a matter was closed or refused."""
    if matter.closed_at is not None:
        return matter.closed_at
    refused = Step.objects.filter(matter_id=matter.pk, kind=StepKind.REJECTED.value).order_by("-id").first()
    return refused.at if refused else matter.changed_at


def _within(matter: Matter, days: int) -> bool:
    """Whether the last day of a period of calendar days after the end is not over."""
    last = timezone.localdate(_ended_at(matter)) + timedelta(days=days + 1)
    return clock.now() < day_start(last)


def may_rate(matter: Matter) -> bool:
    """Whether reporters may rate the matter now."""
    return matter.state == MatterState.CLOSED.value and _within(matter, procedure().rating_days)


def may_reopen(matter: Matter) -> bool:
    """Whether reporters may ask for the matter to be taken up again now."""
    return matter.state in (MatterState.CLOSED.value, MatterState.REJECTED.value) and _within(
        matter, procedure().reopen_days
    )
