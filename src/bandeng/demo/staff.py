"""The demo district's staff, their posts and roles, and the teams that visit households."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from bandeng.demo.geography import Area, Geography
from bandeng.demo.names import name_make
from bandeng.demo.organisations import CENTRE, DEPARTMENTS
from bandeng.demo.scale import Scale
from bandeng.organisations.rules import Duty


@dataclass(frozen=True)
class RolePlan:
    """A role with its duties."""

    code: str
    name: str
    name_en: str
    duties: tuple[Duty, ...]


@dataclass(frozen=True)
class Member:
    """One person in one post."""

    login: str
    name: str
    organisation_code: str
    role_code: str
    area_code: str
    title: str
    seconded: bool = False


@dataclass(frozen=True)
class Team:
    """Members who visit the households of one grid together."""

    name: str
    grid_code: str
    logins: tuple[str, ...]


@dataclass(frozen=True)
class Staff:
    """Everybody, and the teams in which everybody visits."""

    members: tuple[Member, ...]
    teams: tuple[Team, ...]


ROLES = (
    RolePlan("grid_worker", "网格员", "Grid worker", (Duty.REPORT, Duty.HANDLE)),
    RolePlan("grid_leader", "网格长", "Grid leader", (Duty.REPORT, Duty.HANDLE, Duty.VERIFY)),
    RolePlan(
        "community_officer",
        "社区工作者",
        "Community officer",
        (Duty.REPORT, Duty.INTAKE, Duty.HANDLE, Duty.VERIFY),
    ),
    RolePlan(
        "street_officer", "街道干部", "Street officer", (Duty.REPORT, Duty.INTAKE, Duty.HANDLE, Duty.VERIFY)
    ),
    RolePlan(
        "street_dispatcher",
        "街道指挥员",
        "Street dispatcher",
        (Duty.INTAKE, Duty.DISPATCH, Duty.HANDLE, Duty.VERIFY, Duty.SUPERVISE),
    ),
    RolePlan("department_officer", "部门干部", "Department officer", (Duty.HANDLE,)),
    RolePlan(
        "department_head",
        "部门负责人",
        "Head of department",
        (Duty.HANDLE, Duty.DISPATCH, Duty.VERIFY, Duty.SUPERVISE),
    ),
    RolePlan("clerk", "坐席", "Clerk", (Duty.INTAKE,)),
    RolePlan(
        "dispatcher",
        "区指挥员",
        "District dispatcher",
        (Duty.INTAKE, Duty.DISPATCH, Duty.VERIFY, Duty.SUPERVISE),
    ),
    RolePlan("supervisor", "督查员", "Supervisor", (Duty.SUPERVISE, Duty.UNSEAL, Duty.AUDIT)),
    RolePlan("rule_keeper", "规则管理员", "Keeper of the rules", (Duty.RULES, Duty.SUPERVISE)),
    RolePlan("administrator", "系统管理员", "Administrator", (Duty.ADMINISTER, Duty.AUDIT)),
)
#: Who sits at the centre, in order; beyond the list everybody is a clerk.
CENTRE_ROLES = (
    "dispatcher",
    "clerk",
    "supervisor",
    "administrator",
    "rule_keeper",
    "dispatcher",
    "dispatcher",
    "supervisor",
)
ROLE_NAMES = {role.code: role.name for role in ROLES}


def staff_build(*, geography: Geography, scale: Scale, seed: int) -> Staff:
    """As many members as the scale says, each in one team of the scale's team size."""
    random = Random(f"staff {seed}")  # noqa: S311 (a demo, not a secret)
    members = [
        *_centre(geography=geography, count=scale.centre_staff, random=random),
        *_departments(geography=geography, count=scale.department_staff, random=random),
        *_streets(geography=geography, scale=scale, random=random),
        *_communities(geography=geography, count=scale.community_staff, random=random),
    ]
    members += _grids(geography=geography, count=scale.staff - len(members), random=random)
    return Staff(
        members=tuple(members), teams=_teams(geography=geography, members=members, size=scale.team_size)
    )


