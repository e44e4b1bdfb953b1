"""The risk index: shrinkage, freezing, assessing, working and what it may never do."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reckon.colours import district_make, reference_make, synthetic_settings
from reckon.index import (
    Aggregation,
    Assessment,
    DeclarationInvalid,
    Normalisation,
    Reference,
    assess,
    contributions,
    declaration_shipped,
    information,
    log_spread,
    median_days,
    pooled,
    ratio_interval,
    reference_from,
    shape_by_likelihood,
    shape_by_moments,
    shrunk_ratio,
    working_of,
)
from reckon.index.aggregation import across, score_of
from reckon.index.decomposition import logarithmic_mean

Array = NDArray[np.float64]
DECLARED = declaration_shipped()
RANDOM = np.random.default_rng(20260101)
DISTRICT = district_make(declaration=DECLARED, settings=synthetic_settings(), random=RANDOM)
REFERENCE: Reference = reference_make(DISTRICT, random=RANDOM)
MONTH = DISTRICT.month(random=RANDOM)
AREAS = tuple(f"33010{number:04d}" for number in range(len(MONTH)))
INSTITUTIONAL = [place for place, each in enumerate(DECLARED.indicators) if each.dimension == "institutional"]


def assessed(observed: Array, exposure: Array, areas: tuple[str, ...] = AREAS) -> Assessment:
    return assess(
        declaration=DECLARED, reference=REFERENCE, areas=areas, observed=observed, exposure=exposure
    )


def figures(seed: int) -> tuple[Array, Array]:
    """A month of streets somewhere between calm and wild."""
    random = np.random.default_rng(seed)
    moved = random.lognormal(0.0, 0.7, size=MONTH.shape)
    return DISTRICT.month(random=random, moved=moved), DISTRICT.exposure


seeds = st.integers(0, 10_000)


def test_shrinkage_by_hand() -> None:
    """6 events where 2 were expected, against 4 cases of the reference: (6 + 4) / (2 + 4)."""
    assert shrunk_ratio(np.array([6.0]), np.array([2.0]), 4.0)[0] == pytest.approx(10 / 6)


def test_no_evidence_is_the_reference() -> None:
    assert shrunk_ratio(np.zeros(1), np.zeros(1), 4.0)[0] == 1.0


def test_interval_of_an_exponential_law_by_hand() -> None:
    """Shape 1 and rate 1: quantiles are -ln(1 - p)."""
    low, high = ratio_interval(np.zeros(1), np.zeros(1), 1.0, level=0.9)
    assert low[0] == pytest.approx(-math.log(0.95))
    assert high[0] == pytest.approx(-math.log(0.05))


@pytest.mark.parametrize("shape", [2.0, 8.0, 30.0])
def test_estimates_find_the_shape_that_made_the_counts(shape: float) -> None:
    random = np.random.default_rng(7)
    expected = random.uniform(5, 60, 6000)
    observed = random.poisson(expected * random.standard_gamma(shape, 6000) / shape).astype(float)
    bounds = {"least": 0.5, "most": 400.0}
    assert shape_by_likelihood(observed, expected, **bounds) == pytest.approx(shape, rel=0.12)
    assert shape_by_moments(observed, expected, **bounds) == pytest.approx(shape, rel=0.25)


def test_areas_that_differ_by_chance_only_get_the_largest_shape() -> None:
    expected = np.full(200, 20.0)
    assert shape_by_moments(expected, expected, least=0.5, most=400.0) == 400.0
    assert shape_by_likelihood(expected, expected, least=0.5, most=400.0) == pytest.approx(400.0, rel=1e-3)


def test_median_by_hand() -> None:
    """Two matters of 0 to 1 day, one of 1 to 2: half of three is reached at three quarters of the first day."""
    assert median_days([[2, 1]])[0] == pytest.approx(0.75)
    assert median_days([[0, 0, 4]])[0] == pytest.approx(2.5)
    assert math.isnan(median_days([[0, 0]])[0])


def test_medians_scatter_as_their_worth_says() -> None:
    random, spread, matters = np.random.default_rng(3), 0.6, 120
    days = np.exp(np.log(18) + spread * random.standard_normal((3000, matters)))
    histograms = np.stack([np.bincount(row.astype(int), minlength=400) for row in days])
    scatter = np.log(median_days(histograms)).std()
    assert scatter == pytest.approx(1 / math.sqrt(information(spread) * matters), rel=0.06)
    assert log_spread(histograms.sum(axis=0), least=0.05) == pytest.approx(spread, rel=0.03)


def test_reference_survives_writing_and_reading() -> None:
    again = reference_from(REFERENCE.as_data())
    assert again == REFERENCE
    assert again.digest == REFERENCE.digest


def test_reference_refuses_unknown_figures() -> None:
    data = REFERENCE.as_data()
    data["indicators"][0]["mean"] = 1.0
    with pytest.raises(DeclarationInvalid, match="mean"):
        reference_from(data)


def test_indicator_without_reference_is_refused() -> None:
    short = Reference(year=2025, indicators=REFERENCE.indicators[1:])
    with pytest.raises(DeclarationInvalid, match="late_answers"):
        assess(declaration=DECLARED, reference=short, areas=AREAS, observed=MONTH, exposure=DISTRICT.exposure)


def test_area_at_the_reference_rates_has_risk_50() -> None:
    rate = REFERENCE.row("rate")
    observed = np.where(DECLARED.medians, rate, rate * DISTRICT.exposure)
    assert assessed(observed, DISTRICT.exposure).risk == pytest.approx(50.0)


@pytest.mark.parametrize("normalisation", list(Normalisation))
def test_every_normalisation_has_the_reference_in_the_middle(normalisation: Normalisation) -> None:
    z = np.array([-9.0, -1.0, 0.0, 1.0, 9.0])
    scores = score_of(z, normalisation=normalisation, floor=1.0)
    assert scores[2] == pytest.approx(50.0)
    assert scores[1] + scores[3] == pytest.approx(100.0)
    assert (np.diff(scores) <= 0).all()
    assert scores[0] <= 100.0
    assert scores[-1] == 1.0


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_areas_risk_never_moves_because_others_moved(seed: int) -> None:
    observed, exposure = figures(seed)
    others = observed.copy()
    others[1:] = figures(seed + 1)[0][1:] * 3
    assert assessed(observed, exposure).risk[0] == assessed(others, exposure).risk[0]
    alone = assessed(observed[:1], exposure[:1], AREAS[:1])
    assert alone.risk[0] == assessed(observed, exposure).risk[0]


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_order_of_areas_changes_nothing(seed: int) -> None:
    observed, exposure = figures(seed)
    order = np.random.default_rng(seed).permutation(len(AREAS))
    mixed = assessed(observed[order], exposure[order], tuple(AREAS[place] for place in order))
    assert (mixed.risk == assessed(observed, exposure).risk[order]).all()


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_order_of_indicators_changes_nothing(seed: int) -> None:
    observed, exposure = figures(seed)
    order = np.random.default_rng(seed).permutation(len(DECLARED.codes))
    turned = replace(DECLARED, indicators=tuple(DECLARED.indicators[place] for place in order))
    mixed = assess(
        declaration=turned,
        reference=REFERENCE,
        areas=AREAS,
        observed=observed[:, order],
        exposure=exposure[:, order],
    )
    assert mixed.risk == pytest.approx(assessed(observed, exposure).risk, rel=1e-12)


@given(seeds, st.integers(0, 13), st.integers(1, 400))
@settings(max_examples=60, deadline=None)
def test_more_petitions_never_worsen_the_institutional_dimension(seed: int, row: int, more: int) -> None:
    """Petitions that are answered in time, in the usual days, and stay settled, however many there are."""
    observed, exposure = figures(seed)
    before = assessed(observed, exposure)
    fuller = exposure.copy()
    fuller[row, INSTITUTIONAL] += more
    after = assessed(observed, fuller)
    shares = [place for place in INSTITUTIONAL if DECLARED.indicators[place].kind == "share"]
    assert (after.scores[row, shares] >= before.scores[row, shares]).all()
    median = DECLARED.codes.index("answer_days")
    worse_than_usual = observed[row, median] > REFERENCE.row("rate")[median]
    if not worse_than_usual:
        assert after.dimensions[row, 0] >= before.dimensions[row, 0] - 1e-12


def test_petition_that_is_merely_opened_is_looked_at_by_no_institutional_indicator() -> None:
    own = [DECLARED.indicators[place] for place in INSTITUTIONAL]
    assert all({each.numerator.dated_by, each.denominator.dated_by} <= {"due", "closed"} for each in own)


@given(seeds, st.integers(0, 13), st.integers(0, 11), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_more_bad_events_never_lower_risk(seed: int, row: int, column: int, more: int) -> None:
    observed, exposure = figures(seed)
    worse = observed.copy()
    worse[row, column] += more
    assert assessed(worse, exposure).risk[row] >= assessed(observed, exposure).risk[row]


def test_geometric_mean_hides_no_bad_dimension() -> None:
    """One dimension at its worst, four at their best: the mean of numbers would call this safe."""
    dimensions = np.array([[1.0, 90.0, 90.0, 90.0, 90.0]])
    method = replace(DECLARED.method, aggregation=Aggregation.ARITHMETIC)
    plain = 100.0 - across(dimensions, replace(DECLARED, method=method))
    geometric = 100.0 - across(dimensions, DECLARED)
    assert plain[0] < 30.0
    assert geometric[0] > 60.0


@given(st.lists(st.floats(1.0, 100.0), min_size=5, max_size=5))
def test_geometric_risk_is_never_below_arithmetic(values: list[float]) -> None:
    method = replace(DECLARED.method, aggregation=Aggregation.ARITHMETIC)
    dimensions = np.array([values])
    assert across(dimensions, DECLARED)[0] <= across(dimensions, replace(DECLARED, method=method))[0] + 1e-9


@given(seeds, st.sampled_from(list(Aggregation)), st.sampled_from(list(Normalisation)))
@settings(max_examples=40, deadline=None)
def test_contributions_add_up(seed: int, aggregation: Aggregation, normalisation: Normalisation) -> None:
    method = replace(DECLARED.method, aggregation=aggregation, normalisation=normalisation)
    declared = replace(DECLARED, method=method)
    observed, exposure = figures(seed)
    month = assess(
        declaration=declared, reference=REFERENCE, areas=AREAS, observed=observed, exposure=exposure
    )
    assert contributions(month).sum(axis=1) + 50.0 == pytest.approx(month.risk, abs=1e-9)


@given(st.floats(0.1, 100), st.floats(0.1, 100))
def test_logarithmic_mean_lies_between_the_two_means(x: float, y: float) -> None:
    value = logarithmic_mean(np.array([x]), np.array([y]))[0]
    assert math.sqrt(x * y) * (1 - 1e-9) <= value <= (x + y) / 2 * (1 + 1e-9)


def test_working_shows_every_step_and_adds_up() -> None:
    month = assessed(MONTH, DISTRICT.exposure)
    sheet = working_of(month, area=AREAS[3])
    assert sheet.risk == month.risk[3]
    parts = sum(each.contribution for each in sheet.dimensions)
    assert sheet.neutral + parts == pytest.approx(sheet.risk)
    safety = math.exp(sum(each.weight * math.log(each.score) for each in sheet.dimensions))
    assert 100.0 - safety == pytest.approx(sheet.risk)
    for dimension in sheet.dimensions:
        for each in dimension.indicators:
            by_hand = (each.observed + each.shape) / (each.expected + each.shape)
            assert each.ratio == pytest.approx(by_hand)
            assert each.ratio_low < each.ratio < each.ratio_high
        mean = sum(each.weight_within * each.score for each in dimension.indicators)
        assert dimension.score == pytest.approx(mean)


def test_missing_figure_takes_the_reference_and_is_marked() -> None:
    observed = MONTH.copy()
    column = DECLARED.codes.index("overturned_answers")
    observed[2, column] = np.nan
    month = assessed(observed, DISTRICT.exposure)
    assert month.missing[2, column]
    assert month.scores[2, column] == pytest.approx(50.0)
    assert month.scored[2]
    assert math.isnan(month.indicator_risk[2, column])


def test_too_much_missing_gives_no_risk() -> None:
    observed = MONTH.copy()
    observed[2, DECLARED.codes.index("late_hazards")] = np.nan
    month = assessed(observed, DISTRICT.exposure)
    assert math.isnan(month.risk[2])
    assert working_of(month, area=AREAS[2]).risk is None
    assert np.isfinite(np.delete(month.risk, 2)).all()


def test_nothing_due_is_not_missing() -> None:
    observed, exposure = MONTH.copy(), DISTRICT.exposure.copy()
    column = DECLARED.codes.index("late_hazards")
    observed[2, column], exposure[2, column] = 0.0, 0.0
    month = assessed(observed, exposure)
    assert month.ratio[2, column] == 1.0
    assert month.scored[2]


def test_wild_month_is_drawn_in_and_marked() -> None:
    observed = MONTH.copy()
    column = DECLARED.codes.index("confirmed_pollution")
    observed[2, column] = 1e5
    month = assessed(observed, DISTRICT.exposure)
    assert month.drawn_in[2, column]
    assert month.z[2, column] == DECLARED.method.winsor


@pytest.mark.parametrize("bad", [-1.0, np.inf])
def test_impossible_figures_are_refused(bad: float) -> None:
    observed = MONTH.copy()
    observed[0, 0] = bad
    with pytest.raises(ValueError, match="negative or infinite"):
        assessed(observed, DISTRICT.exposure)


def test_rows_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        assessed(MONTH[:-1], DISTRICT.exposure)


def test_pooled_by_hand() -> None:
    """Two months, the older counting 0.5: 4 + 0.5 · 2 events, 10 + 0.5 · 10 cases; medians by their logarithms."""
    declared = replace(DECLARED, method=replace(DECLARED.method, memory=0.5))
    observed = np.full((2, 1, 12), 2.0)
    observed[1] = 4.0
    exposure = np.full((2, 1, 12), 10.0)
    events, cases = pooled(observed=observed, exposure=exposure, declaration=declared)
    median = DECLARED.codes.index("answer_days")
    assert events[0, 0] == pytest.approx(5.0)
    assert cases[0] == pytest.approx(15.0)
    assert events[0, median] == pytest.approx(math.exp((math.log(4) + 0.5 * math.log(2)) / 1.5))


def test_pooled_leaves_out_what_is_missing() -> None:
    observed, exposure = np.full((2, 1, 12), 3.0), np.full((2, 1, 12), 10.0)
    observed[0] = np.nan
    observed[:, :, 5] = np.nan
    events, cases = pooled(observed=observed, exposure=exposure, declaration=DECLARED)
    assert events[0, 0] == pytest.approx(3.0)
    assert cases[0, 0] == pytest.approx(10.0)
    assert math.isnan(events[0, 5])
