"""Routing by a compiled table: every column answers with the set of rules it allows, as bits of an integer.

The sets are intersected and the lowest bit is the first rule in order, so the cost hardly grows with the
number of rules. Word conditions are only looked at for rules that everything else allows.
"""

from collections import Counter
from threading import Lock

from reckon.routing.bitmaps import Selector, column_selector
from reckon.routing.facts import Reason, Routing, RoutingFacts, RoutingProblem, facts_fault
from reckon.routing.matching import fold, matched_parts, reason_for
from reckon.routing.table import MANUAL, Cell, InputColumn, InputKind, Outputs, Rule, Table

MANUAL_OUTPUTS = Outputs(lead=MANUAL)

PROBLEM_TEXTS: dict[RoutingProblem, str] = {
    RoutingProblem.NO_MATCH: (
        "No rule of table {table} takes this matter, so it waits for manual assignment. "
        "Assign it, then add a rule for such matters."
    ),
    RoutingProblem.FACTS_FAULTY: (
        "The matter's facts cannot be used by table {table} ({detail}), so it waits for manual assignment. "
        "Correct the matter and route it again."
    ),
    RoutingProblem.ENGINE_ERROR: (
        "Table {table} failed on this matter ({detail}), so it waits for manual assignment. "
        "Assign it and report the failure."
    ),
}

Cells = tuple[tuple[InputColumn, Cell], ...]


def _word_cells(*, table: Table, rule: Rule) -> tuple[Cell, ...]:
    pairs = zip(table.inputs, rule.cells, strict=True)
    return tuple(cell for column, cell in pairs if cell is not None and column.kind is InputKind.WORDS)


def _given_cells(*, table: Table, rule: Rule) -> Cells:
    pairs = zip(table.inputs, rule.cells, strict=True)
    return tuple((column, cell) for column, cell in pairs if cell is not None)


def _selectors(*, table: Table) -> tuple[Selector, ...]:
    by_column = (
        (column.kind, [rule.cells[position] for rule in table.rules])
        for position, column in enumerate(table.inputs)
        if column.kind is not InputKind.WORDS
    )
    return tuple(
        column_selector(kind=kind, cells=cells)
        for kind, cells in by_column
        if any(cell is not None for cell in cells)
    )


class Router:
    """A compiled table. Safe to share among threads; problems are counted over its life."""

    def __init__(self, *, table: Table) -> None:
        self.table = table
        self._all = (1 << len(table.rules)) - 1
        self._selectors = _selectors(table=table)
        self._given = tuple(_given_cells(table=table, rule=rule) for rule in table.rules)
        self._words = tuple(_word_cells(table=table, rule=rule) for rule in table.rules)
        self._wordy = sum(1 << position for position, cells in enumerate(self._words) if cells)
        self._counts: Counter[RoutingProblem] = Counter()
        self._lock = Lock()

    @property
    def problem_counts(self) -> dict[RoutingProblem, int]:
        """How many matters went to the manual queue for each problem; every problem is listed."""
        with self._lock:
            return {problem: self._counts[problem] for problem in RoutingProblem}

    def route(self, facts: RoutingFacts) -> Routing:
        """Decide by the first rule that holds. Never raises: a problem is a Routing to the manual queue."""
        try:
            fault = facts_fault(facts)
            return self._fail(RoutingProblem.FACTS_FAULTY, fault) if fault else self._decide(facts)
        # Whatever goes wrong in here, the matter must reach a person and the failure must be seen.
        except Exception as error:  # noqa: BLE001
            return self._fail(RoutingProblem.ENGINE_ERROR, f"{type(error).__name__}: {error}")

    def _decide(self, facts: RoutingFacts) -> Routing:
        allowed = self._all
        for select in self._selectors:
            allowed &= select(facts)
        # Folding a long text costs more than everything else, and most matters meet no rule with words.
        text = fold(facts.text) if allowed & self._wordy else ""
        position = self._first(allowed, facts, text)
        if position is None:
            return self._fail(RoutingProblem.NO_MATCH, "")
        rule = self.table.rules[position]
        return Routing(outputs=rule.outputs, rule_id=rule.id, reasons=self._reasons(position, facts, text))

    def _first(self, allowed: int, facts: RoutingFacts, text: str) -> int | None:
        while allowed:
            lowest = allowed & -allowed
            position = lowest.bit_length() - 1
            if not lowest & self._wordy or self._words_hold(position, facts, text):
                return position
            allowed ^= lowest
        return None

    def _words_hold(self, position: int, facts: RoutingFacts, text: str) -> bool:
        return all(
            matched_parts(kind=InputKind.WORDS, cell=cell, facts=facts, text=text) is not None
            for cell in self._words[position]
        )

    def _reasons(self, position: int, facts: RoutingFacts, text: str) -> tuple[Reason, ...]:
        found = [
            reason_for(column=column, cell=cell, facts=facts, text=text)
            for column, cell in self._given[position]
        ]
        reasons = tuple(reason for reason in found if reason is not None)
        # Bitmaps and the plain statement of what a cell means are two ways to one answer: they must agree.
        if len(reasons) != len(found):
            raise RuntimeError(f"rule {self.table.rules[position].id} was chosen but a cell does not hold")
        return reasons

    def _fail(self, problem: RoutingProblem, detail: str) -> Routing:
        with self._lock:
            self._counts[problem] += 1
        text = PROBLEM_TEXTS[problem].format(table=self.table.key, detail=detail)
        return Routing(outputs=MANUAL_OUTPUTS, problem=problem, problem_text=text)


def compile_table(*, table: Table) -> Router:
    """Make a router of a valid table."""
    return Router(table=table)
