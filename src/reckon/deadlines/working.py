"""A deadline with its working: each step in an officer's terms, with the article it rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from reckon.deadlines.calendar import DayKind, WorkCalendar
from reckon.deadlines.clock import (
    FOREVER,
    Course,
    Standstill,
    in_days,
    run,
    standstills,
)
from reckon.deadlines.limits import DAY_UNITS, DayEnd, Limit, Pause, Unit
from reckon.deadlines.remaining import DAY_MINUTES, Part, PartUnit, Remaining, split_minutes
from reckon.deadlines.timeline import DAY, MINUTE, moment_of, tick_of


class StepKind(StrEnum):
    """What a step does."""

    START = "start"
    COUNTED = "counted"
    SKIPPED = "skipped"
    PAUSED = "paused"
    MOVED = "moved"
    DUE = "due"


class StepReason(StrEnum):
    """Why a step does it. The four kinds of a day share their codes with DayKind."""

    START_DAY_NOT_COUNTED = "start_day_not_counted"
    RUNS_AT_ONCE = "runs_at_once"
    WORKING_DAY = "working_day"
    MAKEUP_DAY = "makeup_day"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CALENDAR_DAY = "calendar_day"
    CLOCK_TIME = "clock_time"
    PAUSE = "pause"
    CLOSE_OF_BUSINESS = "close_of_business"
    MIDNIGHT = "midnight"
    LIMIT_REACHED = "limit_reached"


class StepUnit(StrEnum):
    """Unit of a step's amount."""

    DAYS = "days"
    MINUTES = "minutes"
    CLOCK_MINUTES = "clock_minutes"


# Official names stay Chinese. Where a special law counts differently, it prevails (民法典 204).
BASIS: dict[StepReason, str] = {
    StepReason.START_DAY_NOT_COUNTED: "民法典第二百零一条第一款",
    StepReason.RUNS_AT_ONCE: "民法典第二百零一条第二款",
    StepReason.CALENDAR_DAY: "民法典第二百条",
    StepReason.CLOCK_TIME: "民法典第二百条",
    StepReason.WEEKEND: "国务院关于职工工作时间的规定第七条",
    StepReason.CLOSE_OF_BUSINESS: "民法典第二百零三条第二款",
    StepReason.MIDNIGHT: "民法典第二百零三条第二款",
}
LAST_DAY_OFF_BASIS = "民法典第二百零三条第一款"
# Same notation for all reasons of joined pauses.
REASON_SEPARATOR = "；"
KINDS = {kind: StepReason(kind.value) for kind in DayKind}
WORKED_KINDS = frozenset({DayKind.WORKING_DAY, DayKind.MAKEUP_DAY})


@dataclass(frozen=True, slots=True)
class Step:
    """One step over the days `first` to `last`.

    amount: days counted, skipped or paused, or minutes counted, or clock minutes paused, as `unit` says.
    begins, ends: exact moments where the step has them; an open pause has no end.
    note: the reasons given for a pause. basis: the article or notice, in Chinese.
    """

    kind: StepKind
    reason: StepReason
    first: date
    last: date
    amount: int
    unit: StepUnit
    begins: datetime | None = None
    ends: datetime | None = None
    note: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit runs out, with its working.

    While an open pause holds the clock, `paused` is true, `due` and `last_day` are None and `left` says what
    remains: whole days for limits in days, minutes otherwise. `last_day` is the day an officer would name:
    with DayEnd.MIDNIGHT, `due` is 00:00 of the next one.
    """

    due: datetime | None
    paused: bool
    last_day: date | None
    left: Remaining | None
    working: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """What the explanation works on."""

    start: int
    limit: Limit
    spans: Sequence[Standstill]
    ticks: Sequence[Standstill]
    calendar: WorkCalendar


def _sections(*, start: int, end: int, spans: Sequence[Standstill]) -> Iterator[tuple[int, int, int | None]]:
    """Stretches (begin, end, index of the span or None while running) from start to end."""
    place = start
    for index, span in enumerate(spans):
        if span.end < place or span.begin >= end:
            continue
        if span.begin > place:
            yield place, span.begin, None
            place = span.begin
        yield place, min(span.end, end), index
        place = max(place, min(span.end, end))
    if place < end:
        yield place, end, None


def _day(ordinal: int) -> date:
    """Date of an ordinal."""
    return date.fromordinal(ordinal)


def _basis(*, kind: DayKind, day: date, calendar: WorkCalendar) -> str:
    """Why a day is worked or not: the year's notice, or the rule on weekends."""
    if kind in (DayKind.HOLIDAY, DayKind.MAKEUP_DAY):
        return calendar.year(day.year).source
    return BASIS.get(KINDS[kind], "")


