"""P(colour): how sure a colour is, given chance in the figures and our own choices of weights and method.

Each area draws from a stream of its own, keyed by its code, and all share the draws of weights: so no area's
probabilities depend on which others are assessed or in what order.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc

from reckon.colours.hysteresis import ColourState, next_colours
from reckon.colours.settings import Colour, ColourRules, Cuts, DrawSettings
from reckon.index import Aggregation, Assessment, Declaration, Normalisation
from reckon.index.aggregation import score_of, z_of_score

Array = NDArray[np.float64]
OUTER_TAIL = 0.05
COLOURS = 5


@dataclass(frozen=True, kw_only=True)
class ColourProbabilities:
    """Of each area: shares of draws in green … red (areas × 5); quantiles 5, 50, 95 % of risk; likeliest colour.

    NaN and NONE where the area has no risk. `shares` are plain fractions of `draws`, hence equal to the digit in every
    repetition with the same seed.
    """

    areas: tuple[str, ...]
    shares: Array
    low: Array
    median: Array
    high: Array
    likeliest: NDArray[np.int64]
    draws: int
    seed: int

    def of(self, level: NDArray[np.int64]) -> Array:
        """The probability of each area's published colour; NaN where it has none."""
        picked = np.take_along_axis(self.shares, np.maximum(level, 0)[:, None], axis=1)[:, 0]
        return np.where(level == Colour.NONE, np.nan, picked)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Draws of method: weights (draws × indicators, draws × dimensions) and blocks of draws that share a method."""

    inner: Array
    outer: Array
    blocks: tuple[tuple[slice, Normalisation, Aggregation], ...]


def stream(*parts: str) -> np.random.Generator:
    """A stream of random numbers that depends on the texts only."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def probabilities(
    *, assessment: Assessment, rules: ColourRules, before: ColourState | None = None
) -> ColourProbabilities:
    """P(colour) of the master map; `before`: last month's state of the areas, for hysteresis."""
    settings, declared = rules.draws, assessment.declaration
    choices = drawn_choices(declared, settings)
    draws = np.stack(
        [
            _risk_draws(assessment, row=row, choices=choices, settings=settings)
            for row in range(len(assessment.areas))
        ]
    )
    levels = drawn_levels(draws, cuts=rules.master, before=before)
    return summarised(
        areas=assessment.areas,
        draws=draws,
        levels=levels,
        scored=assessment.scored,
        seed=settings.seed,
    )


def dimension_probabilities(
    *, assessment: Assessment, rules: ColourRules, before: ColourState | None = None
) -> Array:
    """P(colour) of the dimensions' maps from the same draws as the master map's, areas × dimensions × 5.

    `before`: last month's state, areas × dimensions. NaN where too much of a dimension is missing.
    """
    choices = drawn_choices(assessment.declaration, rules.draws)
    places = len(assessment.declaration.dimensions)
    shares = np.empty((len(assessment.areas), places, COLOURS))
    for row in range(len(assessment.areas)):
        ratio = _ratio_draws(assessment, row=row, settings=rules.draws)
        draws = dimension_risk_of_ratios(ratio, assessment=assessment, row=row, choices=choices)
        own = before and ColourState(level=before.level[row], waiting=before.waiting[row])
        levels = drawn_levels(draws, cuts=rules.dimension, before=own)
        for colour in range(COLOURS):
            shares[row, :, colour] = (levels == colour).sum(axis=1) / draws.shape[1]
    return np.where(np.isnan(assessment.dimension_risk)[:, :, None], np.nan, shares)


def indicator_probabilities(*, assessment: Assessment, rules: ColourRules) -> Array:
    """P(colour) of the indicators' maps, areas × indicators × 5, exactly from the Gamma law; NaN where missing.

    By the cuts alone: what last month was does not count.
    """
    declared, frozen = assessment.declaration, assessment.reference
    cuts = 100.0 - np.array(rules.indicator.cuts)
    z = z_of_score(cuts, normalisation=declared.method.normalisation)
    ratio = np.exp(z[None, :] * (declared.signs * frozen.row("spread"))[:, None])
    shape = frozen.row("shape")
    k, rate = assessment.observed + shape, assessment.expected + shape
    above = gammaincc(k[:, :, None], rate[:, :, None] * ratio[None])
    # Where more is better, a high risk lies below its ratio.
    reached = np.where(declared.signs[None, :, None] > 0.0, above, 1.0 - above)
    edges = np.concatenate([np.ones((*k.shape, 1)), reached, np.zeros((*k.shape, 1))], axis=2)
    shares = edges[:, :, :-1] - edges[:, :, 1:]
    return np.where(assessment.missing[:, :, None], np.nan, shares)


def summarised(
    *, areas: Sequence[str], draws: Array, levels: NDArray[np.int64], scored: NDArray[np.bool_], seed: int
) -> ColourProbabilities:
    """Shares and quantiles of draws, areas × draws."""
    count = draws.shape[1]
    shares = np.stack([(levels == colour).sum(axis=1) / count for colour in range(COLOURS)], axis=1)
    low, median, high = _quantiles(draws)
    shown = np.where(scored, 1.0, np.nan)
    return ColourProbabilities(
        areas=tuple(areas),
        shares=shares * shown[:, None],
        low=low * shown,
        median=median * shown,
        high=high * shown,
        likeliest=np.where(scored, shares.argmax(axis=1), Colour.NONE.value),
        draws=count,
        seed=seed,
    )


