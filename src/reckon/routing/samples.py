"""Synthetic tables and facts for measurements, demonstrations and property tests; no real place or body."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from reckon.routing.facts import RoutingFacts
from reckon.routing.table import (
    HIERARCHICAL,
    MANUAL,
    MINUTES_PER_DAY,
    Cell,
    CodeCell,
    ConfidenceCell,
    CountCell,
    FlagCell,
    HourCell,
    InputColumn,
    InputKind,
    OutputColumn,
    OutputKind,
    Outputs,
    Priority,
    Rule,
    Table,
    Universe,
    WordCell,
)

WORDS = (
    "噪音",
    "夜间噪音",
    "积水",
    "路灯",
    "路灯损坏",
    "占道",
    "占道经营",
    "电梯",
    "KTV",
    "拖欠",
    "异味",
    "异味扰民",
)
FILLED: dict[InputKind, float] = {
    InputKind.CATEGORY: 0.9,
    InputKind.AREA: 0.3,
    InputKind.CHANNEL: 0.15,
    InputKind.WORDS: 0.3,
    InputKind.HOUR: 0.15,
    InputKind.WEEKDAY: 0.1,
    InputKind.NEARBY_REPEATS: 0.15,
    InputKind.REPORTER_KIND: 0.1,
    InputKind.INSIDE_ZONE: 0.15,
    InputKind.CONFIDENCE: 0.1,
    InputKind.ABSTAINED: 0.1,
}
"""How often a cell is given; a district's own tables lean on the category and use the rest for exceptions."""


def _tree(*, widths: Sequence[int]) -> frozenset[str]:
    level, codes = [""], set()
    for width in widths:
        level = [f"{code}.{n:02d}".strip(".") for code in level for n in range(1, width + 1)]
        codes.update(level)
    return frozenset(codes)


def sample_universe(*, categories: Sequence[int] = (15, 5, 4), areas: Sequence[int] = (14, 14)) -> Universe:
    """Codes of a made-up district; categories and areas give the number of children on each level."""
    return Universe(
        categories=_tree(widths=categories),
        areas=_tree(widths=areas),
        channels=frozenset({"web", "phone", "grid", "hotline"}),
        reporter_kinds=frozenset({"resident", "enterprise", "grid_worker"}),
        zones=frozenset({"station", "school", "market"}),
        organisations=frozenset(f"department-{n:02d}" for n in range(1, 15)),
        limits=frozenset({"short", "usual", "long"}),
    )


def _some(chance: Random, items: Sequence[str], most: int) -> tuple[str, ...]:
    return tuple(sorted(chance.sample(items, chance.randint(1, min(most, len(items))))))


def _code_cell(chance: Random, kind: InputKind, universe: Universe) -> CodeCell:
    codes = sorted(universe.nameable(kind=kind))
    if kind in HIERARCHICAL:
        # A level first, then a code of it: otherwise nearly every prefix would be one of the many leaves.
        level = chance.randint(0, max(code.count(".") for code in codes))
        codes = [code for code in codes if code.count(".") == level]
    return CodeCell(codes=_some(chance, codes, 3), negated=chance.random() < 0.15)


def _word_cell(chance: Random) -> WordCell:
    parts = [_some(chance, WORDS, 3) if chance.random() < 0.5 else () for _ in range(3)]
    any_of, all_of, none_of = parts if any(parts) else (_some(chance, WORDS, 3), (), ())
    return WordCell(any_of=any_of, all_of=all_of, none_of=none_of)


def _span_cell(chance: Random, kind: InputKind) -> HourCell | CountCell | ConfidenceCell:
    negated = chance.random() < 0.2
    if kind is InputKind.HOUR:
        start, end = chance.sample(range(0, MINUTES_PER_DAY, 60), 2)
        return HourCell(start=start, end=end or MINUTES_PER_DAY, negated=negated)
    if kind is InputKind.NEARBY_REPEATS:
        low = chance.randint(1, 5)
        high = chance.choice((None, low, low + 2))
        return CountCell(at_least=low, at_most=high, negated=negated and high is not None)
    lower, upper = sorted(chance.sample((0.2, 0.4, 0.5, 0.6, 0.8), 2))
    form = chance.randint(0, 2)
    return ConfidenceCell(
        at_least=None if form == 0 else lower,
        below=None if form == 1 else upper,
        negated=negated and form == 2,
    )


def sample_cell(*, chance: Random, kind: InputKind, universe: Universe) -> Cell:
    """A valid cell of this kind."""
    if kind is InputKind.WORDS:
        return _word_cell(chance)
    if kind is InputKind.ABSTAINED:
        return FlagCell(value=chance.random() < 0.5)
    if kind in {InputKind.HOUR, InputKind.NEARBY_REPEATS, InputKind.CONFIDENCE}:
        return _span_cell(chance, kind)
    return _code_cell(chance, kind, universe)


