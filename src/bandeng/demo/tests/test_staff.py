"""Figures of the staff, and that everybody has one place."""

from collections import Counter

import pytest

from bandeng.demo.geography import geography_build
from bandeng.demo.organisations import DEPARTMENTS, organisations_build
from bandeng.demo.scale import SMALL, WHOLE, Scale
from bandeng.demo.staff import Staff, staff_build
from bandeng.organisations.rules import OrganisationKind


@pytest.fixture(scope="module", params=[SMALL, WHOLE], ids=["small", "whole"])
def built(request: pytest.FixtureRequest) -> tuple[Scale, Staff, set[str]]:
    scale = request.param
    geography = geography_build(scale=scale, seed=1)
    organisations = organisations_build(geography=geography, enterprises=scale.enterprises, seed=1)
    return scale, staff_build(geography=geography, scale=scale, seed=1), {plan.code for plan in organisations}


def test_the_whole_district_has_the_published_figures() -> None:
    assert (WHOLE.streets, WHOLE.grids, WHOLE.staff, WHOLE.seconded, WHOLE.matters) == (
        14,
        1360,
        9600,
        871,
        15_291,
    )
    assert WHOLE.staff == 3200 * WHOLE.team_size
    assert len(DEPARTMENTS) == 14


def test_everybody_has_a_login_and_an_organisation(built: tuple[Scale, Staff, set[str]]) -> None:
    scale, staff, organisations = built
    assert len({member.login for member in staff.members}) == scale.staff
    assert {member.organisation_code for member in staff.members} <= organisations
    assert sum(member.seconded for member in staff.members) == scale.seconded


def test_everybody_visits_in_one_team(built: tuple[Scale, Staff, set[str]]) -> None:
    scale, staff, _ = built
    logins = Counter(login for team in staff.teams for login in team.logins)
    assert set(logins.values()) == {1}
    assert set(logins) == {member.login for member in staff.members}
    assert {len(team.logins) for team in staff.teams} == {scale.team_size}
    assert len({team.grid_code for team in staff.teams}) == scale.grids


def test_each_grid_has_a_leader(built: tuple[Scale, Staff, set[str]]) -> None:
    scale, staff, _ = built
    leaders = [member for member in staff.members if member.role_code == "grid_leader"]
    assert len({member.area_code for member in leaders}) == scale.grids == len(leaders)


def test_enterprises_are_plainly_made_up() -> None:
    geography = geography_build(scale=SMALL, seed=1)
    plans = organisations_build(geography=geography, enterprises=30, seed=1)
    enterprises = [plan for plan in plans if plan.kind is OrganisationKind.ENTERPRISE]
    assert len({plan.name for plan in enterprises}) == 30
    assert all("演示" in plan.name for plan in enterprises)
