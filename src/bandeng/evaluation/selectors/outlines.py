"""Grids of an area as paths of a picture, drawn on the server."""

from dataclasses import dataclass

from django.db.models import Count, Max
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from bandeng.areas.drawing import frame_of
from bandeng.areas.models import Area
from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.core.remembered import Remembered

FINE = 0.0002
"""Degrees that an outline may be simplified by: half a pixel of the largest picture of a district."""
OUTLINED = (Level.STREET.value, Level.COMMUNITY.value, Level.GRID.value)


@dataclass(frozen=True)
class Outlines:
    """Outlines of grids and of what lies above them, in a picture of a width of 1000: a path by code."""

    height: float
    grids: dict[str, str]
    above: dict[str, str]


def _stamp() -> tuple[int, int]:
    found = Area.objects.aggregate(count=Count("id"), last=Max("id"))
    return found["count"], found["last"] or 0


def _read() -> dict[str, BaseGeometry]:
    rows = Area.objects.filter(level__in=OUTLINED, outline__isnull=False).order_by("code")
    return {code: shape(outline).simplify(FINE) for code, outline in rows.values_list("code", "outline")}


shapes = Remembered(stamp=_stamp, read=_read)
"""The outlines as they are: `shapes()`."""


def outlines_of(area: str) -> Outlines | None:
    """The grids below an area and the lines between streets or communities; None where no outline is known."""
    length = CODE_LENGTH[Level.STREET if len(area) < CODE_LENGTH[Level.STREET] else Level.COMMUNITY]
    within = {code: each for code, each in shapes().items() if code.startswith(area)}
    grids = {code: each for code, each in within.items() if len(code) == CODE_LENGTH[Level.GRID]}
    if not grids:
        return None
    frame = frame_of(grids.values())
    return Outlines(
        height=frame.height,
        grids={code: frame.path(each) for code, each in grids.items()},
        above={code: frame.path(each) for code, each in within.items() if len(code) == length},
    )
