"""The working calendar of an authority: which days are worked, and at which hours."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum

from reckon.deadlines.timeline import DAY, MINUTE, Timeline, moment_of, tick_of
from reckon.deadlines.years import SATURDAY, CalendarYear, CalendarYearMissing, WorkingHours


class DayKind(StrEnum):
    """What a day is in the working calendar."""

    WORKING_DAY = "working_day"
    MAKEUP_DAY = "makeup_day"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


def day_kinds(*, row: CalendarYear) -> Iterator[tuple[int, DayKind]]:
    """Kind of each day of a year, by ordinal."""
    for ordinal in range(date(row.year, 1, 1).toordinal(), date(row.year, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day in row.makeup_days:
            yield ordinal, DayKind.MAKEUP_DAY
        elif day in row.holidays:
            yield ordinal, DayKind.HOLIDAY
        else:
            yield ordinal, DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKING_DAY


class WorkCalendar:
    """Years and working hours, totalled up once. Build it once, share it; it never changes.

    Days are those of Asia/Shanghai. A year without a row, or whose row isn't published, raises
    CalendarYearMissing as soon as a count needs it.
    """

    def __init__(self, *, years: Iterable[CalendarYear], hours: Iterable[WorkingHours]) -> None:
        rows = tuple(years)
        self.hours = tuple(sorted(hours, key=lambda row: row.since))
        self.years = {row.year: row for row in rows if row.published is not None}
        if len({row.year for row in rows}) < len(rows):
            raise ValueError("A calendar year is given twice. Keep one row for each year.")
        if not self.hours or len({row.since for row in self.hours}) < len(self.hours):
            raise ValueError(
                "Working hours are missing or given twice for a date. Give one row for each date."
            )
        if self.years and self.hours[0].since > date(min(self.years), 1, 1):
            raise ValueError(
                f"Working hours start {self.hours[0].since}, after the first calendar year has begun. "
                "Add the hours in force before."
            )
        self.timeline = Timeline(years=self.years.values(), hours=self.hours)
        self._kinds = {day: kind for row in self.years.values() for day, kind in day_kinds(row=row)}

    def year(self, year: int) -> CalendarYear:
        """Row of a year; raises CalendarYearMissing."""
        row = self.years.get(year)
        if row is None:
            raise CalendarYearMissing(year)
        return row

    def kind(self, day: date) -> DayKind:
        """What a day is; raises CalendarYearMissing."""
        return self.kind_on(day.toordinal())

    def kind_on(self, ordinal: int) -> DayKind:
        """What the day of an ordinal is; raises CalendarYearMissing."""
        kind = self._kinds.get(ordinal)
        if kind is None:
            raise CalendarYearMissing(date.fromordinal(ordinal).year)
        return kind

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked; raises CalendarYearMissing."""
        return self.timeline.is_worked(day.toordinal())

    def minutes_on(self, day: date) -> int:
        """Session minutes of a day if it is worked; needs no row of the year."""
        return self.timeline.hours_on(day.toordinal()).total // MINUTE

    def opening(self, day: date) -> datetime:
        """When a day's business would open; needs no row of the year."""
        ordinal = day.toordinal()
        return moment_of(ordinal * DAY + self.timeline.hours_on(ordinal).opens)

    def closing(self, day: date) -> datetime:
        """When a day's business would close; needs no row of the year."""
        ordinal = day.toordinal()
        return moment_of(ordinal * DAY + self.timeline.hours_on(ordinal).closes)


def working_minutes_between(*, start: datetime, end: datetime, calendar: WorkCalendar) -> int:
    """Working minutes from one aware moment to another, negative backwards.

    Each moment counts as its started minute, so that adjoining stretches add up exactly.
    """
    first, last = tick_of(start), tick_of(end)
    if first <= last:
        return calendar.timeline.whole_minutes(first, last)
    return -calendar.timeline.whole_minutes(last, first)
