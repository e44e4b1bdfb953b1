"""Co-handlers whose own limit has run out are told, each once for a task and deadline."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.models import Notice, Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, NoticeKind, TaskRole

CHUNK = 500


def co_handlers_remind(*, now: datetime) -> int:
    """Tell the co-handlers whose tasks are overdue at a moment and who were not told yet; returns how many."""
    told, last = 0, 0
    overdue = Task.objects.filter(
        role=TaskRole.CO_HANDLER.value,
        state__in=sorted(state.value for state in OPEN_TASK_STATES),
        due_at__lt=now,
        matter__paused_at__isnull=True,
    ).order_by("pk")
    while rows := list(overdue.filter(pk__gt=last)[:CHUNK]):
        last = rows[-1].pk
        told += _tell(rows)
    return told


@transaction.atomic
def _tell(tasks: Sequence[Task]) -> int:
    """Write the notices that are new, and one audit entry each."""
    wanted = {(task.matter_id, task.organisation_id, _occasion(task)): task for task in tasks}
    keys = {task.matter_id for task in tasks}
    known = set(
        Notice.objects.filter(
            matter_id__in=keys, kind=NoticeKind.OVERDUE.value, occasion__startswith="task "
        ).values_list("matter_id", "organisation_id", "occasion")
    )
    new = [key for key in wanted if key not in known]
    moment = clock.now()
    Notice.objects.bulk_create(
        [
            Notice(
                matter_id=matter_id,
                organisation_id=organisation_id,
                kind=NoticeKind.OVERDUE.value,
                occasion=occasion,
                created_at=moment,
            )
            for matter_id, organisation_id, occasion in new
        ],
        ignore_conflicts=True,
    )
    audit.record_many(
        [
            audit.Record(
                "task.overdue", ("dispatch.task", str(wanted[key].pk)), SYSTEM.key, {}, {"told": key[2]}
            )
            for key in new
        ]
    )
    return len(new)


def _occasion(task: Task) -> str:
    assert task.due_at is not None
    return f"task {task.pk} due@{task.due_at:%Y-%m-%dT%H:%M:%S%z}"
