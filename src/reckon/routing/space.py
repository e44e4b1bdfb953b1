"""Exact set algebra over everything that facts can be.

A column's facts form finitely many classes, because only the codes of the universe and the bounds written in
the table tell facts apart; a set of classes is an integer's bits. Words and zones are truth values, one for
each distinct word or zone: containing a longer word implies containing the shorter one inside it, otherwise
all combinations are possible (a text can hold any words; a place can lie in several zones).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, invert, or_

from reckon.routing.facts import RoutingFacts
from reckon.routing.matching import confidence_contains, count_contains, fold, hour_contains
from reckon.routing.table import (
    CODED,
    HIERARCHICAL,
    MINUTES_PER_DAY,
    WEEKDAYS,
    Cell,
    CodeCell,
    ConfidenceCell,
    CountCell,
    FlagCell,
    HourCell,
    InputKind,
    Rule,
    Table,
    Universe,
    WordCell,
    prefixes,
)

Bits = int
Value = str | int | float | bool | None
DIMENSIONS = tuple(kind for kind in InputKind if kind not in {InputKind.WORDS, InputKind.INSIDE_ZONE})


@dataclass(frozen=True, slots=True)
class Region:
    """Facts in these classes (one bit set a dimension), with literals all true, all false, or some true.

    every: all true, with whatever they imply; none: all false, with whatever implies them; groups: of each at
    least one true, none of them decided yet. A region is never empty: literals exclude each other one by one.
    """

    masks: tuple[Bits, ...]
    every: Bits
    none: Bits
    groups: tuple[Bits, ...]


def bits(number: Bits) -> Iterator[Bits]:
    """Each single bit of a set, lowest first."""
    while number:
        lowest = number & -number
        yield lowest
        number ^= lowest


def _cells(*, table: Table, kind: InputKind) -> list[Cell]:
    positions = [n for n, column in enumerate(table.inputs) if column.kind is kind]
    return [cell for rule in table.rules for n in positions if (cell := rule.cells[n]) is not None]


def _edges(*, last: float, bounds: Iterable[float | None]) -> list[float]:
    return sorted({0} | {bound for bound in bounds if bound is not None and 0 <= bound <= last})


def _values(*, table: Table, universe: Universe) -> dict[InputKind, list[Value]]:
    hours = [c for c in _cells(table=table, kind=InputKind.HOUR) if isinstance(c, HourCell)]
    counts = [c for c in _cells(table=table, kind=InputKind.NEARBY_REPEATS) if isinstance(c, CountCell)]
    shares = [c for c in _cells(table=table, kind=InputKind.CONFIDENCE) if isinstance(c, ConfidenceCell)]
    hour_bounds = [bound for cell in hours for bound in (cell.start, cell.end)]
    count_bounds = [b for c in counts for b in (c.at_least, None if c.at_most is None else c.at_most + 1)]
    share_bounds = [bound for cell in shares for bound in (cell.at_least, cell.below)]
    return {
        InputKind.CATEGORY: [*sorted(universe.categories), None],
        InputKind.AREA: [*sorted(universe.areas), None],
        InputKind.CHANNEL: [*sorted(universe.channels)] or [None],
        InputKind.HOUR: [*_edges(last=MINUTES_PER_DAY - 1, bounds=hour_bounds)],
        InputKind.WEEKDAY: [*WEEKDAYS],
        InputKind.NEARBY_REPEATS: [*_edges(last=float("inf"), bounds=count_bounds)],
        InputKind.REPORTER_KIND: [*sorted(universe.reporter_kinds)] or [None],
        InputKind.CONFIDENCE: [*_edges(last=1.0, bounds=share_bounds)],
        InputKind.ABSTAINED: [False, True],
    }


class Space:
    """The classes and literals of one table over one universe."""

    def __init__(self, *, table: Table, universe: Universe) -> None:
        self._table = table
        self._values = _values(table=table, universe=universe)
        self._full = tuple((1 << len(self._values[kind])) - 1 for kind in DIMENSIONS)
        self._code_bits: dict[InputKind, dict[str, Bits]] = {
            kind: self._index(kind=kind) for kind in DIMENSIONS if kind in CODED
        }
        self._cell_bits: dict[tuple[InputKind, Cell], Bits] = {}
        self._words = self._read_words()
        self._zones = {z: 1 << n for n, z in enumerate(sorted(universe.zones), len(self._words))}
        self._below, self._above = self._implications()

    def _index(self, *, kind: InputKind) -> dict[str, Bits]:
        index: dict[str, Bits] = {}
        for position, code in enumerate(self._values[kind]):
            if isinstance(code, str):
                for prefix in prefixes(code=code) if kind in HIERARCHICAL else (code,):
                    index[prefix] = index.get(prefix, 0) | 1 << position
        return index

    def _read_words(self) -> dict[str, tuple[Bits, str]]:
        cells = (c for c in _cells(table=self._table, kind=InputKind.WORDS) if isinstance(c, WordCell))
        raw = {fold(word): word for c in cells for word in (*c.any_of, *c.all_of, *c.none_of)}
        return {folded: (1 << position, raw[folded]) for position, folded in enumerate(sorted(raw))}

    def _implications(self) -> tuple[dict[Bits, Bits], dict[Bits, Bits]]:
        below = {bit: bit for bit in (*(bit for bit, _ in self._words.values()), *self._zones.values())}
        above = dict(below)
        for longer, (high, _) in self._words.items():
            for shorter, (low, _) in self._words.items():
                if shorter in longer:
                    below[high] |= low
                    above[low] |= high
        return below, above

    def _closed(self, *, literals: Bits, order: dict[Bits, Bits]) -> Bits:
        return reduce(or_, (order[bit] for bit in bits(literals)), 0)

    def _classes(self, *, kind: InputKind, cell: Cell) -> Bits:
        known = self._cell_bits.get((kind, cell))
        if known is None:
            values = self._values[kind]
            if isinstance(cell, CodeCell):
                found = reduce(or_, (self._code_bits[kind].get(code, 0) for code in cell.codes), 0)
            else:
                found = sum(1 << n for n, value in enumerate(values) if _holds(cell=cell, value=value))
            negated = not isinstance(cell, FlagCell | WordCell) and cell.negated
            known = ~found & ((1 << len(values)) - 1) if negated else found
            self._cell_bits[kind, cell] = known
        return known

    def _word_bits(self, words: Iterable[str]) -> Bits:
        return reduce(or_, (self._words[fold(word)][0] for word in words), 0)

    def condition(self, *, rule: Rule, only: InputKind | None = None) -> Region | None:
        """What the rule (or only its cells of one kind) asks, or None if no fact of the universe can hold."""
        masks = list(self._full)
        every, none, groups = 0, 0, []
        for column, cell in zip(self._table.inputs, rule.cells, strict=True):
            if cell is None or (only is not None and column.kind is not only):
                continue
            if isinstance(cell, WordCell):
                every |= self._word_bits(cell.all_of)
                none |= self._word_bits(cell.none_of)
                groups += [self._word_bits(cell.any_of)] if cell.any_of else []
            elif column.kind is InputKind.INSIDE_ZONE and isinstance(cell, CodeCell):
                zones = reduce(or_, (self._zones.get(code, 0) for code in cell.codes), 0)
                none |= zones if cell.negated else 0
                groups += [] if cell.negated else [zones]
            else:
                masks[DIMENSIONS.index(column.kind)] &= self._classes(kind=column.kind, cell=cell)
        required = self._closed(literals=every, order=self._below)
        forbidden = self._closed(literals=none, order=self._above)
        return self._region(tuple(masks), required, forbidden, tuple(groups))

    def _region(
        self, masks: tuple[Bits, ...], every: Bits, none: Bits, groups: tuple[Bits, ...]
    ) -> Region | None:
        """The region of closed every and none, or None if empty. A group of one is required outright."""
        if every & none or 0 in masks:
            return None
        possible = [group & ~none for group in groups if not group & every]
        if 0 in possible:
            return None
        for group in possible:
            every |= 0 if group & (group - 1) else self._below[group]
        return Region(masks, every, none, tuple(sorted({group for group in possible if not group & every})))

    def everything(self, *, category: str | None) -> Region:
        """All facts whose category is this one or below it; None stands for facts without a category."""
        place = DIMENSIONS.index(InputKind.CATEGORY)
        without = 1 << (len(self._values[InputKind.CATEGORY]) - 1)
        mask = without if category is None else self._code_bits[InputKind.CATEGORY][category]
        return Region((*self._full[:place], mask, *self._full[place + 1 :]), 0, 0, ())

    def meets(self, *, first: Region, second: Region) -> bool:
        """Whether some fact is in both."""
        if first.every & second.none or first.none & second.every:
            return False
        if not all(map(and_, first.masks, second.masks)):
            return False
        free = all(group & ~second.none for group in first.groups)
        return free and all(group & ~first.none for group in second.groups)

    def plainly_covers(self, *, outer: Region, inner: Region) -> bool:
        """Whether the inner's facts are seen at once to be the outer's too; False decides nothing."""
        if outer.every & ~inner.every or outer.none & ~inner.none:
            return False
        if any(map(and_, inner.masks, map(invert, outer.masks))):
            return False
        return all(group & inner.every or group in inner.groups for group in outer.groups)

    def intersection(self, *, first: Region, second: Region) -> Region | None:
        """The facts in both, or None if there are none."""
        masks = tuple(map(and_, first.masks, second.masks))
        every, none = first.every | second.every, first.none | second.none
        return self._region(masks, every, none, first.groups + second.groups)

    def subtract(self, *, region: Region, taken: Region) -> list[Region]:
        """Regions, no two sharing a fact, that together are the facts in the first but not in the second."""
        pieces: list[Region | None] = []
        masks = list(region.masks)
        every, none, groups = region.every, region.none, region.groups
        for place, wanted in enumerate(taken.masks):
            outside = masks[place] & ~wanted
            if outside:
                pieces.append(Region((*masks[:place], outside, *masks[place + 1 :]), every, none, groups))
                masks[place] &= wanted
        inner = Region(tuple(masks), every, none, groups)
        return [piece for piece in (*pieces, *self._without_literals(inner, taken)) if piece is not None]

    def _without_literals(self, inner: Region, taken: Region) -> Iterator[Region | None]:
        masks, every, none, groups = inner.masks, inner.every, inner.none, inner.groups
        for bit in bits(taken.every & ~every):
            if not bit & every:
                yield self._region(masks, every, none | self._above[bit], groups)
                every |= self._below[bit]
        for bit in bits(taken.none & ~none):
            if not bit & none:
                yield self._region(masks, every | self._below[bit], none, groups)
                none |= self._above[bit]
        for group in taken.groups:
            if not group & every:
                yield self._region(
                    masks, every, none | self._closed(literals=group, order=self._above), groups
                )
                groups = (*groups, group)

    def witness(self, *, region: Region) -> RoutingFacts:
        """One matter in the region: of each dimension the first class, of each group the first literal."""
        true = reduce(or_, (self._below[next(bits(group))] for group in region.groups), region.every)
        chosen = {
            kind: self._values[kind][(mask & -mask).bit_length() - 1]
            for kind, mask in zip(DIMENSIONS, region.masks, strict=True)
        }
        words = [raw for bit, raw in self._words.values() if bit & true]
        return RoutingFacts(
            category=_text_or_none(chosen[InputKind.CATEGORY]),
            area=_text_or_none(chosen[InputKind.AREA]),
            channel=_text_or_none(chosen[InputKind.CHANNEL]) or "",
            text="\n".join(words),
            minute=int(chosen[InputKind.HOUR] or 0),
            weekday=int(chosen[InputKind.WEEKDAY] or 1),
            nearby_repeats=int(chosen[InputKind.NEARBY_REPEATS] or 0),
            reporter_kind=_text_or_none(chosen[InputKind.REPORTER_KIND]) or "",
            zones=frozenset(zone for zone, bit in self._zones.items() if bit & true),
            confidence=float(chosen[InputKind.CONFIDENCE] or 0.0),
            abstained=bool(chosen[InputKind.ABSTAINED]),
        )


def _text_or_none(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _holds(*, cell: Cell, value: Value) -> bool:
    if isinstance(cell, HourCell):
        return hour_contains(cell=cell, minute=int(value or 0))
    if isinstance(cell, CountCell):
        return count_contains(cell=cell, count=int(value or 0))
    if isinstance(cell, ConfidenceCell):
        return confidence_contains(cell=cell, confidence=float(value or 0.0))
    return isinstance(cell, FlagCell) and cell.value == value
