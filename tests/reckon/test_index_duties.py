"""The grid index: case mix, funnel limits, scores, and that the known tricks gain nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import poisson

from reckon.index import (
    CaseMixReference,
    DeclarationInvalid,
    DutyReference,
    DutyScores,
    Expected,
    Standing,
    Strata,
    case_mix,
    case_mix_reference,
    case_mix_reference_from,
    duties_shipped,
    duty_reference_freeze,
    duty_reference_from,
    duty_workings,
    funnel_z,
    limit_of,
    ratio_limits,
    score_duties,
    standing_of,
)

Array = NDArray[np.float64]
DECLARED = duties_shipped()
DUTIES = len(DECLARED.codes)
REFERENCE = DutyReference(year=2025, shape=(8.0,) * DUTIES, spread=(0.36,) * DUTIES)
SENSING = DECLARED.codes.index("risk_sensing")
SHARE = 0.2


def plain(cases: Array, share: float = SHARE) -> Expected:
    """What a post with these cases should show at the same share everywhere."""
    return Expected(cases=cases, expected=cases * share, variance=cases * share * (1.0 - share))


def scored(observed: Array, cases: Array, *, audited: int = 0, confirmed: int = 0) -> DutyScores:
    rows = len(cases)
    return score_duties(
        declaration=DECLARED,
        reference=REFERENCE,
        posts=[f"post-{row}" for row in range(rows)],
        observed=observed,
        expected=plain(cases),
        audited=np.full(rows, audited),
        confirmed=np.full(rows, confirmed),
    )


def one(observed: float, cases: float) -> tuple[Array, Array]:
    return np.full((1, DUTIES), observed), np.full((1, DUTIES), cases)


@st.composite
def posts(draw: st.DrawFn) -> tuple[Array, Array]:
    """One post's observed and cases."""
    cases = np.array([[float(draw(st.integers(0, 60))) for _ in range(DUTIES)]])
    observed = np.array([[float(draw(st.integers(0, int(count)))) for count in cases[0]]])
    return observed, cases


def test_eight_duties_are_shipped_with_weights_of_a_hundred() -> None:
    assert len(DECLARED.codes) == 8
    assert sum(duty.weight for duty in DECLARED.duties) == 100
    ours = [duty for duty in DECLARED.duties if duty.source.startswith("Ours, because")]
    assert len(ours) == 2


def test_post_as_expected_gets_50() -> None:
    assert scored(*one(4.0, 20.0)).score[0] == pytest.approx(50.0)


def test_points_add_up_to_the_score() -> None:
    random = np.random.default_rng(5)
    cases = random.poisson(20, (50, DUTIES)).astype(float)
    scores = scored(random.binomial(cases.astype(int), SHARE).astype(float), cases, audited=10, confirmed=8)
    assert scores.parts.sum(axis=1) == pytest.approx(scores.earned)
    assert scores.earned * scores.confirmed_share == pytest.approx(scores.score)
    assert (scores.low <= scores.score).all()
    assert (scores.score <= scores.high).all()
    sheet = duty_workings(scores, post="post-7")
    assert sum(each.points for each in sheet) == pytest.approx(scores.earned[7])


def test_too_few_cases_get_no_score_and_say_so() -> None:
    scores = scored(*one(0.0, 2.0))
    assert np.isnan(scores.score[0])
    assert np.isnan(scores.low[0])
    assert scores.standing[0] == Standing.INSUFFICIENT
    assert {each.standing for each in duty_workings(scores, post="post-0")} == {Standing.INSUFFICIENT}


@given(posts())
@settings(max_examples=60, deadline=None)
def test_reporting_a_real_risk_never_costs_points(post: tuple[Array, Array]) -> None:
    observed, cases = post
    before = scored(observed, cases)
    observed, cases = observed.copy(), cases.copy()
    observed[0, SENSING] += 1
    cases[0, SENSING] += 1
    assert scored(observed, cases).earned[0] >= before.earned[0]


@given(posts(), st.integers(0, DUTIES - 1))
@settings(max_examples=60, deadline=None)
def test_one_more_bad_case_never_gains(post: tuple[Array, Array], column: int) -> None:
    """A case that came back, was late or was returned, whatever the volume it adds."""
    if not DECLARED.duties[column].higher_is_worse:
        return
    observed, cases = post
    before = scored(observed, cases)
    observed, cases = observed.copy(), cases.copy()
    observed[0, column] += 1
    cases[0, column] += 1
    assert scored(observed, cases).earned[0] <= before.earned[0] + 1e-9


