"""The frozen reference year: what every later month is measured against."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.index.indicators import Declaration, Indicator
from reckon.index.medians import information
from reckon.index.method import Method
from reckon.index.reading import DeclarationInvalid, check_keys, digest_of, number_of
from reckon.index.shrinkage import log_spread_of, shape_by_likelihood, shape_by_moments

Array = NDArray[np.float64]
FIGURES = ("rate", "information", "shape", "shape_by_moments", "spread", "rows")
FEWEST_ROWS = 6
"""Fewer area-months tell nothing of how far areas lie apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorReference:
    """One indicator in the reference year.

    rate: of the district, events for one of the denominator, or median days; information: counts that one case is
    worth (1 unless a median); shape: shrinkage; spread: how far the logarithms of areas' true rates lie apart.
    """

    code: str
    rate: float
    information: float
    shape: float
    shape_by_moments: float
    spread: float
    rows: int


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The reference year of all indicators of a declaration, in its order."""

    year: int
    indicators: tuple[IndicatorReference, ...]

    def row(self, name: str) -> Array:
        """One figure of all indicators."""
        return np.array([float(getattr(each, name)) for each in self.indicators])

    def for_declaration(self, declaration: Declaration) -> "Reference":
        """The same in the declaration's order. Raises DeclarationInvalid for an indicator without reference."""
        known = {each.code: each for each in self.indicators}
        for code in declaration.codes:
            if code not in known:
                raise DeclarationInvalid(
                    place=f"indicator {code}", what=f"no reference in {self.year}", remedy="Freeze it anew."
                )
        return Reference(year=self.year, indicators=tuple(known[code] for code in declaration.codes))

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `reference_from` takes them."""
        return {"year": self.year, "indicators": [asdict(each) for each in self.indicators]}

    @property
    def digest(self) -> str:
        """Tells one frozen reference from another, to the last digit."""
        return digest_of(self)


def reference_from(data: Mapping[str, Any]) -> Reference:
    """A reference from plain values. Raises DeclarationInvalid."""
    check_keys(data, needed=("year", "indicators"), place="reference")
    return Reference(year=int(data["year"]), indicators=tuple(_row(row) for row in data["indicators"]))


def _row(data: Mapping[str, Any]) -> IndicatorReference:
    place = f"reference of {data.get('code', '?')}"
    check_keys(data, needed=("code", *FIGURES), place=place)
    figures = {key: number_of(data, key, low=-100.0, high=1e12, place=place) for key in FIGURES}
    for key in ("rate", "information", "shape", "spread"):
        number_of(data, key, low=1e-12, high=1e12, place=place)
    rows = int(figures.pop("rows"))
    return IndicatorReference(code=str(data["code"]), rows=rows, **figures)


def reference_freeze(
    *,
    declaration: Declaration,
    year: int,
    observed: ArrayLike,
    exposure: ArrayLike,
    spreads: Mapping[str, float] | None = None,
) -> Reference:
    """Freeze a year: rows are area-months, columns the declaration's indicators.

    observed: events, or median days; exposure: the denominator (for a median its matters); NaN where missing.
    spreads: for each median_days indicator, `medians.log_spread` of the year. Raises DeclarationInvalid for an
    indicator without events or with too few rows.
    """
    o, x = np.asarray(observed, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    return Reference(
        year=year,
        indicators=tuple(
            _freeze(indicator, o[:, column], x[:, column], declaration.method, dict(spreads or {}))
            for column, indicator in enumerate(declaration.indicators)
        ),
    )


def _freeze(
    indicator: Indicator, observed: Array, exposure: Array, method: Method, spreads: Mapping[str, float]
) -> IndicatorReference:
    kept = np.isfinite(observed) & np.isfinite(exposure) & (exposure > 0.0)
    o, x = observed[kept], exposure[kept]
    if len(o) < FEWEST_ROWS or o.sum() <= 0.0:
        raise DeclarationInvalid(
            place=f"indicator {indicator.code}",
            what=f"the reference year has {len(o)} usable area-months with {o.sum():g} events",
            remedy="Take a year with a record of it, or leave the indicator out.",
        )
    rate, worth = _rate(indicator, o, x, spreads)
    expected = x * worth if indicator.kind == "median_days" else x * rate
    counts = expected * o / rate if indicator.kind == "median_days" else o
    bounds = {"least": method.least_shape, "most": method.most_shape}
    shape = shape_by_likelihood(counts, expected, **bounds)
    return IndicatorReference(
        code=indicator.code,
        rate=rate,
        information=worth,
        shape=shape,
        shape_by_moments=shape_by_moments(counts, expected, **bounds),
        spread=max(log_spread_of(shape), method.least_spread),
        rows=len(o),
    )


def _rate(indicator: Indicator, o: Array, x: Array, spreads: Mapping[str, float]) -> tuple[float, float]:
    if indicator.kind != "median_days":
        return float(o.sum() / x.sum()), 1.0
    if indicator.code not in spreads:
        raise DeclarationInvalid(
            place=f"indicator {indicator.code}",
            what="the spread of its days is missing",
            remedy="Give medians.log_spread of the reference year.",
        )
    return float(np.exp(np.average(np.log(o), weights=x))), information(spreads[indicator.code])
