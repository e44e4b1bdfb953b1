"""The clock standing still: what a pause takes away, and what is left on resuming."""

from datetime import date, datetime, time

import pytest

from reckon.deadlines import (
    SHANGHAI,
    CalendarYearMissing,
    DayEnd,
    Deadline,
    Part,
    PartUnit,
    Pause,
    Session,
    StepKind,
    WorkCalendar,
    WorkingHours,
    china_year,
    deadline,
    due_at,
    parse_limit,
)

SESSIONS = (Session(time(8, 30), time(12)), Session(time(13, 30), time(17, 30)))
CALENDAR = WorkCalendar(years=[china_year(2026)], hours=[WorkingHours(date(2026, 1, 1), SESSIONS)])


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of 2026 in Shanghai."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def pause(start: datetime, end: datetime | None, reason: str = "鉴定") -> Pause:
    """A pause for an expert's report."""
    return Pause(start, end, reason)


def reckoned(
    start: datetime, limit: str, *pauses: Pause, day_end: DayEnd = DayEnd.CLOSE_OF_BUSINESS
) -> Deadline:
    """Deadline with its working, checked against the fast path."""
    parsed = parse_limit(limit)
    full = deadline(start=start, limit=parsed, calendar=CALENDAR, pauses=pauses, day_end=day_end)
    assert full.due == due_at(start=start, limit=parsed, calendar=CALENDAR, pauses=pauses, day_end=day_end)
    return full


def test_time_needed_for_an_expert_opinion_is_not_counted() -> None:
    # 行政许可法 45. Without it, ten working days from 6 May end on 19 May.
    assert reckoned(at(5, 6, 9), "10wd").due == at(5, 19, 17, 30)
    # Friday, make-up Saturday and Sunday end within; two of them are working days.
    paused = reckoned(at(5, 6, 9), "10wd", pause(at(5, 8, 9), at(5, 11, 9)))
    assert paused.due == at(5, 21, 17, 30)


def test_as_many_days_are_left_on_resuming_as_were_on_pausing() -> None:
    # Monday to Wednesday are left on Monday morning; resumed on Thursday morning.
    assert reckoned(at(5, 15, 9), "3wd", pause(at(5, 18, 10), at(5, 21, 9))).due == at(5, 25, 17, 30)


def test_pause_within_a_day_costs_no_day() -> None:
    result = reckoned(at(5, 15, 9), "3wd", pause(at(5, 18, 10), at(5, 18, 17)))
    assert result.due == at(5, 20, 17, 30)
    assert [(step.kind, step.amount) for step in result.working if step.kind is StepKind.PAUSED] == [
        (StepKind.PAUSED, 0)
    ]


def test_pause_at_close_of_business_comes_too_late_for_the_day() -> None:
    assert reckoned(at(5, 15, 9), "1wd", pause(at(5, 18, 17, 30), None)).due == at(5, 18, 17, 30)


def test_last_day_is_given_back_when_resumed_after_close_of_business() -> None:
    assert reckoned(at(5, 15, 9), "1wd", pause(at(5, 18, 10), at(5, 18, 20))).due == at(5, 19, 17, 30)


def test_calendar_days_pause_over_ends_of_days() -> None:
    assert reckoned(at(5, 6, 9), "15d").due == at(5, 21, 17, 30)
    assert reckoned(at(5, 6, 9), "15d", pause(at(5, 11, 9), at(5, 12, 9))).due == at(5, 22, 17, 30)


def test_calendar_days_paused_while_moved_to_a_working_day() -> None:
    # The fifteenth day is Saturday; paused over Monday's close, it ends on Tuesday.
    held = pause(at(5, 25, 9), at(5, 26, 9))
    result = reckoned(at(5, 8, 9), "15d", held)
    assert result.due == at(5, 26, 17, 30)
    assert [(step.kind.value, step.first.day, step.amount) for step in result.working] == [
        ("start", 8, 0),
        ("counted", 9, 15),
        ("moved", 23, 2),
        ("paused", 25, 1),
        ("due", 26, 0),
    ]
    still = reckoned(at(5, 8, 9), "15d", pause(at(5, 25, 9), None))
    assert still.paused
    assert still.left is not None
    assert still.left.parts == (Part(0, PartUnit.DAY),)
    assert [step.kind.value for step in still.working] == ["start", "counted", "moved", "paused"]
    assert sum(step.amount for step in still.working if step.kind is StepKind.COUNTED) == 15


