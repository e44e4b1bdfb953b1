"""The map as a table: a filter's matters counted by the areas below one area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count
from django.db.models.functions import Substr

from bandeng.areas.selectors import atlas
from bandeng.desk.selectors.conditions import query_of
from bandeng.dispatch.selectors import Queue, QueueFilter, matters_found
from bandeng.dispatch.selectors.filters import queue_conditions
from bandeng.organisations.rules import Scope

NEXT_LENGTH = {0: 9, 6: 9, 9: 12, 12: 15}


@dataclass(frozen=True)
class PlaceLine:
    """One area of the table: how many matters lie in it, and the filter for it alone."""

    name: str
    count: int
    overdue: int
    placed: int  # how many of them have a point and so a mark on the map
    query: str


def place_lines(scope: Scope, filters: QueueFilter) -> Sequence[PlaceLine]:
    """The areas below the filter's (or the post's own), those with matters, in the order of their codes: one query."""
    inside = filters.area or (scope.area_code if scope.sees_area else "")
    length = NEXT_LENGTH.get(len(inside))
    if length is None:
        return []
    rows = (
        matters_found(scope, filters)
        .order_by()
        .annotate(part=Substr("area_code", 1, length))
        .values("part")
        .annotate(
            count=Count("id"),
            overdue=Count("id", filter=queue_conditions()[Queue.OVERDUE]),
            placed=Count("cell"),
        )
        .order_by("part")
    )
    return [_line(row, filters) for row in rows]


def _line(row: Mapping[str, Any], filters: QueueFilter) -> PlaceLine:
    place = atlas().by_code.get(row["part"])
    name = place.called if place else ""
    query = query_of(replace(filters, area=place.code)) if place else ""
    return PlaceLine(name, row["count"], row["overdue"], row["placed"], query)
