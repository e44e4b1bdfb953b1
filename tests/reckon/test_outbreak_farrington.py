"""The fast fit against a slow one of another make, and its corner cases."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from reckon.outbreak import DetectorSettings, shipped
from reckon.outbreak.baseline import baseline_of
from reckon.outbreak.bounds import LARGEST, at_most, more_than, upper_bounds
from reckon.outbreak.farrington import Fits, fit_baselines
from reckon.outbreak.regression import Sums, Weights, growth_sums
from reckon.outbreak.settings import Trend

STANDARD, CALIBRATED = shipped(), shipped("calibrated")
Floats = NDArray[np.float64]


def slow_glm(design: Floats, counts: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Coefficients, means and working weights of a Poisson regression, by textbook least squares in a loop."""
    means = counts + 0.1
    deviance = slow_deviance(counts, means, weights)
    for _ in range(25):
        working = weights * means
        response = np.log(means) + (counts - means) / means
        root = np.sqrt(working)
        solved = np.linalg.lstsq(design * root[:, None], response * root, rcond=None)[0]
        coefficients = np.asarray(solved, dtype=np.float64)
        means = np.exp(design @ coefficients)
        before, deviance = deviance, slow_deviance(counts, means, weights)
        if abs(deviance - before) / (abs(deviance) + 0.1) < 1e-8:
            return coefficients, means, working
    raise ArithmeticError("no rest within 25 steps")


def slow_deviance(counts: Floats, means: Floats, weights: Floats) -> float:
    logs = np.array([y * np.log(y / m) if y > 0 else 0.0 for y, m in zip(counts, means, strict=True)])
    return float(2 * (weights * (logs - (counts - means))).sum())


