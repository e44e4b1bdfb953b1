"""Figures as drawings: an interval on its scale, and the months of a unit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

TALL, TOP, LEFT, WIDE = 150.0, 12.0, 34.0, 440.0
DATE_WIDTH = 50.0
"""What a date needs below the axis of a chart."""


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


@dataclass(frozen=True)
class MonthChart:
    """The drawing: points, the line between them with gaps, and the ticks of the scale and of time."""

    points: list[MonthPoint]
    path: str
    ticks: list[tuple[str, str]]
    dates: list[tuple[str, str]]
    middle: str
    has_gap: bool


def bar_of(score: float | None, low: float | None, high: float | None) -> Bar | None:
    """The drawing of a score with its interval; None without a score."""
    if score is None or low is None or high is None:
        return None
    words = f"{score:.1f} ({low:.1f}–{high:.1f})"
    return Bar(f"{low:.1f}", f"{max(high - low, 0.5):.1f}", f"{score:.1f}", words)


def chart_of(months: Sequence[tuple[str, Any]]) -> MonthChart | None:
    """Scores with intervals on an axis of time, the oldest month first; None for fewer than two with a score."""
    known = [(month, score) for month, score in months if score.score is not None]
    if len(known) < 2:
        return None
    low = max(min(*[score.low for _, score in known], 50.0) - 5.0, 0.0)
    high = min(max(*[score.high for _, score in known], 50.0) + 5.0, 100.0)
    first, last = _number(months[0][0]), _number(months[-1][0])
    step = (WIDE - LEFT - 40.0) / (last - first)

    def height(value: float) -> str:
        return f"{TOP + TALL * (high - value) / (high - low):.1f}"

    def across(number: int) -> str:
        return f"{LEFT + 18.0 + step * (number - first):.1f}"

    points = [
        MonthPoint(across(_number(month)), height(score.score), height(score.low), height(score.high))
        for month, score in known
    ]
    numbers = [_number(month) for month, _ in known]
    apart = math.ceil(DATE_WIDTH / step)
    return MonthChart(
        points=points,
        path=_path(points, numbers),
        ticks=[(height(value), f"{value}") for value in range(0, 101, 10) if low <= value <= high],
        # The newest month always has its date; the others as far as there is room.
        dates=[(across(number), _called(number)) for number in range(last, first - 1, -apart)],
        middle=height(50.0),
        has_gap=len(numbers) < last - first + 1,
    )


def _number(month: str) -> int:
    """Months since the year 0 of a month such as 2026-10."""
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _called(number: int) -> str:
    return f"{number // 12 % 100:02d}-{number % 12 + 1:02d}"


def _path(points: Sequence[MonthPoint], numbers: Sequence[int]) -> str:
    """The line through the points, broken where a month between two of them has no score."""
    begun = [place == 0 or numbers[place] - numbers[place - 1] > 1 for place in range(len(numbers))]
    return "".join(
        f"{'M' if is_first else 'L'}{each.x} {each.y}" for each, is_first in zip(points, begun, strict=True)
    )


def round_ticks(most: float) -> list[float]:
    """Three to seven round numbers on an axis from 0 to `most`, in steps of 1, 2 or 5 and their powers of ten."""
    widest = most / 3.0
    power = math.floor(math.log10(widest))  # a logarithm may be rounded up to the next whole number
    steps = [each * 10.0**down for each in (1.0, 2.0, 5.0) for down in (power - 1, power)]
    step = max(each for each in steps if each <= widest)
    return [round(step * number, 10) for number in range(1, int(most / step) + 1)]
