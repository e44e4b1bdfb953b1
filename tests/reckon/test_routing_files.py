"""Tables as files: exact round trips in every form, and strictness with every problem listed."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reckon.routing import (
    Table,
    TableInvalid,
    dump_table,
    export_jdm,
    import_jdm,
    load_table,
    rule_texts,
    table_from_csv,
    table_from_rows,
    table_to_csv,
    table_to_rows,
)
from reckon.routing.cell_documents import is_plain
from reckon.routing.problems import MESSAGES, ProblemCode
from reckon.routing.samples import sample_table, sample_universe
from reckon.routing.table import InputKind, Outputs, WordCell

UNIVERSE = sample_universe(categories=(3, 2, 2), areas=(2, 2))
SEEDS = st.integers(min_value=0, max_value=2**32)
HALF = dict.fromkeys(InputKind, 0.5)
NOTES = st.text(max_size=20).filter(lambda text: is_plain(text, line_breaks=True))
WORDS = st.text(min_size=1, max_size=6).filter(
    lambda text: is_plain(text) and text == text.strip() and text.casefold().strip() == text
)


def small_table(seed: int) -> Table:
    return sample_table(chance=Random(seed), universe=UNIVERSE, rules=6, filled=HALF)


def problems_of(load: Callable[[], object]) -> list[tuple[ProblemCode, str, str, str]]:
    with pytest.raises(TableInvalid) as caught:
        load()
    return [(p.code, p.rule, p.column, p.value) for p in caught.value.problems]


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, note=NOTES, name=NOTES, language=st.sampled_from(["zh", "en"]))
def test_round_trips_are_exact(seed: int, note: str, name: str, language: Any) -> None:
    table = small_table(seed)
    first = table.rules[0]
    changed = replace(first, note=note, outputs=replace(first.outputs, note=note))
    title = name.replace("\n", " ").strip() or "名称"
    table = replace(table, name=title, rules=(changed, *table.rules[1:]))
    assert load_table(text=dump_table(table=table), universe=UNIVERSE) == table
    assert table_from_csv(text=table_to_csv(table=table, language=language), universe=UNIVERSE) == table
    rows = table_to_rows(table=table, language=language)
    assert table_from_rows(rows=rows, universe=UNIVERSE) == table


@settings(max_examples=150, deadline=None)
@given(words=st.lists(WORDS, min_size=1, max_size=4, unique=True))
def test_any_words_survive_the_sheet(words: list[str]) -> None:
    table = small_table(1)
    place = [column.kind for column in table.inputs].index(InputKind.WORDS)
    cells = list(table.rules[0].cells)
    cells[place] = WordCell(any_of=tuple(words[:1]), none_of=tuple(words[1:]))
    table = replace(table, rules=(replace(table.rules[0], cells=tuple(cells)), *table.rules[1:]))
    try:
        loaded = load_table(text=dump_table(table=table), universe=UNIVERSE)
    except TableInvalid as refused:
        assert {p.code for p in refused.problems} <= {  # noqa: PT017 (either outcome is right)
            ProblemCode.BAD_TEXT,
            ProblemCode.REPEATED,
        }
        return
    assert loaded == table
    assert table_from_csv(text=table_to_csv(table=table), universe=UNIVERSE) == table


@settings(max_examples=80, deadline=None)
@given(seed=SEEDS)
def test_jdm_round_trip_is_exact_but_for_folded_words(seed: int) -> None:
    table = small_table(seed)
    back = import_jdm(text=export_jdm(table=table), universe=UNIVERSE)
    assert dump_table(table=back) == dump_table(table=table).replace("KTV", "ktv")


def test_jdm_export_refuses_a_text_with_both_quotation_marks() -> None:
    table = small_table(1)
    both = replace(table.rules[0], outputs=replace(table.rules[0].outputs, note="\"a' b"))
    found = problems_of(lambda: export_jdm(table=replace(table, rules=(both,))))
    assert found == [(ProblemCode.BAD_TEXT, both.id, "", "\"a' b")]


def test_jdm_import_complains_of_what_it_does_not_understand() -> None:
    document = json.loads(export_jdm(table=small_table(1)))
    row = document["nodes"][1]["content"]["rules"][-1]
    row["hour:"] = "$ > 3"
    row["who:"] = "1"
    row["output:lead"] = "$root.x"
    found = problems_of(lambda: import_jdm(text=json.dumps(document), universe=UNIVERSE))
    assert (ProblemCode.BAD_CELL, "rest", "hour", "$ > 3") in found
    assert (ProblemCode.UNKNOWN_COLUMN, "rest", "", "who:") in found
    assert (ProblemCode.BAD_CELL, "rest", "lead", "$root.x") in found
    assert problems_of(lambda: import_jdm(text="{}", universe=UNIVERSE))[0][0] is ProblemCode.NOT_READABLE


def test_sheet_cells_read_as_an_officer_writes_them() -> None:
    rows = [
        ["table", "t", "试行表", "first"],
        [
            "column",
            "category",
            "words",
            "hour",
            "nearby_repeats",
            "confidence",
            "abstained",
            "lead",
            "remark",
        ],
        ["kind", "category", "words", "hour", "nearby_repeats", "confidence", "abstained", "output"],
        ["label"],
        [
            "a",
            "属于 01.02|03",
            '含任一 "积水" "异味"；不含 "电梯"',
            "22:00-06:00",
            "3..5",
            "0.5..<0.8",
            "否",
            "manual",
        ],
        [
            "b",
            "not in 01",
            'any of "x"; all of "y"',
            "not 08:00-17:30",
            ">=2",
            ">=0.25",
            "yes",
            "department-01",
            "备注",
        ],
        ["", "", ""],
    ]
    table = table_from_rows(rows=rows, universe=UNIVERSE)
    assert rule_texts(table=table, rule=table.rules[0], language="en") == {
        "category": "in 01.02 | 03",
        "words": 'any of "积水" "异味"; none of "电梯"',
        "hour": "22:00-06:00",
        "nearby_repeats": "3..5",
        "confidence": "0.5..<0.8",
        "abstained": "no",
    }
    assert rule_texts(table=table, rule=table.rules[1])["hour"] == "不在 08:00-17:30"
    assert table.rules[1].note == "备注"


def test_sheet_lists_every_problem_with_its_place() -> None:
    rows = [
        ["table", "t", "表", "first"],
        ["column", "category", "hour", "moon", "lead", "remark"],
        ["kind", "category", "hour", "moon", "output"],
        ["label"],
        ["a", "1.02", "22:00-06:00", "", "department-01"],
        ["b", "属于 09", "25:00-26:00", "", "department-99"],
        ["b", "属于 01", "06:00-06:00", "", "", "", "extra"],
    ]
    found = problems_of(lambda: table_from_rows(rows=rows, universe=UNIVERSE))
    assert found == [
        (ProblemCode.BAD_CELL, "a", "category", "1.02"),
        (ProblemCode.WRONG_WIDTH, "b", "", "7 entries"),
        (ProblemCode.UNKNOWN_KIND, "", "moon", "moon"),
        (ProblemCode.UNKNOWN_CODE, "b", "category", "09"),
        (ProblemCode.BAD_SPAN, "b", "hour", "25:00-26:00"),
        (ProblemCode.UNKNOWN_CODE, "b", "lead", "department-99"),
        (ProblemCode.BAD_SPAN, "b", "hour", "06:00-06:00"),
        (ProblemCode.MISSING_KEY, "b", "lead", "lead"),
        (ProblemCode.REPEATED, "", "", "b"),
    ]


def test_sheet_refuses_a_cell_under_an_unknown_kind() -> None:
    rows = [
        ["table", "t", "表", "first"],
        ["column", "moon", "lead", "remark"],
        ["kind", "moon", "output"],
        ["label"],
        ["a", "full", "manual"],
    ]
    assert problems_of(lambda: table_from_rows(rows=rows, universe=UNIVERSE)) == [
        (ProblemCode.UNKNOWN_KIND, "", "moon", "moon")
    ]


def test_sheet_keeps_formulas_as_texts() -> None:
    table = replace(small_table(1), name="=HYPERLINK(1)")
    rows = list(csv.reader(io.StringIO(table_to_csv(table=table), newline="")))
    assert not [entry for row in rows for entry in row if entry.startswith(("=", "+", "-", "@"))]
    assert table_from_csv(text=table_to_csv(table=table), universe=UNIVERSE).name == "=HYPERLINK(1)"


@pytest.mark.parametrize("text", ["", "a,b\n", '"open', "table,t,n,first\ncolumn\n"])
def test_sheet_that_is_none_is_refused(text: str) -> None:
    found = problems_of(lambda: table_from_csv(text=text, universe=UNIVERSE))
    assert found[0][0] is ProblemCode.NOT_READABLE


def test_sheet_does_not_lose_a_decision_without_a_column() -> None:
    table = small_table(1)
    hidden = replace(
        table,
        outputs=table.outputs[:1],
        rules=(replace(table.rules[0], outputs=Outputs(lead="department-01", limits="short")),),
    )
    assert problems_of(lambda: table_to_csv(table=hidden)) == [
        (ProblemCode.UNKNOWN_COLUMN, "r1", "", "limits")
    ]


def refused(change: Callable[[dict[str, Any]], object]) -> list[tuple[ProblemCode, str, str, str]]:
    document = {
        "key": "t",
        "name": "表",
        "hit_policy": "first",
        "inputs": [{"key": kind.value, "kind": kind.value} for kind in InputKind],
        "outputs": [{"kind": "lead"}, {"kind": "co_handlers"}, {"kind": "limits"}, {"kind": "priority"}],
        "rules": [{"id": "a", "cells": {}, "outputs": {"lead": "department-01"}}],
    }
    change(document)
    return problems_of(lambda: load_table(text=json.dumps(document), universe=UNIVERSE))


def cell(key: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["rules"][0]["cells"].update({key: value})


def decision(key: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["rules"][0]["outputs"].update({key: value})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda d: d.update(extra=1), (ProblemCode.UNKNOWN_KEY, "", "", "extra")),
        (lambda d: d.update(hit_policy="collect"), (ProblemCode.UNKNOWN_POLICY, "", "", "collect")),
        (lambda d: d.pop("name"), (ProblemCode.MISSING_KEY, "", "", "name")),
        (lambda d: d["outputs"].pop(0), (ProblemCode.NO_LEAD_COLUMN, "", "", "")),
        (
            lambda d: d["inputs"].append({"key": "hour", "kind": "hour"}),
            (ProblemCode.REPEATED, "", "", "hour"),
        ),
        (lambda d: d["rules"].append(7), (ProblemCode.WRONG_TYPE, "number 2", "", "7")),
        (cell("colour", {"in": ["red"]}), (ProblemCode.UNKNOWN_COLUMN, "a", "", "colour")),
        (cell("category", {"in": ["01", "77"]}), (ProblemCode.UNKNOWN_CODE, "a", "category", "77")),
        (cell("category", {"in": ["0 1"]}), (ProblemCode.BAD_CODE, "a", "category", "0 1")),
        (cell("category", {"in": ["01"], "like": 1}), (ProblemCode.UNKNOWN_KEY, "a", "category", "like")),
        (cell("category", {"in": ["01", "01"]}), (ProblemCode.REPEATED, "a", "category", "01")),
        (cell("category", {"in": []}), (ProblemCode.EMPTY_CELL, "a", "category", "")),
        (cell("category", {}), (ProblemCode.EMPTY_CELL, "a", "category", "")),
        (cell("weekday", {"in": ["8"]}), (ProblemCode.UNKNOWN_CODE, "a", "weekday", "8")),
        (cell("channel", {"in": ["pigeon"]}), (ProblemCode.UNKNOWN_CODE, "a", "channel", "pigeon")),
        (cell("words", {"any_of": [" 积水"]}), (ProblemCode.BAD_TEXT, "a", "words", " 积水")),
        (cell("words", {"any_of": ["KTV", "ktv"]}), (ProblemCode.REPEATED, "a", "words", "ktv")),
        (cell("hour", {"from": "9:00", "to": "10:00"}), (ProblemCode.BAD_SPAN, "a", "hour", "9:00-10:00")),
        (cell("hour", {"from": "00:00", "to": "24:00"}), (ProblemCode.EMPTY_CELL, "a", "hour", "")),
        (
            cell("nearby_repeats", {"at_least": 5, "at_most": 2}),
            (ProblemCode.BAD_SPAN, "a", "nearby_repeats", "5..2"),
        ),
        (
            cell("nearby_repeats", {"at_least": 5, "not": True}),
            (ProblemCode.POINTLESS_NOT, "a", "nearby_repeats", ">=5"),
        ),
        (cell("confidence", {"at_least": 1.2}), (ProblemCode.BAD_SPAN, "a", "confidence", "1.2..None")),
        (cell("abstained", "no"), (ProblemCode.WRONG_TYPE, "a", "abstained", "no")),
        (decision("lead", "department-77"), (ProblemCode.UNKNOWN_CODE, "a", "lead", "department-77")),
        (decision("co_handlers", ["manual"]), (ProblemCode.UNKNOWN_CODE, "a", "co_handlers", "manual")),
        (
            decision("co_handlers", ["department-01"]),
            (ProblemCode.LEAD_HELPS_ITSELF, "a", "co_handlers", "department-01"),
        ),
        (decision("limits", "never"), (ProblemCode.UNKNOWN_CODE, "a", "limits", "never")),
        (decision("priority", "panic"), (ProblemCode.UNKNOWN_CODE, "a", "priority", "panic")),
        (decision("note", "x"), (ProblemCode.UNKNOWN_COLUMN, "a", "", "note")),
    ],
)
def test_load_refuses(
    change: Callable[[dict[str, Any]], object], problem: tuple[ProblemCode, str, str, str]
) -> None:
    assert problem in refused(change)


@pytest.mark.parametrize("text", ["", "[1,", '{"key": 1, "key": 2}', "[" * 100_000])
def test_load_refuses_broken_text(text: str) -> None:
    assert problems_of(lambda: load_table(text=text, universe=UNIVERSE))[0][0] is ProblemCode.NOT_READABLE


@pytest.mark.parametrize("text", ["1", "[]", "null", '"x"'])
def test_load_refuses_another_document(text: str) -> None:
    assert problems_of(lambda: load_table(text=text, universe=UNIVERSE))[0][0] is ProblemCode.WRONG_TYPE


def test_every_problem_has_a_text_that_says_what_to_do() -> None:
    assert set(MESSAGES) == set(ProblemCode)
    with pytest.raises(
        TableInvalid, match=r"rule a, column lead: code nobody is not known\. Correct it"
    ) as caught:
        load_table(
            text=json.dumps(
                {
                    "key": "t",
                    "name": "表",
                    "hit_policy": "first",
                    "inputs": [],
                    "outputs": [{"kind": "lead"}],
                    "rules": [{"id": "a", "cells": {}, "outputs": {"lead": "nobody"}}],
                }
            ),
            universe=UNIVERSE,
        )
    assert len(caught.value.problems) == 1
