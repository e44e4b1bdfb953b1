"""Forecasts: they look back only, keep their word, beat the naive ones, and say next month's colours."""

import numpy as np
import pytest
from numpy.typing import NDArray

from reckon.colours import (
    Backtest,
    backtest,
    colour_rules_shipped,
    district_make,
    forecast_colours,
    interval_of,
    predict,
    predict_indicators,
    reference_make,
    synthetic_settings,
)
from reckon.index import Assessment, Reference, assess, declaration_shipped, evidence, pooled

Array = NDArray[np.float64]
DECLARED = declaration_shipped()
RULES = colour_rules_shipped()
SETTINGS = RULES.forecast
SHAPE = 8.0


def series(
    *,
    seed: int,
    months: int = 60,
    areas: int = 14,
    cases: float = 60.0,
    drift: float = 0.05,
    noise: float = 0.0,
) -> tuple[Array, Array, NDArray[np.int64]]:
    """Counts of areas whose rates wander, with a season; expected and calendar one row longer."""
    random = np.random.default_rng(seed)
    calendar = np.arange(months + 1) % 12 + 1
    season = np.exp(0.2 * np.sin(2 * np.pi * calendar / 12))
    steps = drift * random.standard_normal((months, areas))
    level = random.standard_gamma(SHAPE, areas) / SHAPE * np.exp(np.cumsum(steps, axis=0))
    mean = cases * level * season[:months, None]
    if noise:
        mean = mean * random.standard_gamma(1 / noise, mean.shape) * noise
    return random.poisson(mean).astype(float), np.full((months + 1, areas), cases), calendar


def judged(*, seeds: range, **kind: float) -> list[Backtest]:
    results = []
    for seed in seeds:
        observed, expected, calendar = series(seed=seed, **kind)  # type: ignore[arg-type]
        results.append(
            backtest(
                observed=observed,
                expected=expected,
                calendar=calendar,
                shape=SHAPE,
                settings=SETTINGS,
                first=24,
            )
        )
    return results


def coverage(results: list[Backtest], level: float) -> float:
    rows = [row for result in results for row in result.coverage if row.level == level and row.adjusted]
    return sum(row.inside for row in rows) / sum(row.total for row in rows)


def test_first_month_is_forecast_at_the_reference() -> None:
    predictions = predict(
        observed=np.empty((0, 2)), expected=[[10.0, 30.0]], calendar=[1], shape=SHAPE, settings=SETTINGS
    )
    assert predictions.mean[0].tolist() == [10.0, 30.0]


def test_level_by_hand() -> None:
    """Shape 8, memory m, no noise: size m·(8 + 20) + (1 - m)·8, mean 10 · size / (m·(8 + 10) + (1 - m)·8)."""
    predictions = predict(
        observed=[[20.0]], expected=[[10.0], [10.0]], calendar=[1, 2], shape=8.0, settings=SETTINGS
    )
    keep, noise = predictions.memory[1], predictions.noise[1]
    worth = 1 / (1 + noise * 10)
    k = keep * (8 + worth * 20) + (1 - keep) * 8
    rate = keep * (8 + worth * 10) + (1 - keep) * 8
    assert predictions.mean[1, 0] == pytest.approx(10 * k / rate)
    assert predictions.size[1, 0] == pytest.approx(1 / (1 / k + noise * (1 + 1 / k)))


def test_forecasts_look_back_only() -> None:
    observed, expected, calendar = series(seed=1)
    changed = observed.copy()
    changed[40:] *= 5
    first, second = (
        predict(observed=each, expected=expected, calendar=calendar, shape=SHAPE, settings=SETTINGS)
        for each in (observed, changed)
    )
    assert (first.mean[:41] == second.mean[:41]).all()
    assert (first.size[:41] == second.size[:41]).all()
    before, after = (interval_of(each, row=40, level=0.95, settings=SETTINGS) for each in (first, second))
    assert (before.high == after.high).all()


