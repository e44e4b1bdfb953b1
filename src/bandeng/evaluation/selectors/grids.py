"""The grid index of a month as its board shows it: an area in words, on a map, by streets and by grids."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet

from bandeng.areas.rules import CODE_LENGTH, Level, code_range
from bandeng.areas.selectors import atlas
from bandeng.evaluation.labels import STANDINGS
from bandeng.evaluation.models import Evaluation, Score
from bandeng.evaluation.rules import GONE, EvaluationState, Kind
from bandeng.evaluation.selectors.access import evaluations_seen, supervised
from bandeng.evaluation.selectors.counting import Rule, UnitFigures, mix_from, scores_of, window_of
from bandeng.evaluation.selectors.drawing import Bar, bar_of
from bandeng.evaluation.selectors.naming import place_called
from bandeng.evaluation.selectors.outlines import Outlines, outlines_of
from bandeng.organisations.rules import Scope
from reckon.index import Expected, Standing

ORDER = (
    Standing.FAR_BELOW, Standing.BELOW, Standing.AS_EXPECTED, Standing.ABOVE, Standing.FAR_ABOVE,
    Standing.INSUFFICIENT,
)  # fmt: skip
DISTRICT, STREET, GRID = (CODE_LENGTH[level] for level in (Level.DISTRICT, Level.STREET, Level.GRID))
FACES = {
    Standing.FAR_BELOW: "far", Standing.BELOW: "below", Standing.AS_EXPECTED: "plain", Standing.ABOVE: "above",
    Standing.FAR_ABOVE: "above", Standing.INSUFFICIENT: "none",
}  # fmt: skip


@dataclass(frozen=True)
class StandingCount:
    """How many grids stand so."""

    standing: int
    name: str
    face: str
    count: int


@dataclass(frozen=True)
class AreaLine:
    """All grids of a street or community together, and how many of them stand out."""

    code: str
    name: str
    grids: int
    far: int
    below: int
    above: int
    unknown: int
    score: float | None
    bar: Bar | None


@dataclass(frozen=True)
class GridLine:
    """One grid of the month."""

    score_id: int
    code: str
    name: str
    cases: float
    score: float | None
    low: float | None
    high: float | None
    bar: Bar | None
    standing: int
    standing_name: str
    face: str
    change: float | None  # points since the month before


@dataclass(frozen=True)
class MapFace:
    """All grids of a face as one path of the map."""

    face: str
    path: str


@dataclass(frozen=True)
class MapSpot:
    """Something of the map that leads to a page of its own: a street of a district, a grid of a street."""

    path: str
    name: str
    score_id: int | None
    code: str


@dataclass(frozen=True)
class GridMap:
    """The map: its height, the faces, and the lines between streets or communities."""

    height: float
    faces: list[MapFace]
    lines: str
    spots: list[MapSpot]


def months_seen(scope: Scope) -> list[Evaluation]:
    """The grid index of each month in the version that counts for the viewer, the newest first."""
    rows = evaluations_seen(scope).filter(kind=Kind.GRIDS.value)
    newest: dict[int, Evaluation] = {}
    for row in rows.exclude(state__in=GONE).order_by("-month", "-version"):
        known = newest.get(row.month)
        # What was published counts until what replaces it is published too.
        if known is None or row.state == EvaluationState.PUBLISHED.value:
            newest[row.month] = row
    return list(newest.values())


def scores_within(scope: Scope, row: Evaluation, area: str) -> QuerySet[Score]:
    """The scores of an area's grids that the viewer supervises."""
    rows = supervised(scope).filter(evaluation=row).order_by("area_code")
    if not area:
        return rows
    low, high = code_range(area)
    return rows.filter(area_code__gte=low, area_code__lt=high)


def counted(scores: Sequence[Mapping[str, Any]]) -> list[StandingCount]:
    """How many grids have each standing, the worst first; those that do not occur are left out."""
    found = Counter(each["standing"] for each in scores)
    return [
        StandingCount(each.value, str(STANDINGS[each.value]), FACES[each], found[each.value])
        for each in ORDER
        if found[each.value]
    ]