def slow_fit(
    history: NDArray[np.int64], *, trend: bool = True, within_baseline: bool = True
) -> tuple[float, float]:
    """Expected count and dispersion of one week, written from the publication with dense matrices."""
    years, window = 5, 7
    ages = np.arange(52 * years + 3, 26, -1)
    season = np.array([((3 - age) % 52) for age in ages])
    group = np.array([0 if s < window else 1 + (s - window) // 5 for s in season])
    columns = [(group == g).astype(float) for g in range(10)] + ([-ages / 100.0] if trend else [])
    design = np.stack(columns, axis=1)
    counts: Floats = history.astype(np.float64)
    size, free = len(counts), len(counts) - len(columns)

    def dispersion(means: Floats, working: Floats) -> float:
        return max(1.0, float((working * ((counts - means) / means) ** 2).sum()) / free)

    _, means, working = slow_glm(design, counts, np.ones(size))
    phi = dispersion(means, working)
    root = design * np.sqrt(working)[:, None]
    leverage = np.diag(root @ np.linalg.inv(root.T @ root) @ root.T)
    anscombe = 1.5 * (counts ** (2 / 3) * means ** (-1 / 6) - np.sqrt(means)) / np.sqrt(phi * (1 - leverage))
    weights = np.array([s**-2 if s > 2.58 else 1.0 for s in anscombe])
    weights *= size / weights.sum()
    coefficients, means, working = slow_glm(design, counts, weights)
    expected = float(np.exp(coefficients[0]))
    if trend and within_baseline and expected > float(counts.max()):
        return slow_fit(history, trend=False)
    return expected, dispersion(means, working)


def drawn(*, seed: int, mean: float, growth: float, dispersion: float, fits: int = 1) -> NDArray[np.int64]:
    """Past weeks with season, growth and outbreaks."""
    random = np.random.default_rng(seed)
    ages = baseline_of(settings=STANDARD, years=5).ages
    means = mean * np.exp(-growth * ages / 52 + 0.5 * np.sin(ages / 52 * 2 * np.pi))
    shape = (fits, len(ages))
    counts = random.negative_binomial(np.broadcast_to(means / (dispersion - 1), shape), 1 / dispersion)
    counts[:, random.integers(0, len(ages), 3)] += random.poisson(5 * np.sqrt(mean * dispersion), (fits, 3))
    return counts.astype(np.int64)


def fitted(history: NDArray[np.int64], detector: DetectorSettings = STANDARD) -> Fits:
    return fit_baselines(history=history, years=detector.years_back, settings=detector)


def test_the_baseline_leaves_the_latest_half_year_out_and_groups_the_year() -> None:
    baseline = baseline_of(settings=STANDARD, years=5)
    assert (baseline.ages[0], baseline.ages[-1], len(baseline.ages)) == (263, 27, 237)
    by_age = dict(zip(baseline.ages.tolist(), baseline.groups.tolist(), strict=True))
    assert [by_age[52 * 2 + step] for step in (3, 0, -3)] == [0, 0, 0]
    # Just after the window come periods of five weeks; just before it the last of them.
    assert [by_age[104 - step] for step in (4, 8, 9)] == [1, 1, 2]
    assert by_age[104 + 4] == 9
    assert set(by_age.values()) == set(range(10))


@pytest.mark.parametrize("mean", [0.6, 2.0, 15.0, 150.0])
@pytest.mark.parametrize("growth", [-0.2, 0.0, 0.25])
@pytest.mark.parametrize("dispersion", [1.05, 1.5, 5.0])
def test_the_fast_fit_equals_the_slow_one(mean: float, growth: float, dispersion: float) -> None:
    history = drawn(
        seed=int(mean * 10 + dispersion * 100), mean=mean, growth=growth, dispersion=dispersion, fits=2
    )
    fits = fitted(history)
    for row, counts in enumerate(history):
        expected, phi = slow_fit(counts)
        assert fits.expected[row] == pytest.approx(expected, rel=1e-9)
        assert fits.dispersion[row] == pytest.approx(phi, rel=1e-9)


@pytest.mark.parametrize("growth", [-0.7, 0.7])
def test_steep_growth_beyond_the_power_series_is_fitted_alike(growth: float) -> None:
    keep = replace(STANDARD, trend_within_baseline=False)
    history = drawn(seed=12, mean=60.0 if growth > 0 else 2.0, growth=growth, dispersion=2.0, fits=3)
    fits = fitted(history, keep)
    assert (np.abs(fits.slope) > baseline_of(settings=keep, years=5).steepest).all()
    assert (fits.reduced > 0).any()
    for row, counts in enumerate(history):
        expected, phi = slow_fit(counts, within_baseline=False)
        assert fits.expected[row] == pytest.approx(expected, rel=1e-9)
        assert fits.dispersion[row] == pytest.approx(phi, rel=1e-9)


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.43])
def test_sums_by_power_series_equal_those_by_week(slope: float) -> None:
    baseline = baseline_of(settings=STANDARD, years=5)
    random = np.random.default_rng(1)
    unusual = random.random((4, 237)) < 0.05
    relative = np.where(unusual, random.uniform(0.01, 0.15, (4, 237)), 1.0)
    weights = Weights.of(relative=relative, unusual=unusual)
    assert weights.dense.mean(axis=1) == pytest.approx(np.ones(4))
    slopes = np.full(4, slope)
    quick = growth_sums(slopes=slopes, weights=weights, baseline=baseline)
    plain = Sums.of(values=weights.dense * np.exp(slopes[:, None] * baseline.times), baseline=baseline)
    for name in ("ones", "times", "squares"):
        assert getattr(quick, name) == pytest.approx(getattr(plain, name), rel=1e-12, abs=1e-12)


def test_a_season_without_cases_is_fitted_like_the_slow_one() -> None:
    baseline = baseline_of(settings=STANDARD, years=5)
    history = drawn(seed=3, mean=4.0, growth=0.0, dispersion=1.5)
    history[:, baseline.groups == 4] = 0
    fits = fitted(history)
    expected, phi = slow_fit(history[0])
    assert fits.converged.all()
    assert fits.expected[0] == pytest.approx(expected, rel=1e-8)
    assert fits.dispersion[0] == pytest.approx(phi, rel=1e-8)


