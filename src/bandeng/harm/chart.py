"""The picture of an alert's evidence over its weeks: places in a box, counted here, drawn by the template.

There are two, for a desk and for a phone: one picture scaled down would make its words too small to read.
"""

from dataclasses import dataclass
from datetime import date

from bandeng.harm.labels import stream_name
from bandeng.harm.models import Alert
from bandeng.harm.rules import CLUES
from bandeng.harm.rules.weeks import monday_of
from reckon.harm import levels_in_force
from reckon.harm.levels import RAISED

APART = 15.0
"""So far apart at least are the names of two levels."""


@dataclass(frozen=True)
class Box:
    """A picture's size, the margins around its lines, how many days are named below them."""

    width: float
    height: float
    left: float
    right: float
    days: int
    top: float = 12.0
    bottom: float = 28.0

    @property
    def end(self) -> float:
        """Where the lines end on the right."""
        return self.width - self.right


WIDE, NARROW = Box(720.0, 240.0, 40.0, 76.0, days=6), Box(320.0, 230.0, 26.0, 66.0, days=4)


@dataclass(frozen=True)
class Point:
    """One week: its place in the picture and its figures."""

    x: float
    y: float
    day: date
    total: float
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Threshold:
    """The line at which a level begins, and the place of its name: clear of the others' names."""

    level: int
    y: float
    name_y: float


@dataclass(frozen=True)
class Chart:
    """Points in order, the line through them, thresholds, marks of both axes."""

    box: Box
    points: tuple[Point, ...]
    line: str
    thresholds: tuple[Threshold, ...]
    marks: tuple[tuple[float, float], ...]
    days: tuple[tuple[float, date], ...]


def chart_of(alert: Alert, box: Box = WIDE) -> Chart:
    """The evidence of an alert as it was judged; the thresholds are those in force."""
    rows = [(int(week), float(total), dict(parts)) for week, total, parts in alert.chart]
    thresholds = levels_in_force().thresholds[alert.kind]
    begins = [(int(level), float(thresholds[level])) for level in reversed(RAISED)]
    every = [total for _, total, _ in rows] + [value for _, value in begins]
    low, high = min(every) - 0.5, max(every) + 0.5

    def down(value: float) -> float:
        return round(box.top + (box.height - box.top - box.bottom) * (high - value) / (high - low), 1)

    step = (box.end - box.left) / max(1, len(rows) - 1)
    points = tuple(
        Point(round(box.left + number * step, 1), down(total), monday_of(week), total, _parts(parts))
        for number, (week, total, parts) in enumerate(rows)
    )
    lines = [down(value) for _, value in begins]
    return Chart(
        box=box,
        points=points,
        line=" ".join(f"{one.x},{one.y}" for one in points),
        thresholds=tuple(
            Threshold(level, y, name_y)
            for (level, _), y, name_y in zip(begins, lines, spread(lines, low=box.top), strict=True)
        ),
        marks=tuple((down(value), value) for value in _rounds(low, high)),
        days=tuple((one.x, one.day) for one in points[:: max(1, -(-len(points) // box.days))]),
    )


def spread(places: list[float], *, low: float, gap: float = APART) -> list[float]:
    """Places in rising order, each moved as little as keeps them `gap` apart and none above `low`."""
    down, up = list(places), list(places)
    for here in range(1, len(places)):
        down[here] = max(down[here], down[here - 1] + gap)
    for here in reversed(range(len(places) - 1)):
        up[here] = min(up[here], up[here + 1] - gap)
    middle = [(a + b) / 2 for a, b in zip(down, up, strict=True)]
    shift = max(0.0, low - middle[0]) if middle else 0.0
    return [round(place + shift, 1) for place in middle]


def _parts(parts: dict[str, float]) -> tuple[tuple[str, float], ...]:
    """The streams' parts, the largest first; clues stand without a figure of their own."""
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    return tuple((stream_name(code), value) for code, value in ordered if code != CLUES)


def _rounds(low: float, high: float) -> list[float]:
    step = 5.0 if high - low > 12 else 2.0
    first = int(low // step) + 1
    return [step * number for number in range(first, int(high // step) + 1)]
