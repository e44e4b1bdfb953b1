"""Whether forecasts keep their word: coverage of each level with counts, and errors against naive forecasts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.colours.forecast import YEAR, Predictions, interval_of, predict
from reckon.colours.settings import ForecastSettings

Array = NDArray[np.float64]
NINETY_FIVE = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the figures fell into the intervals of one level."""

    level: float
    adjusted: bool
    inside: int
    total: int
    mean_width: float

    @property
    def share(self) -> float:
        """Share inside."""
        return self.inside / self.total

    @property
    def bounds(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        n, z2 = self.total, NINETY_FIVE**2
        middle = (self.share + z2 / (2 * n)) / (1 + z2 / n)
        reach = NINETY_FIVE * np.sqrt(self.share * (1 - self.share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return float(middle - reach), float(middle + reach)


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """Mean absolute error of one way of forecasting, over the same figures for all."""

    forecast: str
    mean_absolute: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Months forecast from those before them; errors of the model come first."""

    months: int
    figures: int
    coverage: tuple[Coverage, ...]
    errors: tuple[Error, ...]


def backtest(
    *,
    observed: ArrayLike,
    expected: ArrayLike,
    calendar: ArrayLike,
    shape: float,
    settings: ForecastSettings,
    first: int,
) -> Backtest:
    """Forecast each month from row `first` on (at least 12) from the rows before it. Arrays as in `predict`.

    The last row of expected is the month after the record and is not judged. Raises ValueError for too short a record.
    """
    o, e = np.asarray(observed, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if not YEAR <= first < len(o):
        raise ValueError(f"The first judged month is row {first} of {len(o)}. Leave a year before it.")
    predictions = predict(observed=o, expected=e, calendar=calendar, shape=shape, settings=settings)
    judged = np.isfinite(o[first:])
    return Backtest(
        months=len(o) - first,
        figures=int(judged.sum()),
        coverage=tuple(
            _coverage(o, predictions, first=first, level=level, settings=settings, adjusted=adjusted)
            for level in settings.levels
            for adjusted in (False, True)
        ),
        errors=_errors(o, e, predictions, first=first),
    )


def _coverage(
    observed: Array,
    predictions: Predictions,
    *,
    first: int,
    level: float,
    settings: ForecastSettings,
    adjusted: bool,
) -> Coverage:
    inside, total, width = 0, 0, 0.0
    for row in range(first, len(observed)):
        bounds = interval_of(predictions, row=row, level=level, settings=settings, adjusted=adjusted)
        known = np.isfinite(observed[row])
        hits = (observed[row] >= bounds.low) & (observed[row] <= bounds.high)
        inside, total = inside + int(hits[known].sum()), total + int(known.sum())
        width += float((bounds.high - bounds.low)[known].sum())
    return Coverage(level=level, adjusted=adjusted, inside=inside, total=total, mean_width=width / total)


def _errors(observed: Array, expected: Array, predictions: Predictions, *, first: int) -> tuple[Error, ...]:
    rows = np.arange(first, len(observed))
    rate = observed / np.maximum(expected[:-1], 1e-12)
    forecasts = {
        "model": predictions.mean[rows],
        "last_month": rate[rows - 1] * expected[rows],
        "same_month_last_year": rate[rows - YEAR] * expected[rows],
        "reference": expected[rows],
    }
    apart = {name: np.abs(values - observed[rows]) for name, values in forecasts.items()}
    comparable = np.all([np.isfinite(each) for each in apart.values()], axis=0)
    return tuple(
        Error(forecast=name, mean_absolute=float(each[comparable].mean())) for name, each in apart.items()
    )
