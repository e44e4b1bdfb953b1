"""The grid index: posts scored over their duties, fair to their case mix, with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from reckon.index.case_mix import Expected
from reckon.index.duties import DutyDeclaration
from reckon.index.funnel import Standing, funnel_z, limit_of, standing_of
from reckon.index.reading import check_keys, number_of
from reckon.index.shrinkage import log_spread_of, shape_by_likelihood, shrunk_ratio

Array = NDArray[np.float64]
AT_MIDDLE = float(1.0 / np.sqrt(2.0 * np.pi))


@dataclass(frozen=True, kw_only=True)
class DutyReference:
    """Frozen from a reference year, one figure a duty: shrinkage, and spread of the logarithms of true rates."""

    year: int
    shape: tuple[float, ...]
    spread: tuple[float, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `duty_reference_from` takes them."""
        return {"year": self.year, "shape": list(self.shape), "spread": list(self.spread)}


@dataclass(frozen=True, kw_only=True)
class DutyScores:
    """Posts × duties, or posts. Every figure that makes up a score is kept.

    counted: the duty has enough cases to be spoken of; parts: points of each duty, adding up to `earned`; score =
    earned × confirmed_share, NaN where too little was to be done; low, high: its interval; funnel: normal score
    against chance, better when higher; standing: `funnel.Standing` as numbers.
    """

    declaration: DutyDeclaration
    posts: tuple[str, ...]
    observed: Array
    expected: Expected
    ratio: Array
    counted: NDArray[np.bool_]
    parts: Array
    earned: Array
    confirmed_share: Array
    score: Array
    low: Array
    high: Array
    duty_funnel: Array
    funnel: Array
    standing: NDArray[np.int64]

    @property
    def duty_standing(self) -> NDArray[np.int64]:
        """Standing in each single duty, posts × duties."""
        method = self.declaration.method
        return standing_of(
            np.where(self.counted, self.duty_funnel, np.nan), level=method.level, far_level=method.far_level
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyWorking:
    """One duty of one post, as it is shown to its holder."""

    code: str
    name_zh: str
    name_en: str
    cases: float
    observed: float
    expected: float
    ratio: float
    weight: float
    points: float
    counted: bool
    standing: Standing


def duty_reference_from(data: Mapping[str, Any]) -> DutyReference:
    """A reference from plain values. Raises DeclarationInvalid."""
    place = "reference of duties"
    check_keys(data, needed=("year", "shape", "spread"), place=place)
    rows = {
        key: tuple(number_of({key: value}, key, low=1e-12, high=1e12, place=place) for value in data[key])
        for key in ("shape", "spread")
    }
    return DutyReference(year=int(data["year"]), **rows)


def duty_reference_freeze(
    *, declaration: DutyDeclaration, year: int, observed: ArrayLike, expected: Expected
) -> DutyReference:
    """Freeze a year: rows are posts (or post-months) of it. Raises ValueError where a duty shows no cases."""
    o, method = np.asarray(observed, dtype=np.float64), declaration.method
    shapes, spreads = [], []
    for column, duty in enumerate(declaration.duties):
        used = expected.cases[:, column] >= duty.least_cases
        if not used.any():
            raise ValueError(f"No post has {duty.least_cases:g} cases of {duty.code}. Take a longer year.")
        row_o, row_e = o[used, column], expected.expected[used, column]
        shape = shape_by_likelihood(row_o, row_e, least=method.least_shape, most=method.most_shape)
        shapes.append(shape)
        spreads.append(max(log_spread_of(shape), method.least_spread))
    return DutyReference(year=year, shape=tuple(shapes), spread=tuple(spreads))


def score_duties(
    *,
    declaration: DutyDeclaration,
    reference: DutyReference,
    posts: Sequence[str],
    observed: ArrayLike,
    expected: Expected,
    audited: ArrayLike,
    confirmed: ArrayLike,
) -> DutyScores:
    """Score all posts of a month: 100·Σ w·Φ(±ln(shrunk O/E) / spread) × share confirmed by audits.

    observed: posts × duties; audited, confirmed: posts, of the random audit sample. Raises ValueError for figures that
    do not fit.
    """
    o = np.asarray(observed, dtype=np.float64)
    share = _confirmed_share(declaration, audited, confirmed)
    _check(o, expected, rows=len(posts), columns=len(declaration.codes))
    method, shape = declaration.method, np.array(reference.shape)
    counted = expected.cases >= np.array([duty.least_cases for duty in declaration.duties])
    enough = counted @ declaration.weights >= method.least_scored - 1e-12
    shown = np.where(enough, 1.0, np.nan)
    ratio = shrunk_ratio(o, expected.expected, shape)
    # Few cases shrink to the middle by themselves; a jump at the least number would make reporting one more costly.
    z = np.log(ratio) / np.array(reference.spread) * declaration.signs
    parts = 100.0 * declaration.weights * ndtr(z)
    earned = parts.sum(axis=1)
    reach = limit_of(method.interval) * _standard_error(o, z, declaration, reference)
    funnel, duty_funnel = _funnel(declaration, reference, o, expected)
    return DutyScores(
        declaration=declaration,
        posts=tuple(posts),
        observed=o,
        expected=expected,
        ratio=ratio,
        counted=counted,
        parts=parts,
        earned=earned,
        confirmed_share=share,
        score=earned * share * shown,
        low=np.clip(earned - reach, 0.0, 100.0) * share * shown,
        high=np.clip(earned + reach, 0.0, 100.0) * share * shown,
        duty_funnel=duty_funnel,
        funnel=funnel * shown,
        standing=standing_of(funnel * shown, level=method.level, far_level=method.far_level),
    )


def duty_workings(scores: DutyScores, *, post: str) -> tuple[DutyWorking, ...]:
    """Every duty of one post; the points add up to its `earned`. Raises ValueError for an unknown post."""
    row = scores.posts.index(post)
    standings = scores.duty_standing[row]
    return tuple(
        DutyWorking(
            code=duty.code,
            name_zh=duty.name_zh,
            name_en=duty.name_en,
            cases=float(scores.expected.cases[row, column]),
            observed=float(scores.observed[row, column]),
            expected=float(scores.expected.expected[row, column]),
            ratio=float(scores.ratio[row, column]),
            weight=float(scores.declaration.weights[column]),
            points=float(scores.parts[row, column]),
            counted=bool(scores.counted[row, column]),
            standing=Standing(int(standings[column])),
        )
        for column, duty in enumerate(scores.declaration.duties)
    )


def _standard_error(
    observed: Array, z: Array, declaration: DutyDeclaration, reference: DutyReference
) -> Array:
    """Of the earned points, by the delta method: the posterior's logarithm has variance about 1/(O + a)."""
    slope = 100.0 * declaration.weights * AT_MIDDLE * np.exp(-0.5 * z * z) / np.array(reference.spread)
    return np.asarray(np.sqrt((np.square(slope) / (observed + np.array(reference.shape))).sum(axis=1)))


def _funnel(
    declaration: DutyDeclaration, reference: DutyReference, observed: Array, expected: Expected
) -> tuple[Array, Array]:
    """Of all duties together, weighted as they move the score when a post does as the reference year did."""
    single = funnel_z(observed, expected.expected, expected.variance) * declaration.signs
    pull = np.sqrt(expected.variance) / (expected.expected + np.array(reference.shape))
    pull = pull * declaration.weights / np.array(reference.spread)
    length = np.sqrt(np.square(pull).sum(axis=1))
    total = (pull * single).sum(axis=1)
    return np.divide(total, length, out=np.zeros_like(total), where=length > 0.0), single


def _confirmed_share(declaration: DutyDeclaration, audited: ArrayLike, confirmed: ArrayLike) -> Array:
    """A few audits say little: `audit_prior` confirmed ones are added; never above 1."""
    n, yes = np.asarray(audited, dtype=np.float64), np.asarray(confirmed, dtype=np.float64)
    if n.shape != yes.shape or (yes < 0.0).any() or (yes > n).any():
        raise ValueError("More audits were confirmed than made, or rows do not fit. Correct the counts.")
    prior = declaration.method.audit_prior
    return np.divide(yes + prior, n + prior, out=np.ones_like(n), where=n + prior > 0.0)


def _check(observed: Array, expected: Expected, *, rows: int, columns: int) -> None:
    for array in (observed, expected.cases, expected.expected, expected.variance):
        if array.shape != (rows, columns):
            raise ValueError(f"A table has the shape {array.shape}. Give {rows} posts by {columns} duties.")
        if not np.isfinite(array).all() or (array < 0.0).any():
            raise ValueError("A count is negative or missing. A duty without cases has 0 of them.")
    if (observed > expected.cases).any():
        raise ValueError("More events than cases were observed. Count them alike.")
