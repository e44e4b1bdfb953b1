"""Figures as drawings: an interval on its scale, and the months of a unit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

TALL, TOP, LEFT, WIDE = 150.0, 12.0, 34.0, 440.0


@dataclass(frozen=True)
class Bar:
    """An interval and its point on a scale from 0 to 100."""

    left: str
    width: str
    point: str
    words: str


@dataclass(frozen=True)
class MonthPoint:
    """One month of a chart, in the coordinates of the drawing."""

    x: str
    y: str
    low: str
    high: str
    month: str


@dataclass(frozen=True)
class MonthChart:
    """The drawing: points, the line between them, and the ticks of the scale."""

    points: list[MonthPoint]
    path: str
    ticks: list[tuple[str, str]]
    middle: str


def bar_of(score: float | None, low: float | None, high: float | None) -> Bar | None:
    """The drawing of a score with its interval; None without a score."""
    if score is None or low is None or high is None:
        return None
    words = f"{score:.1f} ({low:.1f}–{high:.1f})"
    return Bar(f"{low:.1f}", f"{max(high - low, 0.5):.1f}", f"{score:.1f}", words)


def chart_of(months: Sequence[tuple[str, Any]]) -> MonthChart | None:
    """Scores with intervals over the months, the oldest first; None for fewer than two months with a score."""
    known = [(month, score) for month, score in months if score.score is not None]
    if len(known) < 2:
        return None
    low = max(min(*[score.low for _, score in known], 50.0) - 5.0, 0.0)
    high = min(max(*[score.high for _, score in known], 50.0) + 5.0, 100.0)

    def height(value: float) -> str:
        return f"{TOP + TALL * (high - value) / (high - low):.1f}"

    step = (WIDE - LEFT - 40.0) / (len(known) - 1)
    points = [
        MonthPoint(
            f"{LEFT + 18.0 + step * number:.1f}",
            height(score.score),
            height(score.low),
            height(score.high),
            month[2:],
        )
        for number, (month, score) in enumerate(known)
    ]
    ticks = [(height(value), f"{value}") for value in range(0, 101, 10) if low <= value <= high]
    path = "M" + "L".join(f"{each.x} {each.y}" for each in points)
    return MonthChart(points, path, ticks, height(50.0))


def round_ticks(most: float) -> list[float]:
    """Three to seven round numbers on an axis from 0 to `most`, in steps of 1, 2 or 5 and their powers of ten."""
    widest = most / 3.0
    power = math.floor(math.log10(widest))  # a logarithm may be rounded up to the next whole number
    steps = [each * 10.0**down for each in (1.0, 2.0, 5.0) for down in (power - 1, power)]
    step = max(each for each in steps if each <= widest)
    return [round(step * number, 10) for number in range(1, int(most / step) + 1)]
