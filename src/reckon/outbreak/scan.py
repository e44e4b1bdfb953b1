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
from reckon.outbreak.spread import Spread
from reckon.outbreak.zones import Indices, nearest, scores, zone_sums

# Runs simulated together: rows long enough for fast arithmetic, arrays small enough for the processor's cache.
BATCH = 64
# Single precision gives scores to three decimals up to so many cases in a zone.
SINGLE_PRECISION_MOST = 50_000.0


# A Poisson count is a negative binomial one that hardly spreads more.
LEAST_EXCESS = 1e-9
# With more parties a cell than this, counts are drawn one by one.
DENSE = 0.5
# From above, where the score is convex, each step doubles the digits.
NEWTON_STEPS = 12
# Zones up to this share of the calmest run's score need not be looked at.
CALM = 0.9


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
    # P of the most striking zone, whether it is worth naming or not.
    p_value: float
    # Highest scores of the runs without clusters, rising; fewer than asked for where nothing can be named any more.
    highest: Floats
    zones: int

    def bound(self, *, expected: float, chance: float) -> float:
        """Cases in a zone with so many expected, above which the zone stands out at a chance of a whole scan."""
        place = min(int(np.ceil((1.0 - chance) * (len(self.highest) + 1))), len(self.highest)) - 1
        return float(_cases_scoring(score=float(self.highest[place]), expected=np.array([expected]))[0])


def scan(
    *,
    cases: ArrayLike,
    expected: ArrayLike,
    points: ArrayLike,
    settings: ScanSettings,
    dispersions: ArrayLike = 1.0,
    spread: Spread | None = None,
) -> ScanResult:
    """Scan counts (areas, weeks), latest week last, against what was expected. Raises ScanInputUnfit.

    `points` are plane coordinates (areas, 2); `dispersions` (variance over mean, one or per area) let the
    runs without clusters spread as much as the counts do, each by itself; a `spread` takes their place where areas
    have their good and bad weeks together.
    """
    seen, usual = _checked(cases=cases, expected=expected, weeks=settings.weeks)
    nearest_areas = nearest(points=_checked_points(points, areas=len(seen)), neighbours=settings.neighbours)
    zone_cases = zone_sums(table=seen, nearest_areas=nearest_areas)
    zone_expected = zone_sums(table=usual, nearest_areas=nearest_areas)
    best = float(scores(cases=zone_cases, expected=zone_expected).max())
    drawn = _simulated(
        best=best,
        expected=usual,
        dispersions=np.broadcast_to(np.asarray(dispersions, dtype=np.float64), len(usual)),
        zone_expected=zone_expected,
        nearest_areas=nearest_areas,
        settings=settings,
        spread=spread,
    )
    highest = np.sort(drawn)
    clusters = _clusters(
        cases=zone_cases,
        expected=zone_expected,
        nearest_areas=nearest_areas,
        highest=highest,
        settings=settings,
    )
    chance = _chance(best=best, drawn=drawn, runs=settings.runs)
    return ScanResult(clusters=clusters, p_value=chance, highest=highest, zones=zone_cases.size)


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
    best: float,
    expected: Floats,
    dispersions: Floats,
    zone_expected: Floats,
    nearest_areas: Indices,
    settings: ScanSettings,
    spread: Spread | None,
) -> Floats:
    """Highest scores of runs in which nothing but chance is at work, as drawn.

    Ends with the run after which the best zone can no longer be named, whatever the rest would bring: Besag and
    Clifford, "Sequential Monte Carlo p-values", Biometrika 78 (1991).
    """
    random = np.random.default_rng(settings.seed)
    kind: type[np.floating] = np.float32 if zone_expected.max() < SINGLE_PRECISION_MOST else np.float64
    usual: NDArray[np.floating] = zone_expected.astype(kind)
    enough, needed = _enough(settings), usual
    drawn = np.empty(0)
    for runs in _batches(settings.runs):
        counts = (
            spread.drawn(expected=expected, runs=runs, random=random)
            if spread is not None
            else _drawn(expected=expected, dispersions=dispersions, runs=runs, random=random)
        )
        cases = counts.astype(kind)
        highest = _highest(cases=cases, expected=usual, nearest_areas=nearest_areas, needed=needed)
        calm = np.flatnonzero(highest == 0)
        if len(calm) and needed is not usual:
            highest[calm] = _highest(
                cases=cases[:, :, calm], expected=usual, nearest_areas=nearest_areas, needed=usual
            )
        drawn = np.concatenate([drawn, highest])
        if needed is usual:
            # Hardly a run is calmer than the calmest of the first ones; one that is is looked at again.
            needed = _cases_scoring(score=float(drawn.min()) * CALM, expected=zone_expected).astype(kind)
        above = np.flatnonzero(drawn >= best)
        if len(above) >= enough:
            return drawn[: above[enough - 1] + 1]
    return drawn


