"""Staffing: the relation is found again, the plan is the best there is, and what stands in the way is named."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reckon.staffing import (
    Limits,
    PlanImpossible,
    Pool,
    Relation,
    Team,
    TeamMonth,
    dispersion_of,
    fit,
    forecast,
    late_change,
    late_expected,
    late_of,
    loads_of,
    month_before,
    moves_for,
    plan,
    violated,
)

LIMITS = Limits(most_moves=4, farthest_km=50.0, move_cost=0.5, cost_a_km=0.0)
RELATION = Relation(
    skills=("other", "street"),
    coefficients=(-5.0, -5.0, 1.2),
    covariance=((0.04, 0.0, 0.0), (0.0, 0.04, 0.0), (0.0, 0.0, 0.01)),
    dispersion=1.0,
    rows=100,
)


def team(street: str, **changes: object) -> Team:
    base = Team(street=street, skill="street", posts=4, movable=3, work=80.0, least=1, most=8)
    return replace(base, **changes)  # type: ignore[arg-type]


def months(slope: float, count: int = 400) -> list[TeamMonth]:
    random = np.random.default_rng(3)
    rows = []
    for _ in range(count):
        posts, cases = int(random.integers(2, 12)), int(random.integers(20, 200))
        share = 1 / (1 + np.exp(4.0 - slope * np.log(cases / posts)))
        rows.append(
            TeamMonth(skill="street", posts=posts, cases=cases, late=int(random.binomial(cases, share)))
        )
    return rows


def test_relation_is_found_again_within_its_interval() -> None:
    found = fit(months(1.0))
    assert found.slope_interval[0] < 1.0 < found.slope_interval[1]
    assert found.says_something
    assert found.dispersion == pytest.approx(1.0, abs=0.3)


def test_load_without_effect_says_nothing() -> None:
    assert not fit(months(0.0)).says_something


def test_too_few_months_are_refused() -> None:
    with pytest.raises(ValueError, match="Take more months"):
        fit(months(1.0, count=2))


@given(st.integers(1, 30), st.floats(1.0, 500.0))
def test_one_more_post_never_makes_more_late(posts: int, work: float) -> None:
    fewer = late_expected(RELATION, skill="street", work=work, posts=posts)
    more = late_expected(RELATION, skill="street", work=work, posts=posts + 1)
    assert more.value <= fewer.value
    assert more.low <= more.value <= more.high


@given(st.lists(st.floats(5.0, 300.0), min_size=3, max_size=3), st.integers(0, 4))
@settings(max_examples=20, deadline=None)
def test_plan_is_as_cheap_as_any_other(work: list[float], most_moves: int) -> None:
    teams = [team(f"s{place}", work=load) for place, load in enumerate(work)]
    limits = replace(LIMITS, most_moves=most_moves)
    best = plan(teams=teams, relation=RELATION, limits=limits)
    assert violated(teams=teams, sizes=best.sizes) == ()
    others = [
        late_of(teams=teams, sizes=sizes, relation=RELATION).value
        + limits.move_cost * sum(max(size - each.posts, 0) for size, each in zip(sizes, teams, strict=True))
        for sizes in product(range(1, 9), repeat=3)
        if violated(teams=teams, sizes=sizes) == () and all(size >= 1 for size in sizes)
        if sum(max(size - 4, 0) for size in sizes) <= most_moves
    ]
    assert best.cost == pytest.approx(min(others), rel=1e-3)


def test_nobody_is_moved_where_all_are_alike() -> None:
    teams = [team("a"), team("b")]
    assert plan(teams=teams, relation=RELATION, limits=LIMITS).moves == ()


def test_posts_go_where_the_work_is() -> None:
    teams = [team("a", work=10.0), team("b", work=300.0)]
    best = plan(teams=teams, relation=RELATION, limits=LIMITS)
    assert best.sizes == (1, 7)
    assert [(move.source, move.target, move.posts) for move in best.moves] == [("a", "b", 3)]


def test_far_streets_exchange_nobody() -> None:
    teams = [team("a", work=10.0), team("b", work=300.0, longitude=2.0)]
    assert plan(teams=teams, relation=RELATION, limits=LIMITS).moves == ()


@pytest.mark.parametrize(
    ("one", "other", "limits", "named"),
    [
        (team("a", least=6), team("b", least=6), LIMITS, {"cover": 4.0}),
        (team("a", least=0, most=2), team("b", least=0, most=2), LIMITS, {"places": 4.0}),
        (team("a", movable=0), team("b", least=6), LIMITS, {"cover": 2.0, "keep": 2.0}),
        (team("a", least=5), team("b"), replace(LIMITS, most_moves=0), {"cover": 1.0, "moves": 1.0}),
        (team("a", least=5, longitude=1.0), team("b"), LIMITS, {"cover": 1.0, "distance": 111.3}),
        (team("a", least=5), team("b", skill="other"), LIMITS, {"cover": 1.0, "skills": 1.0}),
    ],
)
def test_what_stands_in_the_way_is_named_with_how_much(
    one: Team, other: Team, limits: Limits, named: dict[str, float]
) -> None:
    with pytest.raises(PlanImpossible) as caught:
        plan(teams=[one, other], relation=RELATION, limits=limits)
    assert {each.limit: each.amount for each in caught.value.relaxations} == named
    assert not caught.value.together


def test_cover_that_cannot_be_kept_names_its_teams() -> None:
    with pytest.raises(PlanImpossible) as caught:
        plan(teams=[team("a", least=8), team("b", least=1, movable=0)], relation=RELATION, limits=LIMITS)
    assert caught.value.relaxations[0].teams == (0,)


def test_several_limits_in_the_way_are_named_together() -> None:
    with pytest.raises(PlanImpossible) as caught:
        plan(
            teams=[team("a", least=6), team("b", most=3, movable=0)],
            relation=RELATION,
            limits=replace(LIMITS, most_moves=0),
        )
    assert caught.value.together


TWO = (team("a", work=20.0), team("b", skill="other", work=300.0))
BOTH = (
    Pool(team=0, skills=("street",), posts=2, movable=2),
    Pool(team=0, skills=("other", "street"), posts=2, movable=2),
    Pool(team=1, skills=("other",), posts=4, movable=0),
)


def test_only_posts_with_the_skill_help_out() -> None:
    best = plan(teams=TWO, relation=RELATION, limits=LIMITS, pools=BOTH)
    assert best.sizes == (2, 6)
    assert [(move.skill, move.to_skill, move.posts) for move in best.moves] == [("street", "other", 2)]
    assert plan(teams=TWO, relation=RELATION, limits=LIMITS).sizes == (4, 4)


def test_another_duty_in_the_same_street_costs_less_than_a_move_and_needs_no_leave() -> None:
    same = (TWO[0], replace(TWO[1], street="a"))
    limits = replace(LIMITS, most_moves=0, change_cost=0.1)
    best = plan(
        teams=same, relation=RELATION, limits=limits, pools=[replace(each, movable=0) for each in BOTH]
    )
    assert best.sizes == (2, 6)
    assert best.cost == pytest.approx(best.late.value + 0.2)


def test_chosen_numbers_are_reached_or_what_stands_in_the_way_is_named() -> None:
    found = moves_for(teams=TWO, sizes=(3, 5), relation=RELATION, limits=LIMITS, pools=BOTH)
    assert [move.posts for move in found.moves] == [1]
    assert found.cost == pytest.approx(found.late.value + LIMITS.move_cost)
    with pytest.raises(PlanImpossible) as caught:
        moves_for(teams=TWO, sizes=(1, 7), relation=RELATION, limits=LIMITS, pools=BOTH)
    assert [(each.limit, each.amount) for each in caught.value.relaxations] == [("skills", 1.0)]
    with pytest.raises(ValueError, match="add up"):
        moves_for(teams=TWO, sizes=(9, 9), relation=RELATION, limits=LIMITS, pools=BOTH)


def test_change_of_lateness_has_an_interval_that_holds_it() -> None:
    now, then = loads_of(TWO, (4, 4)), loads_of(TWO, (2, 6))
    change = late_change(RELATION, before=now, after=then)
    late = [late_of(teams=TWO, sizes=sizes, relation=RELATION).value for sizes in ((4, 4), (2, 6))]
    assert change.value == pytest.approx(late[1] - late[0])
    assert change.low < change.value < change.high
    nothing = late_change(RELATION, before=now, after=now)
    assert (nothing.low, nothing.value, nothing.high) == (0.0, 0.0, 0.0)


def test_forecast_is_the_recent_mean_moved_by_the_season() -> None:
    plain = {202608: 90, 202609: 100, 202610: 110}
    assert forecast(plain, month=202611, dispersion=1.0).value == pytest.approx(100.0)
    last_year = {202508: 50_000, 202509: 50_000, 202510: 50_000, 202511: 75_000}
    assert forecast(plain | last_year, month=202611, dispersion=1.0).value == pytest.approx(150.0, rel=1e-3)
    assert forecast({}, month=202611, dispersion=1.0).high == 0.0


def test_a_season_of_few_cases_leans_on_none() -> None:
    plain = {202608: 90, 202609: 100, 202610: 110}
    few = forecast(plain | {202508: 0, 202509: 1, 202510: 2, 202511: 12}, month=202611, dispersion=1.0)
    assert 100.0 < few.value < 125.0
    none = forecast(plain | {202508: 3, 202509: 3, 202510: 3, 202511: 0}, month=202611, dispersion=1.0)
    assert 90.0 < none.value < 100.0


def test_months_without_cases_count_from_the_first_known() -> None:
    assert forecast({202608: 3, 202609: 0, 202610: 0}, month=202611, dispersion=1.0).value == 1.0
    assert forecast({202608: 3}, month=202611, dispersion=1.0).value == 1.0
    assert forecast({202610: 3}, month=202611, dispersion=1.0).value == 3.0


def test_a_team_without_cases_has_an_interval_too() -> None:
    none = forecast({202605: 4}, month=202611, dispersion=1.0)
    assert (none.value, none.low, none.high) == (0.0, 0.0, 2.0)
    assert dispersion_of([{202605: 4}] * 20) == 1.0


COUNTS = st.dictionaries(
    st.sampled_from([*range(202501, 202513), *range(202601, 202611)]), st.integers(0, 500)
)


@example({202501: 0, 202508: 313, 202509: 500}, 1.0)
@given(COUNTS, st.floats(1.0, 30.0))
def test_a_forecast_lies_within_its_interval(cases: dict[int, int], dispersion: float) -> None:
    found = forecast(cases, month=202611, dispersion=dispersion)
    assert 0.0 <= found.low <= found.value <= found.high
    assert found.high > found.low or not cases
    wider = forecast(cases, month=202611, dispersion=dispersion * 2)
    assert wider.value == found.value
    assert wider.high >= found.value


@given(COUNTS, st.sampled_from([202608, 202609, 202610]), st.integers(1, 50))
def test_more_recent_cases_never_forecast_fewer(cases: dict[int, int], month: int, more: int) -> None:
    known = {202607: 0, **cases}
    raised = {**known, month: known.get(month, 0) + more}
    before, after = (forecast(each, month=202611, dispersion=1.0) for each in (known, raised))
    assert after.value > before.value or after.value == pytest.approx(before.value)
    assert after.high >= before.high


@pytest.mark.parametrize("count", [12, 15, 24, 60])
@pytest.mark.parametrize("most", [1.0, 5.0, 120.0])
@pytest.mark.parametrize("season", [0.0, 0.3])
def test_forecast_intervals_hold_however_long_the_past(count: int, most: float, season: float) -> None:
    """Counts are whole numbers, so the intervals of small ones hold more than they say."""
    random = np.random.default_rng(int(count + most))
    coming = 202612
    past = [month_before(coming, back) for back in range(count, 0, -1)]
    held, series, drawn = 0, [], []
    for _ in range(300):
        level, phase = random.uniform(most / 6, most), random.uniform(0, 2 * np.pi)
        rates = [level * (1 + season * np.sin(each % 100 / 6 * np.pi + phase)) for each in [*past, coming]]
        *counts, last = random.poisson(rates).tolist()
        series.append({month: cases for month, cases in zip(past, counts, strict=True) if cases})
        drawn.append(last)
    dispersion = dispersion_of(series[:100])
    for known, last in zip(series, drawn, strict=True):
        found = forecast(known, month=coming, dispersion=dispersion)
        held += found.low <= last <= found.high
    assert held / 300 >= 0.93


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_forecast_intervals_hold_what_they_say(spread: float) -> None:
    """Of 600 teams with 12 months, 95 of 100 next months lie within."""
    random = np.random.default_rng(5)
    months_known = [*range(202511, 202513), *range(202601, 202611)]
    held, series = 0, []
    for _ in range(600):
        rates = random.uniform(20, 120) * np.exp(random.normal(0, spread, 13) * 0.5)
        series.append(dict(zip([*months_known, 202611], random.poisson(rates).tolist(), strict=True)))
    known = [{month: count for month, count in each.items() if month != 202611} for each in series]
    dispersion = dispersion_of(known)
    for each, past in zip(series, known, strict=True):
        found = forecast(past, month=202611, dispersion=dispersion)
        held += found.low <= each[202611] <= found.high
    assert 0.92 <= held / 600 <= 0.98
    assert (dispersion > 1.5) is (spread > 0.0)
