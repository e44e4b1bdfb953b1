"""What is wrong with a table, found before it is published; exact over the universe, with true examples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from reckon.routing.facts import RoutingFacts
from reckon.routing.router import compile_table
from reckon.routing.space import Region, Space
from reckon.routing.table import MANUAL, CodeCell, OutputKind, Rule, Table, Universe, prefixes

EFFORT = 200_000
"""Comparisons of two regions before the analysis says "not decided", besides one for each pair of rules."""
EFFORT_EACH = 50_000
"""Comparisons for one question, so that one hard rule does not use up all others' share."""
CUTS_TRIED = 8
"""Rules tried at each step for the cheapest cut; trying all costs more than the better cut saves."""
SMALL_COVER = 12
"""A cover of at most this many rules is thinned to those that are needed."""


class OverlapKind(StrEnum):
    """Whether the earlier rule is a plain exception to the later one, or the two cross."""

    EXCEPTION = "exception"
    CROSSING = "crossing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Both rules match the witness and decide differently; winner is the rule that the table takes for it."""

    first: str
    second: str
    kind: OverlapKind
    witness: RoutingFacts
    winner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowed:
    """The rule never decides, because these earlier rules together take all its matters."""

    rule: str
    covered_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """No matter of the universe can satisfy the rule's cells in these columns."""

    rule: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Matters of this top-level category (None: without category) exist that no rule takes."""

    category: str | None
    witness: RoutingFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Two rules with the same condition, however written."""

    first: str
    second: str
    same_outputs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCode:
    """A code outside the universe, in a cell or in a decision."""

    rule: str
    column: str
    code: str


class Question(StrEnum):
    """What the analysis asked when it ran out of effort."""

    SHADOWED = "shadowed"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDecided:
    """A question left open. subject: a rule, or a top-level category ("" for matters without one)."""

    question: Question
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All findings, in the table's order; what is not listed and not undecided is proved absent."""

    overlaps: tuple[Overlap, ...]
    shadowed: tuple[Shadowed, ...]
    unreachable: tuple[Unreachable, ...]
    gaps: tuple[Gap, ...]
    duplicates: tuple[Duplicate, ...]
    unknown_codes: tuple[UnknownCode, ...]
    not_decided: tuple[NotDecided, ...]
    effort: int


class _EffortSpent(Exception):
    """The question needs more subtractions than allowed."""


@dataclass(frozen=True, slots=True)
class _Known:
    position: int
    rule: Rule
    condition: Region


class _Search:
    """Looks for facts that a set of conditions leaves over, within an effort."""

    def __init__(self, *, space: Space, effort: int) -> None:
        self._space = space
        self._left = effort
        self.spent = 0
        self._limit = 0

    def left_over(self, *, region: Region, rules: Sequence[_Known]) -> tuple[Region | None, set[int]]:
        """A part of the region outside all rules, or None and who covers it. Raises _EffortSpent."""
        self._limit = self.spent + min(EFFORT_EACH, self._left - self.spent)
        used: set[int] = set()
        stack = [(region, rules)]
        while stack:
            part, near = stack.pop()
            near = self._near(part, near)
            if not near:
                return part, set()
            chosen, pieces = self._cut(part, near)
            used.add(chosen.position)
            rest = [known for known in near if known is not chosen]
            stack += [(piece, rest) for piece in pieces]
        return None, used

    def _near(self, part: Region, rules: Sequence[_Known]) -> list[_Known]:
        """The rules that share facts with the part; each comparison is counted."""
        self.spent += len(rules) + CUTS_TRIED
        if self.spent > self._limit:
            self.spent = self._limit
            raise _EffortSpent
        return [known for known in rules if self._space.meets(first=part, second=known.condition)]

    def _cut(self, region: Region, near: Sequence[_Known]) -> tuple[_Known, list[Region]]:
        """Of a few rules the one that leaves fewest pieces, and these; a rule that covers all goes first."""
        for known in near:
            if self._space.plainly_covers(outer=known.condition, inner=region):
                return known, []
        cuts = [
            (known, self._space.subtract(region=region, taken=known.condition)) for known in near[:CUTS_TRIED]
        ]
        return min(cuts, key=lambda cut: len(cut[1]))


