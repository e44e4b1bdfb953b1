"""The declared indicators of the five-colour map: dated data, checked when read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reckon.index.admission import CONDUCT_DIMENSION, check_words, covers_voice
from reckon.index.measures import Measure, measure_from
from reckon.index.method import Method, method_from
from reckon.index.reading import (
    DeclarationInvalid,
    check_keys,
    check_once,
    choice_of,
    day_of,
    digest_of,
    flag_of,
    number_of,
    rows_of,
    table_of,
    text_of,
)

KINDS = ("count", "share", "median_days")
LARGEST_WEIGHT = 1000.0
TEXTS = ("name_zh", "name_en", "definition_zh", "definition_en", "source", "owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One of the map's dimensions; the weight is against the other dimensions."""

    code: str
    name_zh: str
    name_en: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator; the weight is against the others of its dimension, the owner an organisation's code."""

    code: str
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    dimension: str
    higher_is_worse: bool
    kind: str
    numerator: Measure
    denominator: Measure
    weight: float
    source: str
    source_zh: str = ""  # "": declared before there was one
    owner: str
    since: date
    until: date | None


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """Dimensions, indicators and method of one map; `until` of an indicator is its first day out of force."""

    valid_from: date
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    method: Method

    def in_force(self, day: date) -> "Declaration":
        """Only the indicators in force on the day. Raises DeclarationInvalid if a dimension is left empty."""
        kept = tuple(
            each for each in self.indicators if each.since <= day and (each.until is None or day < each.until)
        )
        left = replace(self, indicators=kept)
        _check_dimensions(left)
        return left

    @property
    def digest(self) -> str:
        """Tells one declaration from another."""
        return digest_of(self)

    @property
    def codes(self) -> tuple[str, ...]:
        """Indicators' codes, in the order of every array's columns."""
        return tuple(each.code for each in self.indicators)

    @cached_property
    def signs(self) -> NDArray[np.float64]:
        """1 where more is worse, -1 where more is better."""
        return np.array([1.0 if each.higher_is_worse else -1.0 for each in self.indicators])

    @cached_property
    def medians(self) -> NDArray[np.bool_]:
        """Where the figure is a median of days and not a number of events."""
        return np.array([each.kind == "median_days" for each in self.indicators])

    @cached_property
    def membership(self) -> NDArray[np.int64]:
        """For each indicator, the place of its dimension."""
        places = {each.code: place for place, each in enumerate(self.dimensions)}
        return np.array([places[each.dimension] for each in self.indicators])

    @cached_property
    def inner_weights(self) -> NDArray[np.float64]:
        """Indicators' weights, adding up to 1 within each dimension."""
        weights = np.array([each.weight for each in self.indicators])
        totals = np.bincount(self.membership, weights=weights, minlength=len(self.dimensions))
        return np.asarray(weights / totals[self.membership])

    @cached_property
    def outer_weights(self) -> NDArray[np.float64]:
        """Dimensions' weights, adding up to 1."""
        weights = np.array([each.weight for each in self.dimensions])
        return np.asarray(weights / weights.sum())

    def with_weights(
        self, *, indicators: Mapping[str, float] | None = None, dimensions: Mapping[str, float] | None = None
    ) -> "Declaration":
        """The same with other weights: what if. Raises DeclarationInvalid for an unknown code or weight."""
        inner, outer = dict(indicators or {}), dict(dimensions or {})
        check_keys(inner, needed=(), optional=self.codes, place="weights of indicators")
        check_keys(
            outer, needed=(), optional=[each.code for each in self.dimensions], place="weights of dimensions"
        )
        for weights in (inner, outer):
            for code in weights:
                _weight_of(weights, code, place="weights")
        return replace(
            self,
            indicators=tuple(replace(row, weight=inner.get(row.code, row.weight)) for row in self.indicators),
            dimensions=tuple(replace(row, weight=outer.get(row.code, row.weight)) for row in self.dimensions),
        )


def declaration_from(data: Mapping[str, Any]) -> Declaration:
    """A declaration from plain values. Raises DeclarationInvalid, naming place and remedy."""
    place = "declaration"
    check_keys(data, needed=("valid_from", "dimension", "indicator", "method"), place=place)
    declared = Declaration(
        valid_from=day_of(data, "valid_from", place=place),
        dimensions=tuple(_dimension(row) for row in rows_of(data, "dimension", place=place)),
        indicators=tuple(_indicator(row) for row in rows_of(data, "indicator", place=place)),
        method=method_from(table_of(data, "method", place=place)),
    )
    _check_dimensions(declared)
    return declared


