"""Judging series: methods by length, bounds and p-values that agree, the working behind an answer."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reckon.outbreak import (
    DetectorSettings,
    Method,
    SeriesUnfit,
    SettingsInvalid,
    discoveries,
    judge,
    settings_from,
    shipped,
)
from reckon.outbreak import detector as detecting
from reckon.outbreak.criteria import level
from reckon.outbreak.settings import RANGES

STANDARD, CALIBRATED = shipped(), shipped("calibrated")


def series(*, seed: int, weeks: int = 330, count: int = 6, mean: float = 4.0) -> NDArray[np.int64]:
    random = np.random.default_rng(seed)
    season = mean * np.exp(0.4 * np.sin(np.arange(weeks) / 52 * 2 * np.pi))
    return random.negative_binomial(season / 0.8, 1 / 1.8, (count, weeks)).astype(np.int64)


def test_a_sudden_rise_alarms_and_usual_weeks_do_not() -> None:
    counts = series(seed=1)
    counts[2, 329] = 40
    judgements = judge(counts=counts, weeks=[330], settings=STANDARD)
    assert judgements.alarm[:, 0].tolist() == [False, False, True, False, False, False]
    assert judgements.p_value[2, 0] < 1e-6


@pytest.mark.parametrize("detector", [STANDARD, CALIBRATED], ids=["standard", "calibrated"])
@pytest.mark.parametrize("mean", [0.2, 1.0, 5.0, 40.0])
def test_a_count_above_its_bound_is_a_p_value_within_the_level(detector: object, mean: float) -> None:
    chosen = STANDARD if detector is STANDARD else CALIBRATED
    free = replace(chosen, minimum_cases=0)
    counts = series(seed=int(mean * 10), count=60, mean=mean)
    random = np.random.default_rng(7)
    counts[:, 300:] += random.poisson(2 * np.sqrt(mean) * random.random((60, 30)))
    judgements = judge(counts=counts, weeks=np.arange(310, 331), settings=free)
    assert judgements.alarm.sum() > 5
    assert (judgements.alarm == (judgements.counts > judgements.upper_bound)).all()
    assert (judgements.alarm == (judgements.p_value <= level(settings=free))).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([STANDARD, CALIBRATED]))
def test_a_smaller_alpha_never_lowers_the_bound(seed: int, detector: object) -> None:
    chosen = STANDARD if detector is STANDARD else CALIBRATED
    counts = series(seed=seed, count=2)
    bounds = [
        judge(counts=counts, weeks=[328, 330], settings=replace(chosen, alpha=alpha)).upper_bound
        for alpha in (0.05, 0.01, 0.005, 0.001, 0.0001)
    ]
    assert all((after >= before).all() for before, after in pairwise(bounds))


def corner(*, draw: st.DrawFn, name: str, low: float, high: float) -> float:
    """A setting's least, greatest or some other value, a whole number where it must be one."""
    whole = isinstance(getattr(STANDARD, name), int)
    between = st.integers(int(low), int(min(high, 400))) if whole else st.floats(low, min(high, 50.0))
    return draw(st.sampled_from([low, high]) | between)


@st.composite
def corners(draw: st.DrawFn) -> DetectorSettings:
    """Settings of which any may stand at an end of its range, as far as they agree."""
    data = draw(st.sampled_from([STANDARD, CALIBRATED])).as_data()
    free = sorted(set(RANGES) - {"first_week", "last_week", "years_back", "years_least"})
    for name in draw(st.lists(st.sampled_from(free), max_size=6, unique=True)):
        low, high = RANGES[name]
        data[name] = type(data[name])(corner(draw=draw, name=name, low=low, high=high))
    data["years_back"] = draw(st.integers(1, 5))
    data["years_least"] = draw(st.integers(1, data["years_back"]))
    data["half_window"] = min(data["half_window"], (data["season_weeks"] - 1) // 2)
    data["periods"] = min(data["periods"], data["season_weeks"] - 2 * data["half_window"])
    most = data["season_weeks"] - data["half_window"] - 1
    data["weeks_left_out"] = max(data["half_window"], min(data["weeks_left_out"], most))
    data["trend_within_baseline"] = draw(st.booleans())
    try:
        return settings_from(data)
    except SettingsInvalid:
        reject()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(corners(), st.integers(0, 1000), st.sampled_from([0.0, 0.01, 3.0, 1e3, 5e8]), st.booleans())
def test_settings_that_are_allowed_judge_any_series(
    own: DetectorSettings, seed: int, mean: float, mistyped: bool
) -> None:
    length = own.weeks_needed + 2
    random = np.random.default_rng(seed)
    counts = random.poisson(mean, (3, length))
    if mistyped:
        counts[0, random.integers(0, length)] = 999_999_999
    least = own.season_weeks * own.years_least + own.half_window + 2
    judgements = judge(counts=counts, weeks=sorted({least, length - 1, length}), settings=own)
    assert np.isfinite(judgements.expected).all()
    assert np.isfinite(judgements.p_value).all()
    assert (judgements.upper_bound >= 0).all()


def test_weeks_judged_in_parts_are_judged_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = series(seed=3, weeks=400)
    whole = judge(counts=counts, weeks=np.arange(300, 401), settings=CALIBRATED)
    monkeypatch.setattr(detecting, "PAST", 237 * 20)
    parts = judge(counts=counts, weeks=np.arange(300, 401), settings=CALIBRATED)
    assert (parts.upper_bound == whole.upper_bound).all()
    assert parts.expected == pytest.approx(whole.expected, rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 50))
