"""Open deadlines computed anew with another calendar, in sets, with the reason for each that moved."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from bandeng.core import audit, clock, outbox
from bandeng.core.rules import Actor
from bandeng.dispatch.models import Notice, Pause, Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, NoticeKind, TaskRole
from bandeng.dispatch.selectors.acts import RUNNING
from bandeng.dispatch.services.clocks import standstills_of, step_limit_of
from bandeng.matters.models import IS_OPEN, Matter, Step
from bandeng.matters.rules import StepKind, number_of
from bandeng.matters.services.opening import changed
from reckon.deadlines.calendar import WorkCalendar
from reckon.deadlines.limits import Pause as Standstill
from reckon.deadlines.limits import parse_limit
from reckon.deadlines.recompute import MoveReason, OpenClock, Recomputed, recompute

CHUNK = 500
COUNTING = frozenset(state.value for state in RUNNING)


@dataclass(frozen=True)
class Moved:
    """A deadline that moved: of a matter, of the step that it is in, or of one organisation's task in it."""

    matter_id: int
    task_id: int | None
    old: datetime | None
    new: datetime | None
    reason: MoveReason | None
    unknown_year: int | None = None
    days: tuple[str, ...] = ()
    step: bool = False

    @property
    def number(self) -> str:
        """The matter's public number."""
        return number_of(self.matter_id)


@dataclass(frozen=True)
class Recomputation:
    """What a change of the calendar did, or would do."""

    checked: int = 0
    moved: list[Moved] = field(default_factory=list)

    @property
    def undetermined(self) -> list[Moved]:
        """Those without a date until the calendar of a year is known."""
        return [each for each in self.moved if each.unknown_year is not None]


@dataclass(frozen=True)
class Chunk:
    """Matters with their pauses and open tasks."""

    matters: dict[int, Matter]
    pauses: dict[int, tuple[Standstill, ...]]
    tasks: Sequence[Task]

    @property
    def clocked(self) -> Iterator[Matter]:
        """Those whose own limit counts: in verification only the step's does."""
        return (row for row in self.matters.values() if row.limit and row.state in COUNTING)


def deadlines_recompute(
    *, previous: WorkCalendar | None, calendar: WorkCalendar, actor: Actor, dry_run: bool
) -> Recomputation:
    """Compute every open matter, step and task; unless it is a dry run, write and tell what moved."""
    checked, moved = 0, []
    with transaction.atomic():
        for chunk in _chunks(locked=not dry_run):
            found = _moves(chunk, calendar, previous)
            checked += len(chunk.matters)
            moved += found
            if not dry_run and found:
                _write(chunk, found, actor)
    return Recomputation(checked, moved)


def _chunks(*, locked: bool) -> Iterator[Chunk]:
    own = Q(state__in=COUNTING) & ~Q(limit="")
    last = 0
    while True:
        matters = Matter.objects.filter(IS_OPEN, own | Q(step_from__isnull=False), pk__gt=last)
        matters = matters.select_related("matter_type").order_by("pk")
        rows = list((matters.select_for_update(of=("self",)) if locked else matters)[:CHUNK])
        if not rows:
            return
        last = rows[-1].pk
        keys = [row.pk for row in rows]
        pauses: defaultdict[int, list[Pause]] = defaultdict(list)
        for pause in Pause.objects.filter(matter_id__in=keys).order_by("started_at"):
            pauses[pause.matter_id].append(pause)
        tasks = Task.objects.filter(matter_id__in=keys, state__in=[state.value for state in OPEN_TASK_STATES])
        known = {key: tuple(standstills_of(found)) for key, found in pauses.items()}
        yield Chunk({row.pk: row for row in rows}, known, list(tasks.order_by("pk")))


def _moves(chunk: Chunk, calendar: WorkCalendar, previous: WorkCalendar | None) -> list[Moved]:
    """Deadlines that come out other than stored; the new ones are set on the rows in memory."""
    clocks = [
        OpenClock(row.pk, row.clock_from, parse_limit(row.limit), row.due_at, chunk.pauses.get(row.pk, ()))
        for row in chunk.clocked
    ]
    result = recompute(clocks=clocks, calendar=calendar, previous=previous)
    moved = [*_matters_moved(chunk, result), *_matters_unknown(chunk, result)]
    return [*moved, *_steps_moved(chunk, calendar, previous), *_tasks_moved(chunk, calendar, previous)]


def _matters_moved(chunk: Chunk, result: Recomputed) -> Iterator[Moved]:
    for move in result.moved:
        row = chunk.matters[int(move.id)]
        row.due_at, row.due_unknown = move.new, None
        days = tuple(day.isoformat() for day in move.days)
        yield Moved(row.pk, None, move.old, move.new, move.reason, days=days)


def _matters_unknown(chunk: Chunk, result: Recomputed) -> Iterator[Moved]:
    for each in result.undetermined:
        row = chunk.matters[int(each.id)]
        if row.due_unknown == each.year and row.due_at is None:
            continue
        row.due_at, row.due_unknown = None, each.year
        yield Moved(row.pk, None, each.old, None, None, unknown_year=each.year)


