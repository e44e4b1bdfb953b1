"""What talks changed: difference in differences against like communities, with its interval. No Django.

Communities that were chosen because they had many cases would have had fewer afterwards anyway (regression to
the mean): the plain before/after figure is therefore never the answer. The comparison is with the communities
without a talk that were most like it before; for what they still had fewer or more, their change is corrected by
how cases before go with cases after among all communities without a talk (bias-corrected matching, Abadie &
Imbens 2011).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy.stats import t as student

FEWEST_FOR_SLOPE = 10


class Verdict(StrEnum):
    """What may be said."""

    TOO_FEW = "too_few"
    NONE_SHOWN = "none_shown"
    FEWER = "fewer"
    MORE = "more"


@dataclass(frozen=True)
class Course:
    """Cases of one community in equal periods before and after a talk, and how many households it has."""

    code: str
    before: int
    after: int
    households: int = 0


@dataclass(frozen=True)
class Persistence:
    """How many cases more afterwards go with one case more before, 1 if all stays as it was; with its error."""

    slope: float = 1.0
    error: float = 0.0


@dataclass(frozen=True)
class Pair:
    """A community with a talk, and the like ones without."""

    treated: Course
    controls: tuple[Course, ...]
    persistence: Persistence

    @property
    def distance(self) -> float:
        """How many more cases it had before than the like ones."""
        return self.treated.before - sum(each.before for each in self.controls) / len(self.controls)

    @property
    def change(self) -> float:
        """Cases: its own change less the change that it would have had without a talk."""
        others = sum(each.after - each.before for each in self.controls) / len(self.controls)
        expected = others + (self.persistence.slope - 1.0) * self.distance
        return (self.treated.after - self.treated.before) - expected


@dataclass(frozen=True)
class Effect:
    """Cases a community and period, with an interval of `level`; the parts of the working go with it."""

    verdict: Verdict
    communities: int
    controls: int
    naive: float
    change: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """How like communities are chosen and when there is too little to say anything; dated data."""

    controls: int
    fewest_controls: int
    fewest_cases: int
    caliper: float  # standard errors of a Poisson count by which a like community's cases before may differ
    level: float


def matched(treated: Course, others: Sequence[Course], *, how: Comparison) -> tuple[Course, ...]:
    """The communities most like it before the talk: as many cases, then as many households; none that is unlike."""
    apart = how.caliper * math.sqrt(max(treated.before, 1))

    def distance(other: Course) -> tuple[float, float, str]:
        size = abs(math.log1p(other.households) - math.log1p(treated.households))
        return abs(other.before - treated.before), size, other.code

    like = [
        each for each in others if each.code != treated.code and abs(each.before - treated.before) <= apart
    ]
    return tuple(sorted(like, key=distance)[: how.controls])


def effect(treated: Sequence[Course], others: Mapping[str, Sequence[Course]], *, how: Comparison) -> Effect:
    """The effect of talks; `others` gives for each treated community those without a talk, in the same periods.

    The interval takes the larger of two errors: that of Poisson counts, and that seen between the communities
    (Student's t); so neither few communities nor clustered cases make it look surer than it is.
    """
    pairs = [_pair(each, others.get(each.code, ()), how) for each in treated]
    kept = tuple(pair for pair in pairs if len(pair.controls) >= how.fewest_controls)
    naive = sum(each.after - each.before for each in treated) / max(len(treated), 1)
    controls = len({each.code for pair in kept for each in pair.controls})
    cases = sum(pair.treated.before + pair.treated.after for pair in kept)
    if not kept or cases < how.fewest_cases:
        return Effect(Verdict.TOO_FEW, len(kept), controls, naive, level=how.level, pairs=kept)
    change = sum(pair.change for pair in kept) / len(kept)
    reach = _half_width(kept, how.level)
    low, high = change - reach, change + reach
    verdict = Verdict.FEWER if high < 0 else Verdict.MORE if low > 0 else Verdict.NONE_SHOWN
    return Effect(verdict, len(kept), controls, naive, change, low, high, how.level, kept)


def _pair(treated: Course, others: Sequence[Course], how: Comparison) -> Pair:
    return Pair(treated, matched(treated, others, how=how), persistence(others))


def persistence(others: Sequence[Course]) -> Persistence:
    """By least squares over communities without a talk, within 0 and 1; 1 where there are too few to tell."""
    count = len(others)
    if count < FEWEST_FOR_SLOPE:
        return Persistence()
    mean_before = sum(each.before for each in others) / count
    mean_after = sum(each.after for each in others) / count
    square = sum((each.before - mean_before) ** 2 for each in others)
    if not square:
        return Persistence()
    slope = sum((each.before - mean_before) * (each.after - mean_after) for each in others) / square
    left = [each.after - mean_after - slope * (each.before - mean_before) for each in others]
    error = math.sqrt(sum(each**2 for each in left) / (count - 2) / square)
    return Persistence(min(max(slope, 0.0), 1.0), error)


def _half_width(pairs: Sequence[Pair], level: float) -> float:
    count = len(pairs)
    # The slope is one for all, so its error does not shrink with the number of communities.
    slope = sum(pair.persistence.error * pair.distance for pair in pairs) / count
    expected = math.sqrt(sum(_variance(pair) for pair in pairs)) / count
    normal = float(student.ppf(0.5 + level / 2, 10_000)) * math.hypot(expected, slope)
    if count < 2:
        # One community alone: its like ones tell how much such a change varies.
        return max(normal, _of_controls(pairs[0], level))
    mean = sum(pair.change for pair in pairs) / count
    seen = math.sqrt(sum((pair.change - mean) ** 2 for pair in pairs) / (count - 1) / count)
    return max(normal, float(student.ppf(0.5 + level / 2, count - 1)) * math.hypot(seen, slope))


def _variance(pair: Pair) -> float:
    own = max(pair.treated.before + pair.treated.after, 1)
    shared = sum(max(each.before + each.after, 1) for each in pair.controls) / len(pair.controls) ** 2
    return own + shared


def _of_controls(pair: Pair, level: float) -> float:
    changes = [each.after - each.before for each in pair.controls]
    mean, count = sum(changes) / len(changes), len(changes)
    if count < 2:
        return math.inf
    spread = math.sqrt(sum((each - mean) ** 2 for each in changes) / (count - 1) * (1 + 1 / count))
    return float(student.ppf(0.5 + level / 2, count - 1)) * spread
