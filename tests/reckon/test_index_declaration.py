"""Declared indicators: what is admitted, what is refused by name, and the twelve that are shipped."""

import copy
import tomllib
from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.index import (
    DeclarationInvalid,
    declaration_from,
    declaration_read,
    declaration_shipped,
    duties_from,
    measure_from,
)
from reckon.index.admission import REFUSED, covers_voice

SHIPPED = tomllib.loads(files("reckon.index").joinpath("indicators.toml").read_text(encoding="utf-8"))
DUTIES = tomllib.loads(files("reckon.index").joinpath("duties.toml").read_text(encoding="utf-8"))


def tampered(place: int, **changes: Any) -> dict[str, Any]:
    """The shipped data with changes to one indicator."""
    data = copy.deepcopy(SHIPPED)
    data["indicator"][place].update(changes)
    return data


def place_of(code: str) -> int:
    return [row["code"] for row in SHIPPED["indicator"]].index(code)


def test_twelve_indicators_over_five_dimensions_are_shipped() -> None:
    declared = declaration_shipped()
    assert len(declared.codes) == 12
    assert [each.code for each in declared.dimensions] == [
        "institutional", "public_order", "production", "food_drug", "environment",
    ]  # fmt: skip
    assert Counter(each.dimension for each in declared.indicators)["institutional"] == 4
    assert all(each.name_zh and each.definition_zh and each.source for each in declared.indicators)


def test_institutional_indicators_are_shares_and_days_only() -> None:
    own = [each for each in declaration_shipped().indicators if each.dimension == "institutional"]
    assert {each.kind for each in own} == {"share", "median_days"}


@pytest.mark.parametrize(
    "word", ["fines", "inspections", "petitions_per_resident", "satisfaction", "petitioners"]
)
def test_tampered_file_is_refused_by_name_with_the_reason(word: str, tmp_path: Path) -> None:
    source = files("reckon.index").joinpath("indicators.toml").read_text(encoding="utf-8")
    path = tmp_path / "indicators.toml"
    path.write_text(source.replace('code = "confirmed_hazards"', f'code = "{word}"'), encoding="utf-8")
    with pytest.raises(DeclarationInvalid, match=word) as refused:
        declaration_read(path)
    assert any(reason in str(refused.value) for reason in REFUSED.values())


@pytest.mark.parametrize(
    "records", ["fines", "inspections", "petitions_per_resident", "penalties", "opinions"]
)
def test_records_of_refused_kinds_are_no_measure(records: str) -> None:
    with pytest.raises(DeclarationInvalid, match="refused"):
        measure_from({"records": records, "count": "all", "dated_by": "opened"}, place="here")


@pytest.mark.parametrize("records", ["residents", "persons", "cameras", "matter"])
def test_what_is_not_on_the_list_is_refused_too(records: str) -> None:
    with pytest.raises(DeclarationInvalid, match="unknown value"):
        measure_from({"records": records, "count": "all", "dated_by": "opened"}, place="here")


@pytest.mark.parametrize(
    "field", ["ratings", "satisfaction", "support", "reporter", "complainants", "sentiment", "contact"]
)
def test_persons_and_their_views_are_no_condition(field: str) -> None:
    with pytest.raises(DeclarationInvalid):
        measure_from(
            {"records": "matters", "count": "all", "dated_by": "opened", "where": {field: ["x"]}},
            place="here",
        )


@pytest.mark.parametrize("name", ["罚款数", "检查次数", "信访量", "群众满意度"])
def test_chinese_names_of_refused_figures_are_refused(name: str) -> None:
    with pytest.raises(DeclarationInvalid, match="refused"):
        declaration_from(tampered(0, name_zh=name))


@pytest.mark.parametrize(
    "category", [["13.04"], ["13"], ["12.02"], ["13.04.03"], ["11.01.02", "13.03.01"], None]
)
def test_petitions_are_never_counted_however_they_are_named(category: list[str] | None) -> None:
    where = {} if category is None else {"where": {"category": category}}
    numerator = {"records": "matters", "count": "confirmed", "dated_by": "opened", **where}
    with pytest.raises(DeclarationInvalid, match="must not cover petitions"):
        declaration_from(tampered(place_of("confirmed_fraud"), numerator=numerator))


