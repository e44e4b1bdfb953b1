"""The figures of the one screen, within what the viewer's post may see."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Substr

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.areas.selectors import atlas
from bandeng.core import clock
from bandeng.core.models import OutboxEvent
from bandeng.dispatch.selectors import visible
from bandeng.matters.models import IS_OPEN, Matter, Step
from bandeng.matters.rules import AccessClass, StepKind, number_of
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory

LOCAL = ZoneInfo(settings.TIME_ZONE)
KEEP = 2.0  # seconds for which viewers with the same view share one set of figures
KEPT_VIEWS = 256
LONGEST = 4
STREAM = 9
DEPARTMENTS = 14
SHOWN_STEPS = tuple(
    kind.value
    for kind in (
        StepKind.OPENED,
        StepKind.DISPATCHED,
        StepKind.STARTED,
        StepKind.HANDLED,
        StepKind.CLOSED,
        StepKind.REOPENED,
        StepKind.RETURNED,
        StepKind.ESCALATED,
        StepKind.PAUSED,
    )
)


@dataclass(frozen=True)
class Bar:
    """Open and overdue matters of one department or area, by its code."""

    code: str
    open: int
    overdue: int


@dataclass(frozen=True)
class Late:
    """One overdue matter, without its reporter; street and lead by their codes."""

    number: str
    title: str
    street: str
    lead: str
    due_at: datetime
    escalation_level: int


@dataclass(frozen=True)
class Happening:
    """One line of the stream; the street by its code."""

    at: datetime
    street: str
    title: str
    state: str


@dataclass(frozen=True)
class Screen:
    """Everything on the screen at one moment."""

    at: datetime
    received: int
    closed: int
    open: int
    overdue: int
    departments: tuple[Bar, ...]
    areas: tuple[Bar, ...]
    longest: tuple[Late, ...]
    stream: tuple[Happening, ...]

    @property
    def busiest(self) -> int:
        """The largest number of open matters of a department, for the bars."""
        return max((bar.open for bar in self.departments), default=0)


_KEPT: OrderedDict[tuple[object, ...], tuple[float, Screen]] = OrderedDict()


def screen(scope: Scope) -> Screen:
    """The screen of a post; viewers with the same view share it for two seconds, whatever they read in."""
    key = (scope.organisation_id, scope.area_code, scope.kind, scope.duties)
    kept = _KEPT.get(key)
    if kept is not None and time.monotonic() - kept[0] < KEEP:
        return kept[1]
    made = _screen(scope)
    _KEPT[key] = (time.monotonic(), made)
    if len(_KEPT) > KEPT_VIEWS:
        _KEPT.popitem(last=False)
    return made


def _screen(scope: Scope) -> Screen:
    moment = clock.now()
    midnight = moment.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    seen = visible(scope)
    present = seen.filter(IS_OPEN)
    groups = _groups(present, scope, moment)
    return Screen(
        at=moment,
        received=seen.filter(opened_at__gte=midnight, opened_at__lt=midnight + timedelta(days=1)).count(),
        closed=seen.filter(closed_at__gte=midnight, closed_at__lt=midnight + timedelta(days=1)).count(),
        open=sum(group.open for group in groups),
        overdue=sum(group.overdue for group in groups),
        departments=_departments(groups),
        areas=_areas(groups, scope),
        longest=_longest(present, moment),
        stream=_stream(seen),
    )


@dataclass(frozen=True)
class Group:
    """Open matters of one lead in one area below the viewer's own."""

    lead_id: int | None
    part: str
    open: int
    overdue: int


def _groups(present: QuerySet[Matter], scope: Scope, moment: datetime) -> list[Group]:
    """Everything that is counted, in one reading of what is open."""
    parts = present.annotate(part=Substr("area_code", 1, CODE_LENGTH[below(scope)])).values("lead_id", "part")
    counted = parts.annotate(open=Count("id"), overdue=Count("id", filter=Q(due_at__lt=moment))).order_by()
    return [Group(*row) for row in counted.values_list("lead_id", "part", "open", "overdue")]


def _departments(groups: list[Group]) -> tuple[Bar, ...]:
    known = directory().by_id
    counted: dict[int, tuple[int, int]] = {}
    for group in groups:
        if group.lead_id in known:
            before = counted.get(group.lead_id, (0, 0))
            counted[group.lead_id] = before[0] + group.open, before[1] + group.overdue
    bars = [Bar(known[key].code, *counts) for key, counts in counted.items()]
    return tuple(sorted(bars, key=lambda bar: -bar.open)[:DEPARTMENTS])


def _areas(groups: list[Group], scope: Scope) -> tuple[Bar, ...]:
    """One bar for each area below the viewer's own: streets for the district, communities for a street."""
    level = below(scope)
    counted: dict[str, tuple[int, int]] = {}
    for group in groups:
        before = counted.get(group.part, (0, 0))
        counted[group.part] = before[0] + group.open, before[1] + group.overdue
    places = sorted(atlas().by_code.values(), key=lambda place: place.code)
    inside = scope.area_code if scope.sees_area else ""
    return tuple(
        Bar(place.code, *counted.get(place.code, (0, 0)))
        for place in places
        if place.level == level and place.code.startswith(inside)
    )


def below(scope: Scope) -> Level:
    """The level that the viewer's map is divided into."""
    if not scope.sees_area:
        return Level.STREET
    lengths = {CODE_LENGTH[Level.STREET]: Level.COMMUNITY, CODE_LENGTH[Level.COMMUNITY]: Level.GRID}
    return lengths.get(len(scope.area_code), Level.GRID if len(scope.area_code) == 15 else Level.STREET)


def _street(code: str) -> str:
    return code[: CODE_LENGTH[Level.STREET]]


def _lead(key: int | None) -> str:
    found = directory().by_id.get(key) if key else None
    return found.code if found else ""


def _longest(present: QuerySet[Matter], moment: datetime) -> tuple[Late, ...]:
    late = present.filter(due_at__lt=moment, access_class=AccessClass.OPEN.value).order_by("due_at", "id")[
        :LONGEST
    ]
    return tuple(
        Late(
            number=number_of(row.pk),
            title=row.title,
            street=_street(row.area_code),
            lead=_lead(row.lead_id),
            due_at=row.due_at,
            escalation_level=row.escalation_level,
        )
        for row in late
        if row.due_at is not None
    )


def _stream(seen: QuerySet[Matter]) -> tuple[Happening, ...]:
    """The newest changes: matters by time of change are few and recent, so the newest ids suffice."""
    steps = (
        Step.objects.filter(kind__in=SHOWN_STEPS)
        .order_by("-id")
        .values("id", "matter_id", "at", "state")[:200]
    )
    newest: dict[int, Any] = {}
    for step in steps:
        newest.setdefault(step["matter_id"], step)
    ordinary = seen.filter(pk__in=list(newest), access_class=AccessClass.OPEN.value)
    rows = {row["id"]: row for row in ordinary.values("id", "title", "area_code")}
    shown = [step for key, step in newest.items() if key in rows][:STREAM]
    return tuple(
        Happening(
            at=step["at"],
            street=_street(rows[step["matter_id"]]["area_code"]),
            title=rows[step["matter_id"]]["title"],
            state=step["state"],
        )
        for step in shown
    )


def pulse() -> int:
    """A number that grows with every change in the district."""
    return OutboxEvent.objects.aggregate(last=Max(F("id")))["last"] or 0
