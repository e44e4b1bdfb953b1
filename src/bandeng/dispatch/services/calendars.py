"""Calendar years and working hours as data; every change computes the open deadlines anew and says which moved."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.dispatch.calendar import hours_of, work_calendar, year_of
from bandeng.dispatch.models import CalendarYear, WorkHours
from bandeng.dispatch.services.recomputing import Recomputation, deadlines_recompute
from bandeng.organisations.rules import Duty, Scope, check_duty
from reckon.deadlines.calendar import WorkCalendar
from reckon.deadlines.china import china_year
from reckon.deadlines.years import CalendarYear as PublishedYear
from reckon.deadlines.years import CalendarYearMissing

FILE = Path(__file__).parent.parent / "data" / "calendar.toml"


class CalendarInvalid(ValueError):
    """A year or hours that cannot be: the text says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class NewYear:
    """One year's arrangement as somebody enters it."""

    year: int
    holidays: frozenset[date]
    makeup_days: frozenset[date]
    source: str


@dataclass(frozen=True, kw_only=True)
class NewHours:
    """Working hours from a date on, as ("08:30", "12:00") pairs."""

    valid_from: date
    sessions: tuple[tuple[str, str], ...]
    source: str = ""


@dataclass(frozen=True)
class NewCalendar:
    """Everything that is set at once."""

    years: tuple[NewYear, ...] = ()
    hours: tuple[NewHours, ...] = field(default=())


@cache
def _base() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def calendar_load() -> None:
    """Bring the published years and the usual hours in where there are none; what is there stays."""
    moment = clock.now()
    for year in _base()["years"]:
        if not CalendarYear.objects.filter(year=year).exists():
            _base_year(year, moment)
    if not WorkHours.objects.exists():
        for row in _base()["work_hours"]:
            WorkHours.objects.create(**row)
    work_calendar.forget()


def _base_year(year: int, moment: datetime) -> None:
    try:
        published = china_year(year)
    except CalendarYearMissing:
        return
    CalendarYear.objects.create(
        **_columns(published.year, published.holidays, published.makeup_days, published.source, moment)
    )


def _columns(
    year: int, holidays: Iterable[date], makeup_days: Iterable[date], source: str, moment: datetime
) -> dict[str, Any]:
    return {
        "year": year,
        "holidays": sorted(day.isoformat() for day in holidays),
        "makeup_days": sorted(day.isoformat() for day in makeup_days),
        "source": source,
        "changed_at": moment,
    }


def calendar_year_set(
    *,
    year: int,
    holidays: Iterable[date],
    makeup_days: Iterable[date],
    source: str,
    actor: Actor,
    scope: Scope | None,
    dry_run: bool = False,
) -> Recomputation:
    """Set one year's days and compute the open deadlines anew; a dry run only says what would move.

    Raises DutyMissing, CalendarInvalid.
    """
    new = NewYear(
        year=year, holidays=frozenset(holidays), makeup_days=frozenset(makeup_days), source=source.strip()
    )
    return calendar_set(new=NewCalendar(years=(new,)), actor=actor, scope=scope, dry_run=dry_run)


def work_hours_set(
    *,
    valid_from: date,
    sessions: Sequence[tuple[str, str]],
    source: str,
    actor: Actor,
    scope: Scope | None,
    dry_run: bool = False,
) -> Recomputation:
    """Set the working hours from a date on and compute the open deadlines anew."""
    new = NewHours(valid_from=valid_from, sessions=tuple(sessions), source=source)
    return calendar_set(new=NewCalendar(hours=(new,)), actor=actor, scope=scope, dry_run=dry_run)


def calendar_set(
    *, new: NewCalendar, actor: Actor, scope: Scope | None, dry_run: bool = False
) -> Recomputation:
    """Set years and hours together, in one transaction with every deadline that they move."""
    if scope is not None:
        check_duty(scope=scope, duty=Duty.RULES)
    if not all(each.source for each in new.years):
        raise CalendarInvalid("A year needs its source: which notice says so.")
    previous = _stored()
    following = _following(previous, new)
    if dry_run:
        return deadlines_recompute(previous=previous, calendar=following, actor=actor, dry_run=True)
    with transaction.atomic():
        _write(new, actor)
        result = deadlines_recompute(previous=previous, calendar=following, actor=actor, dry_run=False)
    work_calendar.forget()
    return result