def test_midnight_limits_pause_over_midnight() -> None:
    evening = pause(at(5, 18, 20), at(5, 18, 23))
    assert reckoned(at(5, 15, 9), "3d", evening, day_end=DayEnd.MIDNIGHT).due == at(5, 19)
    overnight = pause(at(5, 18, 20), at(5, 19, 1))
    assert reckoned(at(5, 15, 9), "3d", overnight, day_end=DayEnd.MIDNIGHT).due == at(5, 20)


def test_minutes_stop_at_once_and_go_on_where_they_stopped() -> None:
    result = reckoned(at(5, 18, 9), "60wm", pause(at(5, 18, 9, 20), at(5, 18, 15)))
    assert result.due == at(5, 18, 15, 40)
    assert [(step.kind.value, step.amount) for step in result.working] == [
        ("start", 0),
        ("counted", 20),
        ("paused", 340),
        ("counted", 40),
        ("due", 0),
    ]


def test_hours_stop_too() -> None:
    assert reckoned(at(5, 17, 9), "2h", pause(at(5, 17, 10), at(5, 17, 12))).due == at(5, 17, 13)


def test_pauses_that_overlap_count_once_and_keep_their_reasons() -> None:
    result = reckoned(
        at(5, 18, 9),
        "60wm",
        pause(at(5, 18, 9, 30), at(5, 18, 10), "补正"),
        pause(at(5, 18, 9, 20), at(5, 18, 9, 40), "鉴定"),
    )
    assert result.due == at(5, 18, 10, 40)
    assert [step.note for step in result.working if step.kind is StepKind.PAUSED] == ["鉴定；补正"]


def test_pause_before_the_start_or_after_the_end_changes_nothing() -> None:
    for outside in (pause(at(5, 15, 8), at(5, 15, 8, 30)), pause(at(6, 1), None)):
        result = reckoned(at(5, 15, 9), "3wd", outside)
        assert result.due == at(5, 20, 17, 30)
        assert StepKind.PAUSED not in {step.kind for step in result.working}


@pytest.mark.parametrize(
    ("limit", "minutes", "parts"),
    [
        ("3wd", 2 * 450, [(2, "day")]),
        ("10d", 7 * 1440, [(7, "day")]),
        ("24wh", 24 * 60 - 420 - 450 - 60, [(1, "day"), (1, "hour")]),
        ("100h", 100 * 60 - 4 * 1440 - 30, [(3, "hour"), (30, "minute")]),
    ],
)
def test_open_pause_holds_the_clock_and_tells_what_is_left(
    limit: str, minutes: int, parts: list[tuple[int, str]]
) -> None:
    result = reckoned(at(5, 15, 9), limit, pause(at(5, 19, 9, 30), None))
    assert result.paused
    assert result.due is None
    assert result.last_day is None
    assert result.left is not None
    assert result.left.minutes == minutes
    assert [(part.amount, part.unit.value) for part in result.left.parts] == parts
    assert result.working[-1].kind is StepKind.PAUSED
    assert result.working[-1].ends is None


def test_open_pause_after_the_end_does_not_reopen_the_limit() -> None:
    result = reckoned(at(5, 18, 9), "60wm", pause(at(5, 18, 10), None))
    assert (result.due, result.paused) == (at(5, 18, 10), False)


def test_open_pause_needs_no_later_year_but_a_count_up_to_it_does() -> None:
    assert reckoned(at(12, 30, 9), "5wd", pause(at(12, 31, 9), None)).paused
    later = Pause(datetime(2027, 1, 5, 9, tzinfo=SHANGHAI), None, "鉴定")
    with pytest.raises(CalendarYearMissing):
        due_at(start=at(12, 30, 9), limit=parse_limit("5wd"), calendar=CALENDAR, pauses=[later])
    assert reckoned(at(12, 30, 9), "1wd", later).due == at(12, 31, 17, 30)


def test_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="correct the two moments"):
        pause(at(5, 2), at(5, 1))
