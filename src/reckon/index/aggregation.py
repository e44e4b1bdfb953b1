"""From z-scores to a risk index. Sums run column by column, so that a row's result never depends on other rows."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri

from reckon.index.indicators import Declaration
from reckon.index.method import Aggregation, Normalisation

Array = NDArray[np.float64]
NEUTRAL = 50.0
"""The score of the reference year under every normalisation."""
# All three spread as widely as a uniform law over 0-100 when z is standard normal: other shapes on the same scale.
UNIFORM_SPREAD = 100.0 / 12.0**0.5
LOGISTIC_STEEPNESS = 1.702


def score_of(z: Array, *, normalisation: Normalisation, floor: float) -> Array:
    """0-100 of z-scores whose higher values are worse; never below the floor."""
    if normalisation is Normalisation.NORMAL:
        scores = 100.0 * ndtr(-z)
    elif normalisation is Normalisation.LINEAR:
        scores = np.minimum(NEUTRAL - UNIFORM_SPREAD * z, 100.0)
    else:
        scores = 100.0 * expit(-LOGISTIC_STEEPNESS * z)
    return np.asarray(np.maximum(scores, floor))


def z_of_score(scores: Array, *, normalisation: Normalisation) -> Array:
    """The z-scores that give these scores, which lie between the floor and 100."""
    if normalisation is Normalisation.NORMAL:
        return np.asarray(-ndtri(scores / 100.0))
    if normalisation is Normalisation.LINEAR:
        return np.asarray((NEUTRAL - scores) / UNIFORM_SPREAD)
    return np.asarray(-logit(scores / 100.0) / LOGISTIC_STEEPNESS)


def within(values: Array, declaration: Declaration) -> Array:
    """Weighted arithmetic mean of the indicators of each dimension: areas × indicators to areas × dimensions."""
    means = np.zeros((len(values), len(declaration.dimensions)))
    for column, place in enumerate(declaration.membership):
        means[:, place] += values[:, column] * declaration.inner_weights[column]
    return means


def across(dimensions: Array, declaration: Declaration) -> Array:
    """Weighted mean of the dimensions; geometric, so that a good dimension does not hide a bad one."""
    geometric = declaration.method.aggregation is Aggregation.GEOMETRIC
    values = np.log(dimensions) if geometric else dimensions
    total = np.zeros(len(values))
    for place, weight in enumerate(declaration.outer_weights):
        total += values[:, place] * weight
    return np.asarray(np.exp(total)) if geometric else total


def risk_of(z: Array, declaration: Declaration) -> Array:
    """The risk index of rows of z-scores by the declared method."""
    method = declaration.method
    scores = score_of(z, normalisation=method.normalisation, floor=method.floor)
    return np.asarray(100.0 - across(within(scores, declaration), declaration))