def calendar_recompute(*, actor: Actor = SYSTEM, dry_run: bool = False) -> Recomputation:
    """Compute the open deadlines with the calendar as it is, as after changing its rows by hand."""
    known = _stored()
    return deadlines_recompute(previous=None, calendar=known, actor=actor, dry_run=dry_run)


def _stored() -> WorkCalendar:
    return WorkCalendar(
        years=[year_of(row) for row in CalendarYear.objects.order_by("year")],
        hours=[hours_of(row) for row in WorkHours.objects.order_by("valid_from")],
    )


def _following(previous: WorkCalendar, new: NewCalendar) -> WorkCalendar:
    """The calendar as it will be. Raises CalendarInvalid."""
    try:
        years = dict(previous.years) | {each.year: _published(each) for each in new.years}
        hours = {row.since: row for row in previous.hours}
        for each in new.hours:
            hours[each.valid_from] = hours_of(_hours_row(each))
        return WorkCalendar(years=years.values(), hours=hours.values())
    except ValueError as wrong:
        raise CalendarInvalid(str(wrong)) from wrong


def _published(new: NewYear) -> PublishedYear:
    return PublishedYear(
        year=new.year,
        holidays=new.holidays,
        makeup_days=new.makeup_days,
        source=new.source,
        published=timezone.localdate(clock.now()),
    )


def _hours_row(new: NewHours) -> WorkHours:
    return WorkHours(
        valid_from=new.valid_from, sessions=[list(session) for session in new.sessions], source=new.source
    )


def _write(new: NewCalendar, actor: Actor) -> None:
    records = []
    for year in new.years:
        before = (
            CalendarYear.objects.filter(year=year.year).values("holidays", "makeup_days", "source").first()
        )
        columns = _columns(year.year, year.holidays, year.makeup_days, year.source, clock.now())
        CalendarYear.objects.update_or_create(year=year.year, defaults=columns)
        subject = ("dispatch.calendaryear", str(year.year))
        records.append(audit.Record("calendar.year_set", subject, actor.key, before or {}, columns))
    for hours in new.hours:
        row = _hours_row(hours)
        told = {"sessions": row.sessions, "source": row.source}
        WorkHours.objects.update_or_create(valid_from=row.valid_from, defaults=told)
        subject = ("dispatch.workhours", row.valid_from.isoformat())
        records.append(audit.Record("calendar.hours_set", subject, actor.key, {}, told))
    audit.record_many(records)


def calendar_read(text: str) -> NewCalendar:
    """Years and hours from a file in TOML. Raises CalendarInvalid.

    [[year]] with year, holidays, makeup_days (dates) and source; [[work_hours]] with valid_from, sessions, source.
    """
    try:
        document = tomllib.loads(text)
        years = tuple(_year_read(row) for row in document.get("year", ()))
        hours = tuple(_hours_read(row) for row in document.get("work_hours", ()))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise CalendarInvalid(f"The file cannot be read: {wrong}") from wrong
    if not years and not hours:
        raise CalendarInvalid("The file has no [[year]] and no [[work_hours]].")
    return NewCalendar(years, hours)


def _days(row: Mapping[str, Any], name: str) -> frozenset[date]:
    return frozenset(day if isinstance(day, date) else date.fromisoformat(day) for day in row[name])


def _year_read(row: Mapping[str, Any]) -> NewYear:
    return NewYear(
        year=int(row["year"]),
        holidays=_days(row, "holidays"),
        makeup_days=_days(row, "makeup_days"),
        source=str(row["source"]).strip(),
    )


def _hours_read(row: Mapping[str, Any]) -> NewHours:
    since = row["valid_from"]
    return NewHours(
        valid_from=since if isinstance(since, date) else date.fromisoformat(since),
        sessions=tuple((str(opens), str(closes)) for opens, closes in row["sessions"]),
        source=str(row.get("source", "")),
    )
