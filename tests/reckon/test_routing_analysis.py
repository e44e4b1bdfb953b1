"""The analysis: exact against brute force where all facts can be listed, and never wrong on random tables."""

from dataclasses import replace
from itertools import combinations, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from reckon.routing import RoutingFacts, Table, Universe, analyse, compile_table
from reckon.routing.analysis import Findings, NotDecided, OverlapKind, Question
from reckon.routing.matching import fold, matched_parts
from reckon.routing.samples import district_table, sample_facts, sample_table, sample_universe
from reckon.routing.table import (
    Cell,
    CodeCell,
    CountCell,
    FlagCell,
    InputColumn,
    InputKind,
    OutputColumn,
    OutputKind,
    Outputs,
    Rule,
    WordCell,
)

SEEDS = st.integers(min_value=0, max_value=2**32)
TINY = Universe(
    categories=frozenset({"01", "01.01", "01.02", "02"}),
    channels=frozenset({"web"}),
    reporter_kinds=frozenset({"resident"}),
    zones=frozenset({"school", "station"}),
    organisations=frozenset({"a", "b"}),
)
TINY_WORDS = ("灯", "路灯", "水")
KINDS = (
    InputKind.CATEGORY,
    InputKind.WORDS,
    InputKind.WORDS,
    InputKind.INSIDE_ZONE,
    InputKind.NEARBY_REPEATS,
    InputKind.ABSTAINED,
)
COLUMNS = tuple(InputColumn(key=f"c{n}", kind=kind) for n, kind in enumerate(KINDS))


def holds(table: Table, rule: Rule, facts: RoutingFacts) -> bool:
    text = fold(facts.text)
    return all(
        cell is None or matched_parts(kind=column.kind, cell=cell, facts=facts, text=text) is not None
        for column, cell in zip(table.inputs, rule.cells, strict=True)
    )


def make(*rules: Rule) -> Table:
    return Table(
        key="t", name="t", inputs=COLUMNS, outputs=(OutputColumn(kind=OutputKind.LEAD),), rules=rules
    )


def row(name: str, lead: str = "a", **cells: Cell) -> Rule:
    return Rule(id=name, cells=tuple(cells.get(column.key) for column in COLUMNS), outputs=Outputs(lead=lead))


def some(chance: Random, items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(chance.sample(items, chance.randint(1, 2))))


def tiny_cell(chance: Random, kind: InputKind) -> Cell | None:
    if chance.random() < 0.55:
        return None
    if kind is InputKind.WORDS:
        parts = [some(chance, TINY_WORDS) if chance.random() < 0.5 else () for _ in range(3)]
        return WordCell(any_of=parts[0], all_of=parts[1], none_of=parts[2]) if any(parts) else None
    if kind is InputKind.NEARBY_REPEATS:
        low = chance.randint(0, 2)
        return CountCell(at_least=low, at_most=low + chance.randint(0, 1), negated=chance.random() < 0.3)
    if kind is InputKind.ABSTAINED:
        return FlagCell(value=chance.random() < 0.5)
    codes = ("01", "01.01", "01.02", "02") if kind is InputKind.CATEGORY else ("school", "station")
    return CodeCell(codes=some(chance, codes), negated=chance.random() < 0.3)


def tiny_table(seed: int) -> Table:
    chance = Random(seed)
    return make(
        *(
            Rule(
                id=f"r{n}",
                cells=tuple(tiny_cell(chance, kind) for kind in KINDS),
                outputs=Outputs(lead=chance.choice("ab")),
            )
            for n in range(chance.randint(1, 9))
        )
    )


def all_tiny_facts() -> list[RoutingFacts]:
    texts = [
        "，".join(w for w, on in zip(TINY_WORDS, signs, strict=True) if on)
        for signs in product((0, 1), repeat=3)
    ]
    zones = [frozenset(z) for n in range(3) for z in combinations(("school", "station"), n)]
    categories = (*sorted(TINY.categories), None)
    return [
        RoutingFacts(
            category=category,
            area=None,
            channel="web",
            text=text,
            minute=0,
            weekday=1,
            nearby_repeats=repeats,
            reporter_kind="resident",
            zones=zone,
            confidence=0.0,
            abstained=abstained,
        )
        for category, text, zone, repeats, abstained in product(
            categories, texts, zones, range(6), (False, True)
        )
    ]


EVERYTHING = all_tiny_facts()


def top(category: str | None) -> str | None:
    return category and category.split(".")[0]


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_analysis_is_exact_where_all_facts_can_be_listed(seed: int) -> None:
    table = tiny_table(seed)
    found = analyse(table=table, universe=TINY)
    matching = [
        [n for n, rule in enumerate(table.rules) if holds(table, rule, facts)] for facts in EVERYTHING
    ]
    reached, firing = {n for row in matching for n in row}, {row[0] for row in matching if row}
    names = [rule.id for rule in table.rules]
    assert {u.rule for u in found.unreachable} == {name for n, name in enumerate(names) if n not in reached}
    assert {s.rule for s in found.shadowed} == {name for n, name in enumerate(names) if n in reached - firing}
    gaps = {top(facts.category) for facts, row in zip(EVERYTHING, matching, strict=True) if not row}
    assert {gap.category for gap in found.gaps} == gaps
    pairs = {pair for row in matching for pair in combinations(row, 2)}
    disagreeing = {(i, j) for i, j in pairs if table.rules[i].outputs != table.rules[j].outputs}
    assert {(o.first, o.second) for o in found.overlaps} == {(names[i], names[j]) for i, j in disagreeing}
    inside = {(i, j) for i, j in disagreeing if all(j in row for row in matching if i in row)}
    exceptions = {(o.first, o.second) for o in found.overlaps if o.kind is OverlapKind.EXCEPTION}
    assert exceptions == {(names[i], names[j]) for i, j in inside}
    assert not found.not_decided
    check_witnesses(table=table, found=found)


