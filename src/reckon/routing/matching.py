"""When one cell holds for one matter; the single statement of what cells mean."""

import unicodedata
from functools import lru_cache

from reckon.routing.facts import FACT_OF, Reason, RoutingFacts
from reckon.routing.table import (
    HIERARCHICAL,
    Cell,
    CodeCell,
    ConfidenceCell,
    CountCell,
    FlagCell,
    HourCell,
    InputColumn,
    InputKind,
    WordCell,
    prefixes,
)


def fold(text: str) -> str:
    """Text as words are looked up in it: full-width forms and letter case make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


fold_word = lru_cache(maxsize=8192)(fold)
"""A table has few words and asks for them at every matter, so they are folded once."""


def hour_contains(*, cell: HourCell, minute: int) -> bool:
    """Whether the minute lies in the cell's span, before negation."""
    if cell.start < cell.end:
        return cell.start <= minute < cell.end
    return minute >= cell.start or minute < cell.end


def count_contains(*, cell: CountCell, count: int) -> bool:
    """Whether the count lies in the cell's span, before negation."""
    return cell.at_least <= count and (cell.at_most is None or count <= cell.at_most)


def confidence_contains(*, cell: ConfidenceCell, confidence: float) -> bool:
    """Whether the confidence lies in the cell's span, before negation."""
    above = cell.at_least is None or confidence >= cell.at_least
    return above and (cell.below is None or confidence < cell.below)


def _given_codes(*, kind: InputKind, facts: RoutingFacts) -> tuple[str, ...]:
    value = FACT_OF[kind](facts)
    if isinstance(value, tuple):
        return value
    if not isinstance(value, str):
        return ()
    return prefixes(code=value) if kind in HIERARCHICAL else (value,)


def _matched_words(*, cell: WordCell, text: str) -> tuple[str, ...] | None:
    if any(fold_word(word) in text for word in cell.none_of):
        return None
    if not all(fold_word(word) in text for word in cell.all_of):
        return None
    found = tuple(word for word in cell.any_of if fold_word(word) in text)
    return None if cell.any_of and not found else found + cell.all_of


def _in_span(*, cell: HourCell | CountCell | ConfidenceCell, facts: RoutingFacts) -> bool:
    if isinstance(cell, HourCell):
        return hour_contains(cell=cell, minute=facts.minute)
    if isinstance(cell, CountCell):
        return count_contains(cell=cell, count=facts.nearby_repeats)
    return confidence_contains(cell=cell, confidence=facts.confidence)


def matched_parts(*, kind: InputKind, cell: Cell, facts: RoutingFacts, text: str) -> tuple[str, ...] | None:
    """Codes or words by which the cell holds (may be empty), or None if it does not. text: already folded."""
    if isinstance(cell, CodeCell):
        found = tuple(code for code in _given_codes(kind=kind, facts=facts) if code in cell.codes)
        if cell.negated:
            return None if found else ()
        return found or None
    if isinstance(cell, WordCell):
        return _matched_words(cell=cell, text=text)
    if isinstance(cell, FlagCell):
        return () if facts.abstained == cell.value else None
    return () if _in_span(cell=cell, facts=facts) != cell.negated else None


def reason_for(*, column: InputColumn, cell: Cell, facts: RoutingFacts, text: str) -> Reason | None:
    """Why the cell holds, or None if it does not. text: already folded."""
    matched = matched_parts(kind=column.kind, cell=cell, facts=facts, text=text)
    if matched is None:
        return None
    value = FACT_OF[column.kind](facts)
    return Reason(column=column.key, kind=column.kind, cell=cell, value=value, matched=matched)