def _day_runs(*, first: int, last: int, calendar: WorkCalendar) -> Iterator[tuple[DayKind, int, int]]:
    """Runs (kind, first, last) of days of one kind."""
    begin, present = first, None
    for ordinal in range(first, last + 1):
        kind = calendar.kind_on(ordinal)
        if present is not None and kind is not present:
            yield present, begin, ordinal - 1
            begin = ordinal
        present = kind
    if present is not None:
        yield present, begin, last


def _pause_step(*, case: _Case, index: int, amount: int, unit: StepUnit) -> Step:
    """A pause with its length and its reasons."""
    span = case.ticks[index]
    begin = max(span.begin, case.start)
    begins = moment_of(begin)
    ends = None if span.end == FOREVER else moment_of(span.end)
    return Step(
        StepKind.PAUSED,
        StepReason.PAUSE,
        begins.date(),
        begins.date() if ends is None else ends.date(),
        amount,
        unit,
        begins,
        ends,
        note=REASON_SEPARATOR.join(span.reasons),
    )


def _working_day_steps(*, begin: int, end: int, case: _Case) -> Iterator[Step]:
    """Days later than one, up to another: counted if worked."""
    for kind, first, last in _day_runs(first=begin + 1, last=end, calendar=case.calendar):
        yield Step(
            StepKind.COUNTED if kind in WORKED_KINDS else StepKind.SKIPPED,
            KINDS[kind],
            _day(first),
            _day(last),
            last - first + 1,
            StepUnit.DAYS,
            basis=_basis(kind=kind, day=_day(first), calendar=case.calendar),
        )


