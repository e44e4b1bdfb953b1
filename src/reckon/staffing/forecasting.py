"""Cases of a team in a month to come, with an interval: the mean of the last months, moved by last year's season.

A month without cases counts as 0 from the first month that the team is known by. Last year's season leans on none at
all, the more so the fewer cases tell of it. The interval is that of a negative binomial count with half a case more
(Jeffreys), so that a team without cases has one too: variance = dispersion × (value + the errors of mean and season).
The dispersion comes from forecasts of the past made the same way, one step ahead (Hyndman & Athanasopoulos,
Forecasting, 5.10).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom

RECENT = 3
"""Months whose mean is the level."""
TAIL = 0.025
"""What an interval of 95 % leaves out on either side."""
SEASON_LEAN = 50.0
"""Cases by which a team's own season leans on none."""
MONTHS_READ = 24
"""Months of the past that forecasts look at: a season shows after fifteen months, and the errors of it later."""
LEAST_KNOWN = 8
"""One-step forecasts below which chance alone sets the dispersion."""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Cases expected, with bounds at 95 %."""

    value: float
    low: float
    high: float


def month_before(month: int, count: int) -> int:
    """The month so many months before one such as 202611."""
    first = month // 100 * 12 + month % 100 - 1 - count
    return first // 12 * 100 + first % 12 + 1


def forecast(cases: Mapping[int, int], *, month: int, dispersion: float) -> Forecast:
    """Cases of a month from those of earlier months, such as {202610: 84}."""
    law = _law(cases, month)
    if law is None:
        return Forecast(value=0.0, low=0.0, high=0.0)
    # Variance over mean, above 1 because no mean is without error. Never narrower than chance alone: a few cases
    # with a high dispersion are mostly none.
    wide = law.variance / law.mean * np.array([[1.0], [dispersion]])
    bounds = nbinom.ppf([TAIL, 1.0 - TAIL], law.mean / (wide - 1.0), 1.0 / wide)
    low, high = float(bounds.min()), float(bounds.max())
    return Forecast(value=law.value, low=min(low, law.value), high=max(high, law.value))


def dispersion_of(series: Sequence[Mapping[int, int]]) -> float:
    """How much wider than Poisson the errors of one-step forecasts were, over all teams; at least 1."""
    last = max((month for cases in series for month in cases), default=0)
    squares = []
    for cases in series:
        month = month_before(min(cases), -RECENT) if cases else last + 1
        while month <= last:
            law = _law(cases, month)
            if law is not None:
                squares.append((cases.get(month, 0) - law.mean) ** 2 / law.variance)
            month = month_before(month, -1)
    return max(1.0, float(np.mean(squares))) if len(squares) >= LEAST_KNOWN else 1.0


@dataclass(frozen=True, kw_only=True)
class _Law:
    """What is to be expected: `mean` has half a case more than `value`, and `variance` is that at dispersion 1."""

    value: float
    mean: float
    variance: float


def _law(cases: Mapping[int, int], month: int) -> _Law | None:
    """None before the first month that the team is known by."""
    first = min(cases, default=month)
    recent = [_since(cases, first, month_before(month, back)) for back in range(1, RECENT + 1)]
    known = [value for value in recent if value is not None]
    if not known:
        return None
    season, error = _season(cases, first, month)
    # A low season takes nothing from the half case: it says how little is known, not how much is to be expected.
    mean = (season * sum(known) + max(season, 1.0) * 0.5) / len(known)
    own = mean * (1.0 + season / len(known))
    return _Law(value=season * sum(known) / len(known), mean=mean, variance=own + mean**2 * error)


def _season(cases: Mapping[int, int], first: int, month: int) -> tuple[float, float]:
    """How the same month of last year lay above those before it, and the relative variance of that."""
    year_ago = month - 100
    earlier = [_since(cases, first, month_before(year_ago, back)) for back in range(1, RECENT + 1)]
    known = [value for value in earlier if value is not None]
    if len(known) < RECENT:
        return 1.0, 0.0
    then, before = cases.get(year_ago, 0) + SEASON_LEAN, sum(known) / RECENT + SEASON_LEAN
    # That of no season at all, were there not a single case: the lean itself is no evidence.
    seen = (then - SEASON_LEAN) / then**2 + (before - SEASON_LEAN) / (RECENT * before**2)
    return then / before, seen


def _since(cases: Mapping[int, int], first: int, month: int) -> int | None:
    """Cases of a month; None before the first one known."""
    return cases.get(month, 0) if month >= first else None
