"""The simulator, the study and its report, on few replicates."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reckon.outbreak import (
    Candidate,
    NothingEligible,
    Performance,
    Reported,
    ScenarioScore,
    Workshop,
    candidates_csv,
    choose,
    measure,
    plan_in_force,
    reported_on,
    scenarios,
    shipped,
    simulate,
    try_candidates,
    write_report,
)
from reckon.outbreak.calibration import _score, pooled
from reckon.outbreak.calibration_report import markdown
from reckon.outbreak.scenarios import design_in_force

DESIGN = design_in_force()
PLAN = replace(
    plan_in_force(),
    replicates=2,
    choosing_seeds=(1, 2),
    reporting_seeds=(3,),
    dispersion_factors=(1.0, 1.5),
    error_factors=(0.0,),
    alphas=(0.005,),
    pair_alphas=(0.0, 0.004),
)


def test_the_scenarios_are_numbered_season_first_then_growth() -> None:
    every = scenarios()
    assert [scenario.number for scenario in every] == list(range(1, 29))
    # Number 7: second parameters, with growth, without season; number 8 has both.
    assert (every[6].level, every[6].growth, every[6].sine, every[6].dispersion) == (-2.0, 0.005, 0.0, 2.0)
    assert (every[7].growth, every[7].cosine, every[7].sine) == (0.005, 0.1, 0.3)
    assert every[3].means(design=DESIGN)[51] == pytest.approx(np.exp(0.1 + 0.0025 * 52 + 0.6))


def test_the_simulated_counts_have_the_mean_and_spread_they_should() -> None:
    scenario = scenarios()[16]
    series = simulate(scenario=scenario, design=DESIGN, replicates=200, seed=1)
    # Even replicates have no past outbreaks.
    calm = series.quiet[1::2]
    assert calm.mean() == pytest.approx(np.exp(2.5), rel=0.01)
    assert calm.var() / calm.mean() == pytest.approx(3.0, rel=0.03)
    assert series.quiet[::2].mean() > calm.mean() * 1.01
    assert (series.counts == series.quiet + series.cases).all()


def test_every_replicate_has_an_outbreak_where_it_is_looked_for() -> None:
    for scenario in (scenarios()[4], scenarios()[27]):
        cases = simulate(scenario=scenario, design=DESIGN, replicates=50, seed=9).cases
        assert (cases.sum(axis=1) > 0).all()
        assert not cases[:, : DESIGN.current_first - 1].any()


def test_a_replicate_depends_on_nothing_but_seed_scenario_and_number() -> None:
    few = simulate(scenario=scenarios()[2], design=DESIGN, replicates=2, seed=4)
    many = simulate(scenario=scenarios()[2], design=DESIGN, replicates=5, seed=4)
    assert (few.counts == many.counts[:2]).all()
    other = simulate(scenario=scenarios()[2], design=DESIGN, replicates=2, seed=5)
    assert (few.counts != other.counts).any()


def test_trying_candidates_gives_what_the_detector_itself_gives() -> None:
    plan, base = replace(PLAN, choosing_seeds=(2,), dispersion_factors=(1.5,)), shipped("calibrated")
    candidates = try_candidates(plan=plan, base=base)
    assert [candidate.settings.pair_alpha for candidate in candidates] == [0.0, 0.004]
    for candidate in candidates:
        assert candidate.settings.trend_within_baseline is base.trend_within_baseline
        for seed, performance in zip(plan.choosing_seeds, candidate.sets, strict=True):
            assert performance == measure(settings=candidate.settings, seed=seed, replicates=2)


def performance(*, false: int, found: int) -> Performance:
    """Two scenarios, one without false alarms."""
    scores = [
        ScenarioScore(scenario=number, false_alarms=alarms, quiet_weeks=1000, found=found, outbreaks=100)
        for number, alarms in ((1, 0), (2, false))
    ]
    return Performance(scores=tuple(scores))


def test_shares_are_counted_as_defined() -> None:
    one = performance(false=8, found=50)
    assert (one.mean_false, one.worst.scenario, one.worst.false_share, one.mean_found) == (
        0.004,
        2,
        0.008,
        0.5,
    )
    assert one.meets(plan=PLAN)
    assert not performance(false=11, found=50).meets(plan=PLAN)
    assert not performance(false=8, found=46).meets(plan=PLAN)
    both = pooled([one, performance(false=4, found=40)])
    assert both.worst == ScenarioScore(scenario=2, false_alarms=12, quiet_weeks=2000, found=90, outbreaks=200)


def test_an_alarm_is_false_outside_the_outbreak_and_finds_it_inside() -> None:
    cases = np.array([[0, 3, 1, 0], [0, 0, 2, 0]])
    quiet = np.array([[True, True, False, False], [False, False, True, False]])
    outbreak = np.array([[False, False, False, True], [True, False, True, True]])
    # Of five weeks without cases one alarms; the first outbreak is over when it alarms, the second is found.
    assert _score(scenario=7, quiet=quiet, outbreak=outbreak, cases=cases) == ScenarioScore(
        scenario=7, false_alarms=1, quiet_weeks=5, found=1, outbreaks=2
    )


def test_the_choice_is_the_eligible_candidate_that_finds_most() -> None:
    quiet, loud = shipped(), replace(shipped(), alpha=0.02)
    timid = replace(shipped(), alpha=0.0001)
    candidates = (
        Candidate(settings=timid, sets=(performance(false=1, found=30), performance(false=1, found=30))),
        Candidate(settings=quiet, sets=(performance(false=8, found=45), performance(false=8, found=49))),
        # Finds most, but in one of the sets a scenario has too many false alarms.
        Candidate(settings=loud, sets=(performance(false=5, found=70), performance(false=10, found=70))),
    )
    assert choose(candidates=candidates, plan=PLAN).settings == quiet
    rows = [line.split(",") for line in candidates_csv(candidates=candidates, plan=PLAN).splitlines()]
    assert rows[0][4:] == ["false_share", "worst_scenario", "worst_of_any_set", "found_share", "eligible"]
    assert [row[-3:] for row in rows[1:]] == [
        ["0.01000", "0.7000", "0"], ["0.00800", "0.4700", "1"], ["0.00100", "0.3000", "1"],
    ]  # fmt: skip
    with pytest.raises(NothingEligible, match="None of 1 candidates"):
        choose(candidates=candidates[2:], plan=PLAN)


def test_the_report_says_what_was_reached_and_lists_every_scenario(tmp_path: Path) -> None:
    detectors = {name: shipped(name) for name in ("standard", "calibrated")}
    reported = reported_on(plan=PLAN, detectors=detectors)
    assert reported[1].performance == measure(settings=detectors["calibrated"], seed=3, replicates=2)
    page, table = write_report(folder=tmp_path, plan=PLAN, reported=reported)
    text = page.read_text(encoding="utf-8")
    assert "chosen on the seeds 1, 2 and are reported here on 3" in text
    assert text.count("\n| 28 |") == 1
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 56
    assert [row["settings"] for row in rows[::28]] == ["standard", "calibrated"]
    shares = [int(row["false_alarms"]) / int(row["quiet_weeks"]) for row in rows[:28]]
    assert np.mean(shares) == pytest.approx(reported[0].performance.mean_false)


def test_a_study_cut_short_goes_on_and_comes_out_the_same(tmp_path: Path) -> None:
    plan, base = replace(PLAN, choosing_seeds=(1,), replicates=1), shipped("calibrated")
    told: list[tuple[int, int]] = []

    def cut(done: int, total: int) -> None:
        told.append((done, total))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        try_candidates(plan=plan, base=base, workshop=Workshop(folder=tmp_path / "parts", told=cut))
    assert told == [(1, 28), (2, 28), (3, 28)]
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
    assert len(kept) == 3
    again = try_candidates(plan=plan, base=base, workshop=Workshop(folder=tmp_path / "parts"))
    assert again == try_candidates(plan=plan, base=base)
    assert kept.items() <= {path: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}.items()


def test_parts_of_another_study_are_made_anew(tmp_path: Path) -> None:
    plan, workshop = replace(PLAN, replicates=1), Workshop(folder=tmp_path)
    detectors = {"standard": shipped()}
    reported_on(plan=plan, detectors=detectors, workshop=workshop)
    other = {"standard": replace(shipped(), alpha=0.05)}
    assert reported_on(plan=plan, detectors=other, workshop=workshop) == reported_on(
        plan=plan, detectors=other
    )
    assert len(list(tmp_path.iterdir())) == 56


def test_each_set_of_reporting_series_is_told_by_itself() -> None:
    plan = replace(PLAN, reporting_seeds=(3, 4), replicates=1)
    reported = reported_on(plan=plan, detectors={"standard": shipped()})
    assert reported[0].sets == tuple(measure(settings=shipped(), seed=seed, replicates=1) for seed in (3, 4))
    text = markdown(plan=plan, reported=reported)
    assert "| standard, 3 |" in text
    assert "| standard, 4 |" in text


def test_a_goal_missed_is_called_missed() -> None:
    def reported(name: str, false: int) -> Reported:
        rows = performance(false=false, found=90).scores * 14
        scores = tuple(replace(row, scenario=number) for number, row in enumerate(rows, start=1))
        return Reported(name=name, settings=shipped(), sets=(Performance(scores=scores),))

    text = markdown(plan=PLAN, reported=(reported("good", 2), reported("loud", 20)))
    assert "| good | 0.0010 | 0.0020 (no. 2) | 0.900 | reached |" in text
    assert "| loud | 0.0100 | 0.0200 (no. 2) | 0.900 | **not reached** |" in text
