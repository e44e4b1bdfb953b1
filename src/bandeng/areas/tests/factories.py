"""A small district for tests: 1 district, 2 streets, 4 communities, 8 grids, all of them squares."""

from typing import Any

from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.areas.selectors import atlas

DISTRICT = "330199"
STREETS = ("330199001", "330199002")
COMMUNITIES = tuple(f"{street}{number:03d}" for street in STREETS for number in (1, 2))
GRIDS = tuple(f"{community}{number:03d}" for community in COMMUNITIES for number in (1, 2))
WEST, SOUTH, SIDE = 120.0, 30.0, 0.01  # degrees, WGS84; the grids lie in two rows of four
NAMES = {DISTRICT: "明湖区", STREETS[0]: "北桥街道", STREETS[1]: "柳岸街道"}


def square(*, west: float, south: float, width: float, height: float) -> dict[str, Any]:
    """A rectangle as GeoJSON."""
    east, north = west + width, south + height
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def corner_of(grid: str) -> tuple[float, float]:
    """South-western corner (longitude, latitude) of a grid's square."""
    place = GRIDS.index(grid)
    return WEST + place % 4 * SIDE, SOUTH + place // 4 * SIDE


def middle_of(grid: str) -> tuple[float, float]:
    """A point (longitude, latitude) inside a grid's square."""
    west, south = corner_of(grid)
    return west + SIDE / 2, south + SIDE / 2


def _extent(code: str) -> tuple[float, float, float, float]:
    corners = [corner_of(grid) for grid in GRIDS if grid.startswith(code)]
    west, south = min(x for x, _ in corners), min(y for _, y in corners)
    return west, south, max(x for x, _ in corners) + SIDE - west, max(y for _, y in corners) + SIDE - south


def area(*, code: str, level: Level, parent: Area | None) -> Area:
    """A saved area of the small district."""
    west, south, width, height = _extent(code)
    return Area.objects.create(
        code=code,
        level=level.value,
        name=NAMES.get(code, f"{int(code[-3:])}号{'社区' if level is Level.COMMUNITY else '网格'}"),
        name_en=f"{level.name.title()} {code[6:] or code}",
        parent=parent,
        longitude=west + width / 2,
        latitude=south + height / 2,
        outline=square(west=west, south=south, width=width, height=height),
        households=500 if level is Level.GRID else 0,
    )


def area_tree() -> dict[str, Area]:
    """The small district, saved; by code."""
    rows: dict[str, Area] = {}
    levels = (
        (Level.DISTRICT, (DISTRICT,)),
        (Level.STREET, STREETS),
        (Level.COMMUNITY, COMMUNITIES),
        (Level.GRID, GRIDS),
    )
    for level, codes in levels:
        for code in codes:
            rows[code] = area(code=code, level=level, parent=rows.get(code[:-3]))
    atlas.forget()
    return rows