def test_a_judged_season_without_cases_expects_none() -> None:
    baseline = baseline_of(settings=STANDARD, years=5)
    history = drawn(seed=4, mean=4.0, growth=0.0, dispersion=1.5)
    history[:, baseline.groups == 0] = 0
    fits = fitted(history)
    assert fits.expected[0] < 1e-5
    assert upper_bounds(means=fits.expected, dispersions=fits.dispersion, alpha=0.005)[0] == 0


def test_years_without_any_case_expect_none_and_say_that_the_fit_found_no_rest() -> None:
    fits = fitted(np.zeros((3, 237), dtype=np.int64))
    assert (fits.expected < 1e-6).all()
    assert (fits.dispersion == 1.0).all()
    assert not fits.converged.any()
    assert not fits.trend_kept.any()


def test_a_single_case_in_five_years_is_fitted() -> None:
    history = np.zeros((1, 237), dtype=np.int64)
    history[0, 100] = 1
    fits = fitted(history)
    assert np.isfinite(fits.expected).all()
    assert (fits.dispersion >= 1.0).all()


def test_fits_of_many_do_not_depend_on_their_company() -> None:
    history = drawn(seed=8, mean=3.0, growth=0.1, dispersion=2.0, fits=300)
    history[17] = 0
    together = fitted(history)
    alone = fitted(history[200:201])
    assert together.expected[200] == pytest.approx(alone.expected[0], rel=1e-12)
    assert together.dispersion[200] == pytest.approx(alone.dispersion[0], rel=1e-12)


def test_an_expectation_above_all_counts_is_fitted_again_without_the_trend() -> None:
    ages = baseline_of(settings=STANDARD, years=5).ages
    history = np.round(40 * np.exp(-0.5 * ages / 52)).astype(np.int64)[None]
    within, free = fitted(history), fitted(history, replace(STANDARD, trend_within_baseline=False))
    assert not within.trend_kept[0]
    assert within.slope[0] == 0
    assert free.trend_kept[0]
    assert free.expected[0] == pytest.approx(40, rel=0.05)
    assert free.slope[0] == pytest.approx(0.5, rel=0.05)
    assert within.expected[0] == pytest.approx(slow_fit(history[0], trend=False)[0], rel=1e-9)


def test_without_trend_the_expectation_is_the_mean_of_its_season() -> None:
    baseline = baseline_of(settings=STANDARD, years=5)
    history = np.random.default_rng(2).poisson(9.0, (1, 237))
    # With so high a threshold no week is weighed down.
    flat = fitted(history, replace(STANDARD, trend=Trend.NEVER, reweight_threshold=100.0))
    own = history[0, baseline.groups == 0]
    assert flat.expected[0] == pytest.approx(own.mean(), rel=1e-9)
    assert flat.log_error[0] == pytest.approx(np.sqrt(flat.dispersion[0] / own.sum()), rel=1e-6)


def test_a_past_outbreak_is_weighed_down() -> None:
    baseline = baseline_of(settings=STANDARD, years=5)
    history = np.random.default_rng(5).poisson(6.0, (1, 237))
    clean = fitted(history)
    history[0, np.flatnonzero(baseline.groups == 0)[10]] += 60
    raised = fitted(history)
    blunt = fitted(history, replace(STANDARD, reweight_threshold=100.0))
    assert raised.reduced[0] >= 1
    assert blunt.expected[0] - clean.expected[0] > 4 * (raised.expected[0] - clean.expected[0])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(3.0, 60.0), st.integers(2, 9))
def test_the_expectation_scales_with_the_counts(seed: int, mean: float, factor: int) -> None:
    history = drawn(seed=seed, mean=mean, growth=0.0, dispersion=4.0)
    keep = replace(STANDARD, trend_within_baseline=False, fit_tolerance=1e-13)
    small, large = fitted(history, keep), fitted(history * factor, keep)
    assert large.expected[0] == pytest.approx(factor * small.expected[0], rel=1e-6)
    assert large.dispersion[0] == pytest.approx(factor * small.dispersion[0], rel=1e-6)