def declaration_read(path: Path) -> Declaration:
    """A declaration from a TOML file. Raises DeclarationInvalid or OSError."""
    try:
        return declaration_from(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationInvalid(
            place=path.name, what=f"no TOML: {error}", remedy="Correct it there."
        ) from error


@cache
def declaration_shipped() -> Declaration:
    """The twelve indicators that come with the program."""
    source = files("reckon.index").joinpath("indicators.toml").read_text(encoding="utf-8")
    return declaration_from(tomllib.loads(source))


def _weight_of(data: Mapping[str, Any], key: str, *, place: str) -> float:
    return number_of(data, key, low=1e-6, high=LARGEST_WEIGHT, place=place)


def _dimension(row: Mapping[str, Any]) -> Dimension:
    place = f"dimension {row.get('code', '?')}"
    check_keys(row, needed=("code", "name_zh", "name_en", "weight"), place=place)
    texts = {key: text_of(row, key, place=place) for key in ("code", "name_zh", "name_en")}
    for text in texts.values():
        check_words(text, place=place)
    return Dimension(**texts, weight=_weight_of(row, "weight", place=place))


def _indicator(row: Mapping[str, Any]) -> Indicator:
    place = f"indicator {row.get('code', '?')}"
    for key in ("code", "name_zh", "name_en"):
        check_words(str(row.get(key, "")), place=place)
    for key in ("numerator", "denominator"):
        if isinstance(row.get(key), str):
            check_words(row[key], place=place)
    needed = ("code", "dimension", "higher_is_worse", "kind", "numerator", "denominator", "weight", "since")
    check_keys(row, needed=(*needed, *TEXTS), optional=("until", "source_zh"), place=place)
    indicator = Indicator(
        code=text_of(row, "code", place=place),
        dimension=text_of(row, "dimension", place=place),
        higher_is_worse=flag_of(row, "higher_is_worse", place=place),
        kind=choice_of(row, "kind", choices=KINDS, place=place),
        numerator=measure_from(table_of(row, "numerator", place=place), place=f"{place}.numerator"),
        denominator=measure_from(table_of(row, "denominator", place=place), place=f"{place}.denominator"),
        weight=_weight_of(row, "weight", place=place),
        since=day_of(row, "since", place=place),
        until=day_of(row, "until", place=place) if "until" in row else None,
        source_zh=text_of(row, "source_zh", place=place) if "source_zh" in row else "",
        **{key: text_of(row, key, place=place) for key in TEXTS},
    )
    _check_kind(indicator, place=place)
    return indicator


def _check_kind(indicator: Indicator, *, place: str) -> None:
    """A kind's numerator and denominator fit each other, and counts are of confirmed facts."""
    wrong = _count_wrong(indicator) if indicator.kind == "count" else _parts_wrong(indicator)
    if wrong:
        raise DeclarationInvalid(
            place=place, what=wrong, remedy="See the kinds of measures in reckon.index.measures."
        )


def _count_wrong(indicator: Indicator) -> str:
    top, below = indicator.numerator, indicator.denominator
    if indicator.dimension == CONDUCT_DIMENSION:
        return (
            "a count has no place in the institutional dimension: how often residents turn to it is no fault"
        )
    if top.is_stock or not below.is_stock:
        return "a count is of events for each of a stock: population or premises"
    if top.count != "confirmed":
        return "only confirmed records are counted: unconfirmed ones measure who complains"
    return "a count must not cover petitions, suggestions or reports on officials" * covers_voice(
        top.category
    )


def _parts_wrong(indicator: Indicator) -> str:
    top, below = indicator.numerator, indicator.denominator
    if not top.same_records(below) or top.is_stock:
        return "numerator and denominator must look at the same events"
    if below.count != "all" or top.count == "all":
        return "the denominator counts all, the numerator something of it"
    fits = top.is_span == (indicator.kind == "median_days")
    return "" if fits else "days make a median_days, a flag makes a share"


def _check_dimensions(declared: Declaration) -> None:
    check_once([each.code for each in declared.dimensions], place="dimension")
    check_once(list(declared.codes), place="indicator")
    known = [each.code for each in declared.dimensions]
    for each in declared.indicators:
        choice_of({"dimension": each.dimension}, "dimension", choices=known, place=f"indicator {each.code}")
    for code in known:
        if all(each.dimension != code for each in declared.indicators):
            raise DeclarationInvalid(
                place=f"dimension {code}", what="it has no indicator in force", remedy="Add one."
            )
