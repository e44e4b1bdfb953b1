"""The legal calendar in force, built from its dated rows."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Max

from bandeng.core.remembered import Remembered
from bandeng.dispatch.models import CalendarYear, WorkHours
from reckon.deadlines.calendar import WorkCalendar
from reckon.deadlines.clock import due_at
from reckon.deadlines.limits import parse_limit
from reckon.deadlines.years import CalendarYear as PublishedYear
from reckon.deadlines.years import CalendarYearMissing, Session, WorkingHours


@dataclass(frozen=True)
class Due:
    """When a limit runs out; `unknown_year` instead when that year's calendar is not published."""

    at: datetime | None = None
    unknown_year: int | None = None


def _stamp() -> tuple[object, ...]:
    years = CalendarYear.objects.aggregate(count=Count("id"), last=Max("changed_at"))
    hours = WorkHours.objects.aggregate(count=Count("id"), last=Max("id"))
    return years["count"], years["last"], hours["count"], hours["last"]


def year_of(row: CalendarYear) -> PublishedYear:
    """A stored year as the calculation takes it."""
    return PublishedYear(
        year=row.year,
        holidays=frozenset(map(date.fromisoformat, row.holidays)),
        makeup_days=frozenset(map(date.fromisoformat, row.makeup_days)),
        source=row.source,
        published=row.changed_at.date(),
    )


def hours_of(row: WorkHours) -> WorkingHours:
    """Stored working hours as the calculation takes them."""
    sessions = tuple(
        Session(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in row.sessions
    )
    return WorkingHours(row.valid_from, sessions)


def _read() -> WorkCalendar:
    return WorkCalendar(
        years=[year_of(row) for row in CalendarYear.objects.order_by("year")],
        hours=[hours_of(row) for row in WorkHours.objects.order_by("valid_from")],
    )


work_calendar = Remembered(stamp=_stamp, read=_read)
"""The working calendar as it is: `work_calendar()`."""


def due(*, start: datetime, limit: str) -> Due:
    """When a limit such as "5wd" that starts now runs out; no limit gives no time."""
    if not limit:
        return Due()
    try:
        return Due(at=due_at(start=start, limit=parse_limit(limit), calendar=work_calendar()))
    except CalendarYearMissing as missing:
        return Due(unknown_year=missing.year)
