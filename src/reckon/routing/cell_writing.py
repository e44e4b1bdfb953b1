"""One cell as plain data (the JSON form), written."""

from reckon.routing.cell_documents import clock_text
from reckon.routing.table import (
    Cell,
    CodeCell,
    ConfidenceCell,
    CountCell,
    FlagCell,
    HourCell,
    WordCell,
)

CellDocument = dict[str, object] | bool


def _negation(*, negated: bool) -> dict[str, object]:
    return {"not": True} if negated else {}


def _words_document(cell: WordCell) -> dict[str, object]:
    parts = {"any_of": cell.any_of, "all_of": cell.all_of, "none_of": cell.none_of}
    return {key: list(words) for key, words in parts.items() if words}


def _span_document(cell: HourCell | CountCell | ConfidenceCell) -> dict[str, object]:
    if isinstance(cell, HourCell):
        return {"from": clock_text(minute=cell.start), "to": clock_text(minute=cell.end)}
    bounds: dict[str, object] = {"at_least": cell.at_least}
    bounds |= {"at_most": cell.at_most} if isinstance(cell, CountCell) else {"below": cell.below}
    return {key: bound for key, bound in bounds.items() if bound is not None}


def cell_document(*, cell: Cell) -> CellDocument:
    """The plain data that cell_read takes back."""
    if isinstance(cell, FlagCell):
        return cell.value
    if isinstance(cell, CodeCell):
        return {"not_in" if cell.negated else "in": list(cell.codes)}
    if isinstance(cell, WordCell):
        return _words_document(cell)
    return _span_document(cell) | _negation(negated=cell.negated)