def _enough(settings: ScanSettings) -> int:
    """So many runs above the best zone's score, and its p-value is above the highest that is named."""
    return int(np.floor(settings.p_value_most * (settings.runs + 1))) + 1


def _chance(*, best: float, drawn: Floats, runs: int) -> float:
    """P of a score: share of all runs, it among them; where they were ended, of those up to the last above it."""
    above = int((drawn >= best).sum())
    return above / len(drawn) if len(drawn) < runs else (1 + above) / (runs + 1)


def _batches(runs: int) -> list[int]:
    full, rest = divmod(runs, BATCH)
    return [BATCH] * full + ([rest] if rest else [])


def _drawn(
    *, expected: Floats, dispersions: Floats, runs: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """Counts by chance alone, (areas, weeks, runs): Poisson, or negative binomial where they spread more."""
    spread = np.broadcast_to(np.maximum(dispersions, 1.0 + LEAST_EXCESS)[:, None], expected.shape)
    # A negative binomial count is a Poisson number of parties of logarithmic sizes (Quenouille, Biometrics 5, 1949):
    # where nearly all counts are 0, drawing the parties is quicker than drawing the counts.
    parties = expected * np.log(spread) / (spread - 1.0)
    if parties.mean() > DENSE:
        rates = random.gamma(expected / (spread - 1.0), spread - 1.0, size=(runs, *expected.shape))
        return np.ascontiguousarray(np.moveaxis(random.poisson(rates), 0, 2))
    total = parties.sum()
    of_run = random.poisson(total, size=runs)
    run = np.repeat(np.arange(runs), of_run)
    steps = np.cumsum(parties.ravel()) / total
    cell = np.minimum(np.searchsorted(steps, random.random(len(run)), side="right"), steps.size - 1)
    sizes = random.logseries(1.0 - 1.0 / spread.ravel()[cell])
    counts = np.bincount(cell * runs + run, weights=sizes, minlength=steps.size * runs)
    return counts.astype(np.int64).reshape(*expected.shape, runs)


def _highest(
    *,
    cases: NDArray[np.floating],
    expected: NDArray[np.floating],
    nearest_areas: Indices,
    needed: NDArray[np.floating],
) -> NDArray[np.floating]:
    """The highest score of each run; cases (areas, weeks, runs), expected and needed (areas, neighbours, weeks).

    Only zones with more cases than needed are scored: 0 for a run without one.
    """
    latest = np.cumsum(cases[:, ::-1], axis=1, dtype=cases.dtype)
    best = np.zeros(cases.shape[2], dtype=np.float64)
    for week in range(cases.shape[1]):
        growing = np.zeros((len(cases), cases.shape[2]), dtype=cases.dtype)
        weekly = np.ascontiguousarray(latest[:, week])
        for neighbour in range(nearest_areas.shape[1]):
            growing += weekly[nearest_areas[:, neighbour]]
            found = np.flatnonzero(growing > needed[:, neighbour, week, None])
            areas, runs = np.divmod(found, cases.shape[2])
            score = scores(
                cases=growing.ravel()[found].astype(np.float64),
                expected=expected[areas, neighbour, week].astype(np.float64),
            )
            np.maximum.at(best, runs, score)
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


def _cases_scoring(*, score: float, expected: Floats) -> Floats:
    """Cases c above the expected e for which c·ln(c/e) + e − c is the score, by Newton's method; e where it is 0."""
    if score <= 0:
        return expected
    cases = expected + np.sqrt(2.0 * expected * score) + score
    for _ in range(NEWTON_STEPS):
        cases = cases - (cases * np.log(cases / expected) + expected - cases - score) / np.log(
            cases / expected
        )
    return cases


def _gumbel(*, score: float, highest: Floats) -> float:
    """P of so high a score or higher, from a Gumbel distribution with the mean and deviation of the runs."""
    scale = float(highest.std(ddof=1)) * np.sqrt(6.0) / np.pi
    location = float(highest.mean()) - np.euler_gamma * scale
    return float(-np.expm1(-np.exp(-(score - location) / scale)))
