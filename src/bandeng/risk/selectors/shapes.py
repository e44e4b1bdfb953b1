"""Outlines of streets and communities as paths of a picture, drawn on the server."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Max
from shapely import get_coordinates
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.core.remembered import Remembered
from bandeng.risk.rules import STREET

Placing = Callable[[float, float], tuple[float, float]]
WIDTH = 1000.0
FINE = 0.0004
"""Degrees that an outline may be simplified by: a pixel of the largest picture."""


@dataclass(frozen=True)
class Cell:
    """One area in a picture: its path, where its name goes, and how wide it is there."""

    code: str
    path: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Picture:
    """Some areas that fill a picture of a width of 1000."""

    height: float
    cells: tuple[Cell, ...]


def _stamp() -> tuple[int, int]:
    found = Area.objects.aggregate(count=Count("id"), last=Max("id"))
    return found["count"], found["last"] or 0


def _read() -> dict[str, Picture]:
    """The district's streets under "", each street's communities under its code."""
    levels = (Level.STREET.value, Level.COMMUNITY.value)
    rows = Area.objects.filter(level__in=levels, outline__isnull=False).order_by("code")
    groups: dict[str, dict[str, BaseGeometry]] = {}
    for code, outline in rows.values_list("code", "outline"):
        group = "" if len(code) == STREET else code[:STREET]
        groups.setdefault(group, {})[code] = shape(outline).simplify(FINE)
    return {group: _picture(areas) for group, areas in groups.items()}


pictures = Remembered(stamp=_stamp, read=_read)
"""The pictures as they are: `pictures()`."""


def _picture(areas: dict[str, BaseGeometry]) -> Picture:
    west, south, east, north = _bounds(areas)
    # Equal degrees to equal lengths at the middle latitude; good to a few metres over a district.
    squeeze = math.cos(math.radians((south + north) / 2.0))
    scale = WIDTH / ((east - west) * squeeze)

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - west) * squeeze * scale, (north - y) * scale

    cells = []
    for code, area in areas.items():
        middle = area.representative_point()
        x, y = place(middle.x, middle.y)
        wide = (area.bounds[2] - area.bounds[0]) * squeeze * scale
        cells.append(Cell(code=code, path=_path(area, place), x=round(x, 1), y=round(y, 1), width=wide))
    return Picture(height=round((north - south) * scale, 1), cells=tuple(cells))


def _bounds(areas: dict[str, BaseGeometry]) -> tuple[float, float, float, float]:
    bounds = [area.bounds for area in areas.values()]
    west, south = (min(each[side] for each in bounds) for side in (0, 1))
    east, north = (max(each[side] for each in bounds) for side in (2, 3))
    return west, south, east, north


def _path(area: BaseGeometry, place: Placing) -> str:
    parts = getattr(area, "geoms", [area])
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join(
        "M"
        + "L".join(f"{x:.0f} {y:.0f}" for x, y in (place(*point) for point in get_coordinates(ring)))
        + "Z"
        for ring in rings
    )
