"""All open deadlines again after a calendar changed: which moved and why, and which can't be told."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from reckon.deadlines.calendar import WorkCalendar
from reckon.deadlines.clock import due_at
from reckon.deadlines.limits import DayEnd, Limit, Pause
from reckon.deadlines.timeline import DAY, tick_of
from reckon.deadlines.years import CalendarYearMissing


@dataclass(frozen=True, slots=True)
class OpenClock:
    """A running clock and the due moment stored for it (None: paused or undetermined)."""

    id: int | str
    start: datetime
    limit: Limit
    due: datetime | None
    pauses: tuple[Pause, ...] = ()
    day_end: DayEnd = DayEnd.CLOSE_OF_BUSINESS


class MoveReason(StrEnum):
    """Why a due moment moved."""

    FIRST_SET = "first_set"
    PAUSED = "paused"
    DAYS_CHANGED = "days_changed"
    HOURS_CHANGED = "hours_changed"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Move:
    """A due moment that moved; `days` are the days between start and due that changed."""

    id: int | str
    old: datetime | None
    new: datetime | None
    reason: MoveReason
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Undetermined:
    """A clock whose due moment can't be told until the calendar of `year` is known."""

    id: int | str
    old: datetime | None
    year: int


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Moved and undetermined clocks, in the order given; all others stay as they were."""

    moved: list[Move] = field(default_factory=list)
    undetermined: list[Undetermined] = field(default_factory=list)


def changed_days(*, previous: WorkCalendar, calendar: WorkCalendar) -> list[date]:
    """Days, in order, that only one of two calendars works, in years that both know."""
    changed = []
    for year in sorted(previous.years.keys() & calendar.years.keys()):
        old, new = previous.years[year], calendar.years[year]
        doubtful = (old.holidays ^ new.holidays) | (old.makeup_days ^ new.makeup_days)
        changed += [
            day for day in sorted(doubtful) if previous.is_working_day(day) != calendar.is_working_day(day)
        ]
    return changed


def _explained(*, clock: OpenClock, new: datetime | None, changed: list[int], hours_changed: bool) -> Move:
    """A move with its reason."""
    if clock.due is None or new is None:
        reason = MoveReason.PAUSED if new is None else MoveReason.FIRST_SET
        return Move(clock.id, clock.due, new, reason)
    first = bisect_left(changed, tick_of(clock.start) // DAY)
    last = bisect_right(changed, tick_of(max(clock.due, new)) // DAY)
    days = tuple(date.fromordinal(ordinal) for ordinal in changed[first:last])
    if days:
        return Move(clock.id, clock.due, new, MoveReason.DAYS_CHANGED, days)
    reason = MoveReason.HOURS_CHANGED if hours_changed else MoveReason.CORRECTED
    return Move(clock.id, clock.due, new, reason)


def recompute(
    *, clocks: Iterable[OpenClock], calendar: WorkCalendar, previous: WorkCalendar | None = None
) -> Recomputed:
    """Compute open clocks with a calendar; with the previous one, moves also name the days that changed.

    CORRECTED means that no change of the calendar explains the move: the stored moment was not up to date.
    """
    result = Recomputed()
    days = [] if previous is None else changed_days(previous=previous, calendar=calendar)
    changed = [day.toordinal() for day in days]
    hours_changed = previous is not None and previous.hours != calendar.hours
    for clock in clocks:
        try:
            new = due_at(
                start=clock.start,
                limit=clock.limit,
                calendar=calendar,
                pauses=clock.pauses,
                day_end=clock.day_end,
            )
        except CalendarYearMissing as missing:
            result.undetermined.append(Undetermined(clock.id, clock.due, missing.year))
            continue
        if new != clock.due:
            move = _explained(clock=clock, new=new, changed=changed, hours_changed=hours_changed)
            result.moved.append(move)
    return result
