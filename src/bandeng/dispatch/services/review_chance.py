"""Whether a review of an answer may be asked for now, which one, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bandeng.core import clock
from bandeng.dispatch.calendar import work_calendar
from bandeng.dispatch.selectors.refusals import Refusal
from bandeng.dispatch.selectors.review_rules import reviewing
from bandeng.matters.models import Matter, Review
from bandeng.matters.rules import MatterState
from reckon.deadlines.clock import due_at
from reckon.deadlines.limits import DayEnd, parse_limit
from reckon.deadlines.years import CalendarYearMissing


@dataclass(frozen=True)
class Chance:
    """A review that may be asked for now: which one, of which answer, until when (None: not known yet)."""

    stage: int
    answered_at: datetime
    until: datetime | None


def chance_of(
    matter: Matter,
    reviews: Sequence[Review],
    *,
    at: datetime | None = None,
    delivered_at: datetime | None = None,
) -> Chance | Refusal:
    """The review that may be asked for now, or at the moment when a request arrived; else why none may.

    `delivered_at`: when the written answer was delivered, where that was after it could be read.
    """
    if not reviewing().covers(matter.type_code):
        return Refusal.REVIEW_TYPE
    if any(row.decided_at is None for row in reviews):
        return Refusal.REVIEW_OPEN
    if matter.state != MatterState.CLOSED.value or matter.closed_at is None:
        return Refusal.STATE
    before = [row for row in reviews if row.answered_at == matter.closed_at]
    stage = len(before) + 1
    if stage > reviewing().stages:
        return Refusal.REVIEW_LAST
    received = answer_received(matter.closed_at, before)
    until = ask_until(max(received, delivered_at or received))
    if until is not None and (at or clock.now()) > until:
        return Refusal.REVIEW_OVER
    return Chance(stage, matter.closed_at, until)


def answer_received(closed_at: datetime, reviews: Sequence[Review]) -> datetime:
    """When the answer, or the last decision on it, was given: it can be read from that moment on."""
    decided = [row.decided_at for row in reviews if row.decided_at is not None]
    return max([closed_at, *(moment for moment in decided if moment > closed_at)])


def may_ask(matter: Matter, reviews: Sequence[Review]) -> Chance | None:
    """The review that a page may offer, or None."""
    found = chance_of(matter, reviews)
    return found if isinstance(found, Chance) else None


def ask_until(received_at: datetime) -> datetime | None:
    """Until when a review may be asked for; None while that year's calendar is not published.

    A person may ask at any hour, so the last day ends at midnight (民法典第二百零三条第二款).
    """
    try:
        return due_at(
            start=received_at,
            limit=parse_limit(reviewing().ask_within),
            calendar=work_calendar(),
            day_end=DayEnd.MIDNIGHT,
        )
    except CalendarYearMissing:
        return None
