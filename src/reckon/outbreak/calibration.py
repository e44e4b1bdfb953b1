"""Calibration study: how often a detector alarms without cause, and how many outbreaks it finds.

False alarms: share of the weeks without cases of the outbreak that alarm, on the series without it. Found: share of
replicates with an alarm in a week that has cases of the outbreak.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, product

import numpy as np
from numpy.typing import NDArray

from reckon.outbreak.baseline import baseline_of
from reckon.outbreak.criteria import chance_alone, chance_together
from reckon.outbreak.detector import enough_cases, judge, judged_weeks
from reckon.outbreak.farrington import Fits, fit_baselines
from reckon.outbreak.scenarios import Scenario, Simulated, design_in_force, scenarios, simulate
from reckon.outbreak.settings import DetectorSettings, SettingsInvalid, shipped_as

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class StudyPlan:
    """What is simulated, chosen among and aimed at; explained in data/study.toml."""

    valid_from: str
    source: str
    replicates: int
    choosing_seeds: tuple[int, ...]
    reporting_seeds: tuple[int, ...]
    mean_false_most: float
    worst_false_most: float
    found_least: float
    choosing_mean_most: float
    choosing_worst_most: float
    dispersion_factors: tuple[float, ...]
    error_factors: tuple[float, ...]
    alphas: tuple[float, ...]
    pair_alphas: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raises SettingsInvalid where the choice and the report would share series."""
        shared = set(self.choosing_seeds) & set(self.reporting_seeds)
        if shared:
            raise SettingsInvalid(
                f"Seeds {sorted(shared)} are used for choosing and for reporting, so the report would flatter. "
                "Use other seeds for one of them."
            )
        if self.replicates < 1:
            raise SettingsInvalid(f"Setting replicates = {self.replicates} must be at least 1.")

    def candidates(self, *, base: DetectorSettings) -> tuple[DetectorSettings, ...]:
        """Every combination of what may be chosen, with the rest of `base`."""
        return tuple(
            replace(base, dispersion_factor=spread, error_factor=error, alpha=alpha, pair_alpha=pair)
            for spread, error, alpha, pair in product(
                self.dispersion_factors, self.error_factors, self.alphas, self.pair_alphas
            )
        )


@cache
def plan_in_force() -> StudyPlan:
    """The plan shipped with the program."""
    return shipped_as(name="study", kind=StudyPlan)


@dataclass(frozen=True, kw_only=True)
class ScenarioScore:
    """What was counted in the replicates of one scenario."""

    scenario: int
    false_alarms: int
    quiet_weeks: int
    found: int
    outbreaks: int

    @property
    def false_share(self) -> float:
        """Share of quiet weeks that alarm."""
        return self.false_alarms / self.quiet_weeks

    @property
    def found_share(self) -> float:
        """Share of outbreaks with an alarm while they had cases."""
        return self.found / self.outbreaks


@dataclass(frozen=True, kw_only=True)
class Performance:
    """Scores of all scenarios, in their order."""

    scores: tuple[ScenarioScore, ...]

    @property
    def mean_false(self) -> float:
        """Mean of the scenarios' shares of false alarms."""
        return float(np.mean([score.false_share for score in self.scores]))

    @property
    def worst(self) -> ScenarioScore:
        """The scenario with the largest share of false alarms."""
        return max(self.scores, key=lambda score: score.false_share)

    @property
    def mean_found(self) -> float:
        """Mean of the scenarios' shares of outbreaks found."""
        return float(np.mean([score.found_share for score in self.scores]))

    def meets(self, *, plan: StudyPlan) -> bool:
        """Whether all three goals are reached."""
        return (
            self.mean_false <= plan.mean_false_most
            and self.worst.false_share <= plan.worst_false_most
            and self.mean_found >= plan.found_least
        )


def pooled(parts: Iterable[Performance]) -> Performance:
    """All sets of series counted together."""
    rows = zip(*(part.scores for part in parts), strict=True)
    return Performance(
        scores=tuple(
            ScenarioScore(
                scenario=row[0].scenario,
                false_alarms=sum(score.false_alarms for score in row),
                quiet_weeks=sum(score.quiet_weeks for score in row),
                found=sum(score.found for score in row),
                outbreaks=sum(score.outbreaks for score in row),
            )
            for row in rows
        )
    )


def measure(*, settings: DetectorSettings, seed: int, replicates: int) -> Performance:
    """The detector on simulated series of every scenario."""
    return Performance(
        scores=tuple(
            measure_scenario(settings=settings, scenario=scenario, seed=seed, replicates=replicates)
            for scenario in scenarios()
        )
    )


