"""Routing: the compiled table against a naive reading of its file, and against zen-engine on its JDM form."""

import json
import unicodedata
from dataclasses import replace
from random import Random
from typing import Any

import pytest
import zen
from hypothesis import given, settings
from hypothesis import strategies as st

from reckon.routing import (
    MANUAL,
    RoutingFacts,
    RoutingProblem,
    compile_table,
    dump_table,
    export_jdm,
    load_table,
    reason_document,
)
from reckon.routing.interchange import jdm_context
from reckon.routing.samples import district_table, sample_facts, sample_table, sample_universe
from reckon.routing.table import HIERARCHICAL, InputKind

UNIVERSE = sample_universe(categories=(3, 2, 2), areas=(2, 2))
SEEDS = st.integers(min_value=0, max_value=2**32)
SPARSE = dict.fromkeys(InputKind, 0.25)

PLAIN = RoutingFacts(
    category="01.02.01",
    area="02.01",
    channel="phone",
    text="ＫＴＶ夜间噪音，路灯损坏",
    minute=23 * 60 + 30,
    weekday=6,
    nearby_repeats=3,
    reporter_kind="resident",
    zones=frozenset({"school", "market"}),
    confidence=0.6,
    abstained=False,
)


def table_of(*, rules: list[dict[str, Any]], kinds: list[str] | None = None) -> str:
    names = kinds or [kind.value for kind in InputKind]
    return json.dumps(
        {
            "key": "t",
            "name": "测试表",
            "hit_policy": "first",
            "inputs": [{"key": name, "kind": name} for name in names],
            "outputs": [{"kind": kind} for kind in ("lead", "co_handlers", "limits", "priority", "note")],
            "rules": rules,
        }
    )


def one_rule(**cells: Any) -> str:
    return table_of(rules=[{"id": "a", "cells": cells, "outputs": {"lead": "department-01"}}])


def minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def naive_code(kind: str, cell: dict[str, Any], facts: RoutingFacts) -> bool:
    given_codes = {
        "channel": [facts.channel],
        "weekday": [str(facts.weekday)],
        "reporter_kind": [facts.reporter_kind],
        "inside_zone": sorted(facts.zones),
        "category": [facts.category or ""],
        "area": [facts.area or ""],
    }[kind]
    wanted = cell["in"] if "in" in cell else cell["not_in"]
    if InputKind(kind) in HIERARCHICAL:
        found = any((own + ".").startswith(code + ".") for own in given_codes for code in wanted)
    else:
        found = any(own in wanted for own in given_codes)
    return found is ("in" in cell)


def naive_words(cell: dict[str, Any], facts: RoutingFacts) -> bool:
    def has(word: str) -> bool:
        return plain(word) in plain(facts.text)

    def plain(text: str) -> str:
        return unicodedata.normalize("NFKC", text).casefold()

    any_of = cell.get("any_of", [])
    return (
        (not any_of or any(map(has, any_of)))
        and all(map(has, cell.get("all_of", [])))
        and not any(map(has, cell.get("none_of", [])))
    )


def naive_span(kind: str, cell: dict[str, Any], facts: RoutingFacts) -> bool:
    if kind == "hour":
        start, end = minutes(cell["from"]), minutes(cell["to"])
        span = range(start, end if end > start else end + 1440)
        return facts.minute in span or facts.minute + 1440 in span
    if kind == "nearby_repeats":
        return bool(cell.get("at_least", 0) <= facts.nearby_repeats <= cell.get("at_most", 10**9))
    return bool(cell.get("at_least", 0.0) <= facts.confidence < cell.get("below", 2.0))


def naive_holds(kind: str, cell: Any, facts: RoutingFacts) -> bool:
    if kind == "abstained":
        return facts.abstained is cell
    if kind == "words":
        return naive_words(cell, facts)
    if "in" in cell or "not_in" in cell:
        return naive_code(kind, cell, facts)
    return naive_span(kind, cell, facts) is not cell.get("not", False)


def naive_route(document: dict[str, Any], facts: RoutingFacts) -> str | None:
    kinds = {column["key"]: column["kind"] for column in document["inputs"]}
    for rule in document["rules"]:
        if all(naive_holds(kinds[key], cell, facts) for key, cell in rule["cells"].items()):
            return str(rule["id"])
    return None


@settings(max_examples=120, deadline=None)
@given(seed=SEEDS)
def test_router_agrees_with_naive_reading_and_with_zen(seed: int) -> None:
    chance = Random(seed)
    table = sample_table(chance=chance, universe=UNIVERSE, rules=20, filled=SPARSE, catch_all=seed % 2 == 0)
    router, document = compile_table(table=table), json.loads(dump_table(table=table))
    content = zen.ZenDecisionContent(export_jdm(table=table))
    engine = zen.ZenEngine({"loader": lambda key: content})
    for _ in range(30):
        facts = sample_facts(chance=chance, universe=UNIVERSE)
        routing = router.route(facts)
        answer = engine.evaluate("t", jdm_context(facts=facts))["result"] or {}
        assert routing.rule_id == naive_route(document, facts) == answer.get("rule")
        rule = next((rule for rule in table.rules if rule.id == routing.rule_id), None)
        assert len(routing.reasons) == sum(cell is not None for cell in (rule.cells if rule else ()))
        assert (routing.problem is RoutingProblem.NO_MATCH) is (rule is None)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_router_agrees_with_naive_reading_on_large_tables(seed: int) -> None:
    chance, universe = Random(seed), sample_universe(categories=(4, 3, 4))
    table = district_table(chance=chance, universe=universe, rules=60)
    router, document = compile_table(table=table), json.loads(dump_table(table=table))
    for _ in range(20):
        facts = sample_facts(chance=chance, universe=universe)
        assert router.route(facts).rule_id == naive_route(document, facts)


