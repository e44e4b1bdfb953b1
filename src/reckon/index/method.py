"""How figures become a risk index: limits and choices, declared with the indicators."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reckon.index.reading import DeclarationInvalid, check_keys, choice_of, number_of, text_of


class Normalisation(StrEnum):
    """From a z-score to 0-100, where 50 is the reference year and 100 is safest.

    None of them looks at the other areas of the month, as ranks would.
    """

    NORMAL = "normal"
    LINEAR = "linear"
    LOGISTIC = "logistic"


class Aggregation(StrEnum):
    """How dimensions are put together."""

    GEOMETRIC = "geometric"
    ARITHMETIC = "arithmetic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """Explained in indicators.toml."""

    winsor: float
    least_spread: float
    least_shape: float
    most_shape: float
    floor: float
    interval: float
    most_missing: float
    memory: float
    imputation: str
    normalisation: Normalisation
    aggregation: Aggregation
    source: str


RANGES: dict[str, tuple[float, float]] = {
    "winsor": (1.0, 6.0),
    "least_spread": (1e-3, 1.0),
    "least_shape": (1e-2, 100.0),
    "most_shape": (1.0, 1e6),
    "floor": (1e-3, 10.0),
    "interval": (0.5, 0.999),
    "most_missing": (0.0, 1.0),
    "memory": (0.0, 0.99),
}


def method_from(data: Mapping[str, Any]) -> Method:
    """A method from plain values. Raises DeclarationInvalid."""
    place = "method"
    words = ("imputation", "normalisation", "aggregation", "source")
    check_keys(data, needed=(*RANGES, *words), place=place)
    figures = {
        key: number_of(data, key, low=low, high=high, place=place) for key, (low, high) in RANGES.items()
    }
    if figures["least_shape"] >= figures["most_shape"]:
        raise DeclarationInvalid(
            place=place, what="least_shape is not below most_shape", remedy="Correct them."
        )
    return Method(
        **figures,
        imputation=choice_of(data, "imputation", choices=("reference",), place=place),
        normalisation=Normalisation(
            choice_of(data, "normalisation", choices=[each.value for each in Normalisation], place=place)
        ),
        aggregation=Aggregation(
            choice_of(data, "aggregation", choices=[each.value for each in Aggregation], place=place)
        ),
        source=text_of(data, "source", place=place),
    )
