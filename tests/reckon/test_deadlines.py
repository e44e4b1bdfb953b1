"""The legal clock against statutes and published holiday arrangements, computed by hand."""

import pickle  # noqa: TID251 (an error must cross processes; nothing foreign is loaded)
from datetime import UTC, date, datetime, time, timedelta

import pytest

from reckon.deadlines import (
    SHANGHAI,
    CalendarYear,
    CalendarYearMissing,
    DayEnd,
    DayKind,
    InvalidLimit,
    Limit,
    NaiveMoment,
    Part,
    PartUnit,
    Pause,
    Session,
    StepKind,
    StepReason,
    Unit,
    WorkCalendar,
    WorkingHours,
    china_year,
    deadline,
    due_at,
    format_limit,
    parse_limit,
    remaining,
    split_minutes,
    working_minutes_between,
)

MORNING = Session(time(8, 30), time(12))
AFTERNOON = Session(time(13, 30), time(17, 30))
SUMMER_AFTERNOON = Session(time(14), time(18))
HOURS = WorkingHours(date(2024, 1, 1), (MORNING, AFTERNOON))


def work_calendar(*years: int, hours: tuple[WorkingHours, ...] = (HOURS,)) -> WorkCalendar:
    """Published years with plain or given hours."""
    return WorkCalendar(years=[china_year(year) for year in years or (2024, 2025, 2026)], hours=hours)


CALENDAR = work_calendar()


