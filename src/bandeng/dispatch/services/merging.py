"""Two matters that are one: merged without losing a reporter, a vote or a clock, and parted again as they were."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.models import Merge, Task
from bandeng.dispatch.rules import TaskState
from bandeng.dispatch.selectors.acts import Act, check_act
from bandeng.dispatch.selectors.refusals import Refusal, Refused
from bandeng.dispatch.selectors.visibility import NotVisible, sees
from bandeng.dispatch.services.acting import matter_locked
from bandeng.dispatch.services.clocks import STEP_OVER
from bandeng.dispatch.services.tasks import ACTIVE, task_change, tasks_of
from bandeng.matters.models import Matter
from bandeng.matters.rules import OPEN_STATES, MatterState, StepKind, clean_text
from bandeng.matters.services.changing import matter_change
from bandeng.organisations.rules import Scope

MOMENTS = ("clock_from", "due_at", "step_from", "step_due_at", "paused_at")
PLAIN = ("limit", "due_unknown", "step_limit", "lead_id", "lead_post_id", "escalation_level")
COUNTS = ("report_count", "support", "against")


@transaction.atomic
def matter_merge(
    *, child_id: int, target_id: int, actor: Actor, scope: Scope | None, note: str = ""
) -> Merge:
    """Take a matter into another, open one; its reporters follow the other's story from now on.

    What is merged counts in no figure, so no organisation makes its own failings vanish by it. Raises Refused.
    """
    child, target = _both(child_id, target_id, scope)
    check_act(act=Act.MERGE, matter=child, scope=scope)
    _check_target(child, target)
    tasks = tasks_of(child, ACTIVE)
    if scope is not None and _went_wrong(child, tasks) and _works_on(child, tasks, scope):
        raise Refused(Refusal.MERGE_OWN)
    merge = Merge.objects.create(
        child_id=child.pk,
        target_id=target.pk,
        before=_kept(child, tasks),
        actor=actor.key,
        merged_at=clock.now(),
    )
    for task in tasks:
        task_change(task=task, action="set_aside", actor=actor, state=TaskState.CANCELLED.value, done_at=None)
    told = clean_text(note)
    matter_change(
        matter=child, kind=StepKind.MERGED, actor=actor, target=MatterState.MERGED, note=told, public=True,
        data={"into": target.number}, merged_into_id=target.pk, due_at=None, due_unknown=None, **STEP_OVER,
    )  # fmt: skip
    matter_change(
        matter=target, kind=StepKind.MERGED, actor=actor, note=told, data={"from": child.number},
        **{name: getattr(target, name) + getattr(child, name) for name in COUNTS},
    )  # fmt: skip
    return merge


def _both(child_id: int, target_id: int, scope: Scope | None) -> tuple[Matter, Matter]:
    """Both matters, locked in the order of their keys so that two merges cannot wait for one another."""
    if child_id == target_id:
        raise Refused(Refusal.MERGE_SELF)
    locked = {key: matter_locked(key) for key in sorted((child_id, target_id))}
    for matter in locked.values():
        if scope is not None and not sees(scope, matter):
            raise NotVisible(matter.pk)
    return locked[child_id], locked[target_id]


def _check_target(child: Matter, target: Matter) -> None:
    """Raise Refused where merging would break what each matter is."""
    if target.state == MatterState.MERGED.value:
        raise Refused(Refusal.MERGE_TARGET_MERGED)
    if MatterState(target.state) not in OPEN_STATES:
        raise Refused(Refusal.MERGE_TARGET)
    if child.parent_id is not None or Matter.objects.filter(parent_id=child.pk).exists():
        raise Refused(Refusal.MERGE_FAMILY)


def _works_on(child: Matter, tasks: list[Task], scope: Scope) -> bool:
    """Whether the post's own organisation has to do the work, or a part of it."""
    return scope.organisation_id in {child.lead_id, *(task.organisation_id for task in tasks)}


def _went_wrong(child: Matter, tasks: list[Task]) -> bool:
    """Whether something counts against whoever handles it: a limit has passed, it was given back, or taken up again."""
    limits = [child.due_at, *(task.due_at for task in tasks if task.done_at is None)]
    late = any(due is not None and due < clock.now() for due in limits)
    return late or child.return_count > 0 or child.reopen_count > 0 or child.escalation_level > 0


def _kept(child: Matter, tasks: list[Task]) -> dict[str, Any]:
    """Everything of the child that undoing restores, as JSON values."""
    moments = {name: _written(getattr(child, name)) for name in MOMENTS}
    return {
        "state": child.state,
        **moments,
        **{name: getattr(child, name) for name in (*PLAIN, *COUNTS)},
        "tasks": [
            {
                "id": task.pk,
                "state": task.state,
                "due_at": _written(task.due_at),
                "done_at": _written(task.done_at),
            }
            for task in tasks
        ],
    }


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


@transaction.atomic
def merge_undo(*, child_id: int, actor: Actor, scope: Scope | None, note: str = "") -> Matter:
    """Part a merged matter again: state, clock, lead and tasks as they were, its reporters and votes taken along."""
    merge = Merge.objects.filter(child_id=child_id, undone_at__isnull=True).order_by("-id").first()
    if merge is None:
        raise Refused(Refusal.NOT_MERGED)
    child, target = _both(child_id, merge.target_id, scope)
    check_act(act=Act.MERGE_UNDO, matter=child, scope=scope)
    _check_parting(target)
    before = merge.before
    merge.undone_at, merge.undone_by = clock.now(), actor.key
    merge.save(update_fields=["undone_at", "undone_by"])
    told = clean_text(note)
    # What older merges did not keep is left as it is.
    fields: dict[str, Any] = {name: before[name] for name in PLAIN if name in before}
    fields |= {name: _read(before[name]) for name in MOMENTS if name in before}
    matter_change(
        matter=child, kind=StepKind.MERGE_UNDONE, actor=actor, target=MatterState(before["state"]), note=told,
        public=True, data={"from": target.number}, merged_into_id=None, **fields,
    )  # fmt: skip
    matter_change(
        matter=target, kind=StepKind.MERGE_UNDONE, actor=actor, note=told, data={"child": child.number},
        **{name: max(0, getattr(target, name) - getattr(child, name)) for name in COUNTS},
    )  # fmt: skip
    _tasks_restore(before["tasks"], actor)
    return child


def _check_parting(target: Matter) -> None:
    if target.state == MatterState.MERGED.value:
        raise Refused(Refusal.MERGE_ORDER)
    if MatterState(target.state) not in OPEN_STATES:
        raise Refused(Refusal.NOT_MERGED)


def _tasks_restore(kept: list[dict[str, Any]], actor: Actor) -> None:
    rows = {task.pk: task for task in Task.objects.filter(pk__in=[each["id"] for each in kept])}
    for each in kept:
        task_change(
            task=rows[each["id"]], action="restored", actor=actor, state=each["state"],
            due_at=_read(each["due_at"]), done_at=_read(each["done_at"]),
        )  # fmt: skip
