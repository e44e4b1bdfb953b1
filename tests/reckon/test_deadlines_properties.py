"""Properties of the legal clock, with an oracle that walks minute by minute and day by day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reckon.deadlines import (
    SHANGHAI,
    CalendarYear,
    CalendarYearMissing,
    DayEnd,
    Limit,
    Pause,
    Session,
    StepKind,
    Unit,
    WorkCalendar,
    WorkingHours,
    china_year,
    deadline,
    due_at,
    milestones,
    remaining,
    working_minutes_between,
)

MORNING = Session(time(8, 30), time(12))
HOURS = (
    WorkingHours(date(2024, 1, 1), (MORNING, Session(time(13, 30), time(17, 30)))),
    WorkingHours(date(2024, 6, 1), (MORNING, Session(time(14), time(18)))),
    WorkingHours(date(2024, 10, 1), (MORNING, Session(time(13, 30), time(17, 30)))),
    WorkingHours(date(2025, 6, 1), (Session(time(9), time(16)),)),
)
YEARS = [china_year(year) for year in (2024, 2025, 2026)]
CALENDAR = WorkCalendar(years=YEARS, hours=HOURS)
# Made up, to tell what would be if the next year were known.
NEXT_YEAR = CalendarYear(2027, frozenset({date(2027, 1, 1)}), frozenset(), "synthetic", date(2026, 11, 1))
WITH_NEXT_YEAR = WorkCalendar(years=[*YEARS, NEXT_YEAR], hours=HOURS)
FIRST = datetime(2024, 1, 2, tzinfo=SHANGHAI)
# Leaves room for the longest limit and all pauses before the calendar ends.
SPAN_MINUTES = 500 * 24 * 60
LARGEST = {
    Unit.WORKING_MINUTES: 6_000,
    Unit.WORKING_HOURS: 200,
    Unit.WORKING_DAYS: 60,
    Unit.CALENDAR_DAYS: 120,
    Unit.HOURS: 400,
}
WORKING_TIME = (Unit.WORKING_MINUTES, Unit.WORKING_HOURS)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Moments to the second, in Shanghai."""
    minutes = draw(st.integers(0, SPAN_MINUTES))
    return FIRST + timedelta(minutes=minutes, seconds=draw(st.sampled_from([0, 0, 1, 59])))


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    """Limits of all units."""
    unit = draw(st.sampled_from(list(Unit)))
    return Limit(draw(st.integers(1, LARGEST[unit])), unit)


@st.composite
def clocks(draw: st.DrawFn) -> tuple[datetime, Limit, list[Pause], DayEnd]:
    """A start, a limit, and closed pauses near the start."""
    start = draw(moments())
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        begin = start + timedelta(minutes=draw(st.integers(-3_000, 40_000)))
        length = draw(st.one_of(st.integers(0, 600), st.integers(0, 30_000)))
        pauses.append(Pause(begin, begin + timedelta(minutes=length), "reason"))
    return start, draw(limits()), pauses, draw(st.sampled_from(list(DayEnd)))


def reckon(
    *,
    start: datetime,
    limit: Limit,
    pauses: Sequence[Pause],
    day_end: DayEnd,
    calendar: WorkCalendar = CALENDAR,
) -> datetime:
    """Due moment of a clock that isn't held."""
    due = due_at(start=start, limit=limit, calendar=calendar, pauses=pauses, day_end=day_end)
    assert due is not None
    return due


def end_of_day(day: date, day_end: DayEnd) -> datetime:
    """End of a day as the statute has it."""
    if day_end is DayEnd.MIDNIGHT:
        return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    return CALENDAR.closing(day)


def day_oracle(start: datetime, limit: Limit, pauses: Sequence[Pause], day_end: DayEnd) -> datetime:
    """Walk day by day, counting days at whose end the clock runs."""
    day, counted = start.date(), 0
    while True:
        day += timedelta(days=1)
        end = end_of_day(day, day_end)
        if any(pause.end is not None and pause.start < end <= pause.end for pause in pauses):
            continue
        worked = CALENDAR.is_working_day(day)
        counted += worked or limit.unit is Unit.CALENDAR_DAYS
        if counted >= limit.amount and worked:
            return end


def minute_oracle(start: datetime, minutes: int, pauses: Sequence[Pause]) -> datetime:
    """Walk minute by minute, counting those worked and not paused; all moments in whole minutes."""
    moment = start
    while minutes:
        hours = next(row for row in reversed(HOURS) if row.since <= moment.date())
        works = any(session.opens <= moment.time() < session.closes for session in hours.sessions)
        held = any(pause.end is not None and pause.start <= moment < pause.end for pause in pauses)
        minutes -= works and not held and CALENDAR.is_working_day(moment.date())
        moment += timedelta(minutes=1)
    return moment


