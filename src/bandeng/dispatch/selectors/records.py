"""Matters and tasks as records of the ledger."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from bandeng.core import clock
from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import TaskRole, TaskState
from bandeng.dispatch.selectors.reviews import judged
from bandeng.ledger.rules import Record
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import OPEN_STATES, Channel, MatterState, StepKind
from bandeng.organisations.selectors import directory

MATTERS, TASKS = "matters", "tasks"
AT_ONCE = timedelta(minutes=10)
"""A matter that grid staff report and close themselves within this time is no work to count."""
LOOKED_AT = {MatterState.VERIFYING, MatterState.CLOSED}
ENDED = {MatterState.CLOSED, MatterState.REJECTED, MatterState.WITHDRAWN, MatterState.MERGED}
TYPING = {StepKind.RETYPED, StepKind.DISPATCHED, StepKind.REASSIGNED}
TOLD = TYPING | {StepKind.ACCEPTED, StepKind.OPENED, StepKind.CLOSED, StepKind.ESCALATED}
Story = dict[StepKind, list[Step]]


def matter_records(subjects: Sequence[int]) -> Iterator[Record]:
    """The present records of some matters; sealed ones are counted like all others, and shown to nobody by it."""
    stories, joint, reviewed = _stories(subjects), _joint(subjects), judged(subjects)
    for matter in Matter.objects.filter(pk__in=subjects).defer("text", "answers"):
        yield _matter_record(
            matter,
            stories[matter.pk],
            joint=matter.pk in joint,
            reviewed=matter.pk in reviewed,
            overturned=reviewed.get(matter.pk, False),
        )


def task_records(subjects: Sequence[int]) -> Iterator[Record]:
    """The present records of some tasks: an organisation's or post's part in a matter."""
    moment, offices = clock.now(), directory().by_id
    tasks = list(Task.objects.filter(pk__in=subjects).select_related("matter"))
    stories = _stories([task.matter_id for task in tasks], kinds=TYPING)
    for task in tasks:
        matter, state = task.matter, TaskState(task.state)
        late = task.due_at is not None and (task.done_at or moment) > task.due_at
        flags = {
            "late": late,
            "overdue": late and task.done_at is None,
            "returned": state is TaskState.RETURNED,
            "reopened": matter.reopen_count > 0,
            "joint": task.role == TaskRole.CO_HANDLER.value,
            "found_by_grid": matter.channel == Channel.GRID.value,
            "confirmed": MatterState(matter.state) in LOOKED_AT,
        }
        yield Record(
            source=TASKS, records=TASKS, subject=task.pk, area_code=matter.area_code,
            category=_counted_type(matter, stories[matter.pk]),
            channel=matter.channel, severity=matter.priority,
            outcome=matter.state if MatterState(matter.state) in ENDED else "",
            organisation=offices[task.organisation_id].code if task.organisation_id in offices else "",
            post=task.post_id, opened=task.assigned_at, accepted=task.assigned_at, due=task.due_at, closed=task.done_at,
            flags=_true(flags), is_counted=state is not TaskState.CANCELLED,
        )  # fmt: skip


def tasks_of(matter_id: int) -> list[int]:
    """The keys of a matter's tasks."""
    return list(Task.objects.filter(matter_id=matter_id).values_list("pk", flat=True))


def _matter_record(matter: Matter, story: Story, **known: bool) -> Record:
    """The record; `known` are flags that are read in sets."""
    state = MatterState(matter.state)
    accepted = _first(story, StepKind.ACCEPTED, StepKind.DISPATCHED)
    end = matter.closed_at or clock.now()
    late = matter.due_at is not None and end > matter.due_at and state not in ENDED - {MatterState.CLOSED}
    flags = {
        "late": late,
        "overdue": late and state in OPEN_STATES,
        "accepted_late": any(step.at < (accepted or clock.now()) for step in story[StepKind.ESCALATED]),
        "reopened": matter.reopen_count > 0,
        "returned": matter.return_count > 0,
        "escalated": matter.escalation_level > 0,
        "confirmed": state in LOOKED_AT,
        "found_by_grid": matter.channel == Channel.GRID.value,
        **known,
    }
    offices = directory().by_id
    return Record(
        source=MATTERS, records=MATTERS, subject=matter.pk, area_code=matter.area_code,
        category=_counted_type(matter, story),
        channel=matter.channel, severity=matter.priority, outcome=matter.state if state in ENDED else "",
        organisation=offices[matter.lead_id].code if matter.lead_id in offices else "", post=matter.lead_post_id,
        opened=matter.opened_at, accepted=accepted, due=matter.due_at, closed=matter.closed_at, flags=_true(flags),
        is_counted=state is not MatterState.MERGED and not _is_self_filed(matter, story),
    )  # fmt: skip


def _counted_type(matter: Matter, story: Story) -> str:
    """The type, but for what the unit that leads it made of it: it would choose the duty that it is judged by.

    Whoever dispatches it anew takes the type over as it is then.
    """
    steps = sorted((step for kind in TYPING for step in story[kind]), key=lambda step: step.pk)
    renamed = [step for step in steps if step.kind == StepKind.RETYPED.value]
    if not any(step.data.get("own") for step in renamed):
        return matter.type_code
    current = counted = str(renamed[0].data["from"])
    for step in steps:
        current = str(step.data["to"]) if step in renamed else current
        counted = counted if step.data.get("own") else current
    return counted


def _is_self_filed(matter: Matter, story: Story) -> bool:
    """Whether the same member of the grid staff reported and closed it at once."""
    if matter.channel != Channel.GRID.value or matter.closed_at is None:
        return False
    opened, closed = story[StepKind.OPENED], story[StepKind.CLOSED]
    same = bool(opened and closed) and opened[0].actor == closed[-1].actor
    return same and matter.closed_at - matter.opened_at < AT_ONCE


def _true(flags: dict[str, bool]) -> frozenset[str]:
    return frozenset(name for name, holds in flags.items() if holds)


def _first(story: Story, *kinds: StepKind) -> datetime | None:
    return min((step.at for kind in kinds for step in story[kind]), default=None)


def _stories(subjects: Sequence[int], *, kinds: AbstractSet[StepKind] = TOLD) -> dict[int, Story]:
    found: dict[int, Story] = defaultdict(lambda: defaultdict(list))
    steps = Step.objects.filter(matter_id__in=subjects, kind__in=sorted(kind.value for kind in kinds))
    for step in steps.order_by("id").only("matter_id", "kind", "at", "actor", "data"):
        found[step.matter_id][StepKind(step.kind)].append(step)
    return found


def _joint(subjects: Sequence[int]) -> set[int]:
    tasks = Task.objects.filter(matter_id__in=subjects, role=TaskRole.CO_HANDLER.value)
    return set(tasks.values_list("matter_id", flat=True))