@settings(max_examples=300, deadline=None)
@given(st.floats(0.0, 5000.0), st.floats(1.0, 30.0), st.sampled_from([0.05, 0.01, 0.005, 0.001, 1e-6]))
def test_the_bound_is_the_quantile(mean: float, dispersion: float, alpha: float) -> None:
    given_mean, given_spread = np.array([mean]), np.array([dispersion])
    bound = int(upper_bounds(means=given_mean, dispersions=given_spread, alpha=alpha)[0])
    reached = [
        float(at_most(counts=np.array([float(k)]), means=given_mean, dispersions=given_spread)[0])
        for k in (bound - 1, bound)
    ]
    assert reached[0] < 1 - alpha <= reached[1]


@settings(max_examples=200, deadline=None)
@given(st.floats(-300.0, 12.0), st.floats(0.0, 18.0), st.sampled_from([0.05, 0.005, 1e-9]))
def test_the_bound_is_found_at_once_however_wide_the_spread(
    mean_log: float, spread_log: float, alpha: float
) -> None:
    means, spreads = np.array([10.0**mean_log]), np.array([1.0 + 10.0**spread_log])
    bound = float(upper_bounds(means=means, dispersions=spreads, alpha=alpha)[0])
    if bound < LARGEST:
        assert at_most(counts=np.array([bound]), means=means, dispersions=spreads)[0] >= 1 - alpha
    if bound:
        assert at_most(counts=np.array([bound - 1]), means=means, dispersions=spreads)[0] < 1 - alpha


def test_a_bound_beyond_all_counts_is_the_largest() -> None:
    means, spreads = np.array([1e18, 1e300]), np.array([1.0, 1e3])
    assert (upper_bounds(means=means, dispersions=spreads, alpha=0.005) == LARGEST).all()


@pytest.mark.parametrize("detector", [STANDARD, CALIBRATED], ids=["standard", "calibrated"])
@pytest.mark.parametrize("place", [0, 40, 100, 150, 236])
def test_a_huge_count_among_small_ones_leaves_all_fits_finite(detector: DetectorSettings, place: int) -> None:
    history = np.random.default_rng(place).poisson(np.geomspace(0.003, 100, 60)[:, None], (60, 237))
    history[:, place] = 999_999_999
    fits = fitted(history, detector)
    assert fits.finite.all()
    assert (fits.expected <= 10 * history.max(axis=1)).all()


@pytest.mark.parametrize("mean", [1e3, 5e6, 9e8])
def test_counts_of_millions_keep_their_trend(mean: float) -> None:
    history = np.random.default_rng(6).poisson(mean, (200, 237))
    fits = fitted(history, CALIBRATED)
    assert fits.converged.all()
    assert fits.trend_kept.all()


def test_a_case_or_two_at_the_end_of_empty_years_make_no_trend() -> None:
    ages = baseline_of(settings=CALIBRATED, years=5).ages
    history = np.zeros((3, 237), dtype=np.int64)
    for row, age in enumerate((50, 51, 62)):
        history[row, ages == age] = 1
    fits = fitted(history, CALIBRATED)
    assert (fits.expected <= 10 * history.max(axis=1)).all()
    assert not fits.trend_kept.any()


@pytest.mark.parametrize("dispersion", [1.0, 1.2, 6.0])
def test_probabilities_are_those_of_the_distributions(dispersion: float) -> None:
    counts = np.arange(-1.0, 60.0)
    means, spreads = np.full(61, 11.3), np.full(61, dispersion)
    known = stats.poisson(11.3) if dispersion == 1 else stats.nbinom(11.3 / (dispersion - 1), 1 / dispersion)
    assert at_most(counts=counts, means=means, dispersions=spreads) == pytest.approx(
        known.cdf(counts), abs=1e-12
    )
    assert more_than(counts=counts, means=means, dispersions=spreads) == pytest.approx(
        known.sf(counts), rel=1e-9
    )
