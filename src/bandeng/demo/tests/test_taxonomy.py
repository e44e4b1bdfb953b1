"""The matter types' file: three whole levels, limits that can be read, sealed accusations."""

from bandeng.demo.messages import phrases
from bandeng.demo.organisations import CENTRE, DEPARTMENTS
from bandeng.demo.routing import HERE
from bandeng.demo.taxonomy import type_rows
from bandeng.matters.rules import AccessClass
from reckon.deadlines.limits import parse_limit

LEAVES = [row for row in type_rows().values() if row.level == 3]


def test_the_three_levels_are_whole() -> None:
    rows = type_rows()
    assert [sum(row.level == level for row in rows.values()) for level in (1, 2, 3)] == [15, 61, 219]
    assert all(row.code.rpartition(".")[0] in rows for row in rows.values() if row.level > 1)
    assert all(row.name and row.name_en for row in rows.values())


def test_names_are_unique_within_a_level() -> None:
    for level in (1, 2, 3):
        names = [row.name for row in type_rows().values() if row.level == level]
        assert len(names) == len(set(names))


def test_every_leaf_has_a_lead_and_limits_that_can_be_read() -> None:
    leads = {code for code, *_ in DEPARTMENTS} | {CENTRE} | set(HERE)
    for row in LEAVES:
        assert row.lead_code in leads
        assert {"accept", "handle", "verify"} <= set(row.limits)
        assert [parse_limit(limit) for limit in row.limits.values()]
        assert row.access_class in list(AccessClass) and row.source


def test_petitions_have_the_limits_of_their_law() -> None:
    petitions = {row.legal_kind: row for row in LEAVES if row.code.startswith("13.04")}
    assert set(petitions) == {"suggestion", "accusation", "claim"}
    for row in petitions.values():
        assert row.limits["handle"] == "60d" and row.limits["extension"] == "30d"
        assert row.limits["notice"] == row.limits["accept"] == "15d" and row.limits["objection"] == "5wd"
        assert "信访工作条例" in row.source


def test_an_accusation_is_sealed_wherever_it_stands() -> None:
    accusations = [row for row in LEAVES if row.legal_kind == "accusation"]
    assert len(accusations) == 7
    assert {row.access_class for row in accusations} == {"sealed"}


def test_questions_come_down_from_the_levels_above() -> None:
    keys = [question["key"] for question in type_rows()["01.01.04"].questions]
    assert keys == ["danger", "depth"]
    kinds = {question["kind"] for row in LEAVES for question in row.questions}
    assert kinds == {"text", "choice", "number", "date"}
    assert all(
        question.get("choices")
        for row in LEAVES
        for question in row.questions
        if question["kind"] == "choice"
    )


def test_every_leaf_has_something_to_say() -> None:
    assert set(phrases()) == {row.code for row in LEAVES}
    assert all(len(set(phrase.cores)) >= 3 for phrase in phrases().values())