def test_unconfirmed_reports_are_never_counted() -> None:
    numerator = {
        "records": "matters", "count": "all", "dated_by": "opened", "where": {"category": ["11.01.02"]},
    }  # fmt: skip
    with pytest.raises(DeclarationInvalid, match="who complains"):
        declaration_from(tampered(place_of("confirmed_fraud"), numerator=numerator))


def test_counts_have_no_place_in_the_institutional_dimension() -> None:
    with pytest.raises(DeclarationInvalid, match="institutional"):
        declaration_from(tampered(place_of("confirmed_fraud"), dimension="institutional"))


def test_share_of_other_records_is_refused() -> None:
    denominator = {"records": "matters", "count": "all", "dated_by": "due"}
    with pytest.raises(DeclarationInvalid, match="same events"):
        declaration_from(tampered(place_of("late_answers"), denominator=denominator))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"weight": 0}, "weight"),
        ({"weight": -1}, "weight"),
        ({"weight": float("nan")}, "weight"),
        ({"weight": True}, "weight"),
        ({"kind": "shares"}, "Did you mean share"),
        ({"dimension": "weather"}, "dimension"),
        ({"wieght": 3}, "Did you mean weight"),
        ({"higher_is_worse": 1}, "higher_is_worse"),
        ({"since": "yesterday"}, "since"),
        ({"name_zh": " "}, "name_zh"),
        ({"code": "answer_days"}, "twice"),
    ],
)
def test_wrong_entries_are_named(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(DeclarationInvalid, match=word):
        declaration_from(tampered(0, **changes))


def test_unknown_setting_of_the_method_is_refused() -> None:
    data = copy.deepcopy(SHIPPED)
    data["method"]["winsorize"] = 3
    with pytest.raises(DeclarationInvalid, match="Did you mean winsor"):
        declaration_from(data)


def test_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "indicators.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DeclarationInvalid, match=r"indicators\.toml"):
        declaration_read(path)


def test_indicators_come_and_go_by_date() -> None:
    data = tampered(1, until=date(2026, 7, 1))
    declared = declaration_from(data)
    assert "answer_days" in declared.in_force(date(2026, 6, 30)).codes
    assert "answer_days" not in declared.in_force(date(2026, 7, 1)).codes
    with pytest.raises(DeclarationInvalid, match="no indicator in force"):
        declared.in_force(date(2025, 12, 31))


def test_number_of_indicators_and_dimensions_is_free() -> None:
    data = copy.deepcopy(SHIPPED)
    data["dimension"] = [row for row in data["dimension"] if row["code"] in {"production", "environment"}]
    data["indicator"] = [
        row for row in data["indicator"] if row["dimension"] in {"production", "environment"}
    ]
    assert len(declaration_from(data).codes) == 4


@given(st.floats(0.01, 50))
def test_weights_are_free_of_scale(factor: float) -> None:
    declared = declaration_shipped()
    scaled = declared.with_weights(
        indicators={each.code: each.weight * factor for each in declared.indicators},
        dimensions={each.code: each.weight * factor for each in declared.dimensions},
    )
    assert np.allclose(scaled.inner_weights, declared.inner_weights, rtol=1e-12)
    assert np.allclose(scaled.outer_weights, declared.outer_weights, rtol=1e-12)


def test_weights_of_unknown_codes_are_refused() -> None:
    with pytest.raises(DeclarationInvalid, match="late_answers"):
        declaration_shipped().with_weights(indicators={"late_answer": 2.0})


def test_voice_is_recognised_above_and_below() -> None:
    assert covers_voice(("13",))
    assert covers_voice(("13.04.01",))
    assert covers_voice(())
    assert not covers_voice(("13.01", "11.01.02"))


@pytest.mark.parametrize("word", ["fines", "inspections", "petitions"])
def test_duties_refuse_the_same_words(word: str) -> None:
    data = copy.deepcopy(DUTIES)
    data["duty"][0]["code"] = f"{word}_made"
    with pytest.raises(DeclarationInvalid, match="refused"):
        duties_from(data)


def test_duty_that_rewards_volume_is_refused() -> None:
    data = copy.deepcopy(DUTIES)
    data["duty"][0]["denominator"] = {"records": "population"}
    with pytest.raises(DeclarationInvalid, match="own cases"):
        duties_from(data)
