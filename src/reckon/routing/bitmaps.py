"""Which rules a column allows for a matter, as the bits of an integer: bit n for the table's rule n."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from reckon.routing.facts import RoutingFacts
from reckon.routing.matching import confidence_contains, count_contains, hour_contains
from reckon.routing.table import (
    HIERARCHICAL,
    Cell,
    CodeCell,
    ConfidenceCell,
    CountCell,
    FlagCell,
    HourCell,
    InputKind,
    prefixes,
)

MEMORY_OF_CODES = 20_000
"""Codes whose set of rules is remembered per column: more than any district's categories or grids."""

CellType = TypeVar("CellType", CodeCell, HourCell, CountCell, ConfidenceCell, FlagCell)
Selector = Callable[[RoutingFacts], int]
Bits = int


class _CodeIndex:
    """Rules allowed for one code, or for a set of zones."""

    def __init__(self, *, hierarchical: bool, cells: list[CodeCell | None]) -> None:
        self._hierarchical = hierarchical
        self._wanted: dict[str, Bits] = {}
        self._refused: dict[str, Bits] = {}
        self._free: Bits = 0
        self._memory: dict[str, Bits] = {}
        for position, cell in enumerate(cells):
            bit = 1 << position
            if cell is None or cell.negated:
                self._free |= bit
            for code in () if cell is None else cell.codes:
                target = self._refused if cell is not None and cell.negated else self._wanted
                target[code] = target.get(code, 0) | bit

    def of_codes(self, codes: Iterable[str]) -> Bits:
        """Rules allowed when the matter carries all these codes."""
        allowed, refused = self._free, 0
        for code in codes:
            allowed |= self._wanted.get(code, 0)
            refused |= self._refused.get(code, 0)
        return allowed & ~refused

    def of_code(self, code: str | None) -> Bits:
        """Rules allowed for this one code, remembered."""
        if code is None:
            return self._free
        known = self._memory.get(code)
        if known is None:
            known = self.of_codes(prefixes(code=code) if self._hierarchical else (code,))
            if len(self._memory) >= MEMORY_OF_CODES:
                self._memory.clear()
            self._memory[code] = known
        return known


def _bits(holds: Iterable[bool]) -> Bits:
    return sum(1 << position for position, value in enumerate(holds) if value)


def _select_codes(*, kind: InputKind, cells: list[CodeCell | None]) -> Selector:
    index = _CodeIndex(hierarchical=kind in HIERARCHICAL, cells=cells)
    of_code = index.of_code
    if kind is InputKind.WEEKDAY:
        by_day = [of_code(str(day)) for day in range(8)]
        return lambda facts: by_day[facts.weekday]
    if kind is InputKind.INSIDE_ZONE:
        return lambda facts: index.of_codes(facts.zones)
    readers: dict[InputKind, Selector] = {
        InputKind.CATEGORY: lambda facts: of_code(facts.category),
        InputKind.AREA: lambda facts: of_code(facts.area),
        InputKind.CHANNEL: lambda facts: of_code(facts.channel),
        InputKind.REPORTER_KIND: lambda facts: of_code(facts.reporter_kind),
    }
    return readers[kind]


def _select_hour(*, cells: list[HourCell | None]) -> Selector:
    edges = sorted({0} | {cell.start for cell in cells if cell} | {cell.end for cell in cells if cell})
    steps = [
        _bits(cell is None or hour_contains(cell=cell, minute=edge) != cell.negated for cell in cells)
        for edge in edges
    ]
    return lambda facts: steps[bisect_right(edges, facts.minute) - 1]


def _select_count(*, cells: list[CountCell | None]) -> Selector:
    starts = {cell.at_least for cell in cells if cell}
    ends = {cell.at_most + 1 for cell in cells if cell and cell.at_most is not None}
    edges = sorted({0} | starts | ends)
    steps = [
        _bits(cell is None or count_contains(cell=cell, count=edge) != cell.negated for cell in cells)
        for edge in edges
    ]
    return lambda facts: steps[bisect_right(edges, facts.nearby_repeats) - 1]


def _select_confidence(*, cells: list[ConfidenceCell | None]) -> Selector:
    bounds = [bound for cell in cells if cell for bound in (cell.at_least, cell.below)]
    edges = sorted({0.0} | {bound for bound in bounds if bound is not None})
    steps = [
        _bits(
            cell is None or confidence_contains(cell=cell, confidence=edge) != cell.negated for cell in cells
        )
        for edge in edges
    ]
    return lambda facts: steps[bisect_right(edges, facts.confidence) - 1]


def _select_flag(*, cells: list[FlagCell | None]) -> Selector:
    yes = _bits(cell is None or cell.value for cell in cells)
    no = _bits(cell is None or not cell.value for cell in cells)
    return lambda facts: yes if facts.abstained else no


def _only(*, cells: Sequence[Cell | None], kind: type[CellType]) -> list[CellType | None]:
    return [cell if isinstance(cell, kind) else None for cell in cells]


def column_selector(*, kind: InputKind, cells: Sequence[Cell | None]) -> Selector:
    """The rules that a column's cells (one for each rule, None = any) allow; words are not for bitmaps."""
    if kind is InputKind.HOUR:
        return _select_hour(cells=_only(cells=cells, kind=HourCell))
    if kind is InputKind.NEARBY_REPEATS:
        return _select_count(cells=_only(cells=cells, kind=CountCell))
    if kind is InputKind.CONFIDENCE:
        return _select_confidence(cells=_only(cells=cells, kind=ConfidenceCell))
    if kind is InputKind.ABSTAINED:
        return _select_flag(cells=_only(cells=cells, kind=FlagCell))
    return _select_codes(kind=kind, cells=_only(cells=cells, kind=CodeCell))
