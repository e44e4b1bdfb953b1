"""Which past weeks a judged week is compared with, and in which seasonal group each of them is."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reckon.outbreak.settings import DetectorSettings, weeks_before

Floats = NDArray[np.float64]
# With |slope·t| up to 1, the first term left out is below 1 / 20! = 4e-19.
SERIES_REACH = 1.0
TERMS = 20


@dataclass(frozen=True)
class Baseline:
    """The past weeks of every judged week, oldest first; the same pattern for all of them."""

    # Weeks before the judged week, (n,), all positive.
    ages: NDArray[np.int64]
    # Seasonal group of each past week, (n,); the judged week is in group 0.
    groups: NDArray[np.int64]
    # Time in seasons around the middle of the past weeks, (n,): kept small, so that sums stay exact.
    times: Floats
    # The judged week on the same scale.
    now: float
    # Sums by group as one product: columns are 1, t and t² of each group, (n, 3 × groups).
    moments: Floats
    # The same sums of exp(slope·t) as a power series in the slope, (TERMS, 3 × groups).
    series: Floats

    @property
    def steepest(self) -> float:
        """Up to this slope the series is as exact as the sums themselves."""
        return SERIES_REACH / float(np.abs(self.times).max())

    @property
    def members(self) -> Floats:
        """1 where a week is in a group, (n, groups)."""
        return self.moments[:, : self.group_count]

    @property
    def group_count(self) -> int:
        """Number of seasonal groups."""
        return int(self.moments.shape[1]) // 3


def seasonal_groups(*, ages: NDArray[np.int64], settings: DetectorSettings) -> NDArray[np.int64]:
    """Group 0 is the window around the judged week in every year; the rest is split evenly (Noufaily 2013)."""
    window = 2 * settings.half_window + 1
    phase = (settings.half_window - ages) % settings.season_weeks
    if settings.periods == 1:
        return np.zeros_like(ages)
    others = settings.season_weeks - window
    within = (phase - window) * (settings.periods - 1) // others
    return np.where(phase < window, 0, 1 + within)


@lru_cache(maxsize=64)
def baseline_of(*, settings: DetectorSettings, years: int) -> Baseline:
    """The baseline that reaches `years` back and leaves out the latest weeks and the judged one."""
    ages = np.arange(weeks_before(settings=settings, years=years), settings.weeks_left_out, -1)
    found = seasonal_groups(ages=ages, settings=settings)
    # A short baseline may leave a group empty: only groups that occur are fitted, group 0 first.
    groups = np.unique(found, return_inverse=True)[1].astype(np.int64)
    middle = float(ages.mean())
    times = (middle - ages) / settings.season_weeks
    member = (groups[:, None] == np.arange(groups.max() + 1)).astype(np.float64)
    moments = np.hstack([member, member * times[:, None], member * times[:, None] ** 2])
    steps = np.array([times**power / math.factorial(power) for power in range(TERMS)])
    return Baseline(
        ages=ages,
        groups=groups,
        times=times,
        now=middle / settings.season_weeks,
        moments=moments,
        series=steps @ moments,
    )
