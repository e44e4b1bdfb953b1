"""Staffing: the relation is found again, the plan is the best there is, and what stands in the way is named."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reckon.staffing import (
    Limits,
    PlanImpossible,
    Relation,
    Team,
    TeamMonth,
    cost_of,
    fit,
    late_expected,
    plan,
    violated,
)

LIMITS = Limits(most_moves=4, farthest_km=50.0, move_cost=0.5, cost_a_km=0.0)
RELATION = Relation(
    skills=("street",),
    coefficients=(-5.0, 1.2),
    covariance=((0.04, 0.0), (0.0, 0.01)),
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
    assert violated(teams=teams, sizes=best.sizes, limits=limits) == ()
    others = [
        cost_of(teams=teams, sizes=sizes, relation=RELATION, limits=limits)[1]
        for sizes in product(range(1, 9), repeat=3)
        if violated(teams=teams, sizes=sizes, limits=limits) == ()
    ]
    assert best.cost == pytest.approx(min(others), rel=1e-4)


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
        (team("a", least=6), team("b", least=6), LIMITS, ("cover",)),
        (team("a", least=0, most=2), team("b", least=0, most=2), LIMITS, ("places",)),
        (team("a", movable=0), team("b", least=6), LIMITS, ("cover", "keep")),
        (team("a", least=5), team("b"), replace(LIMITS, most_moves=0), ("cover", "moves")),
        (team("a", least=5, longitude=2.0), team("b"), LIMITS, ("cover", "distance")),
    ],
)
def test_what_stands_in_the_way_is_named(
    one: Team, other: Team, limits: Limits, named: tuple[str, ...]
) -> None:
    with pytest.raises(PlanImpossible) as caught:
        plan(teams=[one, other], relation=RELATION, limits=limits)
    assert caught.value.limits == named
    assert not caught.value.together


def test_several_limits_in_the_way_are_named_together() -> None:
    with pytest.raises(PlanImpossible) as caught:
        plan(teams=[team("a", least=9, most=8)], relation=RELATION, limits=LIMITS)
    assert caught.value.limits == ("cover",)
    limits = replace(LIMITS, most_moves=0)
    with pytest.raises(PlanImpossible) as caught:
        plan(teams=[team("a", least=6), team("b", most=3, movable=0)], relation=RELATION, limits=limits)
    assert caught.value.together
