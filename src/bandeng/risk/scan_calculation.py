"""From weekly counts to surges and clusters: pure, so that a run comes out the same again. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from bandeng.risk.rules import STREET, SurgeKind
from bandeng.risk.scan_rules import SurgeSettings
from reckon.outbreak import Judgements, Method, ScanResult, SeriesUnfit, Spread, discoveries, judge, scan

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
#: A street's week is never thought impossible: it has at least so many matters to be expected.
EXPECTED_LEAST = 0.02
INTERVAL = 0.95


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Everything that a run looks at; weeks end with the one that begins on `monday`."""

    monday: str
    streets: tuple[str, ...]
    grids: tuple[str, ...]
    points: tuple[tuple[float, float], ...]  # metres east and north, one a grid
    households: tuple[int, ...]  # one a grid
    series: tuple[tuple[tuple[int, ...], ...], ...]  # groups × streets × weeks
    recent: tuple[tuple[tuple[int, int, int], ...], ...]  # groups × (grid, week, count) of the scanned weeks
    reference: tuple[tuple[tuple[int, int], ...], ...]  # groups × (grid, count) of the weeks before those

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `inputs_kept` takes them."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @property
    def length(self) -> int:
        """Weeks of the series."""
        return len(self.series[0][0]) if self.series and self.series[0] else 0


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def inputs_kept(data: Mapping[str, Any]) -> Inputs:
    """Inputs as a run keeps them."""
    return Inputs(**{name: _frozen(value) for name, value in data.items()})


@dataclass(frozen=True, kw_only=True)
class Found:
    """More matters than expected; the words are those of `risk.Surge`."""

    kind: str
    group: str
    area_code: str
    areas: tuple[str, ...]
    first_monday: str
    weeks: int
    observed: int
    expected: float
    bound: float
    ratio_low: float
    ratio_high: float
    p_value: float
    adjusted: float
    is_discovery: bool
    method: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run found, and among how many tests."""

    surges: tuple[Found, ...]
    series: int
    scans: int

    def as_data(self) -> dict[str, Any]:
        """Plain values."""
        surges = [{**asdict(each), "areas": list(each.areas)} for each in self.surges]
        return {"surges": surges, "series": self.series, "scans": self.scans}

    def count(self, kind: SurgeKind) -> int:
        """Discoveries of a kind."""
        return sum(each.kind == kind.value and each.is_discovery for each in self.surges)


def surges_of(*, inputs: Inputs, settings: SurgeSettings) -> Result:
    """Judge every street's newest week of every group, and scan the grids of every group."""
    if not inputs.length:
        return Result(surges=(), series=0, scans=0)
    judged = judgements_of(inputs=inputs, settings=settings, weeks=settings.weeks)
    rises = _rises(inputs=inputs, settings=settings, judged=judged)
    scans = {
        place: found
        for place in range(len(settings.groups))
        if (found := _scanned(place=place, inputs=inputs, settings=settings, judged=judged)) is not None
    }
    clusters = _clusters(scans, inputs=inputs, settings=settings)
    return Result(
        surges=(*clusters, *rises),
        series=0 if judged is None else len(settings.groups) * len(inputs.streets),
        scans=len(scans),
    )


def judgements_of(*, inputs: Inputs, settings: SurgeSettings, weeks: int) -> Judgements | None:
    """The detector on all series' latest weeks, as many of them as the past allows; None where it allows none."""
    counts = np.array(inputs.series, dtype=np.int64).reshape(-1, inputs.length)
    for count in range(min(weeks, inputs.length), 0, -1):
        latest = np.arange(inputs.length - count + 1, inputs.length + 1)
        try:
            return judge(counts=counts, weeks=latest, settings=settings.detector)
        except SeriesUnfit:
            continue
    return None


def _rises(*, inputs: Inputs, settings: SurgeSettings, judged: Judgements | None) -> list[Found]:
    """Alarms of the newest week; which of them stand when all series are looked at together."""
    if judged is None:
        return []
    table = discoveries(p_values=judged.p_value[:, -1], rate=settings.discovery_rate)
    found = []
    for row in np.flatnonzero(judged.alarm[:, -1]):
        group, street = divmod(int(row), len(inputs.streets))
        observed = int(judged.counts[row, -1])
        expected = max(float(judged.expected[row, -1]), EXPECTED_LEAST)
        low, high = ratio_interval(
            observed=observed, expected=expected, dispersion=float(judged.dispersion[row, -1])
        )
        found.append(
            Found(
                kind=SurgeKind.RISE.value, group=settings.groups[group].code, area_code=inputs.streets[street],
                areas=(inputs.streets[street],), first_monday=inputs.monday, weeks=1, observed=observed,
                expected=expected, bound=float(judged.upper_bound[row, -1]), ratio_low=low, ratio_high=high,
                p_value=float(judged.p_value[row, -1]), adjusted=float(table.adjusted[row]),
                is_discovery=bool(table.discovered[row]), method=judged.methods[-1].value,
            )
        )  # fmt: skip
    return sorted(found, key=lambda each: (each.p_value, each.area_code, each.group))


