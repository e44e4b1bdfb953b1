"""Log-linear Poisson regression with one seasonal factor and one slope, for many series at once.

With the season as a factor, iteratively reweighted least squares needs no matrix algebra: sums by group leave
one equation for the slope, and each group's intercept follows. Start, order of steps and stopping rule are those
of the usual GLM software (start at the count + 0.1; stop when the deviance moves by less than the tolerance,
relatively), because working weights are one step older than the fit and so show in the dispersion.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reckon.outbreak.baseline import Baseline, Floats

ROUNDING = 2.0**-50  # of the parts of the deviance: so much of it is noise
START = 0.1  # added to every count where the iteration starts, so that a zero has a logarithm


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """When the iteration ends: after so many steps, or when the deviance hardly moves."""

    iterations: int
    tolerance: float


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Fitted logarithms of the mean: (fits, groups) levels and (fits,) slopes, with those one step earlier."""

    levels: Floats
    slopes: Floats
    earlier_levels: Floats
    earlier_slopes: Floats
    converged: NDArray[np.bool_]

    @classmethod
    def empty(cls, *, fits: int, groups: int) -> "Lines":
        """Arrays to be filled."""
        return cls(
            levels=np.zeros((fits, groups)),
            slopes=np.zeros(fits),
            earlier_levels=np.zeros((fits, groups)),
            earlier_slopes=np.zeros(fits),
            converged=np.zeros(fits, dtype=np.bool_),
        )


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Weighted sums by group: of 1, t and t², each (fits, groups)."""

    ones: Floats
    times: Floats
    squares: Floats

    @classmethod
    def of(cls, *, values: Floats, baseline: Baseline) -> "Sums":
        """Sums of `values` (fits, n) over the past weeks of each group."""
        return cls.split(values @ baseline.moments)

    @classmethod
    def split(cls, sums: Floats) -> "Sums":
        """From the three side by side, (fits, 3 × groups)."""
        groups = sums.shape[1] // 3
        return cls(ones=sums[:, :groups], times=sums[:, groups : 2 * groups], squares=sums[:, 2 * groups :])

    def scaled(self, *, by: Floats) -> "Sums":
        """Each group's sums times `by`, (fits, groups) or (fits, 1)."""
        return Sums(ones=self.ones * by, times=self.times * by, squares=self.squares * by)

    @property
    def means(self) -> Floats:
        """Mean time of each group, (fits, groups)."""
        return self.times / self.ones

    @property
    def information(self) -> Floats:
        """What the weeks tell about the slope, (fits,)."""
        about: Floats = (self.squares - self.times * self.means).sum(axis=1)
        return about


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights of the past weeks: almost all as usual, a few otherwise."""

    dense: Floats  # (fits, n)
    usual: Floats  # (fits,)
    # Which weeks of which fits are not as usual, and their weight over the usual one, less 1.
    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    excess: Floats

    @classmethod
    def of(cls, *, relative: Floats, unusual: NDArray[np.bool_]) -> "Weights":
        """From weights (fits, n) that are 1 where not `unusual`; scaled to a mean of 1."""
        usual = relative.shape[1] / relative.sum(axis=1)
        rows, places = np.nonzero(unusual)
        return cls(
            dense=relative * usual[:, None],
            usual=usual,
            rows=rows,
            places=places,
            excess=relative[rows, places] - 1.0,
        )


def growth_sums(*, slopes: Floats, weights: Weights | None, baseline: Baseline) -> Sums:
    """Weighted sums of exp(slope·t)."""
    if not np.abs(slopes).max() <= baseline.steepest:
        growth = np.exp(np.multiply.outer(slopes, baseline.times))
        if weights is not None:
            growth *= weights.dense
        return Sums.of(values=growth, baseline=baseline)
    plain = Sums.split(np.vander(slopes, len(baseline.series), increasing=True) @ baseline.series)
    if weights is None:
        return plain
    # All weeks as usual, and the few that are not put right.
    times = baseline.times[weights.places]
    values = weights.excess * np.exp(slopes[weights.rows] * times)
    cells = weights.rows * baseline.group_count + baseline.groups[weights.places]
    ones, first, second = (
        part + np.bincount(cells, values * times**power, part.size).reshape(part.shape)
        for power, part in enumerate((plain.ones, plain.times, plain.squares))
    )
    return Sums(ones=ones, times=first, squares=second).scaled(by=weights.usual[:, None])


@dataclass
class Fitting:
    """The state of all fits; those that have settled are written to `lines` and no longer looked at."""

    weights: Weights | None
    baseline: Baseline
    trend: bool
    lines: Lines
    moving: NDArray[np.bool_]
    # Sums of weight × count by group, (fits, groups), and of weight × count × t, (fits,).
    counts: Floats
    counts_times: Floats
    # Part of half the deviance that the parameters don't touch, (fits,).
    constant: Floats
    half_deviance: Floats
    levels: Floats
    slopes: Floats

    def step(self, *, sums: Sums) -> None:
        """One step of Newton's method from the present parameters, with the sums at these."""
        rest = self.counts - sums.ones
        means = sums.means
        if self.trend:
            score = self.counts_times - sums.times.sum(axis=1) - (rest * means).sum(axis=1)
            move = score / sums.information
        else:
            move = np.zeros_like(self.slopes)
        self.levels = self.levels + rest / sums.ones - move[:, None] * means
        self.slopes = self.slopes + move

    def sums(self) -> Sums:
        """Sums of the fitted means, weighted."""
        growth = growth_sums(slopes=self.slopes, weights=self.weights, baseline=self.baseline)
        return growth.scaled(by=np.exp(self.levels))

    def settled(self, *, sums: Sums, tolerance: float) -> NDArray[np.bool_]:
        """Which of the moving fits have come to rest; remembers the deviance."""
        linear = (self.levels * self.counts).sum(axis=1) + self.slopes * self.counts_times
        total = sums.ones.sum(axis=1)
        now = self.constant - linear + total
        moved = np.abs(now - self.half_deviance)
        change = moved * 2 / (np.abs(now) * 2 + 0.1)
        self.half_deviance = now
        # The deviance is a small difference of large parts: with counts of millions it never rests quite.
        rounding = ROUNDING * (np.abs(self.constant) + np.abs(linear) + total)
        still: NDArray[np.bool_] = self.moving & ((change < tolerance) | (moved < rounding))
        return still

    def write(self, *, which: NDArray[np.bool_], earlier: tuple[Floats, Floats], converged: bool) -> None:
        """Put the chosen fits down as final."""
        self.lines.levels[which], self.lines.slopes[which] = self.levels[which], self.slopes[which]
        self.lines.earlier_levels[which], self.lines.earlier_slopes[which] = (part[which] for part in earlier)
        self.lines.converged[which] = converged
        self.moving &= ~which