@pytest.mark.parametrize(
    ("cells", "holds"),
    [
        ({"category": {"in": ["01.02"]}}, True),
        ({"category": {"in": ["01.02.02"]}}, False),
        ({"category": {"not_in": ["01"]}}, False),
        ({"area": {"in": ["02"]}}, True),
        ({"inside_zone": {"in": ["school"]}}, True),
        ({"inside_zone": {"not_in": ["school"]}}, False),
        ({"words": {"any_of": ["ktv"], "none_of": ["积水"]}}, True),
        ({"words": {"all_of": ["KTV", "路灯"]}}, True),
        ({"words": {"all_of": ["KTV", "积水"]}}, False),
        ({"hour": {"from": "22:00", "to": "06:00"}}, True),
        ({"hour": {"from": "22:00", "to": "23:30"}}, False),
        ({"hour": {"from": "22:00", "to": "06:00", "not": True}}, False),
        ({"weekday": {"in": ["6", "7"]}}, True),
        ({"nearby_repeats": {"at_least": 3, "at_most": 3}}, True),
        ({"nearby_repeats": {"at_least": 4}}, False),
        ({"confidence": {"at_least": 0.6}}, True),
        ({"confidence": {"below": 0.6}}, False),
        ({"abstained": False}, True),
    ],
)
def test_cell_holds(cells: dict[str, Any], holds: bool) -> None:
    table = load_table(text=one_rule(**cells), universe=UNIVERSE)
    assert (compile_table(table=table).route(PLAIN).rule_id == "a") is holds


def test_prefix_ends_at_a_level() -> None:
    table = load_table(text=one_rule(category={"in": ["01"]}), universe=UNIVERSE)
    assert compile_table(table=table).route(replace(PLAIN, category="011")).rule_id is None


def test_unknown_category_is_in_no_set_so_negation_holds() -> None:
    table = load_table(text=one_rule(category={"not_in": ["01"]}), universe=UNIVERSE)
    assert compile_table(table=table).route(replace(PLAIN, category=None)).rule_id == "a"


def test_reasons_say_which_code_and_which_words_without_keeping_the_text() -> None:
    cells = {
        "category": {"in": ["01.02", "03"]},
        "words": {"any_of": ["KTV", "积水"]},
        "hour": {"from": "22:00", "to": "06:00"},
    }
    table = load_table(text=one_rule(**cells), universe=UNIVERSE)
    reasons = [reason_document(reason=reason) for reason in compile_table(table=table).route(PLAIN).reasons]
    assert [(r["column"], r["value"], r["matched"]) for r in reasons] == [
        ("category", "01.02.01", ["01.02"]),
        ("words", None, ["KTV"]),
        ("hour", 1410, []),
    ]
    assert reasons[2]["cell"] == {"from": "22:00", "to": "06:00"}
    json.dumps(reasons)


def test_two_columns_of_one_kind_must_both_hold() -> None:
    document = json.loads(
        table_of(rules=[{"id": "a", "cells": {}, "outputs": {"lead": MANUAL}}], kinds=["words"])
    )
    document["inputs"].append({"key": "more-words", "kind": "words"})
    document["rules"][0]["cells"] = {"words": {"any_of": ["KTV"]}, "more-words": {"any_of": ["路灯", "积水"]}}
    router = compile_table(table=load_table(text=json.dumps(document), universe=UNIVERSE))
    assert router.route(PLAIN).rule_id == "a"
    assert router.route(replace(PLAIN, text="KTV")).rule_id is None


def test_no_match_goes_to_the_manual_queue_and_is_counted() -> None:
    router = compile_table(table=load_table(text=one_rule(area={"in": ["01"]}), universe=UNIVERSE))
    routing = router.route(PLAIN)
    assert (routing.is_manual, routing.rule_id, routing.problem) == (True, None, RoutingProblem.NO_MATCH)
    assert "No rule of table t" in routing.problem_text
    assert router.problem_counts[RoutingProblem.NO_MATCH] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"minute": 1440},
        {"minute": -1},
        {"weekday": 0},
        {"weekday": 8},
        {"nearby_repeats": -1},
        {"confidence": float("nan")},
        {"confidence": 1.5},
        {"text": None},
    ],
)
def test_faulty_facts_go_to_the_manual_queue(change: dict[str, Any]) -> None:
    router = compile_table(table=load_table(text=one_rule(), universe=UNIVERSE))
    routing = router.route(replace(PLAIN, **change))
    assert (routing.is_manual, routing.problem) == (True, RoutingProblem.FACTS_FAULTY)
    assert router.problem_counts[RoutingProblem.FACTS_FAULTY] == 1


@pytest.mark.parametrize(
    "change", [{"minute": None}, {"category": 7}, {"zones": None}, {"zones": {"a": []}.items()}]
)
def test_engine_error_goes_to_the_manual_queue(change: dict[str, Any]) -> None:
    cells = {"category": {"in": ["01"]}, "inside_zone": {"in": ["school"]}}
    router = compile_table(table=load_table(text=one_rule(**cells), universe=UNIVERSE))
    routing = router.route(replace(PLAIN, **change))
    assert (routing.is_manual, routing.problem) == (True, RoutingProblem.ENGINE_ERROR)
    assert "report the failure" in routing.problem_text