class _Analysis:
    """One table over one universe."""

    def __init__(self, *, table: Table, universe: Universe, effort: int) -> None:
        self._table, self._universe = table, universe
        self._space = Space(table=table, universe=universe)
        self.search = _Search(space=self._space, effort=effort)
        conditions = [(n, rule, self._space.condition(rule=rule)) for n, rule in enumerate(table.rules)]
        self._known = [
            _Known(n, rule, condition) for n, rule, condition in conditions if condition is not None
        ]
        self._void = [rule for _, rule, condition in conditions if condition is None]
        self.not_decided: list[NotDecided] = []

    def unreachable(self) -> Iterator[Unreachable]:
        """Rules that ask for the impossible; kinds are independent, so one kind alone is always to blame."""
        for rule in self._void:
            kinds = {column.kind for column in self._table.inputs}
            guilty = {kind for kind in kinds if self._space.condition(rule=rule, only=kind) is None}
            pairs = zip(self._table.inputs, rule.cells, strict=True)
            columns = tuple(
                column.key for column, cell in pairs if cell is not None and column.kind in guilty
            )
            yield Unreachable(rule=rule.id, columns=columns)

    def duplicates(self) -> Iterator[Duplicate]:
        """Each rule whose condition an earlier rule has already."""
        seen: dict[Region, Rule] = {}
        for known in self._known:
            first = seen.setdefault(known.condition, known.rule)
            if first is not known.rule:
                same = first.outputs == known.rule.outputs
                yield Duplicate(first=first.id, second=known.rule.id, same_outputs=same)

    def shadowed(self) -> Iterator[Shadowed]:
        """Rules without a matter of their own."""
        for place, known in enumerate(self._known):
            earlier = self._known[:place]
            try:
                left, used = self.search.left_over(region=known.condition, rules=earlier)
                if left is None:
                    cover = self._thin(known, [other for other in earlier if other.position in used])
                    yield Shadowed(rule=known.rule.id, covered_by=tuple(other.rule.id for other in cover))
            except _EffortSpent:
                self.not_decided.append(NotDecided(question=Question.SHADOWED, subject=known.rule.id))

    def _thin(self, known: _Known, cover: list[_Known]) -> list[_Known]:
        if len(cover) > SMALL_COVER:
            return cover
        for other in list(cover):
            fewer = [kept for kept in cover if kept is not other]
            try:
                if self.search.left_over(region=known.condition, rules=fewer)[0] is None:
                    cover = fewer
            except _EffortSpent:
                return cover
        return cover

    def gaps(self) -> Iterator[Gap]:
        """One example for each top-level category with matters that no rule takes."""
        tops = sorted({prefixes(code=code)[0] for code in self._universe.categories})
        for category in (*tops, None):
            region = self._space.everything(category=category)
            try:
                left, _ = self.search.left_over(region=region, rules=self._known)
                if left is not None:
                    yield Gap(category=category, witness=self._space.witness(region=left))
            except _EffortSpent:
                self.not_decided.append(NotDecided(question=Question.GAP, subject=category or ""))

    def overlaps(self) -> Iterator[Overlap]:
        """Pairs that share a matter and disagree on it."""
        router = compile_table(table=self._table)
        for first, second in combinations(self._known, 2):
            if first.rule.outputs == second.rule.outputs:
                continue
            shared = self._space.intersection(first=first.condition, second=second.condition)
            if shared is not None:
                witness = self._space.witness(region=shared)
                own = self._space.subtract(region=first.condition, taken=second.condition)
                yield Overlap(
                    first=first.rule.id,
                    second=second.rule.id,
                    kind=OverlapKind.CROSSING if own else OverlapKind.EXCEPTION,
                    witness=witness,
                    winner=router.route(witness).rule_id or "",
                )

    def unknown_codes(self) -> Iterator[UnknownCode]:
        """Codes of cells and of decisions that the universe does not have."""
        for rule in self._table.rules:
            for column, cell in zip(self._table.inputs, rule.cells, strict=True):
                if isinstance(cell, CodeCell):
                    known = self._universe.nameable(kind=column.kind)
                    unknown = [code for code in cell.codes if code not in known]
                    yield from (UnknownCode(rule=rule.id, column=column.key, code=code) for code in unknown)
            yield from self._unknown_decisions(rule)

    def _unknown_decisions(self, rule: Rule) -> Iterator[UnknownCode]:
        organisations = self._universe.organisations
        if rule.outputs.lead not in organisations | {MANUAL}:
            yield UnknownCode(rule=rule.id, column=OutputKind.LEAD.value, code=rule.outputs.lead)
        for code in rule.outputs.co_handlers:
            if code not in organisations:
                yield UnknownCode(rule=rule.id, column=OutputKind.CO_HANDLERS.value, code=code)
        if rule.outputs.limits is not None and rule.outputs.limits not in self._universe.limits:
            yield UnknownCode(rule=rule.id, column=OutputKind.LIMITS.value, code=rule.outputs.limits)


def analyse(*, table: Table, universe: Universe, effort: int | None = None) -> Findings:
    """All findings on a table. effort bounds the work; an open question is in not_decided, never guessed."""
    # Comparing every pair once is the least there is to do, so the allowance grows with it.
    allowed = EFFORT + len(table.rules) ** 2 if effort is None else effort
    analysis = _Analysis(table=table, universe=universe, effort=allowed)
    shadowed, gaps = tuple(analysis.shadowed()), tuple(analysis.gaps())
    return Findings(
        overlaps=tuple(analysis.overlaps()),
        shadowed=shadowed,
        unreachable=tuple(analysis.unreachable()),
        gaps=gaps,
        duplicates=tuple(analysis.duplicates()),
        unknown_codes=tuple(analysis.unknown_codes()),
        not_decided=tuple(analysis.not_decided),
        effort=analysis.search.spent,
    )
