"""Dry run over history: counts, examples and shares, as a stream."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from reckon.routing import MANUAL, RoutingFacts, RoutingProblem, compile_table, difference
from reckon.routing.samples import sample_facts, sample_universe
from reckon.routing.table import (
    Cell,
    CodeCell,
    InputColumn,
    InputKind,
    OutputColumn,
    OutputKind,
    Outputs,
    Priority,
    Rule,
    Table,
)

UNIVERSE = sample_universe(categories=(2, 2), areas=(2,))
BASE = sample_facts(chance=Random(1), universe=UNIVERSE)
CATEGORIES = ("01.01", "01.01", "01.02", "02.01", None)


def make(*rules: tuple[str, str | None, Outputs]) -> Table:
    def cell(code: str | None) -> Cell | None:
        return None if code is None else CodeCell(codes=(code,))

    return Table(
        key="t",
        name="t",
        inputs=(InputColumn(key="category", kind=InputKind.CATEGORY),),
        outputs=tuple(OutputColumn(kind=kind) for kind in OutputKind),
        rules=tuple(Rule(id=name, cells=(cell(code),), outputs=outputs) for name, code, outputs in rules),
    )


OLD = make(("all", "01", Outputs(lead="a", limits="usual")), ("rest", None, Outputs(lead=MANUAL)))
NEW = make(
    ("first", "01.01", Outputs(lead="b", limits="short", priority=Priority.URGENT)),
    ("never", "01.01", Outputs(lead="c")),
    ("second", "01", Outputs(lead="a", limits="usual", co_handlers=("d", "e"))),
    ("third", "02", Outputs(lead="b")),
)


def history() -> Iterator[tuple[str, RoutingFacts]]:
    return ((f"m{n}", replace(BASE, category=category)) for n, category in enumerate(CATEGORIES))


def test_difference_counts_every_kind_of_change() -> None:
    report = difference(old=compile_table(table=OLD), new=compile_table(table=NEW), facts=history())
    assert (report.total, report.unchanged) == (5, 1)
    assert report.leads == {("a", "b"): 2, ("a", "a"): 1, (MANUAL, "b"): 1, (MANUAL, MANUAL): 1}
    assert [(c.old, c.new, c.count, c.examples) for c in report.lead_changes] == [
        ("a", "b", 2, ("m0", "m1")),
        (MANUAL, "b", 1, ("m3",)),
    ]
    assert [(c.old, c.new, c.count) for c in report.limit_changes] == [("usual", "short", 2)]
    assert [(c.old, c.new, c.count) for c in report.co_handler_changes] == [("", "d e", 1)]
    assert [(c.old, c.new, c.count) for c in report.priority_changes] == [("normal", "urgent", 2)]


def test_difference_tells_hits_unused_rules_and_manual_share() -> None:
    report = difference(old=compile_table(table=OLD), new=compile_table(table=NEW), facts=history())
    assert report.old.hits == {"all": 3, "rest": 2}
    assert report.new.hits == {"first": 2, "never": 0, "second": 1, "third": 1}
    assert report.new.never_hit == ("never",)
    assert (report.old.manual_share, report.new.manual_share) == (0.4, 0.2)
    assert report.old.problems[RoutingProblem.NO_MATCH] == 0
    assert report.new.problems[RoutingProblem.NO_MATCH] == 1


def test_difference_of_nothing_has_no_shares() -> None:
    report = difference(old=compile_table(table=OLD), new=compile_table(table=NEW), facts=iter(()))
    assert (report.total, report.new.manual_share, report.lead_changes) == (0, 0.0, ())


def test_difference_keeps_few_examples_and_constant_memory() -> None:
    old, new = compile_table(table=OLD), compile_table(table=NEW)
    stream = ((f"matter-{n}", replace(BASE, category="01.01")) for n in range(20_000))
    tracemalloc.start()
    try:
        report = difference(old=old, new=new, facts=stream)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(report.lead_changes[0].examples) == 5
    assert peak < 200_000
