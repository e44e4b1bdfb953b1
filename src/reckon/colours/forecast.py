"""Next month's figures: a level that shrinks and forgets, a season, and a predictive law.

Harvey & Fernandes 1989: O_t | past ~ negative binomial with size k_t and mean E_t·s·k_t/r_t, where

    k_{t+1} = m·(k_t + w·O_t) + (1 - m)·a,   r_{t+1} = m·(r_t + w·E_t·s) + (1 - m)·a,   k_1 = r_1 = a;

m is the memory, a the shrinkage of the reference year (an area without a past is forecast at the reference), s the
month's season, common to all areas. A month's own noise of variance v widens the law (1/k + v·(1 + 1/k) in place of
1/k) and makes its count worth less, w = 1/(1 + v·mean). Memory, noise and season of a month are taken from the months
before it only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaln
from scipy.stats import nbinom

from reckon.colours.hysteresis import ColourState
from reckon.colours.probability import ColourProbabilities, drawn_levels, stream, summarised
from reckon.colours.settings import ColourRules, ForecastSettings
from reckon.index import Assessment, Reference
from reckon.index.aggregation import risk_of

Array = NDArray[np.float64]
YEAR = 12
FARTHEST = 1e-6
"""A tail beyond which no past error says anything."""


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """One-step predictive laws of one indicator, months × areas; the last row is the month after the record.

    size, mean: of the negative binomial; position: mid-P value of what came, NaN in the last row and where missing;
    memory, noise: chosen for each month; season: factor of each month.
    """

    size: Array
    mean: Array
    position: Array
    memory: Array
    noise: Array
    season: Array


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Bounds of one level, same shape as the means; tails: the quantiles of the law that they are."""

    level: float
    low: Array
    high: Array
    tails: tuple[float, float]


