"""The clocks go on: reminders, overdue notices and the climb to higher levels, each exactly once.

Reads are in sets: matters in chunks by key, their notices and pauses by chunk. A chunk is written in one
transaction that holds its matters and leaves out those which another worker holds. What was told before is
looked up while they are held, and the notice's unique constraint stands behind that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from bandeng.areas.rules import Level
from bandeng.core import audit, clock, outbox
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.models import Notice, Pause
from bandeng.dispatch.rules import NoticeKind
from bandeng.dispatch.services.clocks import standstills_of
from bandeng.dispatch.services.notices import dispatcher_of, organisation_at
from bandeng.dispatch.services.overdue_tasks import co_handlers_remind
from bandeng.dispatch.services.stages import Clock, Escalation, Stage, escalation, stages_of
from bandeng.matters.models import IS_OPEN, Matter, Step
from bandeng.matters.rules import StepKind
from bandeng.matters.services.opening import changed
from bandeng.organisations.selectors import directory
from reckon.deadlines.limits import Pause as Standstill

CHUNK = 500
SCAN = 2000
COLUMNS = ("pk", "state", "clock_from", "limit", "due_at", "step_due_at", "lead_id")
TOLD = (NoticeKind.REMINDER.value, NoticeKind.OVERDUE.value, NoticeKind.ESCALATED.value)
Pauses = Mapping[int, tuple[Standstill, ...]]


@dataclass(frozen=True)
class Ticked:
    """How many reminders, overdue notices and escalations a round told, and how many co-handlers."""

    reminders: int = 0
    overdue: int = 0
    escalations: int = 0
    co_handlers: int = 0

    def __add__(self, other: "Ticked") -> "Ticked":
        return Ticked(
            self.reminders + other.reminders,
            self.overdue + other.overdue,
            self.escalations + other.escalations,
            self.co_handlers + other.co_handlers,
        )


@dataclass(frozen=True)
class Due:
    """A matter with what is to be told of it."""

    matter: Matter
    stages: Sequence[Stage]


def clocks_tick(*, now: datetime | None = None) -> Ticked:
    """Tell everything that is due at a moment and was not told yet; running it again tells nothing."""
    moment, rules, total = now or clock.now(), escalation(), Ticked()
    for keys in _chunks(_asking(moment, rules), CHUNK):
        total += _chunk_tell(keys, moment, rules)
    return total + Ticked(co_handlers=co_handlers_remind(now=moment))


def _chunks(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    chunk: list[int] = []
    for key in keys:
        chunk.append(key)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _running() -> QuerySet[Matter]:
    """Open matters whose clock runs."""
    return Matter.objects.filter(IS_OPEN, paused_at__isnull=True).filter(
        Q(due_at__isnull=False) | Q(step_due_at__isnull=False)
    )


def _asking(moment: datetime, rules: Escalation) -> Iterator[int]:
    """Keys of matters of which something may have to be told, without a lock."""
    last = 0
    while True:
        rows = list(_running().filter(pk__gt=last).order_by("pk").values(*COLUMNS)[:SCAN])
        if not rows:
            return
        last = rows[-1]["pk"]
        # Without its pauses a clock seems further than it is, never less far: nothing is missed here.
        asked = {row["pk"]: {stage.occasion for stage in _stages(row, (), moment, rules)} for row in rows}
        told = _told([key for key, occasions in asked.items() if occasions])
        yield from (key for key, occasions in asked.items() if occasions - told[key])


def _stages(
    row: Mapping[str, Any], pauses: tuple[Standstill, ...], moment: datetime, rules: Escalation
) -> list[Stage]:
    lead = directory().by_id.get(row["lead_id"] or 0)
    known = Clock(
        matter_id=row["pk"],
        state=row["state"],
        clock_from=row["clock_from"],
        limit=row["limit"],
        due_at=row["due_at"],
        step_due_at=row["step_due_at"],
        lead_kind=lead.kind if lead else "",
        pauses=pauses,
    )
    return stages_of(known=known, now=moment, rules=rules)


def _told(keys: Sequence[int]) -> defaultdict[int, set[str]]:
    """Occasions on which something was told before, by matter."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for chunk in _chunks(keys, CHUNK):
        rows = Notice.objects.filter(matter_id__in=chunk, kind__in=TOLD).values_list("matter_id", "occasion")
        for key, occasion in rows:
            found[key].add(occasion)
    return found


