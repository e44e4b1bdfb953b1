"""The declared duties of the grid index: dated data, checked when read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reckon.index.admission import check_words
from reckon.index.measures import Measure, measure_from
from reckon.index.reading import (
    DeclarationInvalid,
    check_keys,
    check_once,
    day_of,
    digest_of,
    flag_of,
    number_of,
    rows_of,
    table_of,
    text_of,
)

TEXTS = ("name_zh", "name_en", "definition_zh", "definition_en", "source")
FIGURES = ("weight", "least_cases")
RANGES: dict[str, tuple[float, float]] = {
    "level": (0.5, 0.99),
    "far_level": (0.9, 0.9999),
    "interval": (0.5, 0.999),
    "least_scored": (0.0, 1.0),
    "audit_prior": (0.0, 1000.0),
    "least_spread": (1e-3, 1.0),
    "least_shape": (1e-2, 100.0),
    "most_shape": (1.0, 1e6),
    "case_mix_prior": (0.1, 1000.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty: a share of own cases, so that more cases earn nothing; weight against the other duties."""

    code: str
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    higher_is_worse: bool
    numerator: Measure
    denominator: Measure
    weight: float
    least_cases: float
    source: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyMethod:
    """Explained in duties.toml."""

    level: float
    far_level: float
    interval: float
    least_scored: float
    audit_prior: float
    least_spread: float
    least_shape: float
    most_shape: float
    case_mix_prior: float
    source: str


@dataclass(frozen=True, kw_only=True)
class DutyDeclaration:
    """All duties of one index and how they are scored."""

    valid_from: date
    duties: tuple[Duty, ...]
    method: DutyMethod

    def in_force(self, day: date) -> "DutyDeclaration":
        """Only the duties in force on the day. Raises DeclarationInvalid if none is."""
        kept = tuple(
            each for each in self.duties if each.since <= day and (each.until is None or day < each.until)
        )
        if not kept:
            raise DeclarationInvalid(place="duties", what=f"none is in force on {day}", remedy="Add one.")
        return replace(self, duties=kept)

    @property
    def digest(self) -> str:
        """Tells one declaration from another."""
        return digest_of(self)

    @property
    def codes(self) -> tuple[str, ...]:
        """Duties' codes, in the order of every array's columns."""
        return tuple(each.code for each in self.duties)

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Adding up to 1."""
        weights = np.array([each.weight for each in self.duties])
        return np.asarray(weights / weights.sum())

    @cached_property
    def signs(self) -> NDArray[np.float64]:
        """1 where more is better, -1 where more is worse."""
        return np.array([-1.0 if each.higher_is_worse else 1.0 for each in self.duties])


def duties_from(data: Mapping[str, Any]) -> DutyDeclaration:
    """Duties from plain values. Raises DeclarationInvalid."""
    check_keys(data, needed=("valid_from", "duty", "method"), place="duties")
    declared = DutyDeclaration(
        valid_from=day_of(data, "valid_from", place="duties"),
        duties=tuple(_duty(row) for row in rows_of(data, "duty", place="duties")),
        method=_method(table_of(data, "method", place="duties")),
    )
    check_once(list(declared.codes), place="duty")
    return declared


@cache
def duties_shipped() -> DutyDeclaration:
    """The eight duties that come with the program."""
    source = files("reckon.index").joinpath("duties.toml").read_text(encoding="utf-8")
    return duties_from(tomllib.loads(source))


def _method(data: Mapping[str, Any]) -> DutyMethod:
    place = "method of duties"
    check_keys(data, needed=(*RANGES, "source"), place=place)
    figures = {
        key: number_of(data, key, low=low, high=high, place=place) for key, (low, high) in RANGES.items()
    }
    if figures["level"] >= figures["far_level"]:
        raise DeclarationInvalid(place=place, what="level is not below far_level", remedy="Correct them.")
    return DutyMethod(**figures, source=text_of(data, "source", place=place))


def _duty(row: Mapping[str, Any]) -> Duty:
    place = f"duty {row.get('code', '?')}"
    for key in ("code", "name_zh"):
        check_words(str(row.get(key, "")), place=place)
    needed = ("code", "higher_is_worse", "numerator", "denominator", "since", *TEXTS, *FIGURES)
    check_keys(row, needed=needed, optional=("until",), place=place)
    duty = Duty(
        code=text_of(row, "code", place=place),
        higher_is_worse=flag_of(row, "higher_is_worse", place=place),
        numerator=measure_from(table_of(row, "numerator", place=place), place=f"{place}.numerator"),
        denominator=measure_from(table_of(row, "denominator", place=place), place=f"{place}.denominator"),
        weight=number_of(row, "weight", low=1e-6, high=1000.0, place=place),
        least_cases=number_of(row, "least_cases", low=1.0, high=1e6, place=place),
        since=day_of(row, "since", place=place),
        until=day_of(row, "until", place=place) if "until" in row else None,
        **{key: text_of(row, key, place=place) for key in TEXTS},
    )
    _check_share(duty, place=place)
    return duty


def _check_share(duty: Duty, *, place: str) -> None:
    """Every duty is a share of the post's own cases: volume itself earns nothing."""
    top, below = duty.numerator, duty.denominator
    own_cases = top.same_records(below) and not top.is_stock and not top.is_span
    if not own_cases or below.count != "all" or top.count == "all":
        raise DeclarationInvalid(
            place=place,
            what="a duty is the share of a post's own cases that have a flag",
            remedy="Let numerator and denominator look at the same records, the numerator counting a flag.",
        )
