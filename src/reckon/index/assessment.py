"""A month assessed: from figures to a risk index with every step kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.index.aggregation import across, score_of, within
from reckon.index.indicators import Declaration
from reckon.index.reference import Reference
from reckon.index.shrinkage import ratio_interval, shrunk_ratio

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """A month of all areas. Arrays are areas × indicators, `dimensions` areas × dimensions, `risk`, `scored` areas.

    given and exposure are the figures as they came; observed and expected are counts (a median's worth in counts,
    see `medians.information`). scores and dimensions are 0-100 with 100 safest; risk is 100 minus their mean, so
    100 is the highest risk and 50 the reference year; NaN where too much is missing to give one.
    """

    declaration: Declaration
    reference: Reference
    areas: tuple[str, ...]
    given: Array
    exposure: Array
    missing: NDArray[np.bool_]
    observed: Array
    expected: Array
    ratio: Array
    ratio_low: Array
    ratio_high: Array
    z: Array
    drawn_in: NDArray[np.bool_]
    scores: Array
    dimensions: Array
    risk: Array
    scored: NDArray[np.bool_]

    @property
    def indicator_risk(self) -> Array:
        """100 minus each indicator's score, areas × indicators; NaN where missing."""
        return np.where(self.missing, np.nan, 100.0 - self.scores)

    @property
    def dimension_risk(self) -> Array:
        """100 minus each dimension's score, areas × dimensions; NaN where too much is missing."""
        short = within(self.missing.astype(np.float64), self.declaration)
        return np.where(short <= self.declaration.method.most_missing, 100.0 - self.dimensions, np.nan)

    def place(self, area: str) -> int:
        """The area's row. Raises KeyError."""
        if area not in self.areas:
            raise KeyError(f"Area {area} is not in this assessment.")
        return self.areas.index(area)


def assess(
    *,
    declaration: Declaration,
    reference: Reference,
    areas: Sequence[str],
    observed: ArrayLike,
    exposure: ArrayLike,
) -> Assessment:
    """Assess a month. observed, exposure: as in `reference_freeze`, one row an area.

    NaN means missing; an exposure of 0 without an event means nothing to measure, which shrinks to the reference;
    with events it counts as more than was expected. An area's figures depend on its own row and the frozen reference
    only. Raises ValueError for figures that make no sense, DeclarationInvalid for an indicator without reference.
    """
    if len(set(areas)) < len(areas):
        raise ValueError("An area is there twice. Give each area one row.")
    frozen = reference.for_declaration(declaration)
    given, x = _checked(observed, exposure, rows=len(areas), columns=len(declaration.codes))
    missing = np.isnan(x) | (np.isnan(given) & (x != 0.0))
    counts, expected = evidence(given=given, exposure=x, declaration=declaration, frozen=frozen)
    shape, method = frozen.row("shape"), declaration.method
    ratio = shrunk_ratio(counts, expected, shape)
    low, high = ratio_interval(counts, expected, shape, level=method.interval)
    # What is missing takes the reference year's value: neither better nor worse.
    wild = np.where(missing, 0.0, z_of(ratio, declaration=declaration, frozen=frozen))
    z = np.clip(wild, -method.winsor, method.winsor)
    return Assessment(
        declaration=declaration,
        reference=frozen,
        areas=tuple(areas),
        given=given,
        exposure=x,
        missing=missing,
        observed=counts,
        expected=expected,
        ratio=ratio,
        ratio_low=low,
        ratio_high=high,
        z=z,
        drawn_in=z != wild,
        **_index(z, missing, declaration),
    )


def _index(z: Array, missing: NDArray[np.bool_], declaration: Declaration) -> dict[str, Any]:
    """Scores, dimensions and risk of z-scores."""
    method = declaration.method
    scores = score_of(z, normalisation=method.normalisation, floor=method.floor)
    dimensions = within(scores, declaration)
    scored = within(missing.astype(np.float64), declaration).max(axis=1) <= method.most_missing
    risk = np.where(scored, 100.0 - across(dimensions, declaration), np.nan)
    return {"scores": scores, "dimensions": dimensions, "scored": scored, "risk": risk}


def evidence(
    *, given: Array, exposure: Array, declaration: Declaration, frozen: Reference
) -> tuple[Array, Array]:
    """Observed and expected counts: events as they are, medians by what they are worth; 0 where missing."""
    known, cases = np.nan_to_num(given), np.nan_to_num(exposure)
    rate, worth = frozen.row("rate"), frozen.row("information")
    expected = cases * np.where(declaration.medians, worth, rate)
    observed = np.where(declaration.medians, expected * known / rate, known)
    gone = np.isnan(given) | np.isnan(exposure)
    return np.where(gone, 0.0, observed), np.where(gone, 0.0, expected)


def z_of(ratio: Array, *, declaration: Declaration, frozen: Reference) -> Array:
    """Spreads of the reference year that a ratio lies from 1, on the scale of logarithms; higher is worse."""
    return np.asarray(np.log(ratio) / frozen.row("spread") * declaration.signs)


def _checked(observed: ArrayLike, exposure: ArrayLike, *, rows: int, columns: int) -> tuple[Array, Array]:
    o, x = np.array(observed, dtype=np.float64), np.array(exposure, dtype=np.float64)
    for name, array in (("observed", o), ("exposure", x)):
        if array.shape != (rows, columns):
            raise ValueError(
                f"{name} has the shape {array.shape}. Give {rows} areas by {columns} indicators."
            )
        if (array < 0.0).any() or np.isinf(array).any():
            raise ValueError(
                f"{name} holds a negative or infinite figure. Give counts, or NaN where missing."
            )
    return o, x