@transaction.atomic
def _chunk_tell(keys: Sequence[int], moment: datetime, rules: Escalation) -> Ticked:
    """Tell what is still untold of these matters, in one transaction."""
    matters = list(_locked(_running().filter(pk__in=keys).order_by("pk")))
    pauses, told = _pauses([matter.pk for matter in matters]), _told([matter.pk for matter in matters])
    dues = []
    for matter in matters:
        row = {name: getattr(matter, name) for name in COLUMNS}
        asked = _stages(row, pauses.get(matter.pk, ()), moment, rules)
        untold = [stage for stage in asked if stage.occasion not in told[matter.pk]]
        if untold:
            dues.append(Due(matter, untold))
    return _tell(dues)


def _locked(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    if connection.features.has_select_for_update_skip_locked:
        return matters.select_for_update(skip_locked=True, of=("self",))
    return matters


def _pauses(keys: Sequence[int]) -> dict[int, tuple[Standstill, ...]]:
    found: defaultdict[int, list[Pause]] = defaultdict(list)
    for pause in Pause.objects.filter(matter_id__in=keys).order_by("started_at"):
        found[pause.matter_id].append(pause)
    return {key: tuple(standstills_of(rows)) for key, rows in found.items()}


def _tell(dues: Sequence[Due]) -> Ticked:
    """Write notices, levels, steps, audit entries and events of a chunk: a handful of statements."""
    if not dues:
        return Ticked()
    moment = clock.now()
    notices = [_notice(due.matter, stage, moment) for due in dues for stage in due.stages]
    Notice.objects.bulk_create(
        [each for each in notices if each is not None], batch_size=CHUNK, ignore_conflicts=True
    )
    before = {due.matter.pk: due.matter.escalation_level for due in dues}
    _levels_write(dues, moment)
    Step.objects.bulk_create([_step(due, stage) for due in dues for stage in due.stages], batch_size=CHUNK)
    audit.record_many([_record(due, before[due.matter.pk]) for due in dues])
    outbox.publish(*[changed(due.matter, _kind(due.stages[-1])) for due in dues])
    kinds = [stage.kind for due in dues for stage in due.stages]
    return Ticked(
        kinds.count(NoticeKind.REMINDER), kinds.count(NoticeKind.OVERDUE), kinds.count(NoticeKind.ESCALATED)
    )


def _notice(matter: Matter, stage: Stage, moment: datetime) -> Notice | None:
    """The word to whoever is concerned; a matter whom nobody answers for gets its step only."""
    if stage.level is not None:
        found = organisation_at(area_code=matter.area_code, level=stage.level)
        told = found.pk if found else None
    else:
        told = matter.lead_id
    if told is None:
        dispatcher = dispatcher_of(area_code=matter.area_code, level=stage.level or Level.STREET)
        told = dispatcher.pk if dispatcher else None
    if told is None:
        return None
    return Notice(
        matter_id=matter.pk,
        organisation_id=told,
        kind=stage.kind.value,
        occasion=stage.occasion,
        created_at=moment,
    )


def _levels_write(dues: Sequence[Due], moment: datetime) -> None:
    """Set the level that each matter has climbed to."""
    by_level: defaultdict[int, list[int]] = defaultdict(list)
    for due in dues:
        matter = due.matter
        reached = [stage.level.value for stage in due.stages if stage.level is not None]
        matter.escalation_level = min(
            [*reached, *([matter.escalation_level] if matter.escalation_level else [])], default=0
        )
        matter.changed_at = moment
        by_level[matter.escalation_level].append(matter.pk)
    for level, keys in by_level.items():
        Matter.objects.filter(pk__in=keys).update(escalation_level=level, changed_at=moment)


def _kind(stage: Stage) -> StepKind:
    return StepKind.ESCALATED if stage.kind is NoticeKind.ESCALATED else StepKind.REMINDED


def _step(due: Due, stage: Stage) -> Step:
    return Step(
        matter_id=due.matter.pk,
        kind=_kind(stage).value,
        state=due.matter.state,
        at=due.matter.changed_at,
        actor=SYSTEM.key,
        organisation_id=due.matter.lead_id,
        data={
            "notice": stage.kind.value,
            "occasion": stage.occasion,
            "level": stage.level.value if stage.level else 0,
        },
    )


def _record(due: Due, before: int) -> audit.Record:
    stages = [stage.occasion for stage in due.stages]
    return audit.Record(
        f"matter.{_kind(due.stages[-1]).value}",
        ("matters.matter", str(due.matter.pk)),
        SYSTEM.key,
        {"escalation_level": before},
        {"escalation_level": due.matter.escalation_level, "told": stages},
    )
