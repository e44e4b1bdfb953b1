"""States of maps, alerts and their tasks, who may see and do what, and the dated settings. No Django."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.organisations.rules import Duty, OrganisationKind, Scope
from reckon.colours import Colour

DISTRICT = CODE_LENGTH[Level.DISTRICT]
STREET = CODE_LENGTH[Level.STREET]
COMMUNITY = CODE_LENGTH[Level.COMMUNITY]
MONTHS_A_YEAR = 12
SURGE_OF = "surge:"
"""What an alert is about begins so where it follows up a surge; the group's code comes after it."""


class StockKind(StrEnum):
    """Numbers of people and places that counts are measured against."""

    POPULATION = "population"
    PREMISES = "premises"
    FOOD_PREMISES = "food_premises"


class SetStatus(StrEnum):
    """A set of indicators: still worked on, or in force from its month on."""

    DRAFT = "draft"
    DECLARED = "declared"


class MapStatus(StrEnum):
    """A version of a month's map; only a draft is ever made anew."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class AlertKind(StrEnum):
    """What an alert comes from."""

    COLOUR = "colour"
    DETECTOR = "detector"


class AlertState(StrEnum):
    """How far an alert has been followed up."""

    RAISED = "raised"
    EXAMINING = "examining"
    ACTING = "acting"
    REVIEWING = "reviewing"
    CLOSED = "closed"


class AlertTaskKind(StrEnum):
    """What is to be done about an alert."""

    EXAMINATION = "examination"
    MEASURE = "measure"
    VISIT = "visit"


class AlertTaskState(StrEnum):
    """A task is open until its finding is there."""

    OPEN = "open"
    DONE = "done"


class SupervisionState(StrEnum):
    """Joint supervision by several departments, for red."""

    PLANNED = "planned"
    VISITING = "visiting"
    RELEASED = "released"


class SurgeKind(StrEnum):
    """What stands out: a street's week, or neighbouring grids over some weeks."""

    RISE = "rise"
    CLUSTER = "cluster"


class FindingKind(StrEnum):
    """What came of looking into a surge."""

    EXPLAINED = "explained"
    REAL = "real"
    FOLLOW_UP = "follow_up"


NEXT_ALERT_STATES: dict[AlertState, frozenset[AlertState]] = {
    AlertState.RAISED: frozenset({AlertState.EXAMINING}),
    AlertState.EXAMINING: frozenset({AlertState.ACTING}),
    AlertState.ACTING: frozenset({AlertState.REVIEWING}),
    AlertState.REVIEWING: frozenset({AlertState.ACTING, AlertState.CLOSED}),
    AlertState.CLOSED: frozenset(),
}


class NotAllowed(ValueError):
    """An act that the present state or what is on record does not allow; `code` tells why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotYours(PermissionError):
    """The post's area, organisation or duty does not cover this."""


def check_transition(*, present: AlertState, target: AlertState) -> None:
    """Raise NotAllowed unless an alert may go from one state to the other."""
    if target not in NEXT_ALERT_STATES[present]:
        raise NotAllowed("state")


def check_publishable(status: MapStatus) -> None:
    """Raise NotAllowed unless the version is a draft."""
    if status is not MapStatus.DRAFT:
        raise NotAllowed("not_a_draft")


def check_month_over(*, month: int, present: int) -> None:
    """Raise NotAllowed for a month that is still running: half a month is no map to sign."""
    if month >= present:
        raise NotAllowed("month_running")


def check_coming(*, month: int, present: int) -> None:
    """Raise NotAllowed unless rules begin with a month to come: they never reach back."""
    if not (month > present and 1 <= month % 100 <= MONTHS_A_YEAR):
        raise NotAllowed("retroactive")


