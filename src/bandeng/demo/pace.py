"""Working time as the demo's people keep it."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reckon.deadlines.calendar import WorkCalendar, working_minutes_between
from reckon.deadlines.china import china_year
from reckon.deadlines.clock import due_at
from reckon.deadlines.limits import Limit, Unit, parse_limit
from reckon.deadlines.years import CalendarYear, CalendarYearMissing, Session, WorkingHours

LOCAL = ZoneInfo("Asia/Shanghai")
SESSIONS = (Session(time(8, 30), time(12, 0)), Session(time(13, 30), time(17, 30)))


class Pace:
    """Counts the minutes in which offices work.

    Where a year's holidays are not published the demo's people work on all its weekdays. That says when they
    act, never when anything is due: legal deadlines come from the published calendar alone.
    """

    def __init__(self, *, until: datetime) -> None:
        years = range(until.year - 1, until.year + 2)
        self._calendar = WorkCalendar(
            years=[_year(year) for year in years],
            hours=[WorkingHours(since=date(until.year - 1, 1, 1), sessions=SESSIONS)],
        )

    def after(self, start: datetime, minutes: float) -> datetime:
        """The moment so many working minutes later."""
        limit = Limit(amount=max(1, round(minutes)), unit=Unit.WORKING_MINUTES)
        moment = due_at(start=start, limit=limit, calendar=self._calendar)
        return moment if moment is not None else start

    def minutes_of(self, *, start: datetime, limit: str) -> float:
        """How many working minutes a limit gives from the start; limits round the clock as they are."""
        parsed = parse_limit(limit)
        moment = due_at(start=start, limit=parsed, calendar=self._calendar)
        if moment is None or parsed.unit is Unit.HOURS:
            return parsed.amount * 60.0
        return float(working_minutes_between(start=start, end=moment, calendar=self._calendar))

    def moment(self, *, start: datetime, limit: str, share: float, soon: bool) -> datetime:
        """The moment when a share of the limit is used up; `soon` counts round the clock."""
        minutes = self.minutes_of(start=start, limit=limit) * share
        if soon or parse_limit(limit).unit is Unit.HOURS:
            return start + timedelta(minutes=minutes)
        return self.after(start, minutes)


def _year(year: int) -> CalendarYear:
    try:
        return china_year(year)
    except CalendarYearMissing:
        return CalendarYear(
            year=year,
            holidays=frozenset(),
            makeup_days=frozenset(),
            source="Demo only",
            published=date(year, 1, 1),
        )
