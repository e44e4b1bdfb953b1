"""When whoever has a clue is reminded, and when those who supervise them hear of it. No Django."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ClueNoticeKind(StrEnum):
    """What a notice says of a limit."""

    REMINDER = "reminder"  # it ends soon
    OVERDUE = "overdue"
    ESCALATED = "escalated"  # it ended some time ago: for those who supervise


class Limit(StrEnum):
    """Whose end it is."""

    STEP = "step"  # of the present step
    FEEDBACK = "feedback"  # of the first word to a named reporter


@dataclass(frozen=True)
class Pace:
    """How long before the end somebody is reminded, and how long after it others hear of it."""

    remind: timedelta
    escalate: timedelta


def kinds_reached(*, due: datetime, now: datetime, pace: Pace) -> tuple[ClueNoticeKind, ...]:
    """What has to be said by now; who was not reminded in time is told at once that it is late."""
    if now < due - pace.remind:
        return ()
    if now < due:
        return (ClueNoticeKind.REMINDER,)
    if now < due + pace.escalate:
        return (ClueNoticeKind.OVERDUE,)
    return (ClueNoticeKind.OVERDUE, ClueNoticeKind.ESCALATED)


def occasion_of(limit: Limit, due: datetime) -> str:
    """What makes a notice unique: a limit that is set anew is another occasion."""
    return f"{limit.value}@{due.date().isoformat()}"
