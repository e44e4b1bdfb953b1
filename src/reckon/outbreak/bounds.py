"""Upper bounds and tail probabilities of counts that spread more than Poisson."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, gammainc, gammaincc, ndtri

from reckon.outbreak.baseline import Floats

# Above this, a float no longer tells a count from the next one.
LARGEST = 2.0**53


def at_most(*, counts: Floats, means: Floats, dispersions: Floats) -> Floats:
    """P(Y ≤ count), Y negative binomial with variance dispersion × mean; Poisson at dispersion 1."""
    return _probability(counts=counts, means=means, dispersions=dispersions, upper=False)


def more_than(*, counts: Floats, means: Floats, dispersions: Floats) -> Floats:
    """P(Y > count), without the loss of digits of 1 − P(Y ≤ count)."""
    return _probability(counts=counts, means=means, dispersions=dispersions, upper=True)


def _probability(*, counts: Floats, means: Floats, dispersions: Floats, upper: bool) -> Floats:
    counts, means, dispersions = np.broadcast_arrays(counts, means, dispersions)
    result = np.full(counts.shape, 1.0 if upper else 0.0)
    inside = counts >= 0
    none = inside & (means <= 0)
    result[none] = 0.0 if upper else 1.0
    poisson = inside & ~none & (dispersions <= 1.0)
    gamma = gammainc if upper else gammaincc
    result[poisson] = gamma(counts[poisson] + 1.0, means[poisson])
    spread = inside & ~none & (dispersions > 1.0)
    beta = betaincc if upper else betainc
    sizes = means[spread] / (dispersions[spread] - 1.0)
    result[spread] = beta(sizes, counts[spread] + 1.0, 1.0 / dispersions[spread])
    return result


def upper_bounds(*, means: Floats, dispersions: Floats, alpha: float) -> NDArray[np.int64]:
    """The least counts u with P(Y ≤ u) ≥ 1 − alpha; at most LARGEST. Means and dispersions must be finite."""
    wanted = 1.0 - alpha
    spread = np.sqrt(means * dispersions)
    normal = float(ndtri(wanted))
    # Cornish and Fisher's second term for the skewness, (2φ − 1)/√(φμ), lands within a case or two.
    skewed = (normal**2 - 1.0) * (2.0 * dispersions - 1.0) / 6.0
    guess = np.clip(np.floor(means + normal * spread + skewed), 0.0, LARGEST)
    quantile = _Quantile(means=means, dispersions=dispersions, wanted=wanted)
    enough = quantile.reached(counts=guess, places=np.arange(guess.size))
    # Between a count that is not enough and one that is; −1 never is, and LARGEST is taken as enough.
    low, high = np.where(enough, -1.0, guess), np.where(enough, guess, LARGEST)
    quantile.bracket(low=low, high=high, places=np.flatnonzero(enough), upwards=False)
    quantile.bracket(low=low, high=high, places=np.flatnonzero(~enough), upwards=True)
    quantile.halve(low=low, high=high)
    return high.astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class _Quantile:
    """The search for the least counts whose probability is as wanted."""

    means: Floats
    dispersions: Floats
    wanted: float

    def reached(self, *, counts: Floats, places: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether the counts at these places are enough."""
        probability = at_most(counts=counts, means=self.means[places], dispersions=self.dispersions[places])
        return np.asarray(probability >= self.wanted)

    def bracket(self, *, low: Floats, high: Floats, places: NDArray[np.intp], upwards: bool) -> None:
        """Go away from the guess in steps that double, until the bound is passed."""
        near, far, step = (low, high, 1.0) if upwards else (high, low, -1.0)
        while places.size:
            tried = np.clip(near[places] + step, -1.0, LARGEST)
            passed = self.reached(counts=tried, places=places) == upwards
            passed |= tried == far[places]
            far[places[passed]] = tried[passed]
            places = places[~passed]
            near[places] = tried[~passed]
            step *= 2.0

    def halve(self, *, low: Floats, high: Floats) -> None:
        """Halve what lies between until it is one step."""
        places = np.flatnonzero(high - low > 1.0)
        while places.size:
            middle = np.floor((low[places] + high[places]) / 2.0)
            enough = self.reached(counts=middle, places=places)
            high[places[enough]] = middle[enough]
            low[places[~enough]] = middle[~enough]
            places = places[high[places] - low[places] > 1.0]
