"""Outlines of areas as paths of a picture, drawn on the server."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from shapely import get_coordinates
from shapely.geometry.base import BaseGeometry

WIDTH = 1000.0


@dataclass(frozen=True, kw_only=True)
class Frame:
    """How degrees become places in a picture of a width of 1000."""

    west: float
    north: float
    squeeze: float
    scale: float
    height: float

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """A point's place, to the right and downwards."""
        return (longitude - self.west) * self.across, (self.north - latitude) * self.scale

    @property
    def across(self) -> float:
        """How far a degree of longitude reaches."""
        return self.squeeze * self.scale

    def path(self, area: BaseGeometry) -> str:
        """An outline as the path of an SVG picture, with its holes."""
        parts = getattr(area, "geoms", [area])
        rings = [get_coordinates(ring) for part in parts for ring in (part.exterior, *part.interiors)]
        return "".join(
            "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in (self.at(*point) for point in ring)) + "Z"
            for ring in rings
        )


def frame_of(areas: Iterable[BaseGeometry]) -> Frame:
    """The frame that areas fill. Raises ValueError for none."""
    bounds = [area.bounds for area in areas]
    west, south = (min(each[side] for each in bounds) for side in (0, 1))
    east, north = (max(each[side] for each in bounds) for side in (2, 3))
    # Equal degrees to equal lengths at the middle latitude; good to a few metres over a district.
    squeeze = math.cos(math.radians((south + north) / 2.0))
    scale = WIDTH / max((east - west) * squeeze, 1e-9)
    height = round((north - south) * scale, 1)
    return Frame(west=west, north=north, squeeze=squeeze, scale=scale, height=height)
