"""The clock of a matter and of its tasks: one computation, from start, limit and pauses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bandeng.dispatch.calendar import Due, due, work_calendar
from bandeng.dispatch.knowledge import limit_profiles
from bandeng.dispatch.models import Pause, Task
from bandeng.dispatch.rules import TaskRole
from bandeng.dispatch.selectors.refusals import Refusal, Refused
from bandeng.matters.models import Matter, MatterType
from bandeng.matters.rules import MatterState
from reckon.deadlines.clock import due_at
from reckon.deadlines.limits import InvalidLimit, format_limit, parse_limit
from reckon.deadlines.limits import Pause as Standstill
from reckon.deadlines.years import CalendarYearMissing

STANDARD = "ordinary"


@dataclass(frozen=True)
class Limits:
    """The limits of a matter's steps, as written: accept, handle, verify and, where the law allows one, extension."""

    accept: str = ""
    handle: str = ""
    verify: str = ""
    extension: str = ""


def limit_checked(limit: str) -> str:
    """A limit in its standard writing; empty stays empty. Raises Refused."""
    if not limit.strip():
        return ""
    try:
        return format_limit(parse_limit(limit))
    except InvalidLimit as wrong:
        raise Refused(Refusal.LIMIT) from wrong


def limits_of(matter: Matter) -> Limits:
    """The limits behind a matter: its type's, unless its own limit is that of a profile."""
    row = matter.matter_type
    own = _limits(row.limits) if row is not None and row.limits else None
    if own is not None and matter.limit in ("", own.handle):
        return own
    profiles = limit_profiles()
    for profile in profiles.values():
        if profile["handle"] == matter.limit:
            return _limits(profile, extension=own.extension if own else "")
    return own or _limits(profiles[STANDARD])


def limits_of_type(row: MatterType) -> Limits:
    """The limits that a matter of this type gets by itself."""
    return _limits(row.limits or limit_profiles()[STANDARD])


def _limits(row: Mapping[str, str], *, extension: str = "") -> Limits:
    return Limits(
        accept=row.get("accept", ""),
        handle=row.get("handle", ""),
        verify=row.get("verify", ""),
        extension=row.get("extension", extension),
    )


def standstills_of(pauses: Iterable[Pause]) -> list[Standstill]:
    """Pauses as the calculation takes them."""
    return [Standstill(pause.started_at, pause.ended_at, pause.reason) for pause in pauses]


def due_with(*, start: datetime, limit: str, pauses: Sequence[Standstill] = ()) -> Due:
    """When a limit runs out around pauses; nothing while a pause is open, the year where it is not known."""
    if not pauses:
        return due(start=start, limit=limit)
    if not limit:
        return Due()
    try:
        found = due_at(start=start, limit=parse_limit(limit), calendar=work_calendar(), pauses=pauses)
    except CalendarYearMissing as missing:
        return Due(unknown_year=missing.year)
    return Due(at=found)


def pauses_of(matter: Matter) -> list[Standstill]:
    """The pauses of the matter's present clock."""
    return standstills_of(Pause.objects.filter(matter_id=matter.pk).order_by("started_at"))


def clock_fields(
    *, matter: Matter, limit: str | None = None, clock_from: datetime | None = None
) -> dict[str, Any]:
    """The matter's clock fields computed anew, with another limit or start if given."""
    start = clock_from or matter.clock_from
    written = matter.limit if limit is None else limit
    known = due_with(start=start, limit=written, pauses=pauses_of(matter))
    return {"clock_from": start, "limit": written, "due_at": known.at, "due_unknown": known.unknown_year}


def task_due(*, task: Task, matter: Matter, pauses: Sequence[Standstill]) -> datetime | None:
    """When a task is due: the lead's with the matter, a co-handler's by its own limit but never later."""
    if task.role == TaskRole.LEAD.value or not task.limit or matter.due_at is None:
        return matter.due_at
    own = due_with(start=task.assigned_at, limit=task.limit, pauses=pauses).at
    return matter.due_at if own is None else min(own, matter.due_at)


def step_due(limit: str, *, start: datetime) -> datetime | None:
    """When the limit of a step such as acceptance or verification runs out."""
    return due(start=start, limit=limit).at


STEP_OVER: Mapping[str, Any] = MappingProxyType({"step_due_at": None, "step_from": None, "step_limit": None})
"""The step's clock fields once the step has been done."""


def step_begun(limit: str, *, start: datetime) -> dict[str, Any]:
    """The step's clock fields where a step such as acceptance or verification begins."""
    if not limit:
        return dict(STEP_OVER)
    return {"step_due_at": step_due(limit, start=start), "step_from": start, "step_limit": limit}


def step_limit_of(matter: Matter) -> str:
    """The limit of the step that the matter is in; of one begun before it was kept, the type's."""
    if matter.step_limit is not None:
        return matter.step_limit
    limits = limits_of(matter)
    return limits.verify if matter.state == MatterState.VERIFYING.value else limits.accept


def step_resumed(matter: Matter) -> dict[str, Any]:
    """The step's clock fields after a pause: it stood still as the matter's own clock did."""
    if matter.step_from is None:
        return {"step_due_at": matter.step_due_at}
    known = due_with(start=matter.step_from, limit=step_limit_of(matter), pauses=pauses_of(matter))
    return {"step_due_at": known.at}