def _working_time_steps(*, begin: int, end: int, case: _Case) -> Iterator[Step]:
    """Working time from one tick to another: microseconds on days worked, days skipped otherwise."""
    timeline = case.calendar.timeline
    last_day = max(begin // DAY, (end - 1) // DAY)
    for kind, first, last in _day_runs(first=begin // DAY, last=last_day, calendar=case.calendar):
        basis = _basis(kind=kind, day=_day(first), calendar=case.calendar)
        if kind not in WORKED_KINDS:
            off = last - first + 1
            yield Step(
                StepKind.SKIPPED, KINDS[kind], _day(first), _day(last), off, StepUnit.DAYS, basis=basis
            )
            continue
        opens = max(begin, first * DAY + timeline.hours_on(first).opens)
        closes = min(end, last * DAY + timeline.hours_on(last).closes)
        # None is left of a day on which the clock starts, or goes on, after close of business.
        worked = timeline.time_between(opens, closes) if opens < closes else 0
        if worked:
            yield Step(
                StepKind.COUNTED,
                KINDS[kind],
                _day(first),
                _day(last),
                worked,
                StepUnit.MINUTES,
                moment_of(opens),
                moment_of(closes),
                basis=basis,
            )


def _plain_step(*, begin: int, end: int, case: _Case) -> Step:
    """A stretch on which everything counts."""
    if case.limit.unit is Unit.CALENDAR_DAYS:
        reason, first, last, amount = StepReason.CALENDAR_DAY, _day(begin + 1), _day(end), end - begin
        return Step(StepKind.COUNTED, reason, first, last, amount, StepUnit.DAYS, basis=BASIS[reason])
    begins, ends, reason = moment_of(begin), moment_of(end), StepReason.CLOCK_TIME
    return Step(
        StepKind.COUNTED,
        reason,
        begins.date(),
        ends.date(),
        end - begin,
        StepUnit.MINUTES,
        begins,
        ends,
        basis=BASIS[reason],
    )


def _whole_minutes(steps: Iterator[Step]) -> Iterator[Step]:
    """Steps of time from microseconds into minutes, by running totals, so that they add up to the limit."""
    total = 0
    for step in steps:
        if step.unit is StepUnit.MINUTES:
            before, total = total, total + step.amount
            yield replace(step, amount=total // MINUTE - before // MINUTE)
        else:
            yield step


def _running_steps(*, begin: int, end: int, case: _Case) -> Iterator[Step]:
    """Steps of a stretch in which the clock runs."""
    if case.limit.unit is Unit.WORKING_DAYS:
        yield from _working_day_steps(begin=begin, end=end, case=case)
    elif case.limit.unit in (Unit.CALENDAR_DAYS, Unit.HOURS):
        yield _plain_step(begin=begin, end=end, case=case)
    else:
        yield from _working_time_steps(begin=begin, end=end, case=case)


def _course_steps(*, begin: int, end: int, case: _Case) -> Iterator[Step]:
    """Steps from start to end, pauses included."""
    unit = StepUnit.DAYS if case.limit.unit in DAY_UNITS else StepUnit.CLOCK_MINUTES
    for first, last, index in _sections(start=begin, end=end, spans=case.spans):
        if index is None:
            yield from _running_steps(begin=first, end=last, case=case)
        elif case.ticks[index].end > case.start:
            lasting = 0 if case.spans[index].end == FOREVER else last - first
            amount = lasting if unit is StepUnit.DAYS else lasting // MINUTE
            yield _pause_step(case=case, index=index, amount=amount, unit=unit)


def _start_step(*, case: _Case) -> Step:
    """How the clock starts."""
    days = case.limit.unit in DAY_UNITS
    reason = StepReason.START_DAY_NOT_COUNTED if days else StepReason.RUNS_AT_ONCE
    begins = moment_of(case.start)
    unit = StepUnit.DAYS if days else StepUnit.MINUTES
    return Step(StepKind.START, reason, begins.date(), begins.date(), 0, unit, begins, basis=BASIS[reason])


def _moved_steps(*, counted: int, last: int, case: _Case) -> Iterator[Step]:
    """Days off, and pauses, by which the last calendar day moves on to a working day."""
    for begin, end, index in _sections(start=counted - 1, end=last - 1, spans=case.spans):
        if index is not None and end > begin:
            lasting = 0 if case.spans[index].end == FOREVER else end - begin
            yield _pause_step(case=case, index=index, amount=lasting, unit=StepUnit.DAYS)
        if index is not None:
            continue
        for step in _working_day_steps(begin=begin, end=end, case=case):
            yield replace(step, kind=StepKind.MOVED, basis=f"{LAST_DAY_OFF_BASIS}；{step.basis}")


def _due_step(*, due: datetime, last: date, day_end: DayEnd, limit: Limit) -> Step:
    """The moment at which the limit runs out."""
    reason = StepReason(day_end.value) if limit.unit in DAY_UNITS else StepReason.LIMIT_REACHED
    unit = StepUnit.DAYS if limit.unit in DAY_UNITS else StepUnit.MINUTES
    return Step(StepKind.DUE, reason, last, last, 0, unit, due, due, basis=BASIS.get(reason, ""))


def _left(*, course: Course, case: _Case) -> Remaining:
    """What is left while the clock stands still."""
    unit = case.limit.unit
    paused_on = moment_of(max(case.start, case.ticks[-1].begin)).date()
    working = unit not in (Unit.CALENDAR_DAYS, Unit.HOURS)
    day_minutes = case.calendar.minutes_on(paused_on) if working else DAY_MINUTES
    if unit in DAY_UNITS:
        return Remaining(course.left * day_minutes, working, (Part(course.left, PartUnit.DAY),))
    # A started minute is still there to be used.
    minutes = -(-course.left // MINUTE)
    return Remaining(minutes, working, split_minutes(minutes=minutes, day_minutes=day_minutes))


def _last_counted(*, case: _Case, last: int) -> int:
    """Last calendar day counted, before any move to a working day."""
    left, place = case.limit.amount, case.start // DAY
    for begin, end, index in _sections(start=place, end=last, spans=case.spans):
        if index is None:
            if end - begin >= left:
                return begin + left
            left -= end - begin
    return last


def _steps(*, case: _Case, course: Course, day_end: DayEnd) -> Iterator[Step]:
    """All steps between the start and the due moment, or up to and with the open pause."""
    days = case.limit.unit in DAY_UNITS
    begin = case.start // DAY if days else case.start
    if course.reached is None:
        # One beyond the open pause's begin takes it in, and nothing else.
        last = max(begin, case.spans[-1].begin) + 1
    elif days:
        last = (course.reached - 1 if day_end is DayEnd.MIDNIGHT else course.reached) // DAY
    else:
        last = course.reached
    counted = last
    if case.limit.unit is Unit.CALENDAR_DAYS and course.left == 0:
        counted = _last_counted(case=case, last=last)
    yield from _whole_minutes(_course_steps(begin=begin, end=counted, case=case))
    if counted < last:
        moved_to = last if course.reached is not None else last + 1
        yield from _moved_steps(counted=counted, last=moved_to, case=case)


def deadline(
    *,
    start: datetime,
    limit: Limit,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
    day_end: DayEnd = DayEnd.CLOSE_OF_BUSINESS,
) -> Deadline:
    """When a limit runs out, with its working; the same moment as due_at.

    Raises NaiveMoment, and CalendarYearMissing where a year that matters isn't known.
    """
    ticks = standstills(pauses)
    tick = tick_of(start)
    course = run(start=tick, limit=limit, spans=ticks, timeline=calendar.timeline, day_end=day_end)
    days = limit.unit in DAY_UNITS
    spans = in_days(spans=ticks, timeline=calendar.timeline, day_end=day_end) if days else ticks
    case = _Case(tick, limit, spans, ticks, calendar)
    steps = (_start_step(case=case), *_steps(case=case, course=course, day_end=day_end))
    if course.reached is None:
        return Deadline(None, True, None, _left(course=course, case=case), steps)
    due = moment_of(course.reached)
    at_midnight = days and day_end is DayEnd.MIDNIGHT
    last = moment_of(course.reached - 1).date() if at_midnight else due.date()
    final = _due_step(due=due, last=last, day_end=day_end, limit=limit)
    return Deadline(due, False, last, None, (*steps, final))
