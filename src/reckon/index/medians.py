"""Medians of days from a histogram, and how much evidence a median is."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
MEDIAN_VARIANCE = np.pi / 2.0
"""Variance of a median against that of a mean, for a normal law."""
QUARTILES_APART = 1.3489795003921634
"""Distance of the quartiles of a standard normal law."""


def median_days(histogram: ArrayLike) -> Array:
    """Grouped median of each row; column d counts matters that took d whole days, taken as d to d + 1.

    NaN for a row without matters. Interpolated within its day, so that it moves with every matter.
    """
    return _quantile(np.atleast_2d(np.asarray(histogram, dtype=np.float64)), 0.5)


def log_spread(histogram: ArrayLike, *, least: float) -> float:
    """Spread of the logarithm of days of one histogram, from its quartiles; at least `least`."""
    row = np.atleast_2d(np.asarray(histogram, dtype=np.float64))
    if row.sum() <= 0.0:
        raise ValueError("The histogram holds no matters. Give the reference year's closed matters.")
    lower, upper = _quantile(row, 0.25)[0], _quantile(row, 0.75)[0]
    return max(float(np.log(upper / lower)) / QUARTILES_APART, least)


def information(spread: float) -> float:
    """Counts that one matter is worth in a median.

    The logarithm of a median of n matters has variance (π/2)·spread²/n, that of a rate from O counts 1/O: so n
    matters weigh as much as n·information counts, and a median shrinks and spreads like a rate.
    """
    return float(1.0 / (MEDIAN_VARIANCE * spread * spread))


def _quantile(histogram: Array, share: float) -> Array:
    if (histogram < 0.0).any() or not np.isfinite(histogram).all():
        raise ValueError("A histogram holds a negative or infinite number. Give counts.")
    totals = histogram.sum(axis=1)
    cumulated = histogram.cumsum(axis=1)
    wanted = share * totals[:, None]
    day = np.minimum((cumulated < wanted).sum(axis=1), histogram.shape[1] - 1)
    rows = np.arange(len(histogram))
    inside = np.where(histogram[rows, day] > 0.0, histogram[rows, day], 1.0)
    before = cumulated[rows, day] - histogram[rows, day]
    return np.where(totals > 0.0, day + (wanted[:, 0] - before) / inside, np.nan)