@dataclass(frozen=True, kw_only=True)
class History:
    """Counts of the past weeks with the logarithms that every fit of them needs, each (fits, n)."""

    counts: Floats
    log_counts: Floats
    started: Floats
    log_started: Floats

    @classmethod
    def of(cls, *, counts: Floats) -> "History":
        """Prepared counts; the logarithm of a zero is written 0 and always multiplied by the zero."""
        started = counts + START
        return cls(
            counts=counts,
            log_counts=np.log(np.maximum(counts, 1.0)),
            started=started,
            log_started=np.log(started),
        )

    def rows(self, *, which: NDArray[np.bool_]) -> "History":
        """The chosen fits only."""
        return History(
            counts=self.counts[which],
            log_counts=self.log_counts[which],
            started=self.started[which],
            log_started=self.log_started[which],
        )


def fit_lines(
    *, history: History, weights: Weights | None, baseline: Baseline, trend: bool, stopping: Stopping
) -> Lines:
    """Fit all series of `history`; `weights` None means one everywhere."""
    fitting = _started(history=history, weights=weights, baseline=baseline, trend=trend)
    earlier = (fitting.levels, fitting.slopes)
    for _ in range(stopping.iterations - 1):
        sums = fitting.sums()
        done = fitting.settled(sums=sums, tolerance=stopping.tolerance)
        fitting.write(which=done, earlier=earlier, converged=True)
        if not fitting.moving.any():
            return fitting.lines
        earlier = (fitting.levels, fitting.slopes)
        fitting.step(sums=sums)
    done = fitting.settled(sums=fitting.sums(), tolerance=stopping.tolerance)
    fitting.write(which=done, earlier=earlier, converged=True)
    fitting.write(which=fitting.moving.copy(), earlier=earlier, converged=False)
    return fitting.lines


def _started(*, history: History, weights: Weights | None, baseline: Baseline, trend: bool) -> Fitting:
    counts, groups = history.counts, baseline.group_count
    weighted = counts if weights is None else counts * weights.dense
    sums = weighted @ baseline.moments[:, : 2 * groups]
    total = sums[:, :groups].sum(axis=1)
    constant = np.einsum("ij,ij->i", weighted, history.log_counts) - total
    # The weights have a mean of 1, so that their sum is the number of weeks.
    excess = START * counts.shape[1]
    levels, slopes = _first(history=history, weights=weights, baseline=baseline, trend=trend)
    return Fitting(
        weights=weights,
        baseline=baseline,
        trend=trend,
        lines=Lines.empty(fits=len(counts), groups=groups),
        moving=np.ones(len(counts), dtype=np.bool_),
        counts=sums[:, :groups],
        counts_times=sums[:, groups:].sum(axis=1),
        constant=constant,
        half_deviance=constant + total - np.einsum("ij,ij->i", weighted, history.log_started) + excess,
        levels=levels,
        slopes=slopes,
    )


def _first(
    *, history: History, weights: Weights | None, baseline: Baseline, trend: bool
) -> tuple[Floats, Floats]:
    """The first least squares, from the count + 0.1 as the mean."""
    response = history.started * history.log_started - START
    working = history.started
    if weights is not None:
        response *= weights.dense
        working = working * weights.dense
    groups = baseline.group_count
    sums = Sums.of(values=working, baseline=baseline)
    responses = response @ baseline.moments[:, : 2 * groups]
    level, slanted = responses[:, :groups], responses[:, groups:]
    means = sums.means
    slopes = np.zeros(len(working))
    if trend:
        slopes = (slanted.sum(axis=1) - (level * means).sum(axis=1)) / sums.information
    return level / sums.ones - slopes[:, None] * means, slopes
