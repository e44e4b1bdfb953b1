"""Choosing the criteria of the calibrated detector, on series that are never reported on."""

from dataclasses import dataclass
from itertools import groupby

from reckon.outbreak.calibration import Performance, PreparedScenario, StudyPlan, measure, pooled
from reckon.outbreak.scenarios import design_in_force, scenarios, simulate
from reckon.outbreak.settings import DetectorSettings


class NothingEligible(ValueError):
    """No candidate stays within the limits for choosing."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Settings and what they did in each set of choosing series."""

    settings: DetectorSettings
    sets: tuple[Performance, ...]

    @property
    def together(self) -> Performance:
        """All sets counted together."""
        return pooled(self.sets)

    @property
    def worst_of_any_set(self) -> float:
        """The largest share of false alarms of a scenario in a set."""
        return max(part.worst.false_share for part in self.sets)

    def eligible(self, *, plan: StudyPlan) -> bool:
        """Whether the mean of all sets, and the worst scenario in any of them, stay within the limits."""
        mean = self.together.mean_false
        return mean <= plan.choosing_mean_most and self.worst_of_any_set <= plan.choosing_worst_most


def try_candidates(*, plan: StudyPlan, base: DetectorSettings) -> tuple[Candidate, ...]:
    """Every candidate on every set of choosing series; the fits are made once."""
    candidates = plan.candidates(base=base)
    sets = [_tried(plan=plan, base=base, candidates=candidates, seed=seed) for seed in plan.choosing_seeds]
    return tuple(
        Candidate(settings=settings, sets=performances)
        for settings, performances in zip(candidates, zip(*sets, strict=True), strict=True)
    )


def _tried(
    *, plan: StudyPlan, base: DetectorSettings, candidates: tuple[DetectorSettings, ...], seed: int
) -> list[Performance]:
    """Every candidate, in order, on one set of series."""
    prepared = _prepared(plan=plan, base=base, seed=seed)
    performances: list[Performance] = []
    for _, alike in groupby(candidates, key=_spread):
        settings = list(alike)
        by_scenario = [scenario.scores(alike=settings) for scenario in prepared]
        performances += [Performance(scores=scores) for scores in zip(*by_scenario, strict=True)]
    return performances


def _spread(settings: DetectorSettings) -> tuple[float, float]:
    return settings.dispersion_factor, settings.error_factor


def _prepared(*, plan: StudyPlan, base: DetectorSettings, seed: int) -> list[PreparedScenario]:
    return [
        PreparedScenario.of(
            series=simulate(
                scenario=scenario, design=design_in_force(), replicates=plan.replicates, seed=seed
            ),
            settings=base,
        )
        for scenario in scenarios()
    ]


def choose(*, candidates: tuple[Candidate, ...], plan: StudyPlan) -> Candidate:
    """The eligible candidate that finds most outbreaks. Raises NothingEligible."""
    eligible = [candidate for candidate in candidates if candidate.eligible(plan=plan)]
    if not eligible:
        raise NothingEligible(
            f"None of {len(candidates)} candidates keeps the mean of false alarms to {plan.choosing_mean_most} and "
            f"the worst scenario to {plan.choosing_worst_most}. Offer stricter candidates."
        )
    return max(eligible, key=lambda candidate: candidate.together.mean_found)


def report_on(*, plan: StudyPlan, settings: DetectorSettings) -> Performance:
    """The detector, end to end, on the reporting series."""
    return pooled(
        measure(settings=settings, seed=seed, replicates=plan.replicates) for seed in plan.reporting_seeds
    )