def predict(
    *, observed: ArrayLike, expected: ArrayLike, calendar: ArrayLike, shape: float, settings: ForecastSettings
) -> Predictions:
    """Predict every month from those before it, and the month after the record.

    observed: counts, months × areas, NaN where missing; expected: one row more; calendar: month of the year (1-12) of
    each row of expected; shape: the reference's shrinkage. Raises ValueError for rows that do not fit.
    """
    o, e = np.asarray(observed, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    months = np.asarray(calendar, dtype=np.int64)
    if e.shape != (len(o) + 1, o.shape[1]) or months.shape != (len(e),):
        raise ValueError(
            "Expected counts and calendar have one row more than the record. Add the next month."
        )
    season = _seasons(o, e, months, settings.season)
    pairs = np.array(list(product(settings.memories, settings.noises)))
    size, mean = _filtered(o, e * season[:, None], shape, pairs)
    scores = np.cumsum(np.nansum(_log_score(o[None], size[:, :-1], mean[:, :-1]), axis=2), axis=1)
    # The law of a month is the best of the months before; the first has nothing to choose by.
    chosen = np.concatenate([[len(pairs) // 2], scores.argmax(axis=0)])
    rows = np.arange(len(e))
    picked_size, picked_mean = size[chosen, rows], mean[chosen, rows]
    position = np.full_like(picked_mean, np.nan)
    position[:-1] = _position(o, picked_size[:-1], picked_mean[:-1])
    return Predictions(
        size=picked_size,
        mean=picked_mean,
        position=position,
        memory=pairs[chosen, 0],
        noise=pairs[chosen, 1],
        season=season,
    )


def predict_indicators(
    *,
    observed: Array,
    expected: Array,
    calendar: ArrayLike,
    reference: Reference,
    settings: ForecastSettings,
) -> tuple[Predictions, ...]:
    """`predict` for each indicator of the reference; arrays months × areas × indicators, single months, not pooled."""
    return tuple(
        predict(
            observed=observed[:, :, column],
            expected=expected[:, :, column],
            calendar=calendar,
            shape=row.shape,
            settings=settings,
        )
        for column, row in enumerate(reference.indicators)
    )


def interval_of(
    predictions: Predictions, *, row: int, level: float, settings: ForecastSettings, adjusted: bool = True
) -> Interval:
    """The interval of one month for all areas; adjusted by where past months fell in their own laws (conformal).

    With fewer than `fewest_errors` of these the law's own quantiles are taken.
    """
    tail = (1.0 - level) / 2.0
    # The first year is spent on choosing memory and noise: how it fell says little of later months.
    past = predictions.position[YEAR:row]
    past = past[np.isfinite(past)]
    tails = (tail, 1.0 - tail)
    if adjusted and len(past) >= settings.fewest_errors:
        # One more than observed, on the safe side: Vovk's finite-sample step.
        reach = min((1.0 - tail) * (1.0 + 1.0 / len(past)), 1.0)
        low, high = np.quantile(past, [1.0 - reach, reach])
        tails = (max(float(low), FARTHEST), min(float(high), 1.0 - FARTHEST))
    size, mean = predictions.size[row], predictions.mean[row]
    chance = size / (size + mean)
    low, high = (nbinom.ppf(each, size, chance) for each in tails)
    return Interval(level=level, low=np.maximum(low, 0.0), high=high, tails=tails)


def forecast_colours(
    *,
    assessment: Assessment,
    predictions: Sequence[Predictions],
    expected: Array,
    rules: ColourRules,
    before: ColourState | None = None,
) -> ColourProbabilities:
    """Next month's risk and P(colour) of each area by the declared method.

    assessment: of the present month, whose evidence goes on counting with the declared memory; predictions: of each
    indicator, their last row being next month; expected: next month's, areas × indicators.
    """
    size = np.stack([law.size[-1] for law in predictions], axis=1)
    mean = np.stack([law.mean[-1] for law in predictions], axis=1)
    settings, declared, frozen = rules.forecast, assessment.declaration, assessment.reference
    method, shape = declared.method, frozen.row("shape")
    below = expected + method.memory * assessment.expected + shape
    draws = np.empty((len(assessment.areas), settings.draws))
    for row, area in enumerate(assessment.areas):
        random = stream("forecast", str(settings.seed), area)
        rates = random.standard_gamma(size[row], size=(settings.draws, len(shape))) * (mean[row] / size[row])
        counts = random.poisson(rates) + method.memory * assessment.observed[row] + shape
        z = np.log(counts / below[row]) / frozen.row("spread") * declared.signs
        z[:, assessment.missing[row]] = 0.0
        draws[row] = risk_of(np.clip(z, -method.winsor, method.winsor), declared)
    return summarised(
        areas=assessment.areas,
        draws=draws,
        levels=drawn_levels(draws, cuts=rules.master, before=before),
        scored=assessment.scored,
        seed=settings.seed,
    )


def _filtered(observed: Array, expected: Array, shape: float, pairs: Array) -> tuple[Array, Array]:
    """Sizes and means for each pair of memory and noise, pairs × months × areas; a missing month only forgets."""
    size = np.empty((len(pairs), *expected.shape))
    mean = np.empty_like(size)
    keep, noise = pairs[:, :1], pairs[:, 1:]
    k = np.full((len(pairs), expected.shape[1]), shape)
    rate = k.copy()
    for month, row in enumerate(expected):
        mean[:, month] = np.maximum(row * k / rate, 1e-12)
        size[:, month] = 1.0 / (1.0 / k + noise * (1.0 + 1.0 / k))
        if month == len(observed):
            break
        worth = np.isfinite(observed[month]) / (1.0 + noise * mean[:, month])
        k = keep * (k + worth * np.nan_to_num(observed[month])) + (1.0 - keep) * shape
        rate = keep * (rate + worth * row) + (1.0 - keep) * shape
    return size, mean


def _seasons(observed: Array, expected: Array, months: NDArray[np.int64], prior: float) -> Array:
    """Each month's factor from the same month of earlier years against the whole past, drawn to 1 by `prior` cases."""
    factors = np.ones(len(expected))
    events, cases = np.zeros(YEAR), np.zeros(YEAR)
    for month in range(len(observed)):
        factors[month] = _factor(events, cases, months[month] - 1, prior)
        known = np.isfinite(observed[month])
        events[months[month] - 1] += observed[month][known].sum()
        cases[months[month] - 1] += expected[month][known].sum()
    factors[-1] = _factor(events, cases, months[-1] - 1, prior)
    return factors


def _factor(events: Array, cases: Array, place: int, prior: float) -> float:
    """1 until the whole year has been seen once: before, a season cannot be told from a level."""
    if (cases == 0.0).any() or not events.sum():
        return 1.0
    whole = events.sum() / cases.sum()
    return float((events[place] + prior * whole) / (cases[place] + prior) / whole)


def _log_score(observed: Array, size: Array, mean: Array) -> Array:
    """Logarithm of the negative binomial's probability, up to what does not depend on the law; NaN stays."""
    return np.asarray(
        gammaln(observed + size)
        - gammaln(size)
        + size * np.log(size / (size + mean))
        + observed * np.log(mean / (size + mean))
    )


def _position(observed: Array, size: Array, mean: Array) -> Array:
    """Mid-P value: half way between P(X < x) and P(X <= x)."""
    chance, count = size / (size + mean), np.nan_to_num(observed)
    below = np.where(count > 0.0, betainc(size, np.maximum(count, 1e-300), chance), 0.0)
    return np.where(np.isnan(observed), np.nan, 0.5 * (below + betainc(size, count + 1.0, chance)))
