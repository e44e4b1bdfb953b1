"""Upper bounds and tail probabilities of counts that spread more than Poisson."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, gammainc, gammaincc, ndtri

from reckon.outbreak.baseline import Floats


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
    """The least counts u with P(Y ≤ u) ≥ 1 − alpha."""
    wanted = 1.0 - alpha
    spread = np.sqrt(means * dispersions)
    normal = float(ndtri(wanted))
    # Cornish and Fisher's second term for the skewness, (2φ − 1)/√(φμ), lands within a case or two.
    skewed = (normal**2 - 1.0) * (2.0 * dispersions - 1.0) / 6.0
    bounds = np.maximum(np.floor(means + normal * spread + skewed), 0.0)
    enough = at_most(counts=bounds, means=means, dispersions=dispersions) >= wanted
    _raise(bounds=bounds, active=np.flatnonzero(~enough), means=means, dispersions=dispersions, wanted=wanted)
    _lower(bounds=bounds, active=np.flatnonzero(enough), means=means, dispersions=dispersions, wanted=wanted)
    return bounds.astype(np.int64)


def _raise(
    *, bounds: Floats, active: NDArray[np.int64], means: Floats, dispersions: Floats, wanted: float
) -> None:
    """Go up until the probability is reached."""
    while active.size:
        bounds[active] += 1.0
        reached = at_most(counts=bounds[active], means=means[active], dispersions=dispersions[active])
        active = active[reached < wanted]


def _lower(
    *, bounds: Floats, active: NDArray[np.int64], means: Floats, dispersions: Floats, wanted: float
) -> None:
    """Go down as long as the probability is still reached."""
    while active.size:
        below = bounds[active] - 1.0
        reached = at_most(counts=below, means=means[active], dispersions=dispersions[active])
        active = active[reached >= wanted]
        bounds[active] -= 1.0