def _member(
    *, organisation: str, area: Area, number: int, role: str, random: Random, seconded_from: str = ""
) -> Member:
    mark = "seconded-" if seconded_from else ""
    return Member(
        login=f"{_login_head(organisation=organisation, area=area)}-{mark}{number}",
        name=name_make(random=random),
        organisation_code=organisation,
        role_code=role,
        area_code=area.code,
        title=f"{seconded_from}下沉" if seconded_from else ROLE_NAMES[role],
        seconded=bool(seconded_from),
    )


def _login_head(*, organisation: str, area: Area) -> str:
    """Such as grid-001002003, street-001 or police: what one remembers, without the district's digits."""
    return f"{area.level}-{area.code[6:]}" if organisation == area.code else organisation.replace("_", "-")


def _centre(*, geography: Geography, count: int, random: Random) -> list[Member]:
    return [
        _member(
            organisation=CENTRE,
            area=geography.areas[0],
            number=number,
            random=random,
            role=CENTRE_ROLES[number - 1] if number <= len(CENTRE_ROLES) else "clerk",
        )
        for number in range(1, count + 1)
    ]


def _departments(*, geography: Geography, count: int, random: Random) -> list[Member]:
    return [
        _member(
            organisation=code,
            area=geography.areas[0],
            number=number,
            random=random,
            role="department_head" if number == 1 else "department_officer",
        )
        for code, *_ in DEPARTMENTS
        for number in range(1, count + 1)
    ]


def _streets(*, geography: Geography, scale: Scale, random: Random) -> list[Member]:
    """Each street's own staff and the officers whom departments second to it."""
    streets = geography.level("street")
    own = [
        _member(
            organisation=street.code,
            area=street,
            number=number,
            random=random,
            role="street_dispatcher" if number <= 2 else "street_officer",
        )
        for street in streets
        for number in range(1, scale.street_staff + 1)
    ]
    seconded = [
        _member(
            organisation=streets[index % len(streets)].code,
            area=streets[index % len(streets)],
            number=index // len(streets) + 1,
            role="street_officer",
            random=random,
            seconded_from=DEPARTMENTS[index // len(streets) % len(DEPARTMENTS)][1],
        )
        for index in range(scale.seconded)
    ]
    return own + seconded


def _communities(*, geography: Geography, count: int, random: Random) -> list[Member]:
    return [
        _member(
            organisation=community.code,
            area=community,
            number=number,
            role="community_officer",
            random=random,
        )
        for community in geography.level("community")
        for number in range(1, count + 1)
    ]


def _grids(*, geography: Geography, count: int, random: Random) -> list[Member]:
    """Grid staff: everywhere a leader first, then workers in turn."""
    grids = geography.level("grid")
    return [
        _member(
            organisation=grids[index % len(grids)].code,
            area=grids[index % len(grids)],
            number=index // len(grids) + 1,
            role="grid_leader" if index < len(grids) else "grid_worker",
            random=random,
        )
        for index in range(count)
    ]


def _teams(*, geography: Geography, members: Iterable[Member], size: int) -> tuple[Team, ...]:
    """Fill every grid's teams with its own staff first, then with officers of ever wider areas."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for member in members:
        waiting[member.area_code].append(member.login)
    grids = geography.level("grid")
    count = sum(len(logins) for logins in waiting.values()) // size
    places = {
        grid.code: size * (count // len(grids) + (number < count % len(grids)))
        for number, grid in enumerate(grids)
    }
    filled: dict[str, list[str]] = {grid.code: [] for grid in grids}
    for length in (15, 12, 9, 6):
        for grid in grids:
            room = places[grid.code] - len(filled[grid.code])
            pool = waiting[grid.code[:length]]
            filled[grid.code] += pool[:room]
            del pool[:room]
        _widen(waiting=waiting, length=length)
    return tuple(
        Team(
            name=f"{grid.name_zh}走访{start // size + 1}组",
            grid_code=grid.code,
            logins=tuple(logins[start : start + size]),
        )
        for grid in grids
        for logins in [filled[grid.code]]
        for start in range(0, len(logins), size)
    )


def _widen(*, waiting: dict[str, list[str]], length: int) -> None:
    """Whoever found no place in the own area waits for one in the next wider area."""
    for code in [code for code in waiting if len(code) == length and length > 6]:
        waiting[code[:-3]] += waiting.pop(code)
