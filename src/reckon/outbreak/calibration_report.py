"""The calibration study in writing: a page for people, a table for programs."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reckon.outbreak.calibration import Performance, ScenarioScore, StudyPlan, pooled
from reckon.outbreak.calibration_parts import Workshop
from reckon.outbreak.choosing import ALONE, Candidate, report_on
from reckon.outbreak.scenarios import scenarios
from reckon.outbreak.settings import DetectorSettings
from reckon.outbreak.writing import write_whole

COLUMNS = (
    "settings", "scenario", "false_alarms", "quiet_weeks", "false_share", "found", "outbreaks", "found_share",
)  # fmt: skip
CANDIDATE_COLUMNS = (
    "dispersion_factor", "error_factor", "alpha", "pair_alpha", "false_share", "worst_scenario",
    "worst_of_any_set", "found_share", "eligible",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reported:
    """One detector on the reporting series."""

    name: str
    settings: DetectorSettings
    # In each set of reporting series, in the order of their seeds.
    sets: tuple[Performance, ...]

    @property
    def performance(self) -> Performance:
        """All sets counted together."""
        return pooled(self.sets)


def reported_on(
    *, plan: StudyPlan, detectors: Mapping[str, DetectorSettings], workshop: Workshop = ALONE
) -> tuple[Reported, ...]:
    """Each named detector, end to end, on the reporting series. Raises OSError."""
    return tuple(
        Reported(
            name=name,
            settings=settings,
            sets=report_on(plan=plan, settings=settings, workshop=workshop),
        )
        for name, settings in detectors.items()
    )


def write_report(*, folder: Path, plan: StudyPlan, reported: tuple[Reported, ...]) -> tuple[Path, Path]:
    """Write calibration.md and calibration.csv. Raises OSError."""
    page, table = folder / "calibration.md", folder / "calibration.csv"
    write_whole(path=page, text=markdown(plan=plan, reported=reported))
    write_whole(path=table, text=as_csv(reported=reported))
    return page, table


def as_csv(*, reported: tuple[Reported, ...]) -> str:
    """One row for each detector and scenario."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in reported:
        writer.writerows(_row(name=one.name, score=score) for score in one.performance.scores)
    return stream.getvalue()


def candidates_csv(*, candidates: tuple[Candidate, ...], plan: StudyPlan) -> str:
    """What every candidate did on the choosing series, most found first."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(CANDIDATE_COLUMNS)
    for one in sorted(candidates, key=lambda one: one.together.mean_found, reverse=True):
        settings, together = one.settings, one.together
        writer.writerow((
            settings.dispersion_factor, settings.error_factor, settings.alpha, settings.pair_alpha,
            f"{together.mean_false:.5f}", f"{together.worst.false_share:.5f}", f"{one.worst_of_any_set:.5f}",
            f"{together.mean_found:.4f}", int(one.eligible(plan=plan)),
        ))  # fmt: skip
    return stream.getvalue()


def _row(*, name: str, score: ScenarioScore) -> tuple[str | int, ...]:
    return (
        name, score.scenario, score.false_alarms, score.quiet_weeks, f"{score.false_share:.5f}",
        score.found, score.outbreaks, f"{score.found_share:.4f}",
    )  # fmt: skip


def markdown(*, plan: StudyPlan, reported: tuple[Reported, ...]) -> str:
    """A page with the goals, what was reached, and every scenario."""
    return "\n".join(
        [*_opening(plan), *_overview(plan, reported), *_criteria(reported), *_scenarios(reported)]
    )


def _opening(plan: StudyPlan) -> list[str]:
    seeds = (
        f"{len(scenarios())} scenarios × {plan.replicates} replicates a set of series. Criteria were chosen on the "
        f"seeds {_listed(plan.choosing_seeds)} and are reported here on {_listed(plan.reporting_seeds)}, which took no "
        "part in the choice. All series are simulated."
    )
    terms = (
        "False alarms: share of the weeks without cases of the outbreak that alarm, on the series without it. "
        "Found: share of outbreaks with an alarm in a week that has cases of it."
    )
    return ["# Calibration of the outbreak detector", "", seeds, "", terms, ""]


def _listed(seeds: tuple[int, ...]) -> str:
    return ", ".join(str(seed) for seed in seeds)


def _overview(plan: StudyPlan, reported: tuple[Reported, ...]) -> list[str]:
    rows = [
        "| settings | false alarms, mean | worst scenario | found, mean | all goals |",
        "| --- | --- | --- | --- | --- |",
        f"| goal | ≤ {plan.mean_false_most:.4f} | ≤ {plan.worst_false_most:.4f} | ≥ {plan.found_least:.3f} | |",
    ]
    for one in reported:
        met = "reached" if one.performance.meets(plan=plan) else "**not reached**"
        rows.append(f"| {one.name} | {_reached(one.performance)} | {met} |")
    if len(plan.reporting_seeds) > 1:
        rows += ["", "Each set of series by itself:", "", *rows[:2]]
        for one in reported:
            for seed, performance in zip(plan.reporting_seeds, one.sets, strict=True):
                met = "reached" if performance.meets(plan=plan) else "**not reached**"
                rows.append(f"| {one.name}, {seed} | {_reached(performance)} | {met} |")
    return [*rows, ""]


def _reached(performance: Performance) -> str:
    worst = performance.worst
    return (
        f"{performance.mean_false:.4f} | {worst.false_share:.4f} (no. {worst.scenario}) "
        f"| {performance.mean_found:.3f}"
    )


def _criteria(reported: tuple[Reported, ...]) -> list[str]:
    rows = ["## Criteria", ""]
    for one in reported:
        settings = one.settings
        rows.append(
            f"- {one.name}: alpha {settings.alpha:g}, two weeks together {settings.pair_alpha:g}, dispersion above 1 "
            f"× {settings.dispersion_factor:g}, error of the fit × {settings.error_factor:g}, trend "
            + ("within the baseline." if settings.trend_within_baseline else "always kept.")
        )
    return [*rows, ""]


def _scenarios(reported: tuple[Reported, ...]) -> list[str]:
    heads = "".join(f" {one.name}: false | found |" for one in reported)
    rows = [
        "## Scenarios",
        "",
        f"| no. | level | growth | season | dispersion |{heads}",
        "| --- | --- | --- | --- | --- |" + " --- | --- |" * len(reported),
    ]
    for place, scenario in enumerate(scenarios()):
        season = "yes" if scenario.cosine or scenario.sine else "no"
        scores = [one.performance.scores[place] for one in reported]
        cells = "".join(f" {score.false_share:.4f} | {score.found_share:.2f} |" for score in scores)
        rows.append(
            f"| {scenario.number} | {scenario.level:g} | {scenario.growth:g} | {season} "
            f"| {scenario.dispersion:g} |{cells}"
        )
    return [*rows, ""]
