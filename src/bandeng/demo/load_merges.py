"""Matters that were merged: ended in their target, with all that undoing the merge needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from bandeng.demo.load import Ground
from bandeng.demo.story import Story
from bandeng.dispatch.models import Merge, Task
from bandeng.dispatch.rules import TaskState
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import MatterState, StepKind, number_of

PLAIN = (
    "limit",
    "due_unknown",
    "step_limit",
    "lead_id",
    "lead_post_id",
    "escalation_level",
    "report_count",
    "support",
    "against",
)
MOMENTS = ("clock_from", "due_at", "step_from", "step_due_at", "paused_at")


@transaction.atomic
def merges_load(*, stories: Sequence[Story], ground: Ground, keys: Mapping[int, int]) -> None:
    """End the merged matters, in the order in which it happened."""
    for story in stories:
        if story.target is not None:
            child = Matter.objects.get(pk=keys[story.origin.ordinal])
            _merge(story=story, child=child, target_id=keys[story.target], ground=ground)
    _name_the_merged(keys=keys)


def _merge(*, story: Story, child: Matter, target_id: int, ground: Ground) -> None:
    step = story.steps[-1]
    Merge.objects.create(
        child_id=child.pk,
        target_id=target_id,
        before=_kept(child),
        merged_at=step.at,
        actor=ground.people[step.actor].actor,
    )
    Step.objects.filter(matter_id=child.pk, kind=StepKind.MERGED.value).update(
        data={"into": number_of(target_id)}
    )
    Matter.objects.filter(pk=child.pk).update(
        state=MatterState.MERGED.value,
        merged_into=target_id,
        due_at=None,
        due_unknown=None,
        step_from=None,
        step_limit=None,
        step_due_at=None,
    )
    Matter.objects.filter(pk=target_id).update(
        report_count=F("report_count") + child.report_count, support=F("support") + child.support
    )


def _kept(child: Matter) -> dict[str, Any]:
    """The child's state, clock, counts and tasks as they were."""
    dropped = Task.objects.filter(matter_id=child.pk, state=TaskState.CANCELLED.value).order_by("id")
    return {
        "state": child.state,
        **{name: _written(getattr(child, name)) for name in MOMENTS},
        **{name: getattr(child, name) for name in PLAIN},
        "tasks": [
            {
                "id": task.pk,
                "due_at": _written(task.due_at),
                "done_at": None,
                "state": (TaskState.WORKING if task.post_id else TaskState.ASSIGNED).value,
            }
            for task in dropped
        ],
    }


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _name_the_merged(*, keys: Mapping[int, int]) -> None:
    """The target's steps say which matter came in; its number is known only now."""
    steps = list(Step.objects.filter(kind=StepKind.MERGED.value).exclude(state=MatterState.MERGED.value))
    for step in steps:
        step.data = {"from": number_of(keys[step.data["ordinal"]])}
    Step.objects.bulk_update(steps, ["data"], batch_size=200)