def _steps_moved(chunk: Chunk, calendar: WorkCalendar, previous: WorkCalendar | None) -> Iterator[Moved]:
    """Limits of acceptance and verification; a paused one stands still until it is resumed."""
    running = [row for row in chunk.matters.values() if row.step_from and row.paused_at is None]
    clocks = [
        OpenClock(row.pk, row.step_from, parse_limit(limit), row.step_due_at, chunk.pauses.get(row.pk, ()))
        for row in running
        if row.step_from and (limit := step_limit_of(row))
    ]
    result = recompute(clocks=clocks, calendar=calendar, previous=previous)
    for move in result.moved:
        row = chunk.matters[int(move.id)]
        row.step_due_at = move.new
        days = tuple(day.isoformat() for day in move.days)
        yield Moved(row.pk, None, move.old, move.new, move.reason, days=days, step=True)
    for each in result.undetermined:
        row = chunk.matters[int(each.id)]
        if row.step_due_at is not None:
            row.step_due_at = None
            yield Moved(row.pk, None, each.old, None, None, unknown_year=each.year, step=True)


def _tasks_moved(chunk: Chunk, calendar: WorkCalendar, previous: WorkCalendar | None) -> Iterator[Moved]:
    """Tasks follow: the lead's its matter, a co-handler's its own limit but never later than the matter."""
    counting = {row.pk for row in chunk.clocked}
    tasks = [task for task in chunk.tasks if task.matter_id in counting]
    own = [task for task in tasks if task.role != TaskRole.LEAD.value and task.limit]
    clocks = [
        OpenClock(
            task.pk,
            task.assigned_at,
            parse_limit(task.limit),
            task.due_at,
            chunk.pauses.get(task.matter_id, ()),
        )
        for task in own
    ]
    result = recompute(clocks=clocks, calendar=calendar, previous=previous)
    alone = {int(move.id): move.new for move in result.moved} | {
        int(each.id): None for each in result.undetermined
    }
    for task in tasks:
        matter_due = chunk.matters[task.matter_id].due_at
        due = alone.get(task.pk, task.due_at) if task in own else matter_due
        new = min(due, matter_due) if due is not None and matter_due is not None else matter_due
        if new != task.due_at:
            old, task.due_at = task.due_at, new
            yield Moved(
                task.matter_id,
                task.pk,
                old,
                new,
                MoveReason.DAYS_CHANGED if previous else MoveReason.CORRECTED,
            )


def _write(chunk: Chunk, moved: Sequence[Moved], actor: Actor) -> None:
    """Deadlines, steps, notices, audit entries and events of one chunk: a handful of statements."""
    moment = clock.now()
    own = [each for each in moved if each.task_id is None]
    rows = [chunk.matters[key] for key in dict.fromkeys(each.matter_id for each in own)]
    for row in rows:
        row.changed_at = moment
    Matter.objects.bulk_update(rows, ["due_at", "due_unknown", "step_due_at", "changed_at"])
    changed_tasks = {each.task_id for each in moved}
    Task.objects.bulk_update([task for task in chunk.tasks if task.pk in changed_tasks], ["due_at"])
    Step.objects.bulk_create(
        [_step(chunk.matters[each.matter_id], each, actor) for each in own], batch_size=CHUNK
    )
    notices = [_notice(row) for row in rows]
    Notice.objects.bulk_create([each for each in notices if each is not None], ignore_conflicts=True)
    audit.record_many([_record(each, actor) for each in moved])
    outbox.publish(*[changed(row, StepKind.RECOMPUTED) for row in rows])


def _told(each: Moved) -> dict[str, object]:
    return {
        "old": each.old.isoformat() if each.old else "",
        "new": each.new.isoformat() if each.new else "",
        "reason": each.reason.value if each.reason else "unknown_year",
        "unknown_year": each.unknown_year or 0,
        "days": list(each.days),
        "clock": _clock(each),
    }


def _clock(each: Moved) -> str:
    """The column that moved."""
    return "step_due_at" if each.step else "due_at"


def _step(matter: Matter, each: Moved, actor: Actor) -> Step:
    return Step(
        matter_id=matter.pk,
        kind=StepKind.RECOMPUTED.value,
        state=matter.state,
        at=matter.changed_at,
        actor=actor.key,
        actor_name=actor.name,
        organisation_id=actor.organisation_id,
        data=_told(each),
    )


def _notice(matter: Matter) -> Notice | None:
    if matter.lead_id is None:
        return None
    return Notice(
        matter_id=matter.pk,
        organisation_id=matter.lead_id,
        kind=NoticeKind.RECOMPUTED.value,
        occasion=f"{matter.changed_at.isoformat()}",
        created_at=matter.changed_at,
    )


def _record(each: Moved, actor: Actor) -> audit.Record:
    if each.task_id is not None:
        subject = ("dispatch.task", str(each.task_id))
        return audit.Record("task.due_moved", subject, actor.key, {"due_at": each.old}, {"due_at": each.new})
    subject = ("matters.matter", str(each.matter_id))
    told = _told(each)
    return audit.Record("matter.recomputed", subject, actor.key, {_clock(each): told["old"]}, told)
