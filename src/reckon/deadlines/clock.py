"""When a limit runs out: one walk along an axis of working time, days or hours, around the pauses.

Counting (民法典 200–204, where no special law says otherwise):
- days: the start day doesn't count (201); the last day ends at close of business, or at 24:00 where there is
  no business time (203); a limit in calendar days that ends on a day off ends on the next working day (203);
- working days count working days only, without weekends and holidays (行政许可法 82, 行政处罚法 85);
- hours run from the moment itself (201), working minutes and hours within sessions only.

Pauses (行政许可法 45 and its like: "the time needed isn't counted"): hours and minutes stop at once.
A day counts if the clock runs at the day's end; a pause takes away as many days as it covers ends of days,
so as many days are left on resuming as were left on pausing. The rule is the same for the last working day
that a limit in calendar days is moved to. Ends of days are taken by the hours in force whether or not the day
is worked; otherwise one more holiday could bring a deadline forward.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reckon.deadlines.calendar import WorkCalendar
from reckon.deadlines.limits import DayEnd, Limit, Pause, Unit
from reckon.deadlines.timeline import DAY, HOUR, MINUTE, Timeline, moment_of, tick_of

# Later than any date: the end of an open pause, in ticks and in days alike.
FOREVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Standstill:
    """Pauses that overlap or touch, as one; (begin, end] in ticks or days."""

    begin: int
    end: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """Where a walk ended: `reached` on the axis, or None with what is `left` while the clock stands still."""

    reached: int | None
    left: int


def standstills(pauses: Sequence[Pause]) -> list[Standstill]:
    """Pauses in ticks, in order, joined where they overlap or touch."""
    joined: list[Standstill] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        begin = tick_of(pause.start)
        end = FOREVER if pause.end is None else tick_of(pause.end)
        if joined and begin <= joined[-1].end:
            last = joined.pop()
            reasons = last.reasons if pause.reason in last.reasons else (*last.reasons, pause.reason)
            joined.append(Standstill(last.begin, max(last.end, end), reasons))
        else:
            joined.append(Standstill(begin, end, (pause.reason,)))
    return joined


def day_end_of(*, timeline: Timeline, ordinal: int, day_end: DayEnd) -> int:
    """Tick at which a day ends."""
    if day_end is DayEnd.MIDNIGHT:
        return (ordinal + 1) * DAY
    return ordinal * DAY + timeline.hours_on(ordinal).closes


def in_days(*, spans: Sequence[Standstill], timeline: Timeline, day_end: DayEnd) -> list[Standstill]:
    """Standstills as (last day that ended before, last day that ended within]."""

    def ended(tick: int) -> int:
        if tick == FOREVER:
            return FOREVER
        ordinal = tick // DAY
        return (
            ordinal
            if day_end_of(timeline=timeline, ordinal=ordinal, day_end=day_end) <= tick
            else ordinal - 1
        )

    return [Standstill(ended(span.begin), ended(span.end), span.reasons) for span in spans]


def walk(
    *,
    start: int,
    amount: int,
    spans: Sequence[Standstill],
    between: Callable[[int, int, int], int],
    after: Callable[[int, int], int],
) -> Course:
    """Go on from a place until an amount is used up, standing still in the spans."""
    if amount == 0:
        return Course(start, 0)
    place, left = start, amount
    for span in spans:
        if span.end <= place:
            continue
        if span.begin > place:
            used = between(place, span.begin, left)
            if used >= left:
                break
            left -= used
        if span.end == FOREVER:
            return Course(None, left)
        place = span.end
    return Course(after(place, left), 0)


def _plain_between(start: int, end: int, _enough: int) -> int:
    """Length where everything counts; takes the third argument of its worked counterparts."""
    return end - start


def _plain_after(start: int, amount: int) -> int:
    """End where everything counts."""
    return start + amount


def worked_course(*, start: int, amount: int, spans: Sequence[Standstill], timeline: Timeline) -> Course:
    """Course over working time, in ticks."""
    return walk(
        start=start, amount=amount, spans=spans, between=timeline.time_between, after=timeline.tick_after
    )


def plain_course(*, start: int, amount: int, spans: Sequence[Standstill]) -> Course:
    """Course over an axis on which everything counts: ticks of the clock, or calendar days."""
    return walk(start=start, amount=amount, spans=spans, between=_plain_between, after=_plain_after)


def working_day_course(*, start: int, amount: int, spans: Sequence[Standstill], timeline: Timeline) -> Course:
    """Course over working days, spans in days."""
    return walk(
        start=start, amount=amount, spans=spans, between=timeline.days_between, after=timeline.day_after
    )


def moved_to_working_day(*, day: int, spans: Sequence[Standstill], timeline: Timeline) -> int | None:
    """First working day from a day on, at whose end the clock runs; None if it stands still till then."""
    place = timeline.day_after(day - 1, 1)
    for span in spans:
        if span.begin < place <= span.end:
            if span.end == FOREVER:
                return None
            place = timeline.day_after(span.end, 1)
    return place


def _day_course(*, start: int, limit: Limit, spans: Sequence[Standstill], timeline: Timeline) -> Course:
    """Last day of a limit in days."""
    first = start // DAY
    if limit.unit is Unit.WORKING_DAYS:
        return working_day_course(start=first, amount=limit.amount, spans=spans, timeline=timeline)
    course = plain_course(start=first, amount=limit.amount, spans=spans)
    if course.reached is None:
        return course
    return Course(moved_to_working_day(day=course.reached, spans=spans, timeline=timeline), 0)


def run(
    *, start: int, limit: Limit, spans: Sequence[Standstill], timeline: Timeline, day_end: DayEnd
) -> Course:
    """Course of a limit: `reached` in ticks, `left` in days, or in microseconds for hours and minutes."""
    if limit.unit is Unit.WORKING_MINUTES:
        return worked_course(start=start, amount=limit.amount * MINUTE, spans=spans, timeline=timeline)
    if limit.unit is Unit.WORKING_HOURS:
        return worked_course(start=start, amount=limit.amount * HOUR, spans=spans, timeline=timeline)
    if limit.unit is Unit.HOURS:
        return plain_course(start=start, amount=limit.amount * HOUR, spans=spans)
    days = in_days(spans=spans, timeline=timeline, day_end=day_end) if spans else ()
    course = _day_course(start=start, limit=limit, spans=days, timeline=timeline)
    if course.reached is None:
        return course
    return Course(day_end_of(timeline=timeline, ordinal=course.reached, day_end=day_end), 0)


def due_at(
    *,
    start: datetime,
    limit: Limit,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
    day_end: DayEnd = DayEnd.CLOSE_OF_BUSINESS,
) -> datetime | None:
    """When a limit runs out, in Shanghai time, without the working; None while an open pause holds it.

    Raises NaiveMoment, and CalendarYearMissing where a year that matters isn't known.
    """
    spans = standstills(pauses) if pauses else []
    course = run(start=tick_of(start), limit=limit, spans=spans, timeline=calendar.timeline, day_end=day_end)
    return None if course.reached is None else moment_of(course.reached)
