"""Cases of a team in a month to come, with an interval: the mean of the last months, moved by last year's season.

The interval is that of a count with overdispersion: variance = dispersion × (value + its own error). The dispersion
comes from forecasts of the past made the same way, one step ahead (Hyndman & Athanasopoulos, Forecasting, 5.10).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

RECENT = 3
"""Months whose mean is the level."""
AT_95 = 1.959964
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
    value = _value(cases, month)
    reach = AT_95 * float(np.sqrt(dispersion * value * (1.0 + 1.0 / RECENT)))
    return Forecast(value=value, low=max(value - reach, 0.0), high=value + reach)


def dispersion_of(series: Sequence[Mapping[int, int]]) -> float:
    """How much wider than Poisson the errors of one-step forecasts were, over all teams; at least 1."""
    squares = []
    for cases in series:
        for month in sorted(cases)[RECENT:]:
            earlier = {each: count for each, count in cases.items() if each < month}
            value = _value(earlier, month)
            if value > 0.0:
                squares.append((cases[month] - value) ** 2 / (value * (1.0 + 1.0 / RECENT)))
    return max(1.0, float(np.mean(squares))) if len(squares) >= LEAST_KNOWN else 1.0


def _value(cases: Mapping[int, int], month: int) -> float:
    """Mean of the last months, times how the same month of last year lay above those before it."""
    recent = [cases.get(month_before(month, back), 0) for back in range(1, RECENT + 1)]
    known = [value for value in recent if value > 0]
    level = sum(known) / len(known) if known else 0.0
    year_ago = month - 100
    earlier = [cases.get(month_before(year_ago, back)) for back in range(1, RECENT + 1)]
    sums = sum(value for value in earlier if value is not None)
    if year_ago not in cases or None in earlier or not sums:
        return level
    return level * cases[year_ago] / (sums / RECENT)
