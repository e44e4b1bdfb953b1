"""How the load of a team moves the share of its cases that are late: a logistic regression with overdispersion.

    logit P(late) = a_skill + b · ln(cases a post)

fitted by iterated weighted least squares over teams and months; the dispersion is Pearson's chi-square over its degrees
of freedom, at least 1 (McCullagh & Nelder 1989, 4.5). A weak ridge on b keeps a fit where all loads are alike. It is a
relation seen in the record, not a promise: what is not in it (sickness, difficult months) is in its uncertainty.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]
ROUNDS = 50
STILL = 1e-9
RIDGE = 1e-3
AT_95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class TeamMonth:
    """What one team did in one month."""

    skill: str
    posts: int
    cases: int
    late: int


@dataclass(frozen=True, kw_only=True)
class Relation:
    """The fitted relation; skills in the order of the intercepts, the slope last."""

    skills: tuple[str, ...]
    coefficients: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    dispersion: float
    rows: int

    @property
    def slope(self) -> float:
        """Change of the logit when the load grows e-fold."""
        return self.coefficients[-1]

    @property
    def slope_interval(self) -> tuple[float, float]:
        """At 95 %."""
        reach = AT_95 * float(np.sqrt(self.covariance[-1][-1]))
        return self.slope - reach, self.slope + reach

    @property
    def says_something(self) -> bool:
        """Whether the record shows at all that more load means more lateness."""
        return self.slope_interval[0] > 0.0


@dataclass(frozen=True, kw_only=True)
class LateEffect:
    """Cases expected late, with bounds at 95 % of the relation (chance of the month itself comes on top)."""

    value: float
    low: float
    high: float


def fit(rows: Sequence[TeamMonth]) -> Relation:
    """Fit from teams' months with posts and cases. Raises ValueError for fewer rows than coefficients."""
    used = [row for row in rows if row.posts > 0 and row.cases > 0]
    skills = tuple(sorted({row.skill for row in used}))
    if len(used) <= len(skills) + 1:
        raise ValueError(f"{len(used)} months of teams tell nothing about load. Take more months.")
    x = _design(used, skills)
    n = np.array([row.cases for row in used], dtype=np.float64)
    late = np.array([row.late for row in used], dtype=np.float64)
    beta, information = _fitted(x, n, late)
    share = expit(x @ beta)
    pearson = np.square(late - n * share) / np.maximum(n * share * (1 - share), 1e-12)
    dispersion = max(1.0, float(pearson.sum()) / (len(used) - len(beta)))
    covariance = np.linalg.inv(information) * dispersion
    return Relation(
        skills=skills,
        coefficients=tuple(beta.tolist()),
        covariance=tuple(tuple(row) for row in covariance.tolist()),
        dispersion=dispersion,
        rows=len(used),
    )


def late_expected(relation: Relation, *, skill: str, work: float, posts: int) -> LateEffect:
    """Cases of a month expected late in a team of so many posts. Raises ValueError for an unknown skill."""
    if work <= 0.0:
        return LateEffect(value=0.0, low=0.0, high=0.0)
    if posts <= 0:
        return LateEffect(value=work, low=work, high=work)
    row = np.zeros(len(relation.coefficients))
    row[relation.skills.index(skill)] = 1.0
    row[-1] = np.log(work / posts)
    logit = float(row @ np.array(relation.coefficients))
    reach = AT_95 * float(np.sqrt(row @ np.array(relation.covariance) @ row))
    low, value, high = (work * float(expit(each)) for each in (logit - reach, logit, logit + reach))
    return LateEffect(value=value, low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class Load:
    """So much work of a skill on so many posts."""

    skill: str
    work: float
    posts: int


def late_total(relation: Relation, loads: Sequence[Load]) -> LateEffect:
    """Cases expected late in all teams together: one relation's error goes through all of them at once."""
    value, slope = _sum_and_slope(relation, loads)
    most = sum(load.work for load in loads)
    return _within(value, slope, relation, low=0.0, high=most)


def late_change(relation: Relation, *, before: Sequence[Load], after: Sequence[Load]) -> LateEffect:
    """By how many cases lateness moves between two ways to share posts out, below nought where it falls."""
    then, slope_then = _sum_and_slope(relation, before)
    now, slope_now = _sum_and_slope(relation, after)
    most = sum(load.work for load in before)
    return _within(now - then, slope_now - slope_then, relation, low=-most, high=most)


def _sum_and_slope(relation: Relation, loads: Sequence[Load]) -> tuple[float, Array]:
    """Cases expected late, and how they move with each coefficient."""
    beta = np.array(relation.coefficients)
    total, slope = 0.0, np.zeros(len(beta))
    for load in loads:
        if load.work <= 0.0:
            continue
        if load.posts <= 0:
            total += load.work
            continue
        row = np.zeros(len(beta))
        row[relation.skills.index(load.skill)] = 1.0
        row[-1] = np.log(load.work / load.posts)
        share = float(expit(row @ beta))
        total += load.work * share
        slope += load.work * share * (1.0 - share) * row
    return total, slope


def _within(value: float, slope: Array, relation: Relation, *, low: float, high: float) -> LateEffect:
    reach = AT_95 * float(np.sqrt(max(float(slope @ np.array(relation.covariance) @ slope), 0.0)))
    return LateEffect(value=value, low=max(value - reach, low), high=min(value + reach, high))


def _design(rows: Sequence[TeamMonth], skills: tuple[str, ...]) -> Array:
    x = np.zeros((len(rows), len(skills) + 1))
    for place, row in enumerate(rows):
        x[place, skills.index(row.skill)] = 1.0
        x[place, -1] = np.log(row.cases / row.posts)
    return x


def _fitted(x: Array, n: Array, late: Array) -> tuple[Array, Array]:
    """Coefficients and information; half a case on either side keeps a team without late cases finite."""
    ridge = np.full(x.shape[1], RIDGE)
    share = (late + 0.5) / (n + 1.0)
    eta = np.log(share / (1 - share))
    beta = np.zeros(x.shape[1])
    information = np.diag(ridge)
    for _ in range(ROUNDS):
        mean = np.clip(expit(eta), 1e-6, 1 - 1e-6)
        weight = n * mean * (1 - mean)
        target = eta + (late - n * mean) / weight
        information = x.T @ (weight[:, None] * x) + np.diag(ridge)
        fresh = np.linalg.solve(information, x.T @ (weight * target))
        moved = float(np.abs(fresh - beta).max())
        beta, eta = fresh, np.clip(x @ fresh, -12.0, 12.0)
        if moved < STILL:
            break
    return beta, information