def test_missing_month_is_no_zero() -> None:
    observed, expected, calendar = series(seed=2)
    holed = observed.copy()
    holed[-1] = np.nan
    predictions = predict(
        observed=holed, expected=expected, calendar=calendar, shape=SHAPE, settings=SETTINGS
    )
    assert np.isfinite(predictions.mean[-1]).all()
    assert predictions.mean[-1].sum() > 0.6 * observed[-6:].mean(axis=0).sum()


@pytest.mark.parametrize("kind", [{"drift": 0.0}, {"drift": 0.05}, {"noise": 0.05}, {"cases": 200.0}])
def test_intervals_cover_what_they_say(kind: dict[str, float]) -> None:
    """Counts are whole, so intervals cover a little more than asked; never clearly less."""
    results = judged(seeds=range(100, 104), **kind)
    assert 0.77 <= coverage(results, 0.8) <= 0.88
    assert 0.93 <= coverage(results, 0.95) <= 0.985


def test_small_counts_are_covered_at_least() -> None:
    results = judged(seeds=range(200, 204), cases=2.0)
    assert coverage(results, 0.8) >= 0.79
    assert coverage(results, 0.95) >= 0.94


def test_model_beats_every_naive_forecast() -> None:
    for result in judged(seeds=range(300, 303)):
        model, *naive = (each.mean_absolute for each in result.errors)
        assert result.errors[0].forecast == "model"
        assert all(model < each for each in naive)


def test_backtest_counts_what_it_judged() -> None:
    observed, expected, calendar = series(seed=3)
    observed[50, 3] = np.nan
    result = backtest(
        observed=observed, expected=expected, calendar=calendar, shape=SHAPE, settings=SETTINGS, first=24
    )
    assert result.months == 36
    assert result.figures == 36 * 14 - 1
    assert {row.total for row in result.coverage} == {result.figures}
    low, high = result.coverage[0].bounds
    assert low < result.coverage[0].share < high


def test_backtest_without_a_year_before_it_is_refused() -> None:
    observed, expected, calendar = series(seed=4, months=20)
    with pytest.raises(ValueError, match="Leave a year"):
        backtest(
            observed=observed, expected=expected, calendar=calendar, shape=SHAPE, settings=SETTINGS, first=11
        )


def test_rows_that_do_not_fit_are_refused() -> None:
    observed, expected, calendar = series(seed=5)
    with pytest.raises(ValueError, match="one row more"):
        predict(observed=observed, expected=expected[:-1], calendar=calendar, shape=SHAPE, settings=SETTINGS)


def test_next_months_risk_falls_into_its_band() -> None:
    """Streets whose true rates do not change: about nine in ten of next month's risks lie within 5 and 95 %."""
    hits = np.concatenate([_inside_band(seed) for seed in range(4)])
    assert 0.8 <= hits.mean() <= 0.99


def _inside_band(seed: int) -> NDArray[np.bool_]:
    """For each street, whether its 25th month lies within the band forecast from 24."""
    random = np.random.default_rng(seed)
    district = district_make(declaration=DECLARED, settings=synthetic_settings(), random=random)
    reference = reference_make(district, random=random)
    record = district.months(25, random=random)
    exposure = np.broadcast_to(district.exposure, record.shape)
    present, coming = (_assessed(reference, record[:end], exposure[:end]) for end in (24, 25))
    counts, expected = evidence(given=record, exposure=exposure, declaration=DECLARED, frozen=reference)
    laws = predict_indicators(
        observed=counts[:24],
        expected=expected,
        calendar=np.arange(25) % 12 + 1,
        reference=reference,
        settings=SETTINGS,
    )
    found = forecast_colours(assessment=present, predictions=laws, expected=expected[-1], rules=RULES)
    assert found.shares.sum(axis=1) == pytest.approx(1.0)
    return np.asarray((found.low <= coming.risk) & (coming.risk <= found.high))


def _assessed(reference: Reference, record: Array, exposure: Array) -> Assessment:
    figures, cases = pooled(observed=record, exposure=exposure, declaration=DECLARED)
    areas = [f"a{row}" for row in range(len(cases))]
    return assess(declaration=DECLARED, reference=reference, areas=areas, observed=figures, exposure=cases)
