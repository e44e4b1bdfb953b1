"""Declared data written as TOML and read back."""

import tomllib
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.index import REFUSED, declaration_shipped, refused_word, toml_of

PLAIN = (
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.dates()
)
KEYS = st.text("abz_-09 é\"'.", min_size=1, max_size=6)
INLINE = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
TABLES = st.dictionaries(KEYS, INLINE, max_size=3)


@given(
    st.dictionaries(
        KEYS,
        INLINE | TABLES | st.lists(TABLES, min_size=1, max_size=3) | st.dictionaries(KEYS, TABLES),
        max_size=4,
    )
)
def test_what_is_written_is_read_back(data: dict[str, object]) -> None:
    assert tomllib.loads(toml_of(data)) == data


@pytest.mark.parametrize(("package", "name"), [("index", "indicators.toml"), ("colours", "cuts.toml")])
def test_the_shipped_declarations_are_written_and_read_back(package: str, name: str) -> None:
    data = tomllib.loads(files(f"reckon.{package}").joinpath(name).read_text(encoding="utf-8"))
    assert tomllib.loads(toml_of(data)) == data


def test_what_has_no_place_in_toml_is_refused() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        toml_of({"a": None})
    assert toml_of({"a": date(2026, 1, 1)}) == "a = 2026-01-01\n"


def test_no_shipped_name_or_definition_holds_a_refused_word() -> None:
    for row in declaration_shipped().indicators:
        for text in (row.name_zh, row.name_en, row.definition_zh, row.definition_en):
            assert refused_word(text) is None, text


@given(st.sampled_from(sorted(REFUSED)), st.text("xyz ", max_size=4), st.text("xyz ", max_size=4))
def test_a_refused_word_is_found_wherever_it_stands(word: str, before: str, after: str) -> None:
    assert refused_word(f"{before} {word} {after}") is not None
    assert refused_word(f"{before} {after}") is None