@given(st.integers(1, 40))
def test_volume_alone_earns_nothing(times: int) -> None:
    assert scored(*one(4.0 * times, 20.0 * times)).score[0] == pytest.approx(50.0)


@given(st.integers(0, 40), st.integers(0, 40))
def test_audits_never_raise_a_score(audited: int, confirmed: int) -> None:
    if confirmed > audited:
        with pytest.raises(ValueError, match="audits"):
            scored(*one(4.0, 20.0), audited=audited, confirmed=confirmed)
        return
    scores = scored(*one(4.0, 20.0), audited=audited, confirmed=confirmed)
    assert scores.score[0] <= 50.0 + 1e-9
    assert scores.confirmed_share[0] == pytest.approx((confirmed + 10) / (audited + 10))


@given(posts(), posts())
@settings(max_examples=30, deadline=None)
def test_post_never_moves_because_others_moved(post: tuple[Array, Array], other: tuple[Array, Array]) -> None:
    both = scored(np.concatenate([post[0], other[0]]), np.concatenate([post[1], other[1]]))
    assert both.earned[0] == pytest.approx(scored(*post).earned[0], rel=1e-14)


def test_harder_mix_raises_what_is_expected() -> None:
    """Two posts, equal lateness; the one with the night's emergencies stands better."""
    strata = Strata(category=np.array([0, 0]), severity=np.array([0, 1]), band=np.array([0, 1]))
    cases = np.full((2, 1), 1000.0)
    reference = case_mix_reference(
        strata=strata, cases=cases, events=np.array([[50.0], [400.0]]), sizes=(1, 2, 2), prior=20.0
    )
    own = case_mix(
        reference=reference, strata=strata, posts=np.array([0, 1]), cases=np.full((2, 1), 10.0), count=2
    )
    assert own.expected[0, 0] == pytest.approx(0.5, abs=0.1)
    assert own.expected[1, 0] == pytest.approx(4.0, abs=0.1)


def test_expected_adds_up_to_what_the_reference_year_showed() -> None:
    random = np.random.default_rng(11)
    rows = 4000
    strata = Strata(
        category=random.integers(0, 15, rows),
        severity=random.integers(0, 3, rows),
        band=random.integers(0, 4, rows),
    )
    cases = random.poisson(30, (rows, 2)).astype(float)
    events = random.binomial(cases.astype(int), 0.1).astype(float)
    reference = case_mix_reference(strata=strata, cases=cases, events=events, sizes=(15, 3, 4), prior=20.0)
    own = case_mix(
        reference=reference, strata=strata, posts=random.integers(0, 90, rows), cases=cases, count=90
    )
    assert own.expected.sum(axis=0) == pytest.approx(events.sum(axis=0), rel=1e-3)
    assert own.cases.sum() == cases.sum()


def test_stratum_unknown_to_the_reference_borrows_from_its_category() -> None:
    strata = Strata(category=np.array([0, 1]), severity=np.array([0, 0]), band=np.array([0, 0]))
    reference = case_mix_reference(
        strata=strata,
        cases=np.full((2, 1), 5000.0),
        events=np.array([[2500.0], [50.0]]),
        sizes=(2, 2, 1),
        prior=20.0,
    )
    assert reference.shares[0, 1, 0, 0] == pytest.approx(0.5, abs=0.01)
    assert reference.shares[1, 1, 0, 0] == pytest.approx(0.01, abs=0.01)


def test_references_survive_writing_and_reading() -> None:
    assert duty_reference_from(REFERENCE.as_data()) == REFERENCE
    mix = CaseMixReference(shares=np.full((2, 3, 4, 1), 0.1), prior=20.0)
    again = case_mix_reference_from(mix.as_data())
    assert (again.shares == mix.shares).all()
    with pytest.raises(DeclarationInvalid, match="four levels"):
        case_mix_reference_from({"shares": [2.0], "prior": 20.0})


def test_strata_outside_the_sizes_are_refused() -> None:
    reference = CaseMixReference(shares=np.full((1, 1, 1, 1), 0.1), prior=20.0)
    strata = Strata(category=np.array([1]), severity=np.array([0]), band=np.array([0]))
    with pytest.raises(ValueError, match="outside the sizes"):
        case_mix(reference=reference, strata=strata, posts=np.array([0]), cases=np.ones((1, 1)), count=1)