def at(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2026) -> datetime:
    """A moment in Shanghai."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def due(start: datetime, limit: str, *pauses: Pause, day_end: DayEnd = DayEnd.CLOSE_OF_BUSINESS) -> object:
    """Due moment, checked to be the same with and without its working."""
    parsed = parse_limit(limit)
    plain = due_at(start=start, limit=parsed, calendar=CALENDAR, pauses=pauses, day_end=day_end)
    full = deadline(start=start, limit=parsed, calendar=CALENDAR, pauses=pauses, day_end=day_end)
    assert plain == full.due
    return plain


# --- The State Council's arrangements: (first day off, last day off), and the weekend days worked.

ARRANGEMENTS: dict[int, tuple[list[tuple[date, date]], set[date]]] = {
    2024: (
        [
            (date(2024, 1, 1), date(2024, 1, 1)),
            (date(2024, 2, 10), date(2024, 2, 17)),
            (date(2024, 4, 4), date(2024, 4, 6)),
            (date(2024, 5, 1), date(2024, 5, 5)),
            (date(2024, 6, 10), date(2024, 6, 10)),
            (date(2024, 9, 15), date(2024, 9, 17)),
            (date(2024, 10, 1), date(2024, 10, 7)),
        ],
        {
            date(2024, 2, 4),
            date(2024, 2, 18),
            date(2024, 4, 7),
            date(2024, 4, 28),
            date(2024, 5, 11),
            date(2024, 9, 14),
            date(2024, 9, 29),
            date(2024, 10, 12),
        },
    ),
    2025: (
        [
            (date(2025, 1, 1), date(2025, 1, 1)),
            (date(2025, 1, 28), date(2025, 2, 4)),
            (date(2025, 4, 4), date(2025, 4, 6)),
            (date(2025, 5, 1), date(2025, 5, 5)),
            (date(2025, 5, 31), date(2025, 6, 2)),
            (date(2025, 10, 1), date(2025, 10, 8)),
        ],
        {date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)},
    ),
    2026: (
        [
            (date(2026, 1, 1), date(2026, 1, 3)),
            (date(2026, 2, 15), date(2026, 2, 23)),
            (date(2026, 4, 4), date(2026, 4, 6)),
            (date(2026, 5, 1), date(2026, 5, 5)),
            (date(2026, 6, 19), date(2026, 6, 21)),
            (date(2026, 9, 25), date(2026, 9, 27)),
            (date(2026, 10, 1), date(2026, 10, 7)),
        ],
        {
            date(2026, 1, 4),
            date(2026, 2, 14),
            date(2026, 2, 28),
            date(2026, 5, 9),
            date(2026, 9, 20),
            date(2026, 10, 10),
        },
    ),
}


@pytest.mark.parametrize("year", ARRANGEMENTS)
def test_every_day_of_the_year_follows_the_published_arrangement(year: int) -> None:
    spans, makeup_days = ARRANGEMENTS[year]
    for offset in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
        day = date(year, 1, 1) + timedelta(days=offset)
        off = any(first <= day <= last for first, last in spans) or day.weekday() >= 5
        assert CALENDAR.is_working_day(day) is (day in makeup_days or not off), day


@pytest.mark.parametrize("year", [2000, 2027, 2030])
def test_year_without_arrangement_is_refused(year: int) -> None:
    with pytest.raises(CalendarYearMissing, match=f"State Council's notice for {year}") as refused:
        china_year(year)
    assert refused.value.year == year
    assert pickle.loads(pickle.dumps(refused.value)).year == year


def test_year_row_names_its_notice() -> None:
    row = china_year(2026)
    assert row.published == date(2025, 11, 4)
    assert "国办发明电〔2025〕7号" in row.source


def test_make_up_day_set_by_the_next_years_notice_belongs_to_its_own_year() -> None:
    assert date(2011, 12, 31) in china_year(2011).makeup_days
    assert china_year(2012).published == date(2011, 12, 31)


def test_draft_year_is_refused() -> None:
    draft = CalendarYear(2027, frozenset({date(2027, 1, 1)}), frozenset(), "draft", None)
    calendar = WorkCalendar(years=[china_year(2026), draft], hours=[HOURS])
    with pytest.raises(CalendarYearMissing):
        calendar.is_working_day(date(2027, 1, 4))
    with pytest.raises(CalendarYearMissing):
        calendar.kind(date(2027, 1, 4))


def test_day_kinds() -> None:
    assert CALENDAR.kind(date(2026, 5, 9)) is DayKind.MAKEUP_DAY
    assert CALENDAR.kind(date(2026, 5, 10)) is DayKind.WEEKEND
    assert CALENDAR.kind(date(2026, 10, 1)) is DayKind.HOLIDAY
    assert CALENDAR.kind(date(2026, 10, 8)) is DayKind.WORKING_DAY


@pytest.mark.parametrize(
    ("holidays", "makeup_days"),
    [
        ({date(2027, 1, 1)}, set()),
        ({date(2026, 5, 9)}, {date(2026, 5, 9)}),
        (set(), {date(2026, 5, 8)}),
    ],
)
def test_wrong_year_rows_are_refused(holidays: set[date], makeup_days: set[date]) -> None:
    with pytest.raises(ValueError, match=r"\. [A-Z]"):
        CalendarYear(2026, frozenset(holidays), frozenset(makeup_days), "test", date(2025, 11, 4))


def test_wrong_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="Exchange the times"):
        Session(time(12), time(8))
    with pytest.raises(ValueError, match="whole minute"):
        Session(time(8, 0, 1), time(12))
    with pytest.raises(ValueError, match="without overlap"):
        WorkingHours(date(2026, 1, 1), (MORNING, Session(time(11), time(13))))
    with pytest.raises(ValueError, match="at least one"):
        WorkingHours(date(2026, 1, 1), ())
    with pytest.raises(ValueError, match="in force before"):
        work_calendar(2026, hours=(WorkingHours(date(2026, 3, 1), (MORNING,)),))
    with pytest.raises(ValueError, match="one row for each date"):
        work_calendar(2026, hours=())
    with pytest.raises(ValueError, match="one row for each year"):
        work_calendar(2026, 2026)
    with pytest.raises(ValueError, match="later year"):
        CalendarYear(1991, frozenset(), frozenset(), "test", date(1990, 12, 1))


# --- Limits in writing.


@pytest.mark.parametrize("text", ["5wd", "60d", "30wm", "24wh", "2h", "0wh"])
def test_limit_is_written_and_read(text: str) -> None:
    assert format_limit(parse_limit(text)) == text


@pytest.mark.parametrize("text", ["", "5", "wd", "5 weeks", "-5wd", "1.5h", "0d", "0wd", "123456d", "５wd"])
def test_unreadable_limit_is_refused(text: str) -> None:
    with pytest.raises(InvalidLimit, match=r"Write|Give"):
        parse_limit(text)


# --- Statutes.


def test_start_day_is_not_counted_and_last_day_ends_at_close_of_business() -> None:
    # 民法典 201, 203: 信访工作条例 22, 15 days from a Thursday; the last is a Friday.
    assert due(at(4, 30, 9), "15d") == at(5, 15, 17, 30)


def test_last_calendar_day_on_a_holiday_moves_to_the_first_working_day() -> None:
    # 信访工作条例 34: the sixtieth day is 5 October, in the National Day holiday.
    assert due(at(8, 6, 10), "60d") == at(10, 8, 17, 30)


def test_last_calendar_day_on_a_make_up_day_stays() -> None:
    assert due(at(4, 24, 10), "15d") == at(5, 9, 17, 30)


def test_objection_to_a_transfer_counts_working_days_only() -> None:
    # 信访工作条例 23: five working days around National Day, with Saturday 10 October worked.
    assert due(at(9, 30, 10), "5wd") == at(10, 13, 17, 30)


def test_limit_in_days_started_at_night_or_on_a_day_off_counts_from_the_next_day() -> None:
    assert due(at(5, 18, 23), "1wd") == at(5, 19, 17, 30)
    assert due(at(5, 17, 9), "1wd") == at(5, 18, 17, 30)
    assert due(at(5, 17, 9), "1d") == at(5, 18, 17, 30)


def test_person_who_may_file_at_any_hour_has_until_midnight() -> None:
    # 信访工作条例 35: 30 days to ask for a second look; the last day falls on 1 October.
    result = deadline(
        start=at(9, 1, 15), limit=parse_limit("30d"), calendar=CALENDAR, day_end=DayEnd.MIDNIGHT
    )
    assert result.due == at(10, 9)
    assert result.last_day == date(2026, 10, 8)
    assert result.working[-1].reason is StepReason.MIDNIGHT


def test_working_minutes_run_within_sessions_only() -> None:
    assert due(at(5, 18, 9), "30wm") == at(5, 18, 9, 30)
    assert due(at(5, 18, 11, 45), "30wm") == at(5, 18, 13, 45)
    assert due(at(5, 18, 11, 30), "30wm") == at(5, 18, 12)
    assert due(at(9, 30, 17, 20), "30wm") == at(10, 8, 8, 50)
    assert due(at(5, 17, 3), "30wm") == at(5, 18, 9)


def test_working_hours_are_hours_of_work_not_of_the_clock() -> None:
    # 7.5 hours a day: 24 working hours are three days and one hour and a half.
    assert due(at(5, 18, 8, 30), "24wh") == at(5, 21, 10)


def test_no_time_at_all_is_due_at_once() -> None:
    assert due(at(5, 17, 3), "0wh") == at(5, 17, 3)


def test_hours_run_day_and_night_and_need_no_calendar() -> None:
    # 出境入境管理法 39: lodging is registered within 24 hours, holiday or not.
    assert due(at(12, 31, 23), "24h") == at(1, 1, 23, year=2027)


def test_seasonal_hours_change_from_their_date_on() -> None:
    summer = WorkingHours(date(2026, 6, 1), (MORNING, SUMMER_AFTERNOON))
    calendar = work_calendar(2026, hours=(HOURS, summer))
    three = parse_limit("3wd")
    assert due_at(start=at(5, 26, 9), limit=three, calendar=calendar) == at(5, 29, 17, 30)
    assert due_at(start=at(5, 28, 9), limit=three, calendar=calendar) == at(6, 2, 18)
    assert calendar.opening(date(2026, 6, 2)) == at(6, 2, 8, 30)
    assert calendar.closing(date(2026, 6, 2)) == at(6, 2, 18)


def test_result_is_in_shanghai_whatever_the_start_is_in() -> None:
    result = due(at(5, 18, 9).astimezone(UTC), "30wm")
    assert result == at(5, 18, 9, 30)
    assert isinstance(result, datetime)
    assert result.tzinfo is SHANGHAI


def test_naive_moments_are_refused() -> None:
    naive = at(5, 18, 9).replace(tzinfo=None)
    with pytest.raises(NaiveMoment, match="aware"):
        due_at(start=naive, limit=parse_limit("5wd"), calendar=CALENDAR)
    with pytest.raises(NaiveMoment):
        Pause(naive, None, "")
    with pytest.raises(NaiveMoment):
        Pause(at(5, 1), naive, "")
    with pytest.raises(NaiveMoment):
        working_minutes_between(start=naive, end=at(5, 1), calendar=CALENDAR)


def test_unknown_year_is_refused_where_it_matters() -> None:
    for start, limit in [(at(12, 30, 9), "2wd"), (at(12, 31, 17), "31wm"), (at(12, 20), "15d")]:
        with pytest.raises(CalendarYearMissing) as refused:
            due_at(start=start, limit=parse_limit(limit), calendar=CALENDAR)
        assert refused.value.year == 2027
    with pytest.raises(CalendarYearMissing) as refused:
        due_at(start=at(12, 29, year=2023), limit=parse_limit("5wd"), calendar=CALENDAR)
    assert refused.value.year == 2023


def test_unknown_year_does_not_matter_elsewhere() -> None:
    assert due(at(12, 30, 9), "1wd") == at(12, 31, 17, 30)
    assert due(at(12, 31, 17), "30wm") == at(12, 31, 17, 30)
    assert due(at(12, 20, 9, year=2023), "15d") == at(1, 4, 17, 30, year=2024)
    gap = work_calendar(2024, 2026)
    year = Limit(400, Unit.CALENDAR_DAYS)
    assert due_at(start=at(12, 30, year=2024), limit=year, calendar=gap) == at(2, 3, 17, 30)


# --- Time left.


def test_time_left_and_over() -> None:
    left = remaining(now=at(5, 18, 9), due=at(5, 20, 9, 40), calendar=CALENDAR)
    assert (left.minutes, left.over) == (2 * 450 + 40, False)
    assert left.parts == (Part(2, PartUnit.DAY),)
    over = remaining(now=at(10, 8, 9), due=at(9, 30, 17), calendar=CALENDAR)
    assert (over.minutes, over.over) == (-60, True)
    assert over.parts == (Part(1, PartUnit.HOUR),)


def test_time_left_of_a_limit_in_hours_is_clock_time() -> None:
    left = remaining(now=at(12, 31, 22), due=at(1, 2, 1, 5, year=2027), calendar=CALENDAR, unit=Unit.HOURS)
    assert (left.minutes, left.working) == (27 * 60 + 5, False)
    assert left.parts == (Part(1, PartUnit.DAY), Part(3, PartUnit.HOUR))


@pytest.mark.parametrize(
    ("minutes", "parts"),
    [
        (0, [(0, "minute")]),
        (59, [(59, "minute")]),
        (-61, [(1, "hour"), (1, "minute")]),
        (449, [(7, "hour"), (29, "minute")]),
        (450, [(1, "day")]),
        (450 * 3 + 125, [(3, "day"), (2, "hour")]),
    ],
)
def test_at_most_two_parts(minutes: int, parts: list[tuple[int, str]]) -> None:
    shown = split_minutes(minutes=minutes, day_minutes=450)
    assert [(part.amount, part.unit.value) for part in shown] == parts


# --- The working.


def test_working_of_a_limit_over_a_holiday() -> None:
    result = deadline(start=at(9, 30, 10), limit=parse_limit("5wd"), calendar=CALENDAR)
    told = [(step.kind.value, step.reason.value, step.first.day, step.amount) for step in result.working]
    assert told == [
        ("start", "start_day_not_counted", 30, 0),
        ("skipped", "holiday", 1, 3),
        ("skipped", "weekend", 4, 1),
        ("skipped", "holiday", 5, 3),
        ("counted", "working_day", 8, 2),
        ("counted", "makeup_day", 10, 1),
        ("skipped", "weekend", 11, 1),
        ("counted", "working_day", 12, 2),
        ("due", "close_of_business", 13, 0),
    ]
    assert result.working[0].basis == "民法典第二百零一条第一款"
    assert "国办发明电〔2025〕7号" in result.working[1].basis


def test_working_of_a_last_day_moved() -> None:
    result = deadline(start=at(8, 6, 10), limit=parse_limit("60d"), calendar=CALENDAR)
    moved = [step for step in result.working if step.kind is StepKind.MOVED]
    assert [(step.first, step.last) for step in moved] == [(date(2026, 10, 5), date(2026, 10, 7))]
    assert moved[0].basis.startswith("民法典第二百零三条第一款")


def test_working_of_minutes_over_a_weekend() -> None:
    result = deadline(start=at(5, 15, 17), limit=parse_limit("60wm"), calendar=CALENDAR)
    told = [(step.reason.value, step.amount, step.begins, step.ends) for step in result.working[1:-1]]
    assert told == [
        ("working_day", 30, at(5, 15, 17), at(5, 15, 17, 30)),
        ("weekend", 2, None, None),
        ("working_day", 30, at(5, 18, 8, 30), at(5, 18, 9)),
    ]