def check_witnesses(*, table: Table, found: Findings) -> None:
    router, rules = compile_table(table=table), {rule.id: rule for rule in table.rules}
    for overlap in found.overlaps:
        assert holds(table, rules[overlap.first], overlap.witness)
        assert holds(table, rules[overlap.second], overlap.witness)
        assert router.route(overlap.witness).rule_id == overlap.winner
    for gap in found.gaps:
        assert router.route(gap.witness).rule_id is None
        assert top(gap.witness.category) == gap.category
    for shadowed in found.shadowed:
        order = list(rules)
        assert all(order.index(name) < order.index(shadowed.rule) for name in shadowed.covered_by)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, fill=st.sampled_from([0.15, 0.3, 0.5]))
def test_findings_hold_on_random_tables(seed: int, fill: float) -> None:
    chance, universe = Random(seed), sample_universe(categories=(3, 2, 2), areas=(2, 2))
    filled = dict.fromkeys(InputKind, fill)
    table = sample_table(chance=chance, universe=universe, rules=15, filled=filled, catch_all=seed % 3 == 0)
    found = analyse(table=table, universe=universe)
    check_witnesses(table=table, found=found)
    never = {s.rule for s in found.shadowed} | {u.rule for u in found.unreachable}
    router, rules = compile_table(table=table), {rule.id: rule for rule in table.rules}
    covers = {s.rule: [rules[name] for name in s.covered_by] for s in found.shadowed}
    decided_gaps = {g.category for g in found.gaps} | {n.subject or None for n in found.not_decided}
    for _ in range(60):
        facts = sample_facts(chance=chance, universe=universe)
        hit = router.route(facts).rule_id
        assert hit not in never
        assert hit is not None or top(facts.category) in decided_gaps
        for name, cover in covers.items():
            assert not holds(table, rules[name], facts) or any(holds(table, rule, facts) for rule in cover)


def test_two_rules_together_shadow_a_third_and_only_the_needed_are_named() -> None:
    table = make(
        row("other", c0=CodeCell(codes=("02",))),
        row("with", c0=CodeCell(codes=("01",)), c1=WordCell(any_of=("水",))),
        row("without", c1=WordCell(none_of=("水",))),
        row("third", c0=CodeCell(codes=("01.01",)), c5=FlagCell(value=True)),
    )
    (shadowed,) = analyse(table=table, universe=TINY).shadowed
    assert (shadowed.rule, shadowed.covered_by) == ("third", ("with", "without"))


def test_longer_word_implies_the_shorter_inside_it() -> None:
    table = make(row("short", c1=WordCell(any_of=("灯",))), row("long", c1=WordCell(all_of=("路灯", "水"))))
    assert [s.rule for s in analyse(table=table, universe=TINY).shadowed] == ["long"]
    contradictory = make(row("x", c1=WordCell(all_of=("路灯",)), c2=WordCell(none_of=("灯",))))
    (unreachable,) = analyse(table=contradictory, universe=TINY).unreachable
    assert unreachable.columns == ("c1", "c2")


def test_unknown_codes_and_what_they_make_unreachable_are_found() -> None:
    odd = replace(
        row("odd", c0=CodeCell(codes=("77",))), outputs=Outputs(lead="x", co_handlers=("y",), limits="z")
    )
    found = analyse(table=make(odd, row("half", c0=CodeCell(codes=("02", "78")))), universe=TINY)
    assert [(u.rule, u.column, u.code) for u in found.unknown_codes] == [
        ("odd", "c0", "77"),
        ("odd", "lead", "x"),
        ("odd", "co_handlers", "y"),
        ("odd", "limits", "z"),
        ("half", "c0", "78"),
    ]
    assert [(u.rule, u.columns) for u in found.unreachable] == [("odd", ("c0",))]


def test_duplicates_are_found_however_written() -> None:
    table = make(
        row("one", c0=CodeCell(codes=("01", "02"))),
        row("two", lead="b", c0=CodeCell(codes=("01", "01.01", "02"))),
        row("three", c0=CodeCell(codes=("02", "01"))),
    )
    found = [(d.first, d.second, d.same_outputs) for d in analyse(table=table, universe=TINY).duplicates]
    assert found == [("one", "two", False), ("one", "three", True)]


def test_effort_spent_is_said_and_nothing_is_guessed() -> None:
    table = district_table(chance=Random(3), universe=sample_universe(), rules=60)
    found = analyse(table=table, universe=sample_universe(), effort=100)
    assert NotDecided(question=Question.GAP, subject="") in found.not_decided
    assert any(open_question.question is Question.SHADOWED for open_question in found.not_decided)
    assert not found.gaps
    assert found.effort <= 100


def test_empty_table_leaves_a_gap_everywhere() -> None:
    assert [gap.category for gap in analyse(table=make(), universe=TINY).gaps] == ["01", "02", None]


def test_two_hundred_rules_are_analysed_whole() -> None:
    universe = sample_universe(areas=(14, 14, 7))
    table = district_table(chance=Random(5), universe=universe, rules=199)
    found = analyse(table=table, universe=universe)
    assert not found.not_decided
    assert not found.gaps