@given(clocks())
def test_days_agree_with_walking_day_by_day(
    clock: tuple[datetime, Limit, list[Pause], DayEnd],
) -> None:
    start, limit, pauses, day_end = clock
    assume(limit.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS))
    due = reckon(start=start, limit=limit, pauses=pauses, day_end=day_end)
    assert due == day_oracle(start, limit, pauses, day_end)


@given(clocks(), st.integers(1, 900))
def test_minutes_agree_with_walking_minute_by_minute(
    clock: tuple[datetime, Limit, list[Pause], DayEnd], minutes: int
) -> None:
    start, _, pauses, day_end = clock
    offset = timedelta(seconds=start.second)
    start -= offset
    pauses = [replace(one, start=one.start - offset, end=(one.end or one.start) - offset) for one in pauses]
    limit = Limit(minutes, Unit.WORKING_MINUTES)
    due = reckon(start=start, limit=limit, pauses=pauses, day_end=day_end)
    assert due == minute_oracle(start, minutes, pauses)


@given(clocks(), st.integers(1, 50))
def test_longer_limit_is_never_due_earlier(
    clock: tuple[datetime, Limit, list[Pause], DayEnd], more: int
) -> None:
    start, limit, pauses, day_end = clock
    longer = replace(limit, amount=limit.amount + more)
    assert reckon(start=start, limit=limit, pauses=pauses, day_end=day_end) <= reckon(
        start=start, limit=longer, pauses=pauses, day_end=day_end
    )


@given(clocks(), st.integers(0, 20_000))
def test_later_start_is_never_due_earlier(
    clock: tuple[datetime, Limit, list[Pause], DayEnd], minutes: int
) -> None:
    start, limit, pauses, day_end = clock
    due = reckon(start=start, limit=limit, pauses=pauses, day_end=day_end)
    later = start + timedelta(minutes=minutes)
    assert start <= due <= reckon(start=later, limit=limit, pauses=pauses, day_end=day_end)


@given(clocks(), st.integers(-3_000, 60_000), st.integers(0, 20_000))
def test_one_more_pause_is_never_due_earlier(
    clock: tuple[datetime, Limit, list[Pause], DayEnd], offset: int, length: int
) -> None:
    start, limit, pauses, day_end = clock
    begin = start + timedelta(minutes=offset)
    more = [*pauses, Pause(begin, begin + timedelta(minutes=length), "more")]
    due = reckon(start=start, limit=limit, pauses=pauses, day_end=day_end)
    assert due <= reckon(start=start, limit=limit, pauses=more, day_end=day_end)


@given(clocks(), st.integers(0, 1_000))
def test_pause_cut_in_two_is_the_same_pause(
    clock: tuple[datetime, Limit, list[Pause], DayEnd], share: int
) -> None:
    start, limit, pauses, day_end = clock
    halves = []
    for pause in pauses:
        assert pause.end is not None
        middle = pause.start + (pause.end - pause.start) * share / 1_000
        halves += [Pause(middle, pause.end, "second"), Pause(pause.start, middle, "first")]
    assert reckon(start=start, limit=limit, pauses=pauses, day_end=day_end) == reckon(
        start=start, limit=limit, pauses=halves, day_end=day_end
    )


@given(clocks(), st.integers(0, 500))
def test_one_more_holiday_is_never_due_earlier(
    clock: tuple[datetime, Limit, list[Pause], DayEnd], offset: int
) -> None:
    start, limit, pauses, day_end = clock
    holiday = start.date() + timedelta(days=offset)
    assume(holiday.year <= 2026 and not any(holiday in row.makeup_days for row in YEARS))
    rows = [
        replace(row, holidays=row.holidays | {holiday}) if row.year == holiday.year else row for row in YEARS
    ]
    fewer = WorkCalendar(years=rows, hours=HOURS)
    due = reckon(start=start, limit=limit, pauses=pauses, day_end=day_end)
    assert due <= reckon(start=start, limit=limit, pauses=pauses, day_end=day_end, calendar=fewer)


@given(moments(), moments(), moments())
def test_working_minutes_add_up(first: datetime, second: datetime, third: datetime) -> None:
    def between(start: datetime, end: datetime) -> int:
        return working_minutes_between(start=start, end=end, calendar=CALENDAR)

    assert between(first, second) + between(second, third) == between(first, third)
    assert between(first, second) == -between(second, first)


