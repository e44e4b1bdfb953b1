"""Outlines of streets and communities as paths of a picture, drawn on the server."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Max
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from bandeng.areas.drawing import WIDTH, Frame, frame_of
from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.core.remembered import Remembered
from bandeng.risk.rules import STREET

FINE = 0.0004
"""Degrees that an outline may be simplified by: a pixel of the largest picture."""


@dataclass(frozen=True)
class Cell:
    """One area in a picture: its path, where its name goes, and how wide it is."""

    code: str
    path: str
    x: float
    y: float
    width: float

    def holds(self, name: str, *, size: float) -> bool:
        """Whether a name stands within the area's width and the picture."""
        wide = _width(name, size=size)
        return self.width >= wide and wide / 2.0 <= self.x <= WIDTH - wide / 2.0


@dataclass(frozen=True)
class Picture:
    """Some areas that fill a picture of a width of 1000."""

    frame: Frame
    cells: tuple[Cell, ...]

    @property
    def height(self) -> float:
        """How high it is."""
        return self.frame.height

    def labels(self, names: Mapping[str, str], *, size: float) -> dict[str, str]:
        """What is written on each area (code → its name): whole names if all find room, else what is special to each.

        "Oak Street" and "Elm Street" are then "Oak" and "Elm"; an area without room even for that has an empty one.
        """
        shared = set.intersection(*(set(name.split()) for name in names.values())) if names else set[str]()
        special = {code: _without(name, shared) or name for code, name in names.items()}
        roomy = all(cell.holds(names[cell.code], size=size) for cell in self.cells)
        chosen = names if roomy else special
        return {
            cell.code: chosen[cell.code] if cell.holds(chosen[cell.code], size=size) else ""
            for cell in self.cells
        }

    def both(
        self, names: Mapping[str, str], *, size: float, tight: float
    ) -> tuple[dict[str, str], dict[str, str]]:
        """What is written where there is room, and what where letters are as large as `tight` beside the areas."""
        return self.labels(names, size=size), self.spaced(self.labels(names, size=tight), size=tight)

    def spaced(self, labels: Mapping[str, str], *, size: float) -> dict[str, str]:
        """Of labels of two lines those that lie upon no other; the widest areas come first."""
        kept: dict[str, str] = {}
        boxes: list[tuple[float, float, float]] = []
        for cell in sorted(self.cells, key=lambda cell: (-cell.width, cell.code)):
            wide = _width(labels[cell.code], size=size)
            free = all(
                abs(cell.x - x) >= (wide + other) / 2.0 or abs(cell.y - y) >= 2.0 * size
                for x, y, other in boxes
            )
            kept[cell.code] = labels[cell.code] if free else ""
            if kept[cell.code]:
                boxes.append((cell.x, cell.y, wide))
        return kept


def _width(name: str, *, size: float) -> float:
    """How wide a name is; a Latin letter is half a Chinese one wide."""
    return len(name) * size * (0.6 if name.isascii() else 1.05)


def _without(name: str, words: set[str]) -> str:
    return " ".join(word for word in name.split() if word not in words)


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
    frame = frame_of(areas.values())
    cells = []
    for code, area in areas.items():
        middle = area.representative_point()
        x, y = frame.at(middle.x, middle.y)
        wide = (area.bounds[2] - area.bounds[0]) * frame.across
        cells.append(Cell(code=code, path=frame.path(area), x=round(x, 1), y=round(y, 1), width=wide))
    return Picture(frame=frame, cells=tuple(cells))
