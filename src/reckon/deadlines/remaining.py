"""Time left or over, in minutes and in at most two parts for people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reckon.deadlines.calendar import WorkCalendar, working_minutes_between
from reckon.deadlines.limits import Unit
from reckon.deadlines.timeline import DAY, MINUTE, SHANGHAI, tick_of

HOUR_MINUTES = 60
DAY_MINUTES = DAY // MINUTE


class PartUnit(StrEnum):
    """Unit of a part; a working day is as long as its sessions."""

    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True)
class Part:
    """An amount to show, such as 3 days."""

    amount: int
    unit: PartUnit


@dataclass(frozen=True, slots=True)
class Remaining:
    """Minutes left, negative when over; `working` tells working time from clock time."""

    minutes: int
    working: bool
    parts: tuple[Part, ...]

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return self.minutes < 0


def split_minutes(*, minutes: int, day_minutes: int) -> tuple[Part, ...]:
    """The largest unit and the one below it, cut off (not rounded), without zeros; the sign is left out."""
    days, rest = divmod(abs(minutes), day_minutes)
    hours, single = divmod(rest, HOUR_MINUTES)
    parts = [Part(days, PartUnit.DAY), Part(hours, PartUnit.HOUR), Part(single, PartUnit.MINUTE)]
    while len(parts) > 1 and parts[0].amount == 0:
        parts.pop(0)
    shown = tuple(part for part in parts[:2] if part.amount)
    return shown or (Part(0, PartUnit.MINUTE),)


def remaining(
    *, now: datetime, due: datetime, calendar: WorkCalendar, unit: Unit = Unit.WORKING_MINUTES
) -> Remaining:
    """Time left until due: working time, but clock time for limits in hours, which run day and night.

    Raises CalendarYearMissing when `now` and `due` span a year that isn't known (never for hours).
    """
    if unit is Unit.HOURS:
        minutes = tick_of(due) // MINUTE - tick_of(now) // MINUTE
        return Remaining(minutes, False, split_minutes(minutes=minutes, day_minutes=DAY_MINUTES))
    minutes = working_minutes_between(start=now, end=due, calendar=calendar)
    day_minutes = calendar.minutes_on(now.astimezone(SHANGHAI).date())
    return Remaining(minutes, True, split_minutes(minutes=minutes, day_minutes=day_minutes))