def area_lines(
    scores: Sequence[Mapping[str, Any]], *, row: Evaluation, rule: Rule, area: str
) -> list[AreaLine]:
    """The streets of a district or the communities of a street, each with its grids pooled."""
    length = STREET if len(area) < STREET else CODE_LENGTH[Level.COMMUNITY]
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for each in scores:
        groups[each["area_code"][:length]].append(each)
    together = pooled(groups, row=row, rule=rule)
    lines = []
    for code in sorted(groups):
        found = Counter(each["standing"] for each in groups[code])
        score, low, high = together[code]
        lines.append(
            AreaLine(
                code=code,
                name=atlas().name(code),
                grids=len(groups[code]),
                far=found[Standing.FAR_BELOW.value],
                below=found[Standing.BELOW.value],
                above=found[Standing.ABOVE.value] + found[Standing.FAR_ABOVE.value],
                unknown=found[Standing.INSUFFICIENT.value],
                score=score,
                bar=bar_of(score, low, high),
            )
        )
    return lines


def pooled(
    groups: Mapping[str, Sequence[Mapping[str, Any]]], *, row: Evaluation, rule: Rule
) -> dict[str, tuple[float | None, float | None, float | None]]:
    """Score, lower and upper bound of groups of grids as if each were one: their cases added up."""

    def summed(name: str) -> np.ndarray:
        return np.array(
            [np.sum([each["working"][name] for each in groups[code]], axis=0) for code in sorted(groups)],
            dtype=np.float64,
        ).reshape(len(groups), len(rule.declaration.codes))

    figures = UnitFigures(
        units=tuple(sorted(groups)),
        observed=summed("observed"),
        expected=Expected(cases=summed("cases"), expected=summed("expected"), variance=summed("variance")),
    )
    scores = scores_of(
        rule=rule.declaration, frozen=mix_from(row.reference.content), figures=figures, audits={}
    )
    columns = zip(scores.posts, scores.score, scores.low, scores.high, strict=True)
    return {
        code: (None, None, None) if np.isnan(score) else (float(score), float(low), float(high))
        for code, score, low, high in columns
    }


def grid_lines(scores: Sequence[Score], *, before: Mapping[str, float | None]) -> list[GridLine]:
    """Grids in the order of places, never of scores; `before`: the scores of the month before."""
    return [
        GridLine(
            score_id=each.pk,
            code=each.unit,
            name=place_called(each.unit),
            cases=sum(each.working["cases"]),
            score=each.score,
            low=each.low,
            high=each.high,
            bar=bar_of(each.score, each.low, each.high),
            standing=each.standing,
            standing_name=str(STANDINGS[each.standing]),
            face=FACES[Standing(each.standing)],
            change=_difference(each.score, before.get(each.unit)),
        )
        for each in scores
    ]


def scores_before(
    months: Sequence[Evaluation], row: Evaluation, units: Sequence[str]
) -> dict[str, float | None]:
    """The same grids' scores in the month before, by grid; empty where that one was not reckoned."""
    earlier = next((each for each in months if each.month == window_of(row.month, 2)[0]), None)
    if earlier is None:
        return {}
    rows = Score.objects.filter(evaluation=earlier, unit__in=units)
    return dict(rows.values_list("unit", "score"))


def map_of(scores: Sequence[Mapping[str, Any]], area: str) -> GridMap | None:
    """Where the grids of each standing lie; None without outlines."""
    outlines = outlines_of(area)
    if outlines is None:
        return None
    face_of = {each["area_code"]: FACES[Standing(each["standing"])] for each in scores}
    paths: dict[str, list[str]] = defaultdict(list)
    for code, path in outlines.grids.items():
        paths[face_of.get(code, "none")].append(path)
    return GridMap(
        height=outlines.height,
        faces=[MapFace(face, "".join(parts)) for face, parts in sorted(paths.items())],
        lines="".join(outlines.above.values()),
        spots=_spots(scores, outlines, area),
    )


def _spots(scores: Sequence[Mapping[str, Any]], outlines: Outlines, area: str) -> list[MapSpot]:
    """Of a district its streets with a grid that was scored, of a street its grids: both as far as they are drawn."""
    if len(area) >= STREET:
        return [
            MapSpot(
                path=outlines.grids[each["area_code"]],
                name=f"{place_called(each['area_code'])}, {STANDINGS[each['standing']]}",
                score_id=each["pk"],
                code=each["area_code"],
            )
            for each in scores
            if each["area_code"] in outlines.grids
        ]
    found = Counter(each["area_code"][:STREET] for each in scores)
    return [
        MapSpot(path=path, name=atlas().name(code), score_id=None, code=code)
        for code, path in outlines.above.items()
        if found[code]
    ]


def _difference(now: float | None, then: float | None) -> float | None:
    return None if now is None or then is None else now - then
