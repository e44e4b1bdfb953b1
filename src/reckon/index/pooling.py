"""Several months put together, the newest counting most: a street's single month is mostly chance."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.index.indicators import Declaration

Array = NDArray[np.float64]


def pooled(*, observed: ArrayLike, exposure: ArrayLike, declaration: Declaration) -> tuple[Array, Array]:
    """One month's figures for `assess` from months × areas × indicators, the newest month last.

    A month counts `memory` times as much as the one after it. Months without a figure are left out; medians are put
    together on the scale of logarithms. NaN where no month has a figure.
    """
    given, x = np.asarray(observed, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    if given.ndim != 3 or given.shape != x.shape:
        raise ValueError("Give months × areas × indicators of both figures.")
    medians = declaration.medians
    events, cases = np.zeros(given.shape[1:]), np.zeros(given.shape[1:])
    known = np.zeros(given.shape[1:], dtype=bool)
    for month, (row, size) in enumerate(zip(given, x, strict=True)):
        keep = declaration.method.memory ** (len(given) - 1 - month)
        nothing = size == 0.0
        usable = np.isfinite(size) & (np.isfinite(row) | nothing)
        known |= usable
        amount = np.where(medians, size * np.log(np.where(row > 0.0, row, 1.0)), row)
        events += np.where(usable & ~nothing, keep * amount, 0.0)
        cases += np.where(usable, keep * size, 0.0)
    days = np.exp(np.divide(events, cases, out=np.zeros_like(events), where=cases > 0.0))
    figures = np.where(medians, np.where(cases > 0.0, days, np.nan), events)
    return np.where(known, figures, np.nan), np.where(known, cases, np.nan)
