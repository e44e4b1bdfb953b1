"""Splitting a difference of two indices into parts that add up to it.

Logarithmic-mean weights (Ang 2005, Energy Policy 33:867): L(x, y) = (x - y) / ln(x / y) turns a difference of
products into a sum without a remainder and without an order in which things change.
"""

import numpy as np
from numpy.typing import NDArray

from reckon.index.aggregation import NEUTRAL, across, within
from reckon.index.assessment import Assessment
from reckon.index.indicators import Declaration
from reckon.index.method import Aggregation

Array = NDArray[np.float64]
CLOSE = 1e-4
"""Logarithms nearer than this: the quotient would lose digits, its series has an error below 1e-18."""


def logarithmic_mean(x: Array, y: Array) -> Array:
    """Between the geometric and the arithmetic mean; x where both are equal. All above 0."""
    apart = np.log(x / y)
    close = np.abs(apart) < CLOSE
    near = np.sqrt(x * y) * (1.0 + apart * apart / 24.0)
    return np.where(close, near, (x - y) / np.where(close, 1.0, apart))


def risk_parts(*, declaration: Declaration, before: Array, after: Array) -> Array:
    """For each indicator, what it adds to the risk between two arrays of scores, areas × indicators.

    The parts of an area add up to its risk after less its risk before.
    """
    places, outer = declaration.membership, declaration.outer_weights
    parts = -(after - before) * declaration.inner_weights * outer[places]
    if declaration.method.aggregation is Aggregation.ARITHMETIC:
        return np.asarray(parts)
    old, new = within(before, declaration), within(after, declaration)
    total = logarithmic_mean(across(new, declaration), across(old, declaration))
    return np.asarray(parts * (total[:, None] / logarithmic_mean(new, old))[:, places])


def contributions(assessment: Assessment) -> Array:
    """What each indicator adds to an area's risk above 50, the reference year; areas × indicators."""
    neutral = np.full_like(assessment.scores, NEUTRAL)
    return risk_parts(declaration=assessment.declaration, before=neutral, after=assessment.scores)
