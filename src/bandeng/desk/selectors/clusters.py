"""Matters on the map: counted by tile in the database when far, grouped from single points when near."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.db.models import BooleanField, Case, Count, Min, Q, QuerySet, When

from bandeng.areas.selectors import TILE_ZOOM, tile_of
from bandeng.dispatch.selectors import Queue, QueueFilter, matters_found
from bandeng.dispatch.selectors.filters import queue_conditions
from bandeng.matters.models import Matter
from bandeng.matters.rules import id_of, number_of
from bandeng.organisations.rules import Scope

FARTHEST_ZOOM, NEAREST_ZOOM = 0, 22
GROUPED_UP_TO = 14  # beyond, cells are coarser than what the screen tells apart
FINER_BY = 2  # a tile of zoom + 2 is 64 pixels wide: as near as two marks may stand
EASTERNMOST = 179.999999
MOST_POINTS = 2_000
MOST_CLUSTERS = 1_500
ROW_BITS = (1 << TILE_ZOOM) - 1


Point = tuple[float, float, bool, int, str]  # longitude, latitude, overdue, key, title


class BoxWrong(ValueError):
    """The box or zoom asked for cannot be read; the text says why."""


@dataclass(frozen=True)
class Box:
    """A part of the map in degrees, and how near it is seen."""

    west: float
    south: float
    east: float
    north: float
    zoom: int


@dataclass(frozen=True)
class Cluster:
    """Matters that stand together on the map; number and title only of a single one."""

    longitude: float
    latitude: float
    count: int
    overdue: int
    number: str = ""
    title: str = ""


def box_of(bbox: str, zoom: str) -> Box:
    """A box from "west,south,east,north" and a zoom. Raises BoxWrong."""
    parts = bbox.split(",")
    if len(parts) != 4:
        raise BoxWrong("bbox needs four numbers: west,south,east,north")
    try:
        west, south, east, north = (float(part) for part in parts)
        near = int(zoom)
    except ValueError as wrong:
        raise BoxWrong("bbox and zoom must be numbers") from wrong
    if not all(math.isfinite(value) for value in (west, south, east, north)):
        raise BoxWrong("bbox must be finite numbers")
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise BoxWrong("bbox must run from west to east and from south to north, in degrees")
    if not FARTHEST_ZOOM <= near <= NEAREST_ZOOM:
        raise BoxWrong(f"zoom must be from {FARTHEST_ZOOM} to {NEAREST_ZOOM}")
    return Box(west, south, east, north, near)


def clusters_in(scope: Scope, filters: QueueFilter, box: Box) -> list[Cluster]:
    """The clusters of a filter's matters in a box, the largest first."""
    matters = within_box(matters_found(scope, filters).order_by(), box)
    if box.zoom > GROUPED_UP_TO:
        inside = Q(latitude__range=(box.south, box.north), longitude__range=(box.west, box.east))
        near = matters.filter(inside).annotate(
            late=Case(When(_late(), then=True), default=False, output_field=BooleanField())
        )
        points = list(near.values_list("longitude", "latitude", "late", "id", "title")[: MOST_POINTS + 1])
        if len(points) <= MOST_POINTS:
            return _sorted(_gathered(cast("list[Point]", points), box.zoom))
    return _grouped(matters, box)


def within_box(matters: QuerySet[Matter], box: Box) -> QuerySet[Matter]:
    """Narrow to the columns of tiles that a box touches."""
    first = tile_of(box.west, box.north) >> TILE_ZOOM << TILE_ZOOM
    last = tile_of(min(box.east, EASTERNMOST), box.south) | ROW_BITS
    return matters.filter(cell__range=(first, last))


def _late() -> Q:
    return queue_conditions()[Queue.OVERDUE]


def _sorted(clusters: Iterable[Cluster]) -> list[Cluster]:
    return sorted(clusters, key=lambda cluster: (-cluster.count, cluster.longitude, cluster.latitude))[
        :MOST_CLUSTERS
    ]


def _grouped(matters: QuerySet[Matter], box: Box) -> list[Cluster]:
    """Matters counted by their cell in the database, and the cells joined into tiles that fit the zoom.

    A cluster stands in the middle of its matters as far as their cells tell: from afar half a cell is less than a mark.
    """
    counted = matters.values("cell").annotate(
        count=Count("id"), overdue=Count("id", filter=_late()), first=Min("id")
    )
    coarser = max(0, TILE_ZOOM - box.zoom - FINER_BY)
    top, bottom = (tile_of(box.west, edge) & ROW_BITS for edge in (box.north, box.south))
    tiles: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    for each in cast("Iterable[Mapping[str, Any]]", counted):
        column, row = each["cell"] >> TILE_ZOOM, each["cell"] & ROW_BITS
        if top <= row <= bottom:
            tiles.setdefault((column >> coarser, row >> coarser), []).append(each)
    return _titled(_sorted(_tile(cells) for cells in tiles.values()))


def _tile(cells: Sequence[Mapping[str, Any]]) -> Cluster:
    count = sum(each["count"] for each in cells)
    column = sum(((each["cell"] >> TILE_ZOOM) + 0.5) * each["count"] for each in cells) / count
    row = sum(((each["cell"] & ROW_BITS) + 0.5) * each["count"] for each in cells) / count
    longitude, latitude = _degrees(column, row)
    number = number_of(cells[0]["first"]) if count == 1 else ""
    return Cluster(longitude, latitude, count, sum(each["overdue"] for each in cells), number)


def _degrees(column: float, row: float) -> tuple[float, float]:
    """A place on the grid of tiles at zoom 16 as longitude and latitude."""
    side = 1 << TILE_ZOOM
    return column / side * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))


def _titled(clusters: list[Cluster]) -> list[Cluster]:
    """Single matters with their titles and their own points: one query."""
    keys = [id_of(cluster.number) or 0 for cluster in clusters if cluster.number]
    if not keys:
        return clusters
    rows = {
        number_of(row["id"]): row
        for row in Matter.objects.filter(pk__in=keys).values("id", "title", "longitude", "latitude")
    }
    return [
        _single(cluster, rows[cluster.number]) if cluster.number in rows else cluster for cluster in clusters
    ]


def _single(cluster: Cluster, row: Mapping[str, Any]) -> Cluster:
    return replace(cluster, title=row["title"], longitude=row["longitude"], latitude=row["latitude"])


def _gathered(points: Iterable[Point], zoom: int) -> list[Cluster]:
    """Single points gathered by squares of 64 pixels of the screen."""
    side = 1 << (zoom + FINER_BY)
    squares: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        squares.setdefault(_square(point[0], point[1], side), []).append(point)
    return [_cluster(inside) for inside in squares.values()]


def _square(longitude: float, latitude: float, side: int) -> tuple[int, int]:
    slope = math.radians(max(min(latitude, 85.0), -85.0))
    return int((longitude + 180) / 360 * side), int((1 - math.asinh(math.tan(slope)) / math.pi) / 2 * side)


def _cluster(inside: list[Point]) -> Cluster:
    count = len(inside)
    longitude, latitude = sum(point[0] for point in inside) / count, sum(point[1] for point in inside) / count
    overdue = sum(bool(point[2]) for point in inside)
    if count > 1:
        return Cluster(longitude, latitude, count, overdue)
    return Cluster(longitude, latitude, 1, overdue, number_of(inside[0][3]), inside[0][4])
