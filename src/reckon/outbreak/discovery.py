"""Which of many series to report together, when each was judged on its own.

Source: Benjamini and Hochberg, "Controlling the false discovery rate", J. R. Statist. Soc. B 57 (1995).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reckon.outbreak.baseline import Floats


@dataclass(frozen=True, kw_only=True)
class Discoveries:
    """Answer for all tests of a run, in their shape; tests without a p-value are no discovery."""

    discovered: NDArray[np.bool_]
    # The least rate at which each test would be a discovery.
    adjusted: Floats
    # Tests with a p-value.
    tests: int
    rate: float


def discoveries(*, p_values: Floats, rate: float) -> Discoveries:
    """Benjamini–Hochberg over all p-values of a run; NaN where nothing could be judged."""
    flat = np.asarray(p_values, dtype=np.float64).ravel()
    judged = np.flatnonzero(~np.isnan(flat))
    adjusted = np.full(flat.shape, np.nan)
    if judged.size:
        order = judged[np.argsort(flat[judged], kind="stable")]
        stepped = flat[order] * judged.size / np.arange(1, judged.size + 1)
        adjusted[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    shaped = adjusted.reshape(np.shape(p_values))
    return Discoveries(discovered=shaped <= rate, adjusted=shaped, tests=int(judged.size), rate=rate)
