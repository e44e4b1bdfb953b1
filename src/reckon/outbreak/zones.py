"""Zones of the space-time scan: an area with its nearest neighbours, over the latest weeks; and their scores."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from reckon.outbreak.baseline import Floats

Indices = NDArray[np.int64]


def nearest(*, points: Floats, neighbours: int) -> Indices:
    """Each area (rows of `points`, plane coordinates) and its neighbours, nearest first: (areas, neighbours)."""
    found = cKDTree(points).query(points, k=min(neighbours, len(points)))[1]
    return np.asarray(found, dtype=np.int64).reshape(len(points), -1)


def latest_sums(*, table: Floats) -> Floats:
    """Sums over the latest 1, 2, … weeks of (areas, weeks, …), in this order: (areas, weeks, …)."""
    return np.cumsum(table[:, ::-1], axis=1)


def zone_sums(*, table: Floats, nearest_areas: Indices) -> Floats:
    """Sums over growing zones and latest weeks: (areas, neighbours, weeks)."""
    return np.cumsum(latest_sums(table=table)[nearest_areas], axis=1)


def scores(*, cases: Floats, expected: Floats) -> Floats:
    """Log likelihood ratio c·ln(c/e) + e − c of more cases than expected, else 0 (Kulldorff; Neill 2005)."""
    more = np.maximum(cases, expected)
    ratios: Floats = more * np.log(more / expected) + expected - more
    return ratios
