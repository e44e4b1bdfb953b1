"""Moments before and after a due moment: reminders, and the climb to higher levels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from functools import partial

from reckon.deadlines.calendar import WorkCalendar
from reckon.deadlines.clock import (
    FOREVER,
    Standstill,
    due_at,
    plain_course,
    standstills,
    worked_course,
)
from reckon.deadlines.limits import Limit, Pause, Unit, format_limit
from reckon.deadlines.timeline import DAY, HOUR, MINUTE, Timeline, moment_of, tick_of
from reckon.deadlines.years import CalendarYearMissing


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """After how long past due a matter climbs, and to which level; 0wh is at due itself."""

    after: Limit
    level: str


class MilestoneKind(StrEnum):
    """What happens at a milestone."""

    SHARE = "share"
    LEAD = "lead"
    DUE = "due"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A moment to act: `name` is the share ("1/2"), lead or delay ("4wh"), `level` the level climbed to.

    `at` is None, and `missing_year` given, where the working calendar isn't known so far.
    """

    kind: MilestoneKind
    name: str
    at: datetime | None
    level: str = ""
    missing_year: int | None = None


@dataclass(frozen=True, slots=True)
class _Window:
    """The running time between start and due."""

    start: int
    due: int
    spans: Sequence[Standstill]
    timeline: Timeline
    plain: bool

    def length(self) -> int:
        """Time that the clock runs from start to due, in microseconds."""
        total, place = 0, self.start
        for span in (*self.spans, Standstill(self.due, FOREVER, ())):
            end = min(span.begin, self.due)
            if end > place:
                total += end - place if self.plain else self.timeline.time_between(place, end)
            place = max(place, span.end)
        return total

    def at(self, amount: int) -> int:
        """Tick at which the clock has run that long."""
        course = (
            plain_course(start=self.start, amount=amount, spans=self.spans)
            if self.plain
            else worked_course(start=self.start, amount=amount, spans=self.spans, timeline=self.timeline)
        )
        return self.due if course.reached is None else course.reached


def _lead_tick(*, due: int, lead: Limit, timeline: Timeline) -> int:
    """Tick before due: that much time before, or, for days, at the opening of a working day."""
    if lead.unit is Unit.HOURS:
        return due - lead.amount * HOUR
    if lead.unit is Unit.WORKING_HOURS:
        return timeline.tick_before(due, lead.amount * HOUR)
    if lead.unit is Unit.WORKING_MINUTES:
        return timeline.tick_before(due, lead.amount * MINUTE)
    # A due moment at 24:00 belongs to the day that ends.
    last = (due - 1) // DAY
    if lead.unit is Unit.WORKING_DAYS:
        day = timeline.day_before(last, lead.amount)
    else:
        day = timeline.day_before(last - lead.amount + 1, 1)
    return day * DAY + timeline.hours_on(day).opens


def _milestone(
    *, kind: MilestoneKind, name: str, moment: Callable[[], datetime | None], level: str = ""
) -> Milestone:
    """A milestone at a moment, or without one where the calendar isn't known."""
    try:
        return Milestone(kind, name, moment(), level)
    except CalendarYearMissing as missing:
        return Milestone(kind, name, None, level, missing.year)


def _reminders(*, window: _Window, shares: Sequence[Fraction], leads: Sequence[Limit]) -> list[Milestone]:
    """Reminders before due; a lead that would come before the start is left out."""

    def at_share(share: Fraction) -> datetime:
        return moment_of(window.at(int(window.length() * share)))

    def at_lead(lead: Limit) -> datetime:
        return moment_of(_lead_tick(due=window.due, lead=lead, timeline=window.timeline))

    found = [
        _milestone(kind=MilestoneKind.SHARE, name=str(share), moment=partial(at_share, share))
        for share in shares
    ]
    start = moment_of(window.start)
    for lead in leads:
        milestone = _milestone(
            kind=MilestoneKind.LEAD, name=format_limit(lead), moment=partial(at_lead, lead)
        )
        if milestone.at is None or milestone.at >= start:
            found.append(milestone)
    return found


def milestones(
    *,
    start: datetime,
    due: datetime,
    calendar: WorkCalendar,
    shares: Sequence[Fraction] = (),
    leads: Sequence[Limit] = (),
    escalations: Sequence[EscalationStep] = (),
    pauses: Sequence[Pause] = (),
    unit: Unit = Unit.WORKING_MINUTES,
) -> tuple[Milestone, ...]:
    """Reminders, the due moment and the climbs after it, in order of time; unknown moments come last.

    shares: parts (0 to 1) of the time in which the clock runs: working time, but clock time for limits in
    hours (`unit`). Pauses are those of the clock; while one is open there is no due moment to plan from.
    """
    if any(not 0 <= share <= 1 for share in shares):
        raise ValueError("A share of the time lies between 0 and 1. Correct the reminders.")
    spans = standstills(pauses)
    window = _Window(tick_of(start), tick_of(due), spans, calendar.timeline, plain=unit is Unit.HOURS)
    found = _reminders(window=window, shares=shares, leads=leads)
    found.append(Milestone(MilestoneKind.DUE, "", moment_of(window.due)))
    for step in escalations:
        found.append(
            _milestone(
                kind=MilestoneKind.ESCALATION,
                name=format_limit(step.after),
                moment=partial(due_at, start=due, limit=step.after, calendar=calendar),
                level=step.level,
            )
        )
    known = sorted((one for one in found if one.at is not None), key=lambda one: one.at or due)
    return (*known, *(one for one in found if one.at is None))
