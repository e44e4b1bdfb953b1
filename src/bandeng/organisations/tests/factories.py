"""Organisations, roles and posts for tests, on the small district."""

from collections.abc import Mapping
from datetime import date

from bandeng.accounts.models import User
from bandeng.accounts.tests.factories import user as account
from bandeng.areas.models import Area
from bandeng.areas.tests.factories import COMMUNITIES, DISTRICT, GRIDS, STREETS
from bandeng.organisations.models import Organisation, Post, Role
from bandeng.organisations.rules import Duty, OrganisationKind, Scope
from bandeng.organisations.selectors import directory, scope_of

CENTRE = "command_centre"
DEPARTMENTS = {"city_management": "城市管理", "housing": "住建", "police": "公安"}
SINCE = date(2026, 1, 1)
KINDS_OF_AREAS = {
    OrganisationKind.STREET_OFFICE: STREETS,
    OrganisationKind.COMMUNITY_COMMITTEE: COMMUNITIES,
    OrganisationKind.GRID_TEAM: GRIDS,
}


def organisation(
    *, code: str, kind: OrganisationKind, name: str = "", area: Area | None = None
) -> Organisation:
    """A saved organisation."""
    row = Organisation.objects.create(
        code=code, kind=kind.value, name=name or code, short_name=name or code, area=area
    )
    directory.forget()
    return row


def organisations(areas: Mapping[str, Area]) -> dict[str, Organisation]:
    """The centre, three departments, and the office, committee or team of every area; by code."""
    district = areas[DISTRICT]
    rows = [organisation(code=CENTRE, kind=OrganisationKind.CENTRE, name="治理中心", area=district)]
    for code, name in DEPARTMENTS.items():
        rows.append(organisation(code=code, kind=OrganisationKind.DEPARTMENT, name=name, area=district))
    for kind, codes in KINDS_OF_AREAS.items():
        rows.extend(
            organisation(code=code, kind=kind, name=areas[code].name, area=areas[code]) for code in codes
        )
    return {row.code: row for row in rows}


def role(*duties: Duty) -> Role:
    """The role with exactly these duties."""
    values = sorted(duty.value for duty in duties)
    held = sum(1 << place for place, duty in enumerate(Duty) if duty in duties)
    row, _ = Role.objects.get_or_create(
        code=f"tests-{held:x}", defaults={"name": "测试", "name_en": "Test", "duties": values}
    )
    return row


def post(
    *duties: Duty, organisation: Organisation, user: User | None = None, area: Area | None = None
) -> Post:
    """A post with these duties, held by a new account unless one is given, in the organisation's area."""
    return Post.objects.create(
        user=user or account(),
        organisation=organisation,
        role=role(*duties),
        area=area or organisation.area,
        since=SINCE,
    )


def scope(*duties: Duty, organisation: Organisation) -> Scope:
    """What a new post with these duties may see and do."""
    return scope_of(post(*duties, organisation=organisation))
