"""What the pages of evaluations show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bandeng.core.labels import listed
from bandeng.evaluation.labels import STANDINGS
from bandeng.evaluation.models import Evaluation, Score
from bandeng.evaluation.rules import UNSIGNED, EvaluationState
from bandeng.evaluation.selectors.counting import Rule, rule_of
from bandeng.evaluation.selectors.drawing import round_ticks
from bandeng.evaluation.selectors.naming import is_chinese, place_called
from bandeng.evaluation.selectors.units import places_of
from reckon.index import Standing, ratio_limits

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 300, 44, 34, 10
CURVE = 60
TALLEST = 3.0
"""Observed over expected beyond this is drawn at the edge."""


@dataclass(frozen=True)
class DutyLine:
    """One duty of one score, every figure of it."""

    code: str
    name: str
    definition: str
    cases: float
    observed: float
    expected: float
    ratio: float
    weight: float
    points: float
    most: float
    counted: bool
    standing: str
    source: str
    worse: bool


@dataclass(frozen=True)
class ScoreLine:
    """One grid or post on the board."""

    id: int
    unit: str
    name: str
    place: str
    score: float | None
    low: float | None
    high: float | None
    standing: int
    standing_name: str
    cases: float


@dataclass(frozen=True)
class Dot:
    """One point of the funnel plot, in the coordinates of the drawing."""

    x: float
    y: float
    shape: str


@dataclass(frozen=True)
class Funnel:
    """The drawing: limits as paths, points, and the ticks of both axes."""

    inner: str
    outer: str
    middle: float
    dots: list[Dot]
    ticks_x: list[tuple[float, str]]
    ticks_y: list[tuple[float, str]]
    level: float  # of 100 units, how many lie in the inner and the outer band by chance
    far_level: float
    beyond: int  # points above the scale, drawn at its edge
    top: float  # where the scale ends
    legend: list[tuple[str, str]]  # each shape that occurs, with what it says


SHAPES = {
    Standing.FAR_BELOW: "far",
    Standing.BELOW: "below",
    Standing.AS_EXPECTED: "plain",
    Standing.ABOVE: "above",
    Standing.FAR_ABOVE: "above",
}


def is_draft(evaluation: Evaluation) -> bool:
    """Whether nobody has signed it."""
    return EvaluationState(evaluation.state) in UNSIGNED


def duty_lines(score: Score, rule: Rule) -> list[DutyLine]:
    """The points of a score, in the order of the duties."""
    chinese, working = is_chinese(), score.working
    lines = []
    for place, duty in enumerate(rule.declaration.duties):
        weight = float(rule.declaration.weights[place])
        lines.append(
            DutyLine(
                code=duty.code,
                name=duty.name_zh if chinese else duty.name_en,
                definition=duty.definition_zh if chinese else duty.definition_en,
                cases=working["cases"][place],
                observed=working["observed"][place],
                expected=working["expected"][place],
                ratio=working["ratio"][place],
                weight=100.0 * weight,
                points=working["points"][place],
                most=100.0 * weight,
                counted=working["counted"][place],
                standing=str(STANDINGS[working["standing"][place]]),
                source=duty.source,
                worse=duty.higher_is_worse,
            )
        )
    return lines


def score_lines(scores: Sequence[Score]) -> list[ScoreLine]:
    """Lines of the board in the order of places, never of scores."""
    places = places_of([score.unit for score in scores if score.post_id is not None])
    lines = []
    for score in scores:
        place = places.get(score.unit) if score.post_id is not None else None
        area_name = place_called(score.area_code)
        lines.append(
            ScoreLine(
                id=score.pk,
                unit=score.unit,
                name=f"{place.name} {place.title}".strip() if place else area_name,
                place=area_name if place else "",
                score=score.score,
                low=score.low,
                high=score.high,
                standing=score.standing,
                standing_name=str(STANDINGS[score.standing]),
                cases=sum(score.working["cases"]),
            )
        )
    return lines


def funnel_of(scores: Sequence[Mapping[str, Any]], rule: Rule) -> Funnel | None:
    """Observed over expected of all duties where more is worse, against how much was expected; no names."""
    worse = [place for place, duty in enumerate(rule.declaration.duties) if duty.higher_is_worse]
    shown = [each for each in scores if each["score"] is not None]
    points = [(sum(each["working"]["expected"][place] for place in worse), each) for each in shown]
    usable = [(expected, each) for expected, each in points if expected > 0.0]
    if not usable:
        return None
    most = max(expected for expected, _ in usable) * 1.05
    method = rule.declaration.method
    ratios = [
        sum(each["working"]["observed"][place] for place in worse) / expected for expected, each in usable
    ]
    dots = [
        Dot(x=_x(expected, most), y=_y(ratio), shape=SHAPES[Standing(each["standing"])])
        for (expected, each), ratio in zip(usable, ratios, strict=True)
    ]
    return Funnel(
        inner=_band(most, method.level),
        outer=_band(most, method.far_level),
        middle=_y(1.0),
        dots=dots,
        ticks_x=[(_x(tick, most), f"{tick:g}") for tick in round_ticks(most)],
        ticks_y=[(_y(tick), f"{tick:g}") for tick in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)],
        level=100.0 * method.level,
        far_level=100.0 * method.far_level,
        beyond=sum(ratio > TALLEST for ratio in ratios),
        top=TALLEST,
        legend=_legend(each["standing"] for _, each in usable),
    )


def _legend(standings: Iterable[int]) -> list[tuple[str, str]]:
    """The shapes of standings with their names, the worst first; whatever shares a shape is named together."""
    names: dict[str, list[str]] = {}
    found = set(standings)
    for standing, shape in SHAPES.items():
        if standing.value in found:
            names.setdefault(shape, []).append(str(STANDINGS[standing.value]))
    return [(shape, listed(each)) for shape, each in names.items()]


def _band(most: float, level: float) -> str:
    """The limits of a level as a closed path."""
    expected = np.linspace(most / CURVE, most, CURVE)
    low, high = ratio_limits(expected, level=level)
    upper = [f"{_x(x, most):.1f},{_y(y):.1f}" for x, y in zip(expected, high, strict=True)]
    lower = [f"{_x(x, most):.1f},{_y(y):.1f}" for x, y in zip(expected, low, strict=True)]
    return f"M{' L'.join(upper)} L{' L'.join(reversed(lower))} Z"


def _x(expected: float, most: float) -> float:
    return round(LEFT + (WIDTH - LEFT - 12) * float(expected) / most, 1)


def _y(ratio: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - min(float(ratio), TALLEST) / TALLEST), 1)


def rule_read(evaluation: Evaluation) -> Rule:
    """The rules under which an evaluation was reckoned."""
    return rule_of(evaluation.rule)