def measure_scenario(
    *, settings: DetectorSettings, scenario: Scenario, seed: int, replicates: int
) -> ScenarioScore:
    """The detector on simulated series of one scenario."""
    series = simulate(scenario=scenario, design=design_in_force(), replicates=replicates, seed=seed)
    weeks = judged_weeks(settings=settings)
    return _score(
        scenario=scenario.number,
        quiet=judge(counts=series.quiet, weeks=weeks, settings=settings).alarm,
        outbreak=judge(counts=series.counts, weeks=weeks, settings=settings).alarm,
        cases=series.cases[:, weeks - 1],
    )


def _score(*, scenario: int, quiet: Flags, outbreak: Flags, cases: Counts) -> ScenarioScore:
    during = cases > 0
    return ScenarioScore(
        scenario=scenario,
        false_alarms=int((quiet & ~during).sum()),
        quiet_weeks=int((~during).sum()),
        found=int((outbreak & during).any(axis=1).sum()),
        outbreaks=len(cases),
    )


@dataclass(frozen=True, kw_only=True)
class FittedSeries:
    """Series whose fits are done, to be judged by any criteria; only weeks above expectation can alarm."""

    possible: Flags  # (replicates, weeks)
    counts: Counts  # of the possible weeks, as the rest below
    before: Counts
    fits: Fits

    @classmethod
    def of(cls, *, counts: Counts, settings: DetectorSettings) -> "FittedSeries":
        """Fit the full baseline of every judged week."""
        weeks = judged_weeks(settings=settings)
        ages = baseline_of(settings=settings, years=settings.years_back).ages
        history = counts[:, weeks[:, None] - 1 - ages].reshape(-1, len(ages))
        fits = fit_baselines(history=history, years=settings.years_back, settings=settings)
        now = counts[:, weeks - 1]
        enough = enough_cases(counts=counts, weeks=weeks, settings=settings)
        possible = (now > fits.expected.reshape(now.shape)) & enough
        return cls(
            possible=possible,
            counts=now[possible],
            before=counts[:, weeks - 2][possible],
            fits=fits.rows(which=possible.ravel()),
        )

    def alarms(self, *, alike: Sequence[DetectorSettings]) -> list[Flags]:
        """Which weeks alarm, (replicates, weeks), by each of the settings, which differ in their levels only."""
        alone = chance_alone(counts=self.counts, fits=self.fits, settings=alike[0])
        together = chance_together(counts=self.counts, before=self.before, fits=self.fits, settings=alike[0])
        found = []
        for settings in alike:
            alarms = np.zeros_like(self.possible)
            alarms[self.possible] = alone <= settings.alpha
            if settings.pair_alpha > 0:
                alarms[self.possible] |= together <= settings.pair_alpha
            found.append(alarms)
        return found


@dataclass(frozen=True, kw_only=True)
class PreparedScenario:
    """One scenario's series, fitted without and with the outbreak."""

    scenario: int
    quiet: FittedSeries
    outbreak: FittedSeries
    cases: Counts

    @classmethod
    def of(cls, *, series: Simulated, settings: DetectorSettings) -> "PreparedScenario":
        """Fit the series of a scenario."""
        return cls(
            scenario=series.scenario,
            quiet=FittedSeries.of(counts=series.quiet, settings=settings),
            outbreak=FittedSeries.of(counts=series.counts, settings=settings),
            cases=series.cases[:, judged_weeks(settings=settings) - 1],
        )

    def scores(self, *, alike: Sequence[DetectorSettings]) -> list[ScenarioScore]:
        """What the criteria of each of the settings, which differ in their levels only, make of these fits."""
        both = zip(self.quiet.alarms(alike=alike), self.outbreak.alarms(alike=alike), strict=True)
        return [
            _score(scenario=self.scenario, quiet=quiet, outbreak=outbreak, cases=self.cases)
            for quiet, outbreak in both
        ]


def scores_by_candidate(
    *, prepared: PreparedScenario, candidates: Sequence[DetectorSettings]
) -> list[ScenarioScore]:
    """The scores of all candidates, in their order; those that differ in their levels only go together."""
    found: dict[int, ScenarioScore] = {}
    places = sorted(range(len(candidates)), key=lambda place: _spread(candidates[place]))
    for _, alike in groupby(places, key=lambda place: _spread(candidates[place])):
        group = list(alike)
        scores = prepared.scores(alike=[candidates[place] for place in group])
        found |= dict(zip(group, scores, strict=True))
    return [found[place] for place in range(len(candidates))]


def _spread(settings: DetectorSettings) -> tuple[float, float]:
    return settings.dispersion_factor, settings.error_factor
