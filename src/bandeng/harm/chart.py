"""The picture of an alert's evidence over its weeks: places in a box, counted here, drawn by the template."""

from dataclasses import dataclass
from datetime import date

from bandeng.harm.labels import stream_name
from bandeng.harm.models import Alert
from bandeng.harm.rules import CLUES
from bandeng.harm.rules.weeks import monday_of
from reckon.harm import levels_in_force
from reckon.harm.levels import RAISED

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720.0, 240.0, 40.0, 70.0, 12.0, 28.0


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
    """The line at which one level begins, or several."""

    levels: tuple[int, ...]
    y: float
    value: float


@dataclass(frozen=True)
class Chart:
    """Points in order, the line through them, thresholds, marks of both axes."""

    points: tuple[Point, ...]
    line: str
    thresholds: tuple[Threshold, ...]
    marks: tuple[tuple[float, float], ...]
    days: tuple[tuple[float, date], ...]


def chart_of(alert: Alert) -> Chart:
    """The evidence of an alert as it was judged; the thresholds are those in force."""
    rows = [(int(week), float(total), dict(parts)) for week, total, parts in alert.chart]
    thresholds = levels_in_force().thresholds[alert.kind]
    values = sorted({float(thresholds[level]) for level in RAISED})
    totals = [total for _, total, _ in rows] or [0.0]
    low, high = min([*totals, *values]) - 0.5, max([*totals, *values]) + 0.5

    def down(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    step = (WIDTH - LEFT - RIGHT) / max(1, len(rows) - 1)
    points = tuple(
        Point(round(LEFT + number * step, 1), down(total), monday_of(week), total, _parts(parts))
        for number, (week, total, parts) in enumerate(rows)
    )
    return Chart(
        points=points,
        line=" ".join(f"{one.x},{one.y}" for one in points),
        thresholds=tuple(
            Threshold(tuple(int(level) for level in RAISED if thresholds[level] == value), down(value), value)
            for value in values
        ),
        marks=tuple((down(value), value) for value in _rounds(low, high)),
        days=tuple((one.x, one.day) for one in points[:: max(1, len(points) // 6)]),
    )


def _parts(parts: dict[str, float]) -> tuple[tuple[str, float], ...]:
    """The streams' parts, the largest first; clues stand without a figure of their own."""
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    return tuple((stream_name(code), value) for code, value in ordered if code != CLUES)


def _rounds(low: float, high: float) -> list[float]:
    step = 5.0 if high - low > 12 else 2.0
    first = int(low // step) + 1
    return [step * number for number in range(first, int(high // step) + 1)]
