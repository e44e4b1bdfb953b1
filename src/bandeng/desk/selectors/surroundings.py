"""What else was reported around a matter: near it within a month, and at the same place before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bandeng.areas.selectors import metres_between, tiles_around
from bandeng.core import clock
from bandeng.desk.selectors.rows import state_of
from bandeng.dispatch.selectors import visible
from bandeng.matters.models import IS_OPEN, Matter
from bandeng.matters.rules import OPEN_STATES, MatterState
from bandeng.organisations.rules import Scope

DAYS = 30
NEAR_METRES = 300
SAME_METRES = 30
MOST_COMPARED = 200
MOST_SHOWN = 6
FIELDS = (
    "id",
    "title",
    "state",
    "type_code",
    "paused_at",
    "opened_at",
    "closed_at",
    "longitude",
    "latitude",
    "address",
)


@dataclass(frozen=True)
class Neighbour:
    """Another matter nearby."""

    id: int
    number: str
    title: str
    state: str
    state_name: str
    at: datetime
    closed_at: datetime | None
    metres: int
    same_type: bool
    is_open: bool


@dataclass(frozen=True)
class Surroundings:
    """Matters near this one in the last DAYS days, the nearest first, and earlier ones at the same place."""

    near: tuple[Neighbour, ...] = ()
    near_count: int = 0
    earlier: tuple[Neighbour, ...] = ()


def surroundings_of(matter: Matter, scope: Scope) -> Surroundings:
    """What lies around a matter, as far as the post may see it: two bounded queries."""
    if matter.longitude is None or matter.latitude is None:
        return Surroundings()
    since = clock.now() - timedelta(days=DAYS)
    others = [_neighbour(each, matter) for each in _around(matter, scope)]
    near = sorted(
        (each for each in others if each.at >= since and each.metres <= NEAR_METRES),
        key=lambda each: each.metres,
    )
    earlier = [
        each for each in others if _same_place(each) and each.at < matter.opened_at and not each.is_open
    ]
    newest = sorted(earlier, key=lambda each: each.at, reverse=True)
    return Surroundings(tuple(near[:MOST_SHOWN]), len(near), tuple(newest[:MOST_SHOWN]))


def merge_targets(matter: Matter, scope: Scope) -> list[Neighbour]:
    """Open matters nearby into which this one might go, those of its type first."""
    if matter.longitude is None or matter.latitude is None:
        return []
    others = [_neighbour(each, matter) for each in _around(matter, scope)]
    fitting = [each for each in others if each.is_open and each.metres <= NEAR_METRES]
    return sorted(fitting, key=lambda each: (not each.same_type, each.metres))[:MOST_SHOWN]


def _same_place(each: Neighbour) -> bool:
    return each.metres <= SAME_METRES


def _around(matter: Matter, scope: Scope) -> Iterator[Matter]:
    """Those of the same finest area by its index, and the open ones of the map tiles around by theirs."""
    rows = visible(scope).exclude(pk=matter.pk).exclude(state=MatterState.MERGED.value).only(*FIELDS)
    rows = rows.filter(longitude__isnull=False, latitude__isnull=False)
    found = {
        each.pk: each for each in rows.filter(area_code=matter.area_code).order_by("-id")[:MOST_COMPARED]
    }
    if matter.cell is not None:
        tiles = rows.filter(IS_OPEN, cell__in=tiles_around(matter.cell))
        found |= {each.pk: each for each in tiles.order_by("-id")[:MOST_COMPARED]}
    yield from found.values()


def _neighbour(other: Matter, matter: Matter) -> Neighbour:
    here, there = (matter.longitude or 0, matter.latitude or 0), (other.longitude or 0, other.latitude or 0)
    return Neighbour(
        id=other.pk,
        number=other.number,
        title=other.title,
        **state_of(other),
        at=other.opened_at,
        closed_at=other.closed_at,
        metres=round(metres_between(here, there)),
        same_type=bool(matter.type_code) and other.type_code == matter.type_code,
        is_open=MatterState(other.state) in OPEN_STATES,
    )
