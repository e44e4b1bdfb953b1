"""Duties, and what a post may see and do."""

from dataclasses import dataclass, field
from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is."""

    CENTRE = "centre"
    DEPARTMENT = "department"
    STREET_OFFICE = "street_office"
    COMMUNITY_COMMITTEE = "community_committee"
    GRID_TEAM = "grid_team"
    ENTERPRISE = "enterprise"


class Duty(StrEnum):
    """职责: what a post is there to do. A role is a set of duties."""

    REPORT = "report"  # raise matters in the field
    INTAKE = "intake"  # register calls, accept, reject
    DISPATCH = "dispatch"  # choose lead and co-handlers, merge, split
    HANDLE = "handle"  # work on what one's organisation was given
    VERIFY = "verify"  # check what was done
    SUPERVISE = "supervise"  # see all of one's area, pause clocks, extend limits
    UNSEAL = "unseal"  # open a sealed contact, with a reason
    RULES = "rules"  # edit and publish decision tables and calendars
    AUDIT = "audit"  # read the audit log
    ADMINISTER = "administer"  # accounts, posts, tokens


@dataclass(frozen=True)
class Scope:
    """What one post may see: an area with all below it, or the tasks of one organisation."""

    user_id: int
    actor: str
    post_id: int
    organisation_id: int
    organisation_name: str
    kind: str
    area_code: str
    duties: frozenset[str] = field(default_factory=frozenset)

    @property
    def sees_area(self) -> bool:
        """Centres, street offices, communities and grids see their area; others only what they were given."""
        return self.kind in AREA_KINDS

    def has(self, duty: Duty) -> bool:
        """Whether the post has a duty."""
        return duty.value in self.duties


AREA_KINDS = frozenset(
    kind.value
    for kind in (
        OrganisationKind.CENTRE,
        OrganisationKind.STREET_OFFICE,
        OrganisationKind.COMMUNITY_COMMITTEE,
        OrganisationKind.GRID_TEAM,
    )
)


class DutyMissing(PermissionError):
    """The post lacks the duty for this act."""


def check_duty(*, scope: Scope, duty: Duty) -> None:
    """Raise DutyMissing unless the post has the duty."""
    if not scope.has(duty):
        raise DutyMissing(duty.value)
