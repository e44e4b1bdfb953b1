"""From a fit to a bound and an alarm: the judged week alone, and together with the week before."""

import numpy as np
from numpy.typing import NDArray

from reckon.outbreak.baseline import Floats
from reckon.outbreak.bounds import more_than, upper_bounds
from reckon.outbreak.farrington import Fits
from reckon.outbreak.settings import DetectorSettings

Counts = NDArray[np.int64]


def bounds(*, before: Counts, fits: Fits, settings: DetectorSettings) -> Counts:
    """Counts above these alarm, (fits,), given the counts of the weeks before the judged ones."""
    means = fits.expected
    single = upper_bounds(
        means=means, dispersions=_widened(means=means, fits=fits, settings=settings), alpha=settings.alpha
    )
    if settings.pair_alpha == 0:
        return single
    both = _both(fits=fits, settings=settings)
    widened = _widened(means=both, fits=fits, settings=settings)
    together = upper_bounds(means=both, dispersions=widened, alpha=settings.pair_alpha)
    # After a week of many cases the judged week itself must still be above what was expected.
    lower: Counts = np.minimum(single, np.maximum(together - before, _usual(fits)))
    return lower


def p_values(*, counts: Counts, before: Counts, fits: Fits, settings: DetectorSettings) -> Floats:
    """P of the judged counts or more, (fits,); at most `level` exactly where a count is above its bound."""
    alone = chance_alone(counts=counts, fits=fits, settings=settings)
    if settings.pair_alpha == 0:
        return alone
    together = chance_together(counts=counts, before=before, fits=fits, settings=settings)
    # Two chances of an alarm: each p-value is divided by its share of the level (weighted Bonferroni).
    total = level(settings=settings)
    either = np.minimum(alone * (total / settings.alpha), together * (total / settings.pair_alpha))
    return np.minimum(either, 1.0)


def chance_alone(*, counts: Counts, fits: Fits, settings: DetectorSettings) -> Floats:
    """P of so many cases or more in the judged week, (fits,)."""
    means = fits.expected
    widened = _widened(means=means, fits=fits, settings=settings)
    return more_than(counts=(counts - 1).astype(np.float64), means=means, dispersions=widened)


def chance_together(*, counts: Counts, before: Counts, fits: Fits, settings: DetectorSettings) -> Floats:
    """P of so many cases or more in the judged week and the one before, (fits,); 1 where the judged is usual."""
    both = _both(fits=fits, settings=settings)
    widened = _widened(means=both, fits=fits, settings=settings)
    chances = more_than(counts=(counts + before - 1).astype(np.float64), means=both, dispersions=widened)
    chances[counts <= _usual(fits)] = 1.0
    return chances


def level(*, settings: DetectorSettings) -> float:
    """The p-value at and below which a week alarms."""
    return settings.alpha + settings.pair_alpha


def _usual(fits: Fits) -> Counts:
    return np.floor(fits.expected).astype(np.int64)


def _both(*, fits: Fits, settings: DetectorSettings) -> Floats:
    """Cases expected in the judged week and the one before it, which is in the same seasonal group."""
    return fits.expected * (1.0 + np.exp(-fits.slope / settings.season_weeks))


def _widened(*, means: Floats, fits: Fits, settings: DetectorSettings) -> Floats:
    """Dispersion of a new count; with the error of the fitted mean its variance is φμ + (μ·error)²."""
    own = 1.0 + (fits.dispersion - 1.0) * settings.dispersion_factor
    return own + settings.error_factor * means * fits.log_error**2