def test_more_events_than_cases_are_refused() -> None:
    with pytest.raises(ValueError, match="More events than cases"):
        scored(*one(5.0, 4.0))


@pytest.mark.parametrize("mean", [3.0, 8.0, 40.0, 300.0])
def test_funnel_matches_the_exact_mid_p_value(mean: float) -> None:
    observed = np.arange(0.0, mean * 2 + 10)
    z = funnel_z(observed, np.full_like(observed, mean), np.full_like(observed, mean))
    exact = poisson.cdf(observed - 1, mean) + 0.5 * poisson.pmf(observed, mean)
    assert np.abs(ndtr(z) - exact).max() < 1e-9


@pytest.mark.parametrize(("level", "tolerance"), [(0.95, 0.006), (0.998, 0.0015)])
def test_funnel_limits_of_scores_cover_what_they_say(level: float, tolerance: float) -> None:
    """40,000 posts that all do exactly as the reference year: the share inside is the level."""
    random = np.random.default_rng(17)
    cases = random.poisson(25, (40_000, DUTIES)).astype(float)
    scores = scored(random.binomial(cases.astype(int), SHARE).astype(float), cases)
    inside = np.abs(scores.funnel) <= limit_of(level)
    assert inside.mean() == pytest.approx(level, abs=tolerance)


@pytest.mark.parametrize("mean", [4.0, 20.0, 100.0])
def test_funnel_limits_of_single_counts_cover_at_least_nearly(mean: float) -> None:
    random = np.random.default_rng(23)
    observed = random.poisson(mean, 60_000).astype(float)
    z = funnel_z(observed, np.full_like(observed, mean), np.full_like(observed, mean))
    assert 0.935 <= (np.abs(z) <= limit_of(0.95)).mean() <= 0.975
    assert 0.9965 <= (np.abs(z) <= limit_of(0.998)).mean() <= 0.9995


def test_intervals_of_scores_hold_the_true_score() -> None:
    """Posts whose true rates are drawn as the reference says: about 95 % of intervals hold what they would earn."""
    random = np.random.default_rng(29)
    shape = np.array(REFERENCE.shape)
    true = random.standard_gamma(shape, (20_000, DUTIES)) / shape
    cases = np.full(true.shape, 400.0)
    observed = np.minimum(random.poisson(cases * SHARE * true), cases)
    scores = scored(observed.astype(float), cases)
    z = np.log(true) / np.array(REFERENCE.spread) * DECLARED.signs

    earned = (100.0 * DECLARED.weights * ndtr(z)).sum(axis=1)
    assert ((scores.low <= earned) & (earned <= scores.high)).mean() == pytest.approx(0.95, abs=0.02)


def test_drawn_limits_and_standings_agree() -> None:
    expected = np.array([1.0, 5.0, 20.0, 300.0])
    low, high = ratio_limits(expected, level=0.95)
    assert low[0] == 0.0
    assert (np.diff(high) < 0).all()
    outside = np.ceil(high * expected + 1e-6)
    inside = np.floor(high * expected - 1e-6)
    assert (funnel_z(outside, expected, expected) > limit_of(0.95)).all()
    assert (funnel_z(inside, expected, expected) <= limit_of(0.95)).all()
    assert (funnel_z(np.ceil(low * expected + 1e-6), expected, expected) >= -limit_of(0.95)).all()


def test_standings_by_hand() -> None:
    z = np.array([-4.0, -2.0, 0.0, 2.0, 4.0, np.nan])
    assert standing_of(z, level=0.95, far_level=0.998).tolist() == [-2, -1, 0, 1, 2, Standing.INSUFFICIENT]


def test_frozen_reference_finds_how_posts_differ() -> None:
    random = np.random.default_rng(31)
    true = random.standard_gamma(6.0, (3000, DUTIES)) / 6.0
    cases = np.full(true.shape, 60.0)
    observed = np.minimum(random.poisson(cases * 0.1 * true), cases).astype(float)
    reference = duty_reference_freeze(
        declaration=DECLARED, year=2025, observed=observed, expected=plain(cases, 0.1)
    )
    assert np.array(reference.shape) == pytest.approx(6.0, rel=0.25)


def test_nearly_all_of_a_hundred_thousand_posts_are_scored() -> None:
    random = np.random.default_rng(37)
    cases = random.poisson(20, (100_000, DUTIES)).astype(float)
    observed = random.binomial(cases.astype(int), SHARE).astype(float)
    scores = scored(observed, cases)
    assert np.isfinite(scores.score).mean() > 0.99
