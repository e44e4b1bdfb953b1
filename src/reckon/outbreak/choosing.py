"""Choosing the criteria of the calibrated detector, on series that are never reported on."""

from dataclasses import dataclass

from reckon.outbreak.calibration import Performance, ScenarioScore, StudyPlan, pooled
from reckon.outbreak.calibration_parts import Part, Workshop
from reckon.outbreak.scenarios import scenarios
from reckon.outbreak.settings import DetectorSettings

# Keeps nothing and tells nobody.
ALONE = Workshop()


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


def try_candidates(
    *, plan: StudyPlan, base: DetectorSettings, workshop: Workshop = ALONE
) -> tuple[Candidate, ...]:
    """Every candidate on every set of choosing series; the fits are made once. Raises OSError."""
    candidates = plan.candidates(base=base)
    parts = _parts(plan=plan, settings=candidates, seeds=plan.choosing_seeds, end_to_end=False)
    sets = _performances(workshop.done(parts), sets=len(plan.choosing_seeds))
    return tuple(
        Candidate(settings=settings, sets=performances)
        for settings, performances in zip(candidates, sets, strict=True)
    )


def _parts(
    *, plan: StudyPlan, settings: tuple[DetectorSettings, ...], seeds: tuple[int, ...], end_to_end: bool
) -> list[Part]:
    """All scenarios of the first set, then those of the next."""
    return [
        Part(
            scenario=scenario, seed=seed, replicates=plan.replicates, settings=settings, end_to_end=end_to_end
        )
        for seed in seeds
        for scenario in scenarios()
    ]


def _performances(rows: list[list[ScenarioScore]], *, sets: int) -> list[tuple[Performance, ...]]:
    """For each of the settings its performance in each set, from the scores of all parts."""
    length = len(rows) // sets
    return [
        tuple(Performance(scores=scores[number * length : (number + 1) * length]) for number in range(sets))
        for scores in zip(*rows, strict=True)
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


def report_on(
    *, plan: StudyPlan, settings: DetectorSettings, workshop: Workshop = ALONE
) -> tuple[Performance, ...]:
    """The detector, end to end, on each set of reporting series. Raises OSError."""
    parts = _parts(plan=plan, settings=(settings,), seeds=plan.reporting_seeds, end_to_end=True)
    return _performances(workshop.done(parts), sets=len(plan.reporting_seeds))[0]
