"""Reads of the tree of areas, and the area under a point."""

import math
from dataclasses import dataclass

from django.db.models import Count, Max
from shapely import STRtree, points
from shapely.geometry import shape

from bandeng.areas.models import Area
from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.core.labels import in_language
from bandeng.core.remembered import Remembered

TILE_ZOOM = 16


@dataclass(frozen=True)
class Place:
    """An area as the rest of the house needs it."""

    id: int
    code: str
    level: int
    name: str
    name_en: str

    @property
    def called(self) -> str:
        """The name in the reader's language."""
        return in_language(name=self.name, name_en=self.name_en)


@dataclass(frozen=True)
class Atlas:
    """All areas in memory, with an index of the finest outlines."""

    by_code: dict[str, Place]
    by_id: dict[int, Place]
    finest: tuple[Place, ...]
    tree: STRtree

    def at(self, longitude: float | None, latitude: float | None) -> Place | None:
        """The finest area that holds the point, or None outside the district."""
        if longitude is None or latitude is None or not self.finest:
            return None
        hits = self.tree.query(points(longitude, latitude), predicate="intersects")
        return self.finest[int(min(hits))] if len(hits) else None

    def name(self, code: str) -> str:
        """An area's name in the reader's language; nothing for an unknown one."""
        found = self.by_code.get(code)
        return found.called if found else ""


def _stamp() -> tuple[int, int]:
    found = Area.objects.aggregate(count=Count("id"), last=Max("id"))
    return found["count"], found["last"] or 0


def _read() -> Atlas:
    rows = list(Area.objects.order_by("code").only("id", "code", "level", "name", "name_en"))
    places = {row.pk: Place(row.pk, row.code, row.level, row.name, row.name_en) for row in rows}
    outlines = Area.objects.filter(outline__isnull=False).order_by("code")
    deepest = outlines.aggregate(level=Max("level"))["level"]
    outlined = list(outlines.filter(level=deepest).values_list("id", "outline")) if deepest else []
    return Atlas(
        by_code={place.code: place for place in places.values()},
        by_id=places,
        finest=tuple(places[key] for key, _ in outlined),
        tree=STRtree([shape(outline) for _, outline in outlined]),
    )


atlas = Remembered(stamp=_stamp, read=_read)
"""The areas as they are: `atlas()`."""


def communities_by_street() -> list[tuple[str, list[tuple[str, str]]]]:
    """Codes and names of the communities below the name of their street, for a list to choose from."""
    places = sorted(atlas().by_code.values(), key=lambda place: place.code)
    below: dict[str, list[tuple[str, str]]] = {}
    for place in places:
        if place.level == Level.COMMUNITY:
            below.setdefault(place.code[: CODE_LENGTH[Level.STREET]], []).append((place.code, place.called))
    return [(street.called, below.get(street.code, [])) for street in places if street.level == Level.STREET]


def tile_of(longitude: float, latitude: float) -> int:
    """Web map tile at zoom 16 as one number, x << 16 | y."""
    scale = 1 << TILE_ZOOM
    x = int((longitude + 180.0) / 360.0 * scale)
    radians = math.radians(max(min(latitude, 85.0), -85.0))
    y = int((1.0 - math.asinh(math.tan(radians)) / math.pi) / 2.0 * scale)
    return min(max(x, 0), scale - 1) << TILE_ZOOM | min(max(y, 0), scale - 1)


def tiles_around(tile: int) -> list[int]:
    """The tile and its eight neighbours."""
    x, y = tile >> TILE_ZOOM, tile & ((1 << TILE_ZOOM) - 1)
    return [
        (x + dx) << TILE_ZOOM | (y + dy)
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
        if x + dx >= 0 and y + dy >= 0
    ]


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance of two (longitude, latitude) points on the sphere, in metres."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    chord = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * 6_371_008.8 * math.asin(math.sqrt(chord))
