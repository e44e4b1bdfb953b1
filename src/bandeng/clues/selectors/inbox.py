"""Lists of clues for officers: what waits, what is late, what is one's own; counts come from the same narrowing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

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


OPEN = [state.value for state in OPEN_STATES]


@dataclass(frozen=True)
class Line:
    """One clue in a list."""

    number: str
    title: str
    kind: str
    state: str
    place: Place | None
    lead: str
    named: bool
    received_at: datetime
    due_at: datetime | None
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
    order = ("-ended_at", "-pk") if box is Box.ENDED else ("due_at", "pk")
    return visible_clues(scope).filter(condition(box)).order_by(*order)


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


def lines(clues: list[Clue]) -> list[Line]:
    """Clues as lines of a list."""
    moment, known = clock.now(), atlas().by_code
    return [
        Line(
            number=clue.number,
            title=content_of(clue).title,
            kind=clue.kind,
            state=clue.state,
            place=known.get(clue.area_code[: CODE_LENGTH[Level.COMMUNITY]]),
            lead=directory().name(clue.lead_id),
            named=clue.named,
            received_at=clue.received_at,
            due_at=clue.due_at,
            late=bool(clue.due_at and clue.due_at < moment),
        )
        for clue in clues
    ]
