"""What a clock asks for at a moment: reminders before the deadline, the climb after it. Reads no database."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from bandeng.areas.rules import Level
from bandeng.core import clock
from bandeng.dispatch.calendar import work_calendar
from bandeng.dispatch.rules import NoticeKind
from bandeng.matters.rules import MatterState
from bandeng.organisations.rules import OrganisationKind
from reckon.deadlines.calendar import WorkCalendar
from reckon.deadlines.clock import due_at, standstills
from reckon.deadlines.limits import Limit, Pause, Unit, parse_limit
from reckon.deadlines.timeline import tick_of
from reckon.deadlines.years import CalendarYearMissing

FILE = Path(__file__).parent.parent / "data" / "escalation.toml"
LEVELS = {level.name.lower(): level for level in Level}
OWN_LEVEL = {
    OrganisationKind.GRID_TEAM.value: Level.GRID,
    OrganisationKind.COMMUNITY_COMMITTEE.value: Level.COMMUNITY,
    OrganisationKind.STREET_OFFICE.value: Level.STREET,
    OrganisationKind.CENTRE.value: Level.DISTRICT,
}
DEPARTMENT_LEVEL = Level.COMMUNITY
"""A department, and a matter without a lead, counts as below the street of the place."""
HUNDRED = 100


@dataclass(frozen=True)
class Climb:
    """Which level is told, and how long after the deadline."""

    level: Level
    after: Limit


@dataclass(frozen=True)
class Escalation:
    """One dated row of the rules."""

    reminders: tuple[int, ...]
    climb: tuple[Climb, ...]
    step_climb: tuple[Climb, ...]


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What is needed of a matter to tell its stage."""

    matter_id: int
    state: str
    clock_from: datetime
    limit: str
    due_at: datetime | None
    step_due_at: datetime | None
    lead_kind: str
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True)
class Stage:
    """One thing to be told now; `level` None: whoever handles the matter. The occasion makes it unique."""

    kind: NoticeKind
    occasion: str
    level: Level | None = None


@cache
def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["escalation"]
    return sorted(rows, key=lambda row: row["valid_from"])


def escalation() -> Escalation:
    """The rules in force today."""
    today = timezone.localdate(clock.now())
    row = [row for row in _rows() if row["valid_from"] <= today][-1]
    return Escalation(tuple(sorted(row["reminders"])), _climb(row["climb"]), _climb(row["step_climb"]))


def _climb(rows: Sequence[dict[str, str]]) -> tuple[Climb, ...]:
    return tuple(Climb(LEVELS[row["level"]], parse_limit(row["after"])) for row in rows)


def stages_of(*, known: Clock, now: datetime, rules: Escalation) -> list[Stage]:
    """What the clock asks for now, told or not; nothing where the calendar is not known."""
    try:
        return [*_of_matter(known, now, rules), *_of_step(known, now, rules)]
    except CalendarYearMissing:
        return []


def _of_matter(known: Clock, now: datetime, rules: Escalation) -> list[Stage]:
    if known.due_at is None or known.state == MatterState.VERIFYING.value:
        return []
    if now < known.due_at:
        return _reminder(known, now, rules)
    return _overdue(known.due_at, now, rules.climb, known.lead_kind, "")


def _of_step(known: Clock, now: datetime, rules: Escalation) -> list[Stage]:
    if known.step_due_at is None or now < known.step_due_at:
        return []
    return _overdue(known.step_due_at, now, rules.step_climb, known.lead_kind, "step ")


def _overdue(due: datetime, now: datetime, climb: Sequence[Climb], lead_kind: str, what: str) -> list[Stage]:
    own = OWN_LEVEL.get(lead_kind, DEPARTMENT_LEVEL)
    day = due.strftime("%Y-%m-%dT%H:%M:%S%z")
    calendar = work_calendar()
    reached = [each.level for each in climb if each.level < own and _moment(due, each.after, calendar) <= now]
    return [
        Stage(NoticeKind.OVERDUE, f"{what}due@{day}"),
        *(Stage(NoticeKind.ESCALATED, f"{what}{level.name.lower()}@{day}", level) for level in reached),
    ]


@lru_cache(maxsize=4096)
def _moment(due: datetime, after: Limit, calendar: WorkCalendar) -> datetime:
    """A delay after a deadline; deadlines gather at the close of business, so few are computed."""
    found = due_at(start=due, limit=after, calendar=calendar)
    return due + timedelta.max if found is None else found


def _reminder(known: Clock, now: datetime, rules: Escalation) -> list[Stage]:
    """The highest reminder whose share of the time has passed; one for each clock and limit."""
    share = _share(known, now)
    passed = [percent for percent in rules.reminders if share >= percent]
    if not passed:
        return []
    begun = known.clock_from.strftime("%Y-%m-%dT%H:%M:%S%z")
    return [Stage(NoticeKind.REMINDER, f"{passed[-1]}%@{begun}/{known.limit}")]


def _share(known: Clock, now: datetime) -> float:
    """Percent of the running time that has passed: working time, but clock time for limits in hours."""
    assert known.due_at is not None
    start, due, moment = tick_of(known.clock_from), tick_of(known.due_at), tick_of(now)
    if known.limit and parse_limit(known.limit).unit is Unit.HOURS:
        whole, passed = due - start, moment - start
    else:
        timeline = work_calendar().timeline
        whole, passed = timeline.whole_minutes(start, due), timeline.whole_minutes(start, moment)
    stood, stood_before = _standing(known, due), _standing(known, moment)
    return HUNDRED * max(0, passed - stood_before) / max(1, whole - stood)


def _standing(known: Clock, until: int) -> int:
    """Running time that fell into pauses before a moment, in the same unit as the share."""
    plain = bool(known.limit) and parse_limit(known.limit).unit is Unit.HOURS
    total, start = 0, tick_of(known.clock_from)
    for span in standstills(known.pauses):
        begin, end = max(span.begin, start), min(span.end, until)
        if end > begin:
            total += end - begin if plain else work_calendar().timeline.whole_minutes(begin, end)
    return total
