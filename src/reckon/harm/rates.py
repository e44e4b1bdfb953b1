"""The weekly rate of reports: Gamma–Poisson, and how much more likely a week is under harm."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reckon.harm.kinds import Kind, Kinds
from reckon.harm.tally import Evidence

Figures = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """Gamma(shape, rate) for reports per 100 of exposure and week: [stream, enterprise] each."""

    shape: Figures
    rate: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What a kind says of its streams, as columns [stream, 1]."""

    shape: Figures
    rate: Figures
    ratio: Figures
    weight: Figures
    weekly_cap: Figures
    cap: Figures


def prior_of(*, kind: Kind, streams: tuple[str, ...]) -> Prior:
    """The declared weights in the order of the streams."""
    rows = [kind.streams[stream] for stream in streams]
    shape = np.array([[row.shape] for row in rows])
    return Prior(
        shape=shape,
        rate=shape / np.array([[row.mean] for row in rows]),
        ratio=np.array([[row.ratio] for row in rows]),
        weight=np.array([[row.weight] for row in rows]),
        weekly_cap=np.array([[float(row.weekly_cap)] for row in rows]),
        cap=np.array([[row.cap] for row in rows]),
    )


def log_ratio(*, counts: Figures, belief: Belief, exposure: Figures, ratio: Figures) -> Figures:
    """ln of P(counts | rate × ratio) / P(counts | rate), the rate unknown but for the belief.

    Under Gamma(a, b) and exposure e a count is negative binomial; with the rate multiplied by r the ratio is
    r^y · ((b + e) / (b + r·e))^(a + y). It grows with y, and the less is known of the rate, the less it says.
    """
    spread = np.log((belief.rate + exposure) / (belief.rate + ratio * exposure))
    return np.asarray(counts * np.log(ratio) + (belief.shape + counts) * spread)


def beliefs(*, evidence: Evidence, counts: Figures, prior: Prior, kinds: Kinds) -> Iterator[Belief]:
    """For each week what is known before it: the prior and the baseline weeks that ended `gap_weeks` ago."""
    shape = np.repeat(prior.shape, len(evidence.enterprises), axis=1)
    rate = np.repeat(prior.rate, len(evidence.enterprises), axis=1)
    for week in range(len(counts)):
        newest, oldest = week - kinds.gap_weeks - 1, week - kinds.gap_weeks - 1 - kinds.baseline_weeks
        if newest >= 0:
            shape = shape + counts[newest]
            rate = rate + evidence.exposure
        if oldest >= 0:
            shape = shape - counts[oldest]
            rate = rate - evidence.exposure
        yield Belief(shape=shape, rate=rate)