def test_the_judged_count_itself_never_moves_its_bound(seed: int, more: int) -> None:
    counts = series(seed=seed, count=1)
    raised = counts.copy()
    raised[0, 329] += more
    before, after = (judge(counts=table, weeks=[330], settings=CALIBRATED) for table in (counts, raised))
    assert before.upper_bound[0, 0] == after.upper_bound[0, 0]
    assert after.p_value[0, 0] <= before.p_value[0, 0]


def test_two_raised_weeks_alarm_together_where_one_does_not() -> None:
    counts = np.full((2, 330), 4)
    counts[:, ::3] = 6
    counts[0, 328] = 4
    counts[1, 328] = 11
    counts[:, 329] = 11
    single = judge(counts=counts, weeks=[330], settings=replace(CALIBRATED, pair_alpha=0.0, alpha=0.0005))
    paired = judge(counts=counts, weeks=[330], settings=replace(CALIBRATED, alpha=0.0005))
    assert not single.alarm.any()
    assert paired.alarm[:, 0].tolist() == [False, True]
    # However many cases the week before had, a usual week doesn't alarm.
    counts[1, 328:] = (60, 4)
    assert not judge(counts=counts, weeks=[330], settings=CALIBRATED).alarm[1, 0]


def test_few_cases_never_alarm() -> None:
    counts = np.zeros((1, 330), dtype=np.int64)
    counts[0, 40::50] = 1
    counts[0, 329] = 4
    four = judge(counts=counts, weeks=[330], settings=STANDARD)
    assert four.counts[0, 0] > four.upper_bound[0, 0]
    assert not four.alarm[0, 0]
    assert four.p_value[0, 0] == 1.0
    counts[0, 329] = 5
    assert judge(counts=counts, weeks=[330], settings=STANDARD).alarm[0, 0]


def test_few_cases_are_counted_in_the_latest_weeks_only() -> None:
    counts = np.zeros((2, 330), dtype=np.int64)
    counts[:, 40::50] = 1
    counts[:, 329] = 4
    # Of four weeks up to week 330, week 327 is the first; week 326 is too long ago.
    counts[0, 326] = 1
    counts[1, 325] = 1
    assert judge(counts=counts, weeks=[330], settings=STANDARD).alarm[:, 0].tolist() == [True, False]


def test_the_method_follows_from_the_length_of_the_series() -> None:
    counts = series(seed=3)
    judgements = judge(counts=counts, weeks=[8, 9, 10, 159, 160, 264], settings=STANDARD)
    assert judgements.methods == (
        Method.EARS_C1, Method.EARS_C1, Method.EARS_C2, Method.EARS_C2, Method.FARRINGTON, Method.FARRINGTON,
    )  # fmt: skip
    # C1 looks at weeks 1–7 of week 8, C2 at 1–7 of week 10; three years are 159 weeks, five are 263.
    assert judgements.baselines == ((1, 7), (2, 8), (1, 7), (150, 156), (1, 133), (1, 237))
    assert np.isnan(judgements.table.log_error[0, :4]).all()
    assert not np.isnan(judgements.expected).any()


def test_weeks_judged_together_or_alone_get_the_same_answer() -> None:
    counts = series(seed=9)
    together = judge(counts=counts, weeks=np.arange(300, 331), settings=CALIBRATED)
    alone = judge(counts=counts[4], weeks=[317], settings=CALIBRATED)
    assert alone.upper_bound[0, 0] == together.upper_bound[4, 17]
    assert alone.expected[0, 0] == pytest.approx(together.expected[4, 17], rel=1e-12)


def test_later_weeks_are_never_looked_at() -> None:
    counts = series(seed=10)
    short = judge(counts=counts[:, :310], weeks=[310], settings=CALIBRATED)
    long = judge(counts=counts, weeks=[310], settings=CALIBRATED)
    assert (short.upper_bound == long.upper_bound).all()


