"""After a calendar changed: which deadlines moved, which can't be told; reminders and climbs."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest

from reckon.deadlines import (
    SHANGHAI,
    EscalationStep,
    Move,
    MoveReason,
    OpenClock,
    Pause,
    Session,
    Undetermined,
    Unit,
    WorkCalendar,
    WorkingHours,
    changed_days,
    china_year,
    due_at,
    milestones,
    parse_limit,
    recompute,
)

SESSIONS = (Session(time(8, 30), time(12)), Session(time(13, 30), time(17, 30)))
HOURS = WorkingHours(date(2026, 1, 1), SESSIONS)
YEAR = china_year(2026)
CALENDAR = WorkCalendar(years=[YEAR], hours=[HOURS])
# One more day off, as a district might declare after a typhoon.
STORM = date(2026, 9, 10)
STORM_CALENDAR = WorkCalendar(years=[replace(YEAR, holidays=YEAR.holidays | {STORM})], hours=[HOURS])


def at(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2026) -> datetime:
    """A moment in Shanghai."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def open_clock(key: str, start: datetime, limit: str, *pauses: Pause) -> OpenClock:
    """A clock with the due moment of the plain calendar."""
    parsed = parse_limit(limit)
    due = due_at(start=start, limit=parsed, calendar=CALENDAR, pauses=pauses)
    return OpenClock(key, start, parsed, due, pauses)


def test_recompute_moves_only_clocks_over_the_changed_day() -> None:
    over = open_clock("over", at(9, 7, 9), "5wd")
    before = open_clock("before", at(9, 1, 9), "5wd")
    days = open_clock("days", at(9, 7, 9), "15d")
    result = recompute(clocks=[over, before, days], calendar=STORM_CALENDAR, previous=CALENDAR)
    assert result.moved == [
        Move("over", at(9, 14, 17, 30), at(9, 15, 17, 30), MoveReason.DAYS_CHANGED, (STORM,))
    ]
    assert result.undetermined == []
    assert changed_days(previous=CALENDAR, calendar=STORM_CALENDAR) == [STORM]


def test_recompute_names_changed_hours() -> None:
    summer = WorkingHours(date(2026, 6, 1), (SESSIONS[0], Session(time(14), time(18))))
    calendar = WorkCalendar(years=[YEAR], hours=[HOURS, summer])
    clock = open_clock("a", at(6, 8, 9), "5wd")
    (move,) = recompute(clocks=[clock], calendar=calendar, previous=CALENDAR).moved
    assert (move.new, move.reason, move.days) == (at(6, 15, 18), MoveReason.HOURS_CHANGED, ())


def test_recompute_sets_what_was_undetermined_and_holds_what_is_paused() -> None:
    waiting = OpenClock("waiting", at(9, 7, 9), parse_limit("5wd"), None)
    held = replace(open_clock("held", at(9, 7, 9), "5wd"), pauses=(Pause(at(9, 8, 9), None, "补正"),))
    still = replace(held, id="still", due=None)
    result = recompute(clocks=[waiting, held, still], calendar=CALENDAR)
    assert [(move.id, move.new, move.reason) for move in result.moved] == [
        ("waiting", at(9, 14, 17, 30), MoveReason.FIRST_SET),
        ("held", None, MoveReason.PAUSED),
    ]


def test_recompute_corrects_a_stored_moment_no_change_explains() -> None:
    stale = replace(open_clock("stale", at(9, 1, 9), "5wd"), due=at(9, 9, 17, 30))
    (move,) = recompute(clocks=[stale], calendar=STORM_CALENDAR, previous=CALENDAR).moved
    assert move.reason is MoveReason.CORRECTED


def test_recompute_lists_clocks_that_need_an_unknown_year() -> None:
    clock = OpenClock("late", at(12, 30, 9), parse_limit("5wd"), None)
    result = recompute(clocks=[clock], calendar=CALENDAR)
    assert result.undetermined == [Undetermined("late", None, 2027)]
    assert result.moved == []


def test_recompute_moves_every_one_of_very_many_clocks() -> None:
    limits = [parse_limit(text) for text in ("5wd", "60d", "24wh", "30wm")]
    clocks = [
        OpenClock(number, at(1, 5, 9) + timedelta(minutes=number % 300_000), limits[number % 4], None)
        for number in range(10_000)
    ]
    assert len(recompute(clocks=clocks, calendar=CALENDAR, previous=STORM_CALENDAR).moved) == 10_000


# --- Reminders and climbs.


def test_milestones_of_working_time() -> None:
    start, due = at(5, 18, 8, 30), at(5, 22, 17, 30)
    found = milestones(
        start=start,
        due=due,
        calendar=CALENDAR,
        shares=[Fraction(1, 2), Fraction(4, 5)],
        leads=[
            parse_limit("4wh"),
            parse_limit("1wd"),
            parse_limit("1d"),
            parse_limit("30wm"),
            parse_limit("2h"),
        ],
        escalations=[
            EscalationStep(parse_limit("0wh"), "community"),
            EscalationStep(parse_limit("8wh"), "street"),
            EscalationStep(parse_limit("2wd"), "district"),
        ],
    )
    assert [(one.kind.value, one.name, one.at, one.level) for one in found] == [
        ("share", "1/2", at(5, 20, 13, 45), ""),
        ("lead", "1wd", at(5, 21, 8, 30), ""),
        ("lead", "1d", at(5, 21, 8, 30), ""),
        ("share", "4/5", at(5, 21, 17, 30), ""),
        ("lead", "4wh", at(5, 22, 12), ""),
        ("lead", "2h", at(5, 22, 15, 30), ""),
        ("lead", "30wm", at(5, 22, 17), ""),
        ("due", "", due, ""),
        ("escalation", "0wh", due, "community"),
        ("escalation", "8wh", at(5, 26, 9), "street"),
        ("escalation", "2wd", at(5, 26, 17, 30), "district"),
    ]


def test_shares_leave_pauses_out() -> None:
    held = Pause(at(5, 18, 9), at(5, 19, 9), "补正")
    found = milestones(
        start=at(5, 18, 8, 30),
        due=at(5, 19, 9, 30),
        calendar=CALENDAR,
        shares=[Fraction(3, 4)],
        pauses=[held],
    )
    assert found[0].at == at(5, 19, 9, 15)


def test_shares_of_a_limit_in_hours_are_clock_time() -> None:
    found = milestones(
        start=at(5, 16, 9), due=at(5, 17, 9), calendar=CALENDAR, shares=[Fraction(1, 2)], unit=Unit.HOURS
    )
    assert found[0].at == at(5, 16, 21)


def test_lead_before_the_start_is_left_out() -> None:
    found = milestones(
        start=at(5, 18, 9), due=at(5, 18, 9, 30), calendar=CALENDAR, leads=[parse_limit("4wh")]
    )
    assert [one.kind.value for one in found] == ["due"]


def test_climb_into_an_unknown_year_waits_for_its_calendar() -> None:
    found = milestones(
        start=at(12, 28, 9),
        due=at(12, 31, 17, 30),
        calendar=CALENDAR,
        escalations=[EscalationStep(parse_limit("8wh"), "street")],
    )
    assert [(one.at, one.missing_year) for one in found] == [(at(12, 31, 17, 30), None), (None, 2027)]


def test_wrong_share_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        milestones(start=at(5, 18), due=at(5, 19), calendar=CALENDAR, shares=[Fraction(3, 2)])
