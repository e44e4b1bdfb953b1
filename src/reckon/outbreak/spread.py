"""Counts by chance where areas share good and bad weeks, and what is usual for each is known from few cases only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reckon.outbreak.baseline import Floats
from reckon.outbreak.zones import Indices

# Groups that spread no more than Poisson counts have moods that hardly move.
LEAST_EXCESS = 1e-9


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Why counts differ from what is expected of them, besides Poisson chance."""

    # The group of each area, from 0: a street's grids have their good and bad weeks together.
    groups: Indices
    # Variance over mean of a group's weekly count.
    dispersions: Floats
    # Cases from which it is known what is usual for each area.
    known: Floats

    def drawn(self, *, expected: Floats, runs: int, random: np.random.Generator) -> NDArray[np.int64]:
        """Counts by chance alone, (areas, weeks, runs), of expected ones (areas, weeks)."""
        sums = np.zeros((len(self.dispersions), expected.shape[1]))
        np.add.at(sums, self.groups, expected)
        excess = np.maximum(self.dispersions - 1.0, LEAST_EXCESS)[:, None]
        # A gamma factor of mean 1 whose variance makes the group's count spread as it does.
        shapes = np.maximum(sums, LEAST_EXCESS)[:, :, None] / excess[:, :, None]
        moods = random.gamma(shapes, size=(*sums.shape, runs)) / shapes
        known = np.maximum(self.known, LEAST_EXCESS)[:, None]
        usual = random.gamma(known, size=(len(known), runs)) / known
        return random.poisson(expected[:, :, None] * moods[self.groups] * usual[:, None, :])