def drawn_choices(declared: Declaration, settings: DrawSettings) -> Choices:
    """Weights round the declared ones, within each dimension and across, and a method for each block of draws."""
    random = stream("choices", str(settings.seed))
    size, strength = settings.count, settings.concentration
    outer = _dirichlet(random, declared.outer_weights * strength, size)
    inner = np.empty((size, len(declared.codes)))
    for place in range(len(declared.dimensions)):
        own = np.flatnonzero(declared.membership == place)
        inner[:, own] = _dirichlet(random, declared.inner_weights[own] * strength, size)
    return Choices(inner=inner.T.copy(), outer=outer.T.copy(), blocks=_blocks(settings))


def _dirichlet(random: np.random.Generator, strengths: Array, size: int) -> Array:
    drawn = random.standard_gamma(strengths, size=(size, len(strengths)))
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def _blocks(settings: DrawSettings) -> tuple[tuple[slice, Normalisation, Aggregation], ...]:
    """Consecutive draws for each pair of methods, as many as their shares say."""
    pairs = list(product(settings.normalisations, settings.aggregations))
    bounds = np.rint(np.cumsum([first[1] * second[1] for first, second in pairs]) * settings.count)
    starts = [0, *bounds.astype(int).tolist()]
    return tuple(
        (slice(starts[place], starts[place + 1]), first[0], second[0])
        for place, (first, second) in enumerate(pairs)
        if starts[place + 1] > starts[place]
    )


def _risk_draws(assessment: Assessment, *, row: int, choices: Choices, settings: DrawSettings) -> Array:
    ratio = _ratio_draws(assessment, row=row, settings=settings)
    return risk_of_ratios(ratio, assessment=assessment, row=row, choices=choices)


def _ratio_draws(assessment: Assessment, *, row: int, settings: DrawSettings) -> Array:
    """Draws of one area's ratios, indicators × draws."""
    random = stream("rates", str(settings.seed), assessment.areas[row])
    shape = assessment.reference.row("shape")
    k, rate = assessment.observed[row] + shape, assessment.expected[row] + shape
    ratio = np.empty((len(k), settings.count))
    # In the order of codes, so that the order of declaration does not matter.
    for column in sorted(range(len(k)), key=lambda place: assessment.declaration.codes[place]):
        random.standard_gamma(k[column], out=ratio[column])
    ratio /= rate[:, None]
    # A shape below 1 can draw a zero.
    return np.maximum(ratio, 1e-12)


def risk_of_ratios(ratio: Array, *, assessment: Assessment, row: int, choices: Choices) -> Array:
    """Risk of draws of one area's ratios, indicators × draws, under the drawn choices."""
    declared = assessment.declaration
    z = _z_of_ratios(ratio, assessment=assessment, row=row)
    risk = np.empty(ratio.shape[1])
    for part, normalisation, aggregation in choices.blocks:
        scores = score_of(z[:, part], normalisation=normalisation, floor=declared.method.floor)
        risk[part] = _aggregated(scores, declared, choices, part, aggregation)
    return risk


def dimension_risk_of_ratios(ratio: Array, *, assessment: Assessment, row: int, choices: Choices) -> Array:
    """Risk of the dimensions in draws of one area's ratios, dimensions × draws."""
    declared = assessment.declaration
    z = _z_of_ratios(ratio, assessment=assessment, row=row)
    risk = np.empty((len(declared.dimensions), ratio.shape[1]))
    for part, normalisation, _ in choices.blocks:
        scores = score_of(z[:, part], normalisation=normalisation, floor=declared.method.floor)
        weighted = scores * choices.inner[:, part]
        for place in range(len(declared.dimensions)):
            risk[place, part] = 100.0 - weighted[declared.membership == place].sum(axis=0)
    return risk


def _z_of_ratios(ratio: Array, *, assessment: Assessment, row: int) -> Array:
    declared, frozen = assessment.declaration, assessment.reference
    z = np.log(ratio)
    z *= (declared.signs / frozen.row("spread"))[:, None]
    np.clip(z, -declared.method.winsor, declared.method.winsor, out=z)
    z[assessment.missing[row]] = 0.0
    return np.asarray(z)


def _aggregated(
    scores: Array, declared: Declaration, choices: Choices, part: slice, aggregation: Aggregation
) -> Array:
    weighted = scores * choices.inner[:, part]
    total = np.zeros(weighted.shape[1])
    for place in range(len(declared.dimensions)):
        mean = weighted[declared.membership == place].sum(axis=0)
        value = np.log(mean) if aggregation is Aggregation.GEOMETRIC else mean
        total += value * choices.outer[place, part]
    return 100.0 - (np.exp(total) if aggregation is Aggregation.GEOMETRIC else total)


def drawn_levels(draws: Array, *, cuts: Cuts, before: ColourState | None) -> NDArray[np.int64]:
    """Colours of draws of risk, rows × draws; `before`: last month's state of the rows."""
    wide = draws.shape[1]
    flat = (
        None
        if before is None
        else ColourState(level=np.repeat(before.level, wide), waiting=np.repeat(before.waiting, wide, axis=0))
    )
    return next_colours(risk=draws.ravel(), before=flat, cuts=cuts).level.reshape(draws.shape)


def _quantiles(draws: Array) -> tuple[Array, Array, Array]:
    low, median, high = np.quantile(draws, [OUTER_TAIL, 0.5, 1.0 - OUTER_TAIL], axis=1)
    return low, median, high