def _outputs(chance: Random, universe: Universe) -> Outputs:
    organisations = sorted(universe.organisations)
    lead = chance.choice(organisations) if chance.random() < 0.95 else MANUAL
    helpers = _some(chance, organisations, 3) if chance.random() < 0.3 else ()
    return Outputs(
        lead=lead,
        co_handlers=tuple(code for code in helpers if code != lead),
        limits=chance.choice((None, *sorted(universe.limits))),
        priority=chance.choice(tuple(Priority)),
        note=chance.choice(("", "先电话联系", "=1+1")),
    )


def _weight(rule: Rule) -> tuple[int, int]:
    """Orders exceptions before what they are exceptions to: deep codes first, then many cells first."""
    depth = max(
        (code.count(".") for cell in rule.cells if isinstance(cell, CodeCell) for code in cell.codes),
        default=0,
    )
    return (-depth, -sum(cell is not None for cell in rule.cells))


def _cells(chance: Random, universe: Universe, filled: dict[InputKind, float]) -> tuple[Cell | None, ...]:
    return tuple(
        sample_cell(chance=chance, kind=kind, universe=universe) if chance.random() < filled[kind] else None
        for kind in InputKind
    )


def sample_table(
    *,
    chance: Random,
    universe: Universe,
    rules: int,
    filled: dict[InputKind, float] = FILLED,
    catch_all: bool = True,
) -> Table:
    """A valid table of so many rules in random order; the catch-all comes on top, for a person."""
    made = [
        Rule(
            id=f"r{number}",
            cells=_cells(chance, universe, filled),
            outputs=_outputs(chance, universe),
            note="样例",
        )
        for number in range(1, rules + 1)
    ]
    rest = Rule(id="rest", cells=(None,) * len(InputKind), outputs=Outputs(lead=MANUAL))
    return Table(
        key="sample",
        name="样例分派表",
        inputs=tuple(
            InputColumn(key=kind.value, kind=kind, label=f"{kind.value} 条件") for kind in InputKind
        ),
        outputs=tuple(OutputColumn(kind=kind) for kind in OutputKind),
        rules=(*made, rest) if catch_all else tuple(made),
    )


def district_table(*, chance: Random, universe: Universe, rules: int) -> Table:
    """A table as a district writes it: a rule for each category of the second level, exceptions before."""
    seconds = sorted(code for code in universe.categories if code.count(".") == 1)[:rules]
    plain = [CodeCell(codes=(code,)) for code in seconds]
    base = sample_table(chance=chance, universe=universe, rules=rules)
    exceptions = [
        replace(rule, cells=_narrow(chance, rule, plain)) for rule in base.rules[: rules - len(plain)]
    ]
    others = (None,) * (len(InputKind) - 1)
    usual = [
        replace(rule, cells=(cell, *others))
        for rule, cell in zip(base.rules[len(exceptions) :], plain, strict=False)
    ]
    return replace(base, rules=(*sorted(exceptions, key=_weight), *usual, base.rules[-1]))


def _narrow(chance: Random, rule: Rule, plain: Sequence[CodeCell]) -> tuple[Cell | None, ...]:
    """The rule's cells bound to one category of the second level, or to one below it."""
    code = chance.choice(plain).codes[0]
    cells = (
        CodeCell(codes=(f"{code}.{chance.randint(1, 4):02d}" if chance.random() < 0.6 else code,)),
        *rule.cells[1:],
    )
    if any(cell is not None for cell in cells[1:]):
        return cells
    return (*cells[:-1], FlagCell(value=False))


def sample_facts(*, chance: Random, universe: Universe, length: int = 4) -> RoutingFacts:
    """Facts of the universe whose text strings together so many words."""
    text = "，".join(chance.choice((*WORDS, "居民反映", "请处理")) for _ in range(length))
    return RoutingFacts(
        category=chance.choice((None, *sorted(universe.categories))),
        area=chance.choice((None, *sorted(universe.areas))),
        channel=chance.choice(sorted(universe.channels)),
        text=text,
        minute=chance.randrange(MINUTES_PER_DAY),
        weekday=chance.randint(1, 7),
        nearby_repeats=chance.randint(0, 9),
        reporter_kind=chance.choice(sorted(universe.reporter_kinds)),
        zones=frozenset(zone for zone in sorted(universe.zones) if chance.random() < 0.4),
        confidence=chance.choice((0.0, 0.2, 0.3, 0.5, 0.55, 0.6, 0.79, 0.8, 1.0)),
        abstained=chance.random() < 0.2,
    )
