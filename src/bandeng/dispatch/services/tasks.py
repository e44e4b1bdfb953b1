"""The tasks within a matter; the caller holds the matter's lock and the transaction."""

from collections.abc import Iterable, Sequence

from bandeng.areas.rules import is_within
from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, TaskRole, TaskState, check_task_transition
from bandeng.dispatch.selectors.refusals import Refusal, Refused
from bandeng.dispatch.services.clocks import pauses_of, task_due
from bandeng.matters.models import Matter
from bandeng.organisations.models import Organisation
from bandeng.organisations.rules import AREA_KINDS
from bandeng.organisations.selectors import directory

ACTIVE = (TaskState.ASSIGNED, TaskState.WORKING, TaskState.DONE)
FIELDS = ("organisation_id", "post_id", "role", "state", "limit", "due_at", "done_at", "result")


def tasks_of(matter: Matter, states: Iterable[TaskState] = ACTIVE) -> list[Task]:
    """The tasks of a matter in some states, the lead's first."""
    found = Task.objects.filter(matter_id=matter.pk, state__in=[state.value for state in states])
    return sorted(found.order_by("id"), key=lambda task: task.role != TaskRole.LEAD.value)


def lead_task(matter: Matter) -> Task | None:
    """The lead's task that is assigned, being worked on or done."""
    return next((task for task in tasks_of(matter) if task.role == TaskRole.LEAD.value), None)


def organisation_checked(*, organisation_id: int, matter: Matter) -> Organisation:
    """An active organisation that may work where the matter lies. Raises Refused."""
    found = directory().by_id.get(organisation_id)
    if found is None or not found.active:
        raise Refused(Refusal.LEAD_UNKNOWN)
    serves = found.code if found.kind in AREA_KINDS and found.code.isdecimal() else ""
    if serves and matter.area_code and not is_within(code=matter.area_code, area=serves):
        raise Refused(Refusal.OUT_OF_PLACE)
    return found


def task_row(
    *,
    matter: Matter,
    organisation_id: int,
    role: TaskRole,
    limit: str = "",
    request: str = "",
    post_id: int | None = None,
) -> Task:
    """An unsaved task, assigned now, due by its own limit or with the matter."""
    task = Task(
        matter_id=matter.pk,
        organisation_id=organisation_id,
        post_id=post_id,
        role=role.value,
        state=TaskState.ASSIGNED.value,
        request=request.strip(),
        assigned_at=clock.now(),
        limit=matter.limit if role is TaskRole.LEAD else limit,
    )
    task.due_at = task_due(task=task, matter=matter, pauses=pauses_of(matter))
    return task


def tasks_create(*, tasks: Sequence[Task], actor: Actor) -> None:
    """Write new tasks and their audit entries."""
    for task in tasks:
        task.save(force_insert=True)
    audit.record_many(
        [
            audit.Record(
                "task.assigned", _subject(task), actor.key, {}, {"matter": task.matter_id, **_told(task)}
            )
            for task in tasks
        ]
    )


def tasks_move(
    *, tasks: Sequence[Task], target: TaskState, actor: Actor, reason: str = "", result: str | None = None
) -> None:
    """Set the state of tasks that may take it, with audit entries. Raises TaskStateNotAllowed."""
    before = [_told(task) for task in tasks]
    for task in tasks:
        check_task_transition(present=TaskState(task.state), target=target)
        task.state = target.value
        task.done_at = clock.now() if target is TaskState.DONE else None
        task.result = task.result if result is None else result
    _write(tasks, before, f"task.{target.value}", actor, reason)


def tasks_follow(*, matter: Matter, actor: Actor) -> None:
    """Let the open tasks follow the matter's clock."""
    tasks, pauses = tasks_of(matter, OPEN_TASK_STATES), pauses_of(matter)
    before = {task.pk: _told(task) for task in tasks}
    for task in tasks:
        if task.role == TaskRole.LEAD.value:
            task.limit = matter.limit
        task.due_at = task_due(task=task, matter=matter, pauses=pauses)
    moved = [task for task in tasks if _told(task) != before[task.pk]]
    _write(moved, [before[task.pk] for task in moved], "task.due_moved", actor, "")


def task_change(*, task: Task, action: str, actor: Actor, **fields: object) -> None:
    """Set other fields of a task, with its audit entry."""
    before = _told(task)
    for name, value in fields.items():
        setattr(task, name, value)
    _write([task], [before], f"task.{action}", actor, "")


def _write(
    tasks: Sequence[Task], before: Sequence[dict[str, object]], action: str, actor: Actor, reason: str
) -> None:
    if not tasks:
        return
    Task.objects.bulk_update(tasks, FIELDS)
    audit.record_many(
        [
            audit.Record(
                action,
                _subject(task),
                actor.key,
                _changed(old, _told(task)),
                _changed(_told(task), old),
                reason,
            )
            for task, old in zip(tasks, before, strict=True)
        ]
    )


def _told(task: Task) -> dict[str, object]:
    return {name: getattr(task, name) for name in FIELDS}


def _changed(one: dict[str, object], other: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in one.items() if other[name] != value}


def _subject(task: Task) -> tuple[str, str]:
    return "dispatch.task", str(task.pk)
