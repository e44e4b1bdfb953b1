"""Funnel limits: whether chance alone explains how far a count lies from what was expected.

Spiegelhalter 2005, Statistics in Medicine 24:1185: compare with limits around the expected, do not rank.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, ndtri

Array = NDArray[np.float64]
FARTHEST = 30.0
"""A z-score beyond which the tails of doubles end."""
HALVINGS = 60
TINY = 1e-9


class Standing(IntEnum):
    """Where a post lies; better is higher. INSUFFICIENT: too little to say anything."""

    FAR_BELOW = -2
    BELOW = -1
    AS_EXPECTED = 0
    ABOVE = 1
    FAR_ABOVE = 2
    INSUFFICIENT = 9


STANDING_COLOUR: dict[Standing, str] = {
    Standing.FAR_BELOW: "orange",
    Standing.BELOW: "yellow",
    Standing.AS_EXPECTED: "green",
    Standing.ABOVE: "green",
    Standing.FAR_ABOVE: "green",
    Standing.INSUFFICIENT: "none",
}


def funnel_z(observed: Array, expected: Array, variance: Array) -> Array:
    """Normal score of the mid-P value of a count, skewness respected; 0 where nothing was expected.

    Counts with a variance other than Poisson's are put on the scale where both are equal.
    """
    scale = np.divide(expected, variance, out=np.ones_like(expected), where=variance > 0.0)
    usable = expected > 0.0
    mid = np.full_like(expected, 0.5)
    # P(X <= x) of a Poisson law is Q(x + 1, mean); its mid-P value lies half way to P(X < x).
    count, mean = (observed * scale)[usable], (expected * scale)[usable]
    mid[usable] = 0.5 * (gammaincc(count, mean) + gammaincc(count + 1.0, mean))
    return np.asarray(np.clip(ndtri(mid), -FARTHEST, FARTHEST))


def limit_of(level: float) -> float:
    """How many standard errors the limits of a level lie apart from the middle."""
    return float(ndtri(0.5 + level / 2.0))


def ratio_limits(expected: Array, *, level: float) -> tuple[Array, Array]:
    """Observed over expected at the limits of a level, for drawing a funnel; expected above 0. 0 where no count is low.

    By halving, so that a drawn limit and a standing never contradict each other.
    """
    edge = limit_of(level)
    sides = []
    for target in (-edge, edge):
        low, high = np.zeros_like(expected), expected + 20.0 * np.sqrt(expected) + 40.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            beyond = funnel_z(middle, expected, expected) > target
            low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
        sides.append(high / expected)
    return np.where(sides[0] < TINY, 0.0, sides[0]), sides[1]


def standing_of(z: Array, *, level: float, far_level: float) -> NDArray[np.int64]:
    """Standings as numbers; z is better when higher, NaN where insufficient."""
    known = np.nan_to_num(z)
    steps = (np.abs(known) > limit_of(level)).astype(np.int64) + (np.abs(known) > limit_of(far_level))
    return np.where(np.isnan(z), Standing.INSUFFICIENT.value, np.sign(known).astype(np.int64) * steps)
