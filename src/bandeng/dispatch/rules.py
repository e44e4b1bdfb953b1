"""Tasks of departments, and how an overdue matter climbs. No Django."""

from enum import StrEnum


class TaskRole(StrEnum):
    """主办 or 协办."""

    LEAD = "lead"
    CO_HANDLER = "co_handler"


class TaskState(StrEnum):
    """Where one department's part stands."""

    ASSIGNED = "assigned"
    WORKING = "working"
    DONE = "done"
    RETURNED = "returned"
    CANCELLED = "cancelled"


T = TaskState
NEXT_TASK_STATES: dict[TaskState, frozenset[TaskState]] = {
    T.ASSIGNED: frozenset({T.WORKING, T.DONE, T.RETURNED, T.CANCELLED}),
    T.WORKING: frozenset({T.DONE, T.RETURNED, T.CANCELLED}),
    T.DONE: frozenset({T.WORKING, T.CANCELLED}),
    T.RETURNED: frozenset({T.ASSIGNED}),
    T.CANCELLED: frozenset({T.ASSIGNED}),
}
OPEN_TASK_STATES = frozenset({T.ASSIGNED, T.WORKING})


class TableStatus(StrEnum):
    """Where a version of a decision table stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class NoticeKind(StrEnum):
    """Why somebody is told."""

    ASSIGNED = "assigned"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    REOPENED = "reopened"
    REMARKED = "remarked"
    RETURNED = "returned"
    RECOMPUTED = "recomputed"
    REVIEW = "review"  # an answer is to be reviewed
    REVIEWED = "reviewed"


class TaskStateNotAllowed(Exception):
    """The task's state does not allow this act."""


def check_task_transition(*, present: TaskState, target: TaskState) -> None:
    """Raise TaskStateNotAllowed unless `target` may follow `present`."""
    if target not in NEXT_TASK_STATES[present]:
        raise TaskStateNotAllowed(f"{present} -> {target}")