def test_ears_counts_as_by_hand() -> None:
    # Mean 4 and standard deviation √(28/6) = 2.16: the bound is 4 + 3 × 2.16 = 10.48.
    judgements = judge(counts=[1, 2, 3, 4, 5, 6, 7, 11], weeks=[8], settings=STANDARD)
    assert judgements.expected[0, 0] == 4
    assert judgements.upper_bound[0, 0] == 10
    assert judgements.alarm[0, 0]
    assert judgements.p_value[0, 0] == pytest.approx(0.000596, abs=1e-6)
    # The gap of C2 keeps the two weeks before the judged one out.
    gapped = judge(counts=[1, 2, 3, 4, 5, 6, 7, 50, 60, 11], weeks=[10], settings=STANDARD)
    assert (gapped.upper_bound[0, 0], gapped.methods) == (10, (Method.EARS_C2,))


def test_ears_on_equal_weeks_has_a_least_deviation() -> None:
    judgements = judge(counts=[5] * 7 + [6], weeks=[8], settings=STANDARD)
    assert judgements.upper_bound[0, 0] == 5
    assert judgements.alarm[0, 0]


def test_the_working_says_what_the_answer_rests_on() -> None:
    counts = series(seed=1)
    working = judge(counts=counts, weeks=[329, 330], settings=STANDARD).working(series=2, week=330)
    assert (working.method, working.baseline_first, working.baseline_last) == (Method.FARRINGTON, 67, 303)
    assert working.count == counts[2, 329]
    assert working.expected > 0
    assert working.trend_kept
    assert working.converged
    with pytest.raises(KeyError, match="328"):
        judge(counts=counts, weeks=[330], settings=STANDARD).working(series=0, week=328)


@pytest.mark.parametrize(
    ("counts", "weeks", "words"),
    [
        ([1, 2, 3, 4, 5, 6, 7], [7], "6 weeks before it"),
        ([1.5] * 10, [10], "whole numbers"),
        ([-1] * 10, [10], "whole numbers"),
        ([float("nan")] * 10, [10], "whole numbers"),
        (["3"] * 10, [10], "whole numbers"),
        ([1] * 10, [11], "within 1 to 10"),
        ([1] * 10, [9, 9], "must rise"),
        ([1] * 10, [], "must rise"),
        ([[[1] * 10]], [9], "shape"),
        ([], [1], "shape"),
    ],
)
def test_unfit_series_are_refused(counts: object, weeks: list[int], words: str) -> None:
    with pytest.raises(SeriesUnfit, match=words):
        judge(counts=np.array(counts), weeks=np.array(weeks), settings=STANDARD)


def test_discoveries_are_those_of_the_published_example() -> None:
    # Benjamini and Hochberg (1995), section 4: fifteen p-values, of which four stand at 5 %.
    p_values = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
        0.7590, 1.0000,
    ]  # fmt: skip
    shuffled = np.array(p_values[::-1]).reshape(3, 5)
    answer = discoveries(p_values=shuffled, rate=0.05)
    assert answer.discovered.sum() == 4
    assert sorted(shuffled[answer.discovered]) == p_values[:4]
    assert answer.adjusted.ravel()[-1] == pytest.approx(0.0015)
    assert answer.adjusted.ravel()[-4] == pytest.approx(0.0095 * 15 / 4)


def test_a_discovery_carries_those_with_smaller_p_values_along() -> None:
    # The first alone would need 0.05 / 3; the third passes at 3 × 0.05 / 3, and with it the two before.
    answer = discoveries(p_values=np.array([0.034, 0.030, 0.032]), rate=0.05)
    assert answer.discovered.all()
    assert answer.adjusted.tolist() == pytest.approx([0.034] * 3)


def test_discoveries_leave_out_what_could_not_be_judged() -> None:
    answer = discoveries(p_values=np.array([np.nan, 0.03, np.nan, 0.9]), rate=0.1)
    assert answer.tests == 2
    assert answer.discovered.tolist() == [False, True, False, False]
    assert not discoveries(p_values=np.array([np.nan]), rate=0.1).discovered.any()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.sampled_from([0.01, 0.05, 0.2]))
def test_discoveries_follow_the_step_up_rule(p_values: list[float], rate: float) -> None:
    ranked = sorted(p_values)
    passing = [k for k, p in enumerate(ranked, start=1) if p * len(ranked) / k <= rate]
    limit = ranked[max(passing) - 1] if passing else -1.0
    answer = discoveries(p_values=np.array(p_values), rate=rate)
    assert answer.discovered.tolist() == [p <= limit for p in p_values]
