"""Space-time scan: where, and since when, there are more cases than expected.

Expectation-based Poisson statistic with Monte Carlo p-values. Sources: Kulldorff, J. R. Statist. Soc. A 164 (2001);
Neill, Moore, Sabhnani, Daniel, "Detection of emerging space-time clusters", KDD 2005; Gumbel approximation:
Abrams, Kleinman, Kulldorff, Int. J. Health Geographics 9 (2010).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.outbreak.baseline import Floats
from reckon.outbreak.scan_settings import ScanSettings
from reckon.outbreak.zones import Indices, nearest, scores, zone_sums

# Runs simulated together: rows long enough for fast arithmetic, arrays small enough for the processor's cache.
BATCH = 64
# Single precision gives scores to three decimals up to so many cases in a zone.
SINGLE_PRECISION_MOST = 50_000.0


class ScanInputUnfit(ValueError):
    """Tables that cannot be scanned; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Neighbouring areas with more cases than expected over the latest weeks."""

    # Rows of the tables given, the centre first.
    areas: tuple[int, ...]
    weeks: int
    cases: int
    expected: float
    score: float
    # Share of runs without any cluster whose highest score was as high, this one counted.
    p_value: float
    # The same from a Gumbel distribution fitted to the runs: finer where the runs are few.
    gumbel_p_value: float

    @property
    def ratio(self) -> float:
        """Cases seen for each one expected."""
        return self.cases / self.expected


@dataclass(frozen=True, kw_only=True)
class ScanResult:
    """The most striking cluster first, then others that share no area with those before."""

    clusters: tuple[Cluster, ...]
    # Highest scores of the runs without clusters, rising.
    highest: Floats
    zones: int


def scan(
    *,
    cases: ArrayLike,
    expected: ArrayLike,
    points: ArrayLike,
    settings: ScanSettings,
    dispersions: ArrayLike = 1.0,
) -> ScanResult:
    """Scan counts (areas, weeks), latest week last, against what was expected. Raises ScanInputUnfit.

    `points` are plane coordinates (areas, 2); `dispersions` (variance over mean, one or per area) let the
    runs without clusters spread as much as the counts do.
    """
    seen, usual = _checked(cases=cases, expected=expected, weeks=settings.weeks)
    nearest_areas = nearest(points=_checked_points(points, areas=len(seen)), neighbours=settings.neighbours)
    zone_cases = zone_sums(table=seen, nearest_areas=nearest_areas)
    zone_expected = zone_sums(table=usual, nearest_areas=nearest_areas)
    highest = _simulated(
        expected=usual,
        dispersions=np.broadcast_to(np.asarray(dispersions, dtype=np.float64), len(usual)),
        zone_expected=zone_expected,
        nearest_areas=nearest_areas,
        settings=settings,
    )
    clusters = _clusters(
        cases=zone_cases,
        expected=zone_expected,
        nearest_areas=nearest_areas,
        highest=highest,
        settings=settings,
    )
    return ScanResult(clusters=clusters, highest=highest, zones=zone_cases.size)


def _checked(*, cases: ArrayLike, expected: ArrayLike, weeks: int) -> tuple[Floats, Floats]:
    seen, usual = (np.asarray(table, dtype=np.float64) for table in (cases, expected))
    if seen.ndim != 2 or seen.shape != usual.shape or seen.shape[1] < weeks or not len(seen):
        raise ScanInputUnfit(
            f"Cases {seen.shape} and expected counts {usual.shape} must be tables of the same areas and weeks, "
            f"with at least {weeks} weeks."
        )
    seen, usual = seen[:, -weeks:], usual[:, -weeks:]
    if (seen < 0).any() or (seen != np.floor(seen)).any():
        raise ScanInputUnfit("Cases must be whole numbers from 0. Correct them and scan again.")
    if not (np.isfinite(usual) & (usual > 0)).all():
        raise ScanInputUnfit(
            "Every expected count must be above 0: an area where nothing can happen is left out."
        )
    return seen, usual


def _checked_points(points: ArrayLike, *, areas: int) -> Floats:
    places = np.asarray(points, dtype=np.float64)
    if places.shape != (areas, 2) or not np.isfinite(places).all():
        raise ScanInputUnfit(f"Points must be {areas} pairs of plane coordinates; these have {places.shape}.")
    return places


def _simulated(
    *,
    expected: Floats,
    dispersions: Floats,
    zone_expected: Floats,
    nearest_areas: Indices,
    settings: ScanSettings,
) -> Floats:
    """Highest scores of runs in which nothing but chance is at work, rising."""
    random = np.random.default_rng(settings.seed)
    kind: type[np.floating] = np.float32 if zone_expected.max() < SINGLE_PRECISION_MOST else np.float64
    usual: NDArray[np.floating] = zone_expected.astype(kind)
    highest = [
        _highest(
            cases=_drawn(expected=expected, dispersions=dispersions, runs=runs, random=random).astype(kind),
            expected=usual,
            nearest_areas=nearest_areas,
        )
        for runs in _batches(settings.runs)
    ]
    return np.sort(np.concatenate(highest).astype(np.float64))


def _batches(runs: int) -> list[int]:
    full, rest = divmod(runs, BATCH)
    return [BATCH] * full + ([rest] if rest else [])


def _drawn(
    *, expected: Floats, dispersions: Floats, runs: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """Counts by chance alone, (areas, weeks, runs): Poisson, or negative binomial where they spread more."""
    shape = (*expected.shape, runs)
    if (dispersions <= 1.0).all():
        return random.poisson(expected[:, :, None], size=shape)
    excess = np.maximum(dispersions - 1.0, 1e-9)[:, None, None]
    rates = random.gamma(expected[:, :, None] / excess, excess, size=shape)
    return random.poisson(np.where(excess > 1e-9, rates, expected[:, :, None]))


def _highest(
    *, cases: NDArray[np.floating], expected: NDArray[np.floating], nearest_areas: Indices
) -> NDArray[np.floating]:
    """The highest score of each run; cases (areas, weeks, runs), expected (areas, neighbours, weeks)."""
    latest = np.cumsum(cases[:, ::-1], axis=1, dtype=cases.dtype)
    best = np.zeros(cases.shape[2], dtype=cases.dtype)
    for week in range(cases.shape[1]):
        growing = np.zeros((len(cases), cases.shape[2]), dtype=cases.dtype)
        weekly = np.ascontiguousarray(latest[:, week])
        for neighbour in range(nearest_areas.shape[1]):
            growing += weekly[nearest_areas[:, neighbour]]
            usual = expected[:, neighbour, week, None]
            # The steps of `scores`, each in place.
            more = np.maximum(growing, usual)
            score = more / usual
            np.log(score, out=score)
            score *= more
            more -= usual
            score -= more
            np.maximum(best, score.max(axis=0), out=best)
    return best


def _clusters(
    *, cases: Floats, expected: Floats, nearest_areas: Indices, highest: Floats, settings: ScanSettings
) -> tuple[Cluster, ...]:
    """The best zone, then the best that shares no area with those before, while they are worth naming."""
    table = scores(cases=cases, expected=expected)
    taken = np.zeros(len(nearest_areas), dtype=np.bool_)
    clusters: list[Cluster] = []
    while len(clusters) < settings.clusters_most:
        # A zone holds an area already taken as soon as it grows to it.
        free = ~np.logical_or.accumulate(taken[nearest_areas], axis=1)
        left = np.where(free[:, :, None], table, 0.0)
        centre, size, week = np.unravel_index(int(left.argmax()), left.shape)
        score = float(left[centre, size, week])
        chance = (1 + int((highest >= score).sum())) / (len(highest) + 1)
        if score <= 0 or chance > settings.p_value_most:
            break
        areas = nearest_areas[centre, : size + 1]
        taken[areas] = True
        clusters.append(
            Cluster(
                areas=tuple(int(area) for area in areas),
                weeks=int(week) + 1,
                cases=int(cases[centre, size, week]),
                expected=float(expected[centre, size, week]),
                score=score,
                p_value=chance,
                gumbel_p_value=_gumbel(score=score, highest=highest),
            )
        )
    return tuple(clusters)


def _gumbel(*, score: float, highest: Floats) -> float:
    """P of so high a score or higher, from a Gumbel distribution with the mean and deviation of the runs."""
    scale = float(highest.std(ddof=1)) * np.sqrt(6.0) / np.pi
    location = float(highest.mean()) - np.euler_gamma * scale
    return float(-np.expm1(-np.exp(-(score - location) / scale)))