def check_examined(*, cause: str, communities: int, body_named: bool) -> None:
    """Raise NotAllowed unless a self-examination says what, where, and who is responsible from now on."""
    if not cause.strip():
        raise NotAllowed("cause_missing")
    if not communities:
        raise NotAllowed("communities_missing")
    if not body_named:
        raise NotAllowed("body_missing")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is on record of an alert when somebody wants to close it."""

    level: int
    present_level: int | None  # of the newest published map; None: none since the alert
    measures: int
    open_tasks: int
    supervision: SupervisionState | None


def check_reviewable(standing: Standing) -> None:
    """Raise NotAllowed while a task is open, or nothing was done at all."""
    if not standing.measures:
        raise NotAllowed("measure_missing")
    if standing.open_tasks:
        raise NotAllowed("tasks_open")


def check_closable(standing: Standing) -> None:
    """Raise NotAllowed unless the level has fallen and, for red, joint supervision was released."""
    if standing.open_tasks:
        raise NotAllowed("tasks_open")
    if standing.level >= Colour.RED and standing.supervision is not SupervisionState.RELEASED:
        raise NotAllowed("supervision_open")
    if standing.level > Colour.NONE and not has_fallen(standing):
        raise NotAllowed("level_not_fallen")


def has_fallen(standing: Standing) -> bool:
    """Whether the newest published map shows a lower colour than the one that the alert was about."""
    return standing.present_level is not None and Colour.NONE < standing.present_level < standing.level


def sees_whole_district(scope: Scope) -> bool:
    """Whether a post oversees all streets: a centre's, with the district as its area."""
    return scope.kind == OrganisationKind.CENTRE and len(scope.area_code) <= DISTRICT


def may_publish(scope: Scope) -> bool:
    """Signing a map takes the duty to supervise the whole district."""
    return sees_whole_district(scope) and scope.has(Duty.SUPERVISE)


def may_declare(scope: Scope) -> bool:
    """Changing what is measured takes the duty to keep rules, for the whole district."""
    return sees_whole_district(scope) and scope.has(Duty.RULES)


def may_bring_stocks(scope: Scope) -> bool:
    """Whoever signs maps or keeps their rules also brings in what figures are counted against."""
    return may_publish(scope) or may_declare(scope)


def sees_street(scope: Scope, street: str) -> bool:
    """Whether a post may open a street's page: its own street, or all for centres and departments that work."""
    if scope.sees_area:
        own = scope.area_code[:STREET]
        return sees_whole_district(scope) or (len(own) == STREET and own == street)
    return scope.has(Duty.HANDLE) or scope.has(Duty.SUPERVISE)


def leads_street(scope: Scope, street: str) -> bool:
    """Whether a post answers for a street: who supervises it, or the whole district."""
    if not scope.has(Duty.SUPERVISE) or not scope.sees_area:
        return False
    return len(scope.area_code) <= STREET and sees_street(scope, street)


def handles_for(scope: Scope, organisation_id: int) -> bool:
    """Whether a post may report what its organisation was asked to do."""
    working = scope.has(Duty.HANDLE) or scope.has(Duty.SUPERVISE)
    return working and scope.organisation_id == organisation_id


@dataclass(frozen=True, kw_only=True)
class RiskSettings:
    """Explained in data/risk.toml."""

    valid_from: str
    source: str
    months_of_streets: int
    months_of_communities: int
    months_ahead: int
    reference_months: int
    small_number: int
    reasons: int
    communities: int
    examination_limit: str
    visit_limit: str
    draft_again_minutes: int
    detector: str
    detector_weeks: int


@cache
def settings_in_force() -> RiskSettings:
    """The settings shipped with the program."""
    text = files("bandeng.risk").joinpath("data/risk.toml").read_text(encoding="utf-8")
    return settings_from(tomllib.loads(text))


def settings_from(data: Mapping[str, object]) -> RiskSettings:
    """Settings from plain values. Raises ValueError for an unknown, missing or odd one."""
    known = {field.name: field.type for field in fields(RiskSettings)}
    if set(data) != set(known):
        raise ValueError(f"settings unknown or missing: {sorted(set(data) ^ set(known))}")
    values = {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}
    odd = [name for name, value in values.items() if type(value) is not known[name]]
    if odd:
        raise ValueError(f"settings of another kind: {sorted(odd)}")
    return RiskSettings(**values)  # type: ignore[arg-type]
