"""EARS C1 and C2: mean and standard deviation of the last few weeks, for series too short for a season.

Source: Hutwagner, Thompson, Seeman, Treadwell, "The bioterrorism preparedness and response Early Aberration Reporting
System (EARS)", Journal of Urban Health 80, supplement 1 (2003).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from reckon.outbreak.baseline import Floats
from reckon.outbreak.settings import DetectorSettings


@dataclass(frozen=True, kw_only=True)
class ShortFits:
    """One value for each judged week, (fits,)."""

    expected: Floats
    deviation: Floats
    # The judged count is an alarm above this.
    upper_bound: NDArray[np.int64]

    def tail(self, *, counts: NDArray[np.int64]) -> Floats:
        """P of so many standard deviations or more, (fits,)."""
        p_values: Floats = ndtr(-(counts - self.expected) / self.deviation)
        return p_values


def gap_for(*, weeks_before: int, settings: DetectorSettings) -> int | None:
    """Weeks left out before the judged one: C2 where the series is long enough, C1 else; None is too short."""
    if weeks_before >= settings.ears_baseline + settings.ears_gap:
        return settings.ears_gap
    return 0 if weeks_before >= settings.ears_baseline else None


def fit_short(*, history: NDArray[np.int64], settings: DetectorSettings) -> ShortFits:
    """Fit baselines (fits, ears_baseline), oldest first, the gap already left out."""
    expected = history.mean(axis=1)
    deviation = np.maximum(history.std(axis=1, ddof=1), settings.ears_least_deviation)
    bound = np.floor(expected + settings.ears_deviations * deviation)
    return ShortFits(expected=expected, deviation=deviation, upper_bound=bound.astype(np.int64))