def ratio_interval(*, observed: int, expected: float, dispersion: float) -> tuple[float, float]:
    """95 % interval of observed over expected: exact for Poisson counts, wider by the dispersion (quasi-Poisson)."""
    tail = (1.0 - INTERVAL) / 2.0
    cases = observed / dispersion
    low = float(chi2.ppf(tail, 2.0 * cases)) / 2.0 if observed else 0.0
    high = float(chi2.ppf(1.0 - tail, 2.0 * cases + 2.0)) / 2.0
    return low * dispersion / expected, high * dispersion / expected


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What the scanned weeks of a group let expect."""

    expected: Floats  # streets × weeks
    dispersion: Floats  # of a street
    method: str


def baseline_of(
    *, place: int, inputs: Inputs, settings: SurgeSettings, judged: Judgements | None
) -> Baseline | None:
    """The detector's expectation with season and trend; the mean of the weeks before where the past is too short."""
    rows = slice(place * len(inputs.streets), (place + 1) * len(inputs.streets))
    full = judged is not None and len(judged.weeks) == settings.weeks
    if judged is not None and full and set(judged.methods) == {Method.FARRINGTON}:
        return Baseline(
            expected=np.maximum(judged.expected[rows], EXPECTED_LEAST),
            dispersion=judged.dispersion[rows].mean(axis=1),
            method=Method.FARRINGTON.value,
        )
    before = np.array(inputs.series[place], dtype=np.float64)[:, : -settings.weeks]
    before = before[:, -settings.reference_weeks :]
    if before.shape[1] < settings.reference_least:
        return None
    mean = np.maximum(before.mean(axis=1), EXPECTED_LEAST)
    spread = np.maximum(before.var(axis=1, ddof=1) / mean, 1.0)
    # The mean of n weeks is itself uncertain: a new week varies by 1 + 1/n of one.
    return Baseline(
        expected=np.repeat(mean[:, None], settings.weeks, axis=1),
        dispersion=spread * (1.0 + 1.0 / before.shape[1]),
        method="mean",
    )


def _scanned(
    *, place: int, inputs: Inputs, settings: SurgeSettings, judged: Judgements | None
) -> tuple[ScanResult, Baseline, Floats] | None:
    baseline = baseline_of(place=place, inputs=inputs, settings=settings, judged=judged)
    if baseline is None or len(inputs.grids) < 2:
        return None
    street = _streets_of_grids(inputs)
    share, certain = shares(place=place, inputs=inputs, settings=settings)
    expected = baseline.expected[street] * share[:, None]
    # Of a count that is expected to be e and whose share is known from n matters, e²/n of the variance is not chance.
    dispersions = baseline.dispersion[street] + expected.sum(axis=1) / certain
    cases = np.zeros((len(inputs.grids), settings.weeks), dtype=np.int64)
    for grid, week, count in inputs.recent[place]:
        cases[grid, week] = count
    result = scan(
        cases=cases,
        expected=expected,
        points=np.array(inputs.points),
        settings=settings.scan_of(place),
        spread=Spread(groups=street, dispersions=baseline.dispersion, known=certain),
    )
    return result, baseline, dispersions


def _streets_of_grids(inputs: Inputs) -> NDArray[np.int64]:
    places = {street: place for place, street in enumerate(inputs.streets)}
    return np.array([places[grid[:STREET]] for grid in inputs.grids])


def shares(*, place: int, inputs: Inputs, settings: SurgeSettings) -> tuple[Floats, Floats]:
    """Each grid's share of its street's matters, and how many matters' worth of knowing is behind it."""
    street = _streets_of_grids(inputs)
    households = np.maximum(np.array(inputs.households, dtype=np.float64), 1.0)
    grids = np.bincount(street, minlength=len(inputs.streets))
    living = np.bincount(street, weights=households, minlength=len(inputs.streets))
    known = settings.household_cases * grids[street] * households / living[street]
    for grid, count in inputs.reference[place]:
        known[grid] += count
    return known / np.bincount(street, weights=known, minlength=len(inputs.streets))[street], known


def _clusters(
    scans: Mapping[int, tuple[ScanResult, Baseline, Floats]], *, inputs: Inputs, settings: SurgeSettings
) -> list[Found]:
    """Clusters of all groups; each group's first one is a test of the run."""
    firsts = {place: result.p_value for place, (result, _, _) in scans.items()}
    found = []
    for place, (result, baseline, dispersions) in scans.items():
        for cluster in result.clusters:
            # A group's second cluster is judged as though it were the group's test.
            p_values = np.array(list({**firsts, place: cluster.p_value}.values()))
            table = discoveries(p_values=p_values, rate=settings.discovery_rate)
            row = list(firsts).index(place)
            low, high = ratio_interval(
                observed=cluster.cases,
                expected=cluster.expected,
                dispersion=float(dispersions[list(cluster.areas)].mean()),
            )
            found.append(
                Found(
                    kind=SurgeKind.CLUSTER.value, group=settings.groups[place].code,
                    area_code=inputs.grids[cluster.areas[0]],
                    areas=tuple(inputs.grids[area] for area in cluster.areas),
                    first_monday=_monday(inputs.monday, weeks_back=cluster.weeks - 1), weeks=cluster.weeks,
                    observed=cluster.cases, expected=cluster.expected,
                    bound=result.bound(expected=cluster.expected, chance=settings.p_value_most),
                    ratio_low=low, ratio_high=high, p_value=cluster.p_value,
                    adjusted=float(table.adjusted[row]), is_discovery=bool(table.discovered[row]),
                    method=baseline.method,
                )
            )  # fmt: skip
    return sorted(found, key=lambda each: (each.p_value, -each.observed / each.expected, each.area_code))


def _monday(monday: str, *, weeks_back: int) -> str:
    return (date.fromisoformat(monday) - timedelta(weeks=weeks_back)).isoformat()


def overlap(first: Sequence[str], second: Sequence[str]) -> float:
    """How much of the smaller one's areas both cover."""
    return len(set(first) & set(second)) / min(len(set(first)), len(set(second)))
