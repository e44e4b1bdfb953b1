"""Gamma-Poisson shrinkage: a small area's rate is drawn towards the reference by what chance alone would do.

O ~ Poisson(E·θ) with θ ~ Gamma(shape a, mean 1) in the reference year gives θ | O ~ Gamma(O + a, E + a)
(Clayton & Kaldor 1987, Biometrics 43:671). No evidence at all (O = E = 0) gives 1, the reference.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaincinv, gammaln, polygamma

Array = NDArray[np.float64]


def shrunk_ratio(observed: Array, expected: Array, shape: Array | float) -> Array:
    """(O + a) / (E + a), element by element."""
    return np.asarray((observed + shape) / (expected + shape))


def ratio_interval(
    observed: Array, expected: Array, shape: Array | float, *, level: float
) -> tuple[Array, Array]:
    """Central interval of the Gamma posterior at the level."""
    tail = (1.0 - level) / 2.0
    k, rate = observed + shape, expected + shape
    return np.asarray(gammaincinv(k, tail) / rate), np.asarray(gammaincinv(k, 1.0 - tail) / rate)


def shape_by_moments(observed: Array, expected: Array, *, least: float, most: float) -> float:
    """Method of moments: Var(O) = E + E²/a summed over all rows; no excess over chance gives `most`."""
    excess = float((np.square(observed - expected) - expected).sum())
    squares = float(np.square(expected).sum())
    return most if excess <= 0.0 else min(max(squares / excess, least), most)


def shape_by_likelihood(observed: Array, expected: Array, *, least: float, most: float) -> float:
    """Maximum of the negative-binomial likelihood within the bounds; expected must be above 0."""
    if least >= most:
        raise ValueError(f"The bounds {least:g} to {most:g} leave nothing between them. Exchange them.")
    used = expected > 0.0
    o, e = observed[used], expected[used]
    if not len(o):
        return most
    found = minimize_scalar(
        lambda log_shape: -_log_likelihood(o, e, float(np.exp(log_shape))),
        bounds=(np.log(least), np.log(most)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


def log_spread_of(shape: float) -> float:
    """Standard deviation of the logarithm of a Gamma variable: how far true rates lie apart.

    Not the spread of the shrunk ratios, which is small where a month tells little: measured by that, mere chance would
    look as wide as any real difference.
    """
    return float(np.sqrt(polygamma(1, shape)))


def _log_likelihood(observed: Array, expected: Array, shape: float) -> float:
    """Terms without the shape are left out."""
    terms = (
        gammaln(observed + shape)
        - gammaln(shape)
        + shape * np.log(shape / (expected + shape))
        - observed * np.log(expected + shape)
    )
    return float(terms.sum())