@given(moments(), st.integers(0, 20_000))
def test_working_minutes_come_back(start: datetime, minutes: int) -> None:
    due = due_at(start=start, limit=Limit(minutes, Unit.WORKING_MINUTES), calendar=CALENDAR)
    assert due is not None
    assert working_minutes_between(start=start, end=due, calendar=CALENDAR) == minutes
    assert remaining(now=start, due=due, calendar=CALENDAR).minutes == minutes


@given(clocks(), st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Shanghai", "UTC"]))
def test_summer_time_elsewhere_does_not_matter(
    clock: tuple[datetime, Limit, list[Pause], DayEnd], zone: str
) -> None:
    start, limit, pauses, day_end = clock
    elsewhere = [
        replace(pause, start=pause.start.astimezone(ZoneInfo(zone)), end=pause.end) for pause in pauses
    ]
    assert reckon(start=start, limit=limit, pauses=pauses, day_end=day_end) == reckon(
        start=start.astimezone(ZoneInfo(zone)), limit=limit, pauses=elsewhere, day_end=day_end
    )


@given(clocks())
def test_working_agrees_with_the_due_moment(
    clock: tuple[datetime, Limit, list[Pause], DayEnd],
) -> None:
    start, limit, pauses, day_end = clock
    full = deadline(start=start, limit=limit, calendar=CALENDAR, pauses=pauses, day_end=day_end)
    assert full.due == reckon(start=start, limit=limit, pauses=pauses, day_end=day_end)
    assert (full.working[0].kind, full.working[-1].kind) == (StepKind.START, StepKind.DUE)
    for earlier, later in pairwise(full.working):
        assert earlier.first <= later.first
        assert later.first <= later.last
    counted = [step.amount for step in full.working if step.kind is StepKind.COUNTED]
    minutes = limit.amount * (60 if limit.unit in (Unit.WORKING_HOURS, Unit.HOURS) else 1)
    assert sum(counted) == minutes


@given(clocks(), st.integers(0, 30_000), st.integers(0, 20_000))
def test_open_pause_leaves_what_resuming_uses_up(
    clock: tuple[datetime, Limit, list[Pause], DayEnd], offset: int, length: int
) -> None:
    start, limit, _, day_end = clock
    # A started minute is told as left, so seconds would show as a whole minute more.
    start = start.replace(second=0)
    begin = start + timedelta(minutes=offset)
    resumed = begin + timedelta(minutes=length)
    held = deadline(
        start=start, limit=limit, calendar=CALENDAR, pauses=[Pause(begin, None, "")], day_end=day_end
    )
    closed = [Pause(begin, resumed, "")]
    due = reckon(start=start, limit=limit, pauses=closed, day_end=day_end)
    if held.due is not None:
        assert held.due == due <= begin
        return
    assert due > resumed or limit.unit in WORKING_TIME
    assert held.left is not None
    if limit.unit in WORKING_TIME:
        left = Limit(held.left.minutes, Unit.WORKING_MINUTES)
        assert due == due_at(start=resumed, limit=left, calendar=CALENDAR)


@given(
    st.integers(0, 60_000),
    st.sampled_from([Unit.WORKING_MINUTES, Unit.WORKING_DAYS, Unit.CALENDAR_DAYS]),
    st.integers(1, 45),
)
def test_unknown_year_is_refused_exactly_where_the_count_needs_it(
    minutes: int, unit: Unit, amount: int
) -> None:
    start = datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI) - timedelta(minutes=minutes)
    limit = Limit(amount * (200 if unit is Unit.WORKING_MINUTES else 1), unit)
    due = due_at(start=start, limit=limit, calendar=WITH_NEXT_YEAR)
    assert due is not None
    if due.year == 2026:
        assert due_at(start=start, limit=limit, calendar=CALENDAR) == due
        return
    with pytest.raises(CalendarYearMissing) as refused:
        due_at(start=start, limit=limit, calendar=CALENDAR)
    assert refused.value.year == 2027


@given(clocks())
def test_due_moment_is_in_business_time(clock: tuple[datetime, Limit, list[Pause], DayEnd]) -> None:
    start, limit, pauses, _ = clock
    assume(limit.unit is not Unit.HOURS)
    due = reckon(start=start, limit=limit, pauses=pauses, day_end=DayEnd.CLOSE_OF_BUSINESS)
    assert CALENDAR.is_working_day(due.date())
    assert CALENDAR.opening(due.date()) < due <= CALENDAR.closing(due.date())


@given(clocks())
def test_due_milestone_is_the_due_moment(clock: tuple[datetime, Limit, list[Pause], DayEnd]) -> None:
    start, limit, pauses, day_end = clock
    due = reckon(start=start, limit=limit, pauses=pauses, day_end=day_end)
    (only,) = milestones(start=start, due=due, calendar=CALENDAR, pauses=pauses, unit=limit.unit)
    assert only.at == due
