"""Duties, and what a post may see and do."""

from dataclasses import dataclass, field
from enum import StrEnum

from bandeng.areas.rules import CODE_LENGTH, Level, is_within


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
    CLUE_TRIAGE = "clue_triage"  # read the clues that come in, accept, assign, transfer, answer
    CLUE_HANDLE = "clue_handle"  # look into the clues that one's organisation was given
    CLUE_IDENTITY = "clue_identity"  # ask for, and decide about, opening a reporter's identity
    FRAUD_WARNING = "fraud_warning"  # sign warnings of fraud to streets
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


SECOND_FACTOR_DUTIES = frozenset(
    {
        Duty.UNSEAL.value, Duty.CLUE_TRIAGE.value, Duty.CLUE_HANDLE.value, Duty.CLUE_IDENTITY.value, Duty.RULES.value,
        Duty.AUDIT.value, Duty.ADMINISTER.value,
    }
)  # fmt: skip


def needs_second_factor(duties: frozenset[str]) -> bool:
    """Whether a post with these duties is worth more than a stolen password."""
    return not SECOND_FACTOR_DUTIES.isdisjoint(duties)


DESK_DUTIES = frozenset({Duty.INTAKE.value, Duty.DISPATCH.value, Duty.SUPERVISE.value, Duty.HANDLE.value})
CLUE_DUTIES = frozenset({Duty.CLUE_TRIAGE.value, Duty.CLUE_HANDLE.value, Duty.CLUE_IDENTITY.value})


def first_page(scope: Scope | None) -> str:
    """Address where the work of a post begins; the own account where none does."""
    if scope is None:
        return "/account/"
    if scope.kind == OrganisationKind.GRID_TEAM:
        return "/worker/"
    if not scope.duties.isdisjoint(DESK_DUTIES):
        return "/desk/"
    if not scope.duties.isdisjoint(CLUE_DUTIES):
        return "/desk/clues/"
    if scope.has(Duty.ADMINISTER):
        return "/admin/"
    return "/worker/" if scope.has(Duty.REPORT) else "/account/"


@dataclass(frozen=True)
class Reach:
    """Whom an administrator covers: the whole district, an area and all below, or one organisation."""

    user_id: int
    actor: str
    organisation_id: int
    area_code: str
    whole_district: bool

    @property
    def duties(self) -> frozenset[str]:
        """What may be given: below the district, nothing that opens what is sealed or reaches further."""
        every = frozenset(duty.value for duty in Duty)
        return every if self.whole_district else every - SECOND_FACTOR_DUTIES


class OutOfReach(PermissionError):
    """The administrator's post does not cover this organisation, area, duty or account: see `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def reach_of(scope: Scope) -> Reach:
    """What a post with the duty to administer covers. Raises DutyMissing for another."""
    check_duty(scope=scope, duty=Duty.ADMINISTER)
    district = len(scope.area_code) <= CODE_LENGTH[Level.DISTRICT]
    return Reach(
        user_id=scope.user_id,
        actor=scope.actor,
        organisation_id=scope.organisation_id,
        area_code=scope.area_code if scope.sees_area else "",
        whole_district=scope.kind == OrganisationKind.CENTRE and district,
    )


def covers_organisation(*, reach: Reach, organisation_id: int, kind: str, area_code: str) -> bool:
    """Whether an organisation lies in an administrator's reach."""
    if reach.whole_district or organisation_id == reach.organisation_id:
        return True
    return kind in AREA_KINDS and bool(reach.area_code) and is_within(code=area_code, area=reach.area_code)


def check_post_area(*, kind: str, organisation_area: str, area_code: str) -> None:
    """Raise OutOfReach unless a post's area lies in its organisation's; whoever sees an area needs one."""
    if kind in AREA_KINDS and not area_code:
        raise OutOfReach("area_missing")
    if organisation_area and area_code and not is_within(code=area_code, area=organisation_area):
        raise OutOfReach("area_elsewhere")


def check_grant(*, reach: Reach, user_id: int, duties: frozenset[str]) -> None:
    """Raise OutOfReach if the administrator gives a duty beyond theirs, or anything to themselves."""
    if user_id == reach.user_id:
        raise OutOfReach("oneself")
    if not duties <= reach.duties:
        raise OutOfReach("duty")


def check_role_change(
    *, reach: Reach, code: str, before: frozenset[str], after: frozenset[str], own: bool
) -> None:
    """Raise OutOfReach unless the administrator may give a role these duties; `own`: they hold it themselves."""
    if not reach.whole_district:
        raise OutOfReach("roles")
    if own and not after <= before:
        raise OutOfReach("own_role")
    if not after:
        raise OutOfReach("role_without_duty")
    if code == TOKEN_ROLE and not after.isdisjoint(SECOND_FACTOR_DUTIES):
        raise OutOfReach("token_role")


TOKEN_ROLE = "external_system"  # noqa: S105 (the role whose posts may hold tokens)
TOKEN_SCOPES: dict[str, frozenset[str]] = {
    "matters:read": frozenset({Duty.REPORT.value, Duty.INTAKE.value}),
    "matters:write": frozenset({Duty.REPORT.value, Duty.INTAKE.value}),
    "open311:write": frozenset({Duty.REPORT.value}),
    "webhooks": frozenset({Duty.INTAKE.value}),
}
"""What a token may be for, and the duties of which its post needs one."""


class ScopeNotAllowed(PermissionError):
    """The post's duties do not carry this scope of a token."""


def check_token_scopes(*, scopes: list[str], duties: frozenset[str]) -> None:
    """Raise ScopeNotAllowed for an unknown scope, none at all, or one beyond the post's duties."""
    if not scopes:
        raise ScopeNotAllowed("")
    for scope in scopes:
        if TOKEN_SCOPES.get(scope, frozenset()).isdisjoint(duties):
            raise ScopeNotAllowed(scope)
