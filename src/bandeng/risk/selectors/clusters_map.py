"""Where clusters lie in the pictures of the district and its streets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max
from shapely import get_coordinates
from shapely.geometry import shape

from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.core.remembered import Remembered
from bandeng.risk.rules import STREET
from bandeng.risk.selectors.shapes import FINE, WIDTH


@dataclass(frozen=True, kw_only=True)
class Frame:
    """How degrees become places in a picture."""

    west: float
    north: float
    squeeze: float
    scale: float

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """A point's place."""
        x = (longitude - self.west) * self.squeeze * self.scale
        return round(x, 1), round((self.north - latitude) * self.scale, 1)


def _stamp() -> tuple[int, int]:
    found = Area.objects.aggregate(count=Count("id"), last=Max("id"))
    return found["count"], found["last"] or 0


def _read() -> dict[str, Frame]:
    """The district's frame under "", each street's under its code: those of `selectors.shapes.pictures`."""
    levels = (Level.STREET.value, Level.COMMUNITY.value)
    rows = Area.objects.filter(level__in=levels, outline__isnull=False).values_list("code", "outline")
    bounds: dict[str, list[tuple[float, float, float, float]]] = {}
    for code, outline in rows:
        group = "" if len(code) == STREET else code[:STREET]
        bounds.setdefault(group, []).append(shape(outline).simplify(FINE).bounds)
    return {group: _frame(each) for group, each in bounds.items()}


frames = Remembered(stamp=_stamp, read=_read)
"""The frames as they are: `frames()`."""


def _frame(bounds: Sequence[tuple[float, float, float, float]]) -> Frame:
    west, south = min(each[0] for each in bounds), min(each[1] for each in bounds)
    east, north = max(each[2] for each in bounds), max(each[3] for each in bounds)
    squeeze = math.cos(math.radians((south + north) / 2.0))
    return Frame(west=west, north=north, squeeze=squeeze, scale=WIDTH / ((east - west) * squeeze))


def middles(codes: Sequence[str], *, within: str = "") -> dict[str, tuple[float, float]]:
    """Where areas lie in a picture, by code; those without a place are left out."""
    frame = frames().get(within)
    if frame is None:
        return {}
    rows = Area.objects.filter(
        code__in=list(codes), longitude__isnull=False, latitude__isnull=False
    ).values_list("code", "longitude", "latitude")
    return {code: frame.at(x, y) for code, x, y in rows if x is not None and y is not None}


def outlines(codes: Sequence[str], *, within: str) -> list[str]:
    """Paths of areas in the picture of a street."""
    frame = frames().get(within)
    if frame is None:
        return []
    rows = Area.objects.filter(code__in=list(codes), outline__isnull=False).order_by("code")
    return [_path(frame, outline) for outline in rows.values_list("outline", flat=True)]


def _path(frame: Frame, outline: object) -> str:
    area = shape(outline)
    rings = [part.exterior for part in getattr(area, "geoms", [area])]
    return "".join(
        "M" + "L".join("{:.0f} {:.0f}".format(*frame.at(*point)) for point in get_coordinates(ring)) + "Z"
        for ring in rings
    )
