"""The flexible Farrington method: what was to be expected in a week, and how widely counts spread around it.

Source: Noufaily, Enki, Farrington et al., "An improved algorithm for outbreak detection in multiple surveillance
systems", Statistics in Medicine 32 (2013); the rule on an extrapolated trend: Farrington, Andrews, Beale and
Catchpole, J. R. Statist. Soc. A 159 (1996).
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from reckon.outbreak.baseline import Baseline, Floats, baseline_of
from reckon.outbreak.regression import History, Lines, Stopping, Sums, Weights, fit_lines
from reckon.outbreak.settings import DetectorSettings, Trend

Flags = NDArray[np.bool_]
# An expectation of so many times all that was ever seen is no trend: a case or two at the end of years
# without any draw such a line.
FARTHEST = 10.0
# Below this, what a week's leverage leaves of 1 is rounding.
LEAST_SPARE = 1e-9
# So many fits at a time keep all arrays within the processor's cache.
CHUNK = 128


@dataclass(frozen=True, kw_only=True)
class Fits:
    """One value for each fit, (fits,)."""

    # Count that was to be expected in the judged week.
    expected: Floats
    # Variance over mean, at least 1.
    dispersion: Floats
    # Standard error of the logarithm of `expected`.
    log_error: Floats
    # Growth of the logarithm in a year; 0 where no trend was kept.
    slope: Floats
    trend_kept: Flags
    converged: Flags
    # Past weeks that counted less, because they looked like outbreaks.
    reduced: NDArray[np.int64]

    @property
    def finite(self) -> Flags:
        """Which of them can be reckoned with, (fits,)."""
        finite: Flags = (
            np.isfinite(self.expected) & np.isfinite(self.dispersion) & np.isfinite(self.log_error)
        )
        return finite

    def rows(self, *, which: Flags) -> "Fits":
        """The chosen fits only."""
        return Fits(**{field.name: getattr(self, field.name)[which] for field in fields(Fits)})


def fit_baselines(*, history: NDArray[np.int64], years: int, settings: DetectorSettings) -> Fits:
    """Fit the past weeks (fits, n) of `baseline_of(settings, years)`, oldest first."""
    baseline = baseline_of(settings=settings, years=years)
    parts = [
        _fit_chunk(counts=history[start : start + CHUNK], baseline=baseline, years=years, settings=settings)
        for start in range(0, len(history), CHUNK)
    ]
    return (
        _joined(parts)
        if parts
        else _fit_chunk(counts=history, baseline=baseline, years=years, settings=settings)
    )


def _joined(parts: list[Fits]) -> Fits:
    names = [field.name for field in fields(Fits)]
    return Fits(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _fit_chunk(
    *, counts: NDArray[np.int64], baseline: Baseline, years: int, settings: DetectorSettings
) -> Fits:
    history = History.of(counts=counts.astype(np.float64))
    trend = settings.trend is Trend.ALWAYS and years >= settings.trend_years_least
    # A group without cases drives its level to minus infinity; sums of its weights may become 0.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        fits = _fit(history=history, baseline=baseline, trend=trend, settings=settings)
        if not trend:
            return fits
        refit = ~(fits.converged & fits.finite) | ~(
            fits.expected <= _farthest(history=history, settings=settings)
        )
        if not refit.any():
            return fits
        flat = _fit(history=history.rows(which=refit), baseline=baseline, trend=False, settings=settings)
    return _replaced(fits=fits, which=refit, other=flat)


def _farthest(*, history: History, settings: DetectorSettings) -> Floats:
    """What a trend may lead to, (fits,)."""
    most: Floats = history.counts.max(axis=1)
    # An expectation above all that was ever seen is an extrapolation too far (Farrington 1996).
    return most if settings.trend_within_baseline else FARTHEST * np.maximum(most, 1.0)


def _replaced(*, fits: Fits, which: Flags, other: Fits) -> Fits:
    columns: dict[str, NDArray[np.generic]] = {}
    for field in fields(Fits):
        columns[field.name] = getattr(fits, field.name).copy()
        columns[field.name][which] = getattr(other, field.name)
    return Fits(**columns)  # type: ignore[arg-type]


def _fit(*, history: History, baseline: Baseline, trend: bool, settings: DetectorSettings) -> Fits:
    """Fit, weigh down the weeks that stick out, fit again."""
    stopping = Stopping(iterations=settings.fit_iterations, tolerance=settings.fit_tolerance)
    first = fit_lines(history=history, weights=None, baseline=baseline, trend=trend, stopping=stopping)
    raw = _spread(history=history, lines=first, weights=None, baseline=baseline, trend=trend)
    weights = _weights(history=history, spread=raw, baseline=baseline, settings=settings)
    second = fit_lines(history=history, weights=weights, baseline=baseline, trend=trend, stopping=stopping)
    spread = _spread(history=history, lines=second, weights=weights, baseline=baseline, trend=trend)
    return Fits(
        expected=np.exp(second.levels[:, 0] + second.slopes * baseline.now),
        dispersion=spread.dispersion,
        log_error=np.sqrt(spread.dispersion * spread.variance_now(baseline=baseline)),
        slope=second.slopes,
        trend_kept=np.full(len(spread.dispersion), trend),
        converged=first.converged & second.converged,
        reduced=np.bincount(weights.rows, minlength=len(spread.dispersion)),
    )


@dataclass(frozen=True, kw_only=True)
class _Spread:
    """How the counts lie around a fit."""

    log_means: Floats  # (fits, n)
    working: Floats  # working weights of the last step, (fits, n)
    sums: Sums  # of these weights
    information: Floats  # about the slope, (fits,); infinite without a trend
    dispersion: Floats  # (fits,)

    def variance_now(self, *, baseline: Baseline) -> Floats:
        """Variance of the logarithm fitted for the judged week at dispersion 1, (fits,)."""
        distance = baseline.now - self.sums.means[:, 0]
        variance: Floats = 1.0 / self.sums.ones[:, 0] + distance**2 / self.information
        return variance

    def leverages(self, *, baseline: Baseline) -> Floats:
        """How much each count pulls its own fit, (fits, n)."""
        member = baseline.members.T
        distances = baseline.times - self.sums.means @ member
        distances *= distances
        distances /= self.information[:, None]
        distances += (1.0 / self.sums.ones) @ member
        distances *= self.working
        return distances


def _spread(
    *, history: History, lines: Lines, weights: Weights | None, baseline: Baseline, trend: bool
) -> _Spread:
    terms = np.vstack([baseline.members.T, baseline.times])
    log_means = np.column_stack([lines.levels, lines.slopes]) @ terms
    working = np.exp(np.column_stack([lines.earlier_levels, lines.earlier_slopes]) @ terms)
    if weights is not None:
        working *= weights.dense
    residuals = history.counts * np.exp(-log_means) - 1.0
    residuals *= residuals
    free = history.counts.shape[1] - baseline.group_count - int(trend)
    dispersion = np.einsum("ij,ij->i", working, residuals) / free
    sums = Sums.of(values=working, baseline=baseline)
    return _Spread(
        log_means=log_means,
        working=working,
        sums=sums,
        information=sums.information if trend else np.full(len(working), np.inf),
        dispersion=np.maximum(dispersion, 1.0),
    )


def _weights(*, history: History, spread: _Spread, baseline: Baseline, settings: DetectorSettings) -> Weights:
    """1 for ordinary weeks, 1/s² for weeks whose Anscombe residual s is above the threshold; mean 1."""
    sixth = np.exp(spread.log_means * (-1.0 / 6.0))
    # (3/2)·(y^⅔·μ^(-1/6) − μ^½), and μ^½ is 1 over the third power of the sixth root's inverse.
    residuals = np.exp(history.log_counts * (2.0 / 3.0))
    residuals *= history.counts > 0
    residuals *= sixth
    residuals -= 1.0 / (sixth * sixth * sixth)
    residuals *= 1.5
    spare = 1.0 - spread.leverages(baseline=baseline)
    # A week that alone decides its own fit lies on it: it has no residual, and counts as usual.
    judged = spare > LEAST_SPARE
    residuals /= np.sqrt(spread.dispersion[:, None] * np.maximum(spare, LEAST_SPARE))
    unusual = judged & (residuals > settings.reweight_threshold)
    relative = np.ones_like(residuals)
    relative[unusual] = residuals[unusual] ** -2
    return Weights.of(relative=relative, unusual=unusual)
