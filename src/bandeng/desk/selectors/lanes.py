"""The clock of a matter drawn as a lane: begin, stretches that ran, pauses, now, deadline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import pgettext

from bandeng.core import clock
from bandeng.core.labels import duration_words
from bandeng.desk.selectors.clocks import DAY_MINUTES, moment_words
from bandeng.dispatch.calendar import work_calendar
from bandeng.dispatch.models import Pause
from bandeng.matters.models import Matter
from bandeng.matters.rules import OPEN_STATES, MatterState
from reckon.deadlines import CalendarYearMissing, InvalidLimit, Unit, parse_limit, working_minutes_between

WIDTH = 300
FREE = 0.85  # of the lane, used up to now where the deadline is not known
SHORTEST = timedelta(minutes=1)
LEAST_SPAN = 3  # of a pause, so that a short one is still seen
PLAIN = frozenset({Unit.HOURS, Unit.CALENDAR_DAYS})
Axis = Callable[[datetime], int]


@dataclass(frozen=True)
class Span:
    """A stretch of the lane."""

    x: float
    width: float
    paused: bool


@dataclass(frozen=True)
class Lane:
    """A lane of WIDTH units; `pauses` tells each pause in words."""

    spans: tuple[Span, ...]
    now_x: float
    due_x: float | None
    start: str
    due: str
    pauses: tuple[str, ...]
    late: bool
    ended: bool


def lane_of(matter: Matter, pauses: Sequence[Pause]) -> Lane | None:
    """The lane of a matter's present clock; None where no limit runs, or its calendar is not known."""
    if not matter.limit or MatterState(matter.state) not in {*OPEN_STATES, MatterState.CLOSED}:
        return None
    try:
        return _lane(matter, [each for each in pauses if _is_seen(each, matter)])
    except (CalendarYearMissing, InvalidLimit):
        return None


def _is_seen(pause: Pause, matter: Matter) -> bool:
    """Whether a pause belongs to the present clock, and was not taken back at once."""
    if pause.ended_at is None:
        return True
    return pause.ended_at > matter.clock_from and pause.ended_at - pause.started_at >= SHORTEST


def _lane(matter: Matter, pauses: Sequence[Pause]) -> Lane:
    axis, a_day = _axis(matter)
    moment = matter.closed_at or clock.now()
    reached = axis(moment)
    due = axis(matter.due_at) if matter.due_at else None
    total = max(reached, due) if due is not None else reached / FREE
    scale = WIDTH / max(1, total)
    stops = [
        (axis(max(each.started_at, matter.clock_from)), axis(each.ended_at or moment)) for each in pauses
    ]
    return Lane(
        spans=tuple(_spans(stops, reached, scale)),
        now_x=round(reached * scale, 1),
        due_x=None if due is None else round(due * scale, 1),
        start=moment_words(matter.clock_from),
        due=moment_words(matter.due_at) if matter.due_at else "",
        pauses=tuple(
            _pause_words(each, end - begin, a_day) for each, (begin, end) in zip(pauses, stops, strict=True)
        ),
        late=matter.due_at is not None and moment > matter.due_at,
        ended=matter.closed_at is not None,
    )


def _axis(matter: Matter) -> tuple[Axis, int]:
    """Minutes from the begin of the clock, working ones unless the limit counts all, and how many make a day."""
    start = matter.clock_from
    if parse_limit(matter.limit).unit in PLAIN:
        return lambda at: max(0, int((at - start).total_seconds() // 60)), DAY_MINUTES
    calendar = work_calendar()
    a_day = max(1, calendar.minutes_on(timezone.localdate(start)))
    return lambda at: max(0, working_minutes_between(start=start, end=at, calendar=calendar)), a_day


def _spans(stops: Sequence[tuple[int, int]], reached: int, scale: float) -> list[Span]:
    spans, place = [], 0
    for begin, end in stops:
        if begin > place:
            spans.append(Span(round(place * scale, 1), round((begin - place) * scale, 1), paused=False))
        spans.append(
            Span(round(begin * scale, 1), max(LEAST_SPAN, round((end - begin) * scale, 1)), paused=True)
        )
        place = max(place, end)
    if reached > place:
        spans.append(Span(round(place * scale, 1), round((reached - place) * scale, 1), paused=False))
    return spans


def _pause_words(pause: Pause, minutes: int, a_day: int) -> str:
    words = {"time": duration_words(minutes=minutes, minutes_a_day=a_day), "reason": pause.reason}
    return pgettext("lane", "Paused %(time)s: %(reason)s") % words
