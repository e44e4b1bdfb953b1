"""Lists of clues for officers: what waits, what is late, what is one's own; counts come from the same narrowing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Least

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.areas.selectors import Place, atlas
from bandeng.clues.contents import content_of
from bandeng.clues.models import Clue
from bandeng.clues.rules import OPEN_STATES, ClueState, number_read
from bandeng.clues.selectors.visibility import visible_clues
from bandeng.core import clock
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory

SEARCHED = 500
"""So many clues at most are opened for a search: their words are in no index."""


class Box(StrEnum):
    """The lists of the inbox."""

    TO_DO = "to_do"
    LATE = "late"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    HANDLED = "handled"
    ENDED = "ended"


NEVER = Value(datetime(9999, 1, 1, tzinfo=UTC), output_field=DateTimeField())
FEEDBACK_OPEN = Q(feedback_due_at__isnull=False, fed_back_at__isnull=True)
URGENCY = Least(
    Coalesce("due_at", NEVER), Case(When(FEEDBACK_OPEN, then=F("feedback_due_at")), default=NEVER)
)
"""When the next limit of a clue ends, as far as it is known."""
OPEN = [state.value for state in OPEN_STATES]


@dataclass(frozen=True)
class Line:
    """One clue in a list."""

    number: str
    title: str
    kind: str
    state: str
    open: bool
    place: Place | None
    lead: str
    named: bool
    received_at: datetime
    due_at: datetime | None  # of the limit that ends first
    feedback: bool  # that limit is the first word to a named reporter
    late: bool


def condition(box: Box) -> Q:
    """What a list holds."""
    if box is Box.TO_DO:
        return Q(state__in=OPEN)
    if box is Box.LATE:
        return Q(state__in=OPEN) & _late()
    if box is Box.ENDED:
        return ~Q(state__in=OPEN)
    return Q(state=ClueState(box.value).value)


def _late() -> Q:
    moment = clock.now()
    return Q(due_at__lt=moment) | Q(feedback_due_at__lt=moment, fed_back_at__isnull=True)


def box_counts(scope: Scope) -> dict[Box, int]:
    """How many clues each list holds for a post."""
    found = visible_clues(scope).aggregate(**{box.value: Count("pk", filter=condition(box)) for box in Box})
    return {box: found[box.value] for box in Box}


def listed(scope: Scope, *, box: Box) -> QuerySet[Clue]:
    """The clues of a list, the most urgent first."""
    rows = visible_clues(scope).filter(condition(box))
    return rows.order_by("-ended_at", "-pk") if box is Box.ENDED else rows.order_by(URGENCY, "pk")


def searched(scope: Scope, *, words: str) -> list[Clue]:
    """Clues whose number or masked words hold what was asked for, the newest first, among those that may be seen."""
    rows = visible_clues(scope).order_by("-received_at", "-pk")
    if number := number_read(words):
        return list(rows.filter(number=number))
    wanted = words.strip().lower()
    return [
        clue for clue in rows.filter(wiped_at__isnull=True)[:SEARCHED]
        if wanted in " ".join(vars(content_of(clue)).values()).lower()
    ]  # fmt: skip


def searched_only(scope: Scope, *, words: str) -> int:
    """How many clues a search for words looked through, where there are more; 0 where it saw all."""
    if number_read(words):
        return 0
    known = visible_clues(scope).filter(wiped_at__isnull=True)[: SEARCHED + 1].count()
    return SEARCHED if known > SEARCHED else 0


def lines(clues: list[Clue]) -> list[Line]:
    """Clues as lines of a list."""
    moment, known = clock.now(), atlas().by_code
    return [
        Line(
            **_next_limit(clue, moment),
            number=clue.number,
            title=content_of(clue).title,
            kind=clue.kind,
            state=clue.state,
            open=clue.state in OPEN,
            place=known.get(clue.area_code[: CODE_LENGTH[Level.COMMUNITY]]),
            lead=directory().name(clue.lead_id),
            named=clue.named,
            received_at=clue.received_at,
        )
        for clue in clues
    ]


def _next_limit(clue: Clue, moment: datetime) -> dict[str, Any]:
    """Which limit of an open clue ends first, when, and whether it has."""
    feedback = (
        clue.feedback_due_at if clue.fed_back_at is None and ClueState(clue.state) in OPEN_STATES else None
    )
    due = min((each for each in (clue.due_at, feedback) if each is not None), default=None)
    return {
        "due_at": due,
        "feedback": due is not None and due == feedback,
        "late": due is not None and due < moment,
    }
