"""One page of a queue as its rows are drawn: four queries, however many rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from bandeng.areas.selectors import atlas
from bandeng.core import clock
from bandeng.core.labels import ClockFace
from bandeng.desk.labels import QUEUE_NAMES
from bandeng.desk.selectors.clocks import face_of, pause_reasons
from bandeng.desk.selectors.lists import page_of
from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, TaskRole
from bandeng.dispatch.selectors import Queue, QueueFilter, Sort
from bandeng.dispatch.selectors.filters import day_start
from bandeng.matters.labels import MATTER_STATES
from bandeng.matters.models import Matter
from bandeng.matters.rules import OPEN_STATES, MatterState
from bandeng.matters.selectors import taxonomy
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory

STATE_WORDS = dict(MATTER_STATES)
PAUSED = "paused"


class Band(StrEnum):
    """The groups of a list that is sorted by deadline."""

    PAST = "past"
    TODAY = "today"
    LATER = "later"


@dataclass(frozen=True)
class Row:
    """A matter as one line of a list."""

    id: int
    number: str
    title: str
    same: int  # how many people report it
    type_name: str
    place: str
    state: str
    state_name: str
    face: ClockFace | None
    lead: str
    person: str
    helpers: tuple[str, ...]
    urgent: bool
    band: Band
    starts_band: bool
    version: str  # when it last changed; acts on many rows refuse one that has changed since


@dataclass(frozen=True)
class RowPage:
    """The rows of one page."""

    rows: Sequence[Row]
    matters: Sequence[Matter]
    page: int
    has_next: bool
    states: frozenset[MatterState]
    newest_only: bool
    total: int | None
    is_counted: bool


def row_page(scope: Scope, filters: QueueFilter) -> RowPage:
    """One page of a filter."""
    found = page_of(scope, filters)
    matters = found.matters
    banded = (
        filters.sort is Sort.DUE
        and not filters.descending
        and filters.queue not in (Queue.ALL, Queue.CLOSED_WEEK)
    )
    rows = rows_of(matters, scope, banded=banded)
    states = frozenset(MatterState(matter.state) for matter in matters)
    return RowPage(
        rows, matters, found.number, found.has_next, states, found.newest_only, found.total, found.is_counted
    )


def rows_of(matters: Sequence[Matter], scope: Scope, *, banded: bool = False) -> list[Row]:
    """The lines of some matters, in their order."""
    reasons, people, helpers = pause_reasons(matters), people_of(matters), helpers_of(matters)
    tomorrow = day_start(timezone.localdate(clock.now()) + timedelta(days=1))
    rows: list[Row] = []
    for matter in matters:
        band = band_of(matter, tomorrow)
        row = Row(
            id=matter.pk, number=matter.number, title=matter.title, same=matter.report_count,
            type_name=type_name(matter.type_code), place=place_name(matter.area_code),
            **state_of(matter), face=face_of(matter, reason=reasons.get(matter.pk, "")),
            lead="" if matter.lead_id == scope.organisation_id else directory().name(matter.lead_id),
            person=people.get(matter.lead_post_id or 0, ""), helpers=helpers.get(matter.pk, ()),
            urgent=matter.priority != "normal", band=band,
            starts_band=banded and (not rows or rows[-1].band is not band), version=matter.changed_at.isoformat(),
        )  # fmt: skip
        rows.append(row)
    return rows


def state_of(matter: Matter) -> dict[str, str]:
    """The state as it is drawn: a paused matter is paused, whatever its work's state."""
    if matter.paused_at is not None and MatterState(matter.state) in OPEN_STATES:
        return {"state": PAUSED, "state_name": str(QUEUE_NAMES[Queue.PAUSED])}
    return {"state": matter.state, "state_name": str(STATE_WORDS[matter.state])}


def band_of(matter: Matter, tomorrow: datetime) -> Band:
    """In which group of a list by deadline a matter stands."""
    if matter.due_at is None or matter.due_at >= tomorrow:
        return Band.LATER
    return Band.PAST if matter.due_at < clock.now() else Band.TODAY


def people_of(matters: Sequence[Matter]) -> dict[int, str]:
    """Names of the people in charge, by post: one query."""
    posts = {matter.lead_post_id for matter in matters if matter.lead_post_id is not None}
    return dict(Post.objects.filter(pk__in=posts).values_list("pk", "user__name")) if posts else {}


def helpers_of(matters: Sequence[Matter]) -> dict[int, tuple[str, ...]]:
    """Short names of the co-handlers at work, by matter: one query."""
    keys = [matter.pk for matter in matters]
    open_states = sorted(state.value for state in OPEN_TASK_STATES)
    tasks = Task.objects.filter(
        matter_id__in=keys, role=TaskRole.CO_HANDLER.value, state__in=open_states
    ).order_by("id")
    found: dict[int, tuple[str, ...]] = {}
    for matter_id, organisation_id in tasks.values_list("matter_id", "organisation_id"):
        found[matter_id] = (*found.get(matter_id, ()), directory().name(organisation_id))
    return found


def type_name(code: str) -> str:
    """The finest name of a type in the reader's language; empty for none."""
    return taxonomy().name(code)


def place_name(code: str) -> str:
    """Street and community of an area."""
    places = atlas().by_code
    known = [places[code[:n]] for n in (9, 12) if len(code) >= n and code[:n] in places]
    return "·".join(short_place(place.called) for place in known)


def short_place(name: str) -> str:
    """A place's name as lists write it: 北桥 for 北桥街道."""
    for level in ("街道", "社区"):
        if name.endswith(level) and len(name) > len(level) + 1:
            return name.removesuffix(level)
    return name
