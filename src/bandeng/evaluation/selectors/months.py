"""One unit over the months: its history, what changed since the month before, and what weighs most."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bandeng.evaluation.labels import STANDINGS
from bandeng.evaluation.models import Evaluation, Score
from bandeng.evaluation.rules import GONE, EvaluationState
from bandeng.evaluation.selectors.access import UNOPENED
from bandeng.evaluation.selectors.counting import window_of
from bandeng.evaluation.selectors.naming import month_called
from bandeng.evaluation.selectors.pages import DutyLine

SHOWN = 24
"""Months of a history, two years."""
SMALL = 0.05
"""Points below which a change is no change."""
SAID = 3


@dataclass(frozen=True)
class MonthLine:
    """One month of a unit."""

    score_id: int
    month: str
    state: str
    score: float | None
    low: float | None
    high: float | None
    standing_name: str
    is_seen: bool  # the viewer may open it: a post may have stood elsewhere then


@dataclass(frozen=True)
class DutyChange:
    """How a duty moved the score since the month before."""

    code: str
    name: str
    points: float


def history_of(score: Score, *, with_drafts: bool) -> list[Score]:
    """The unit's scores of all months up to this one, the oldest first: what was published, else what is open."""
    rows = Score.objects.filter(
        unit=score.unit, evaluation__kind=score.evaluation.kind, evaluation__month__lte=score.evaluation.month
    ).exclude(evaluation__state__in=GONE)
    if not with_drafts:
        rows = rows.exclude(evaluation__in=Evaluation.objects.filter(UNOPENED))
    newest: dict[int, Score] = {}
    for each in rows.select_related("evaluation").order_by("-evaluation__month", "-evaluation__version")[
        : 3 * SHOWN
    ]:
        known = newest.get(each.evaluation.month)
        if known is None or each.evaluation.state == EvaluationState.PUBLISHED.value:
            newest[each.evaluation.month] = each
    newest[score.evaluation.month] = score
    return [newest[month] for month in sorted(newest)][-SHOWN:]


def month_lines(history: Sequence[Score], seen: Collection[int]) -> list[MonthLine]:
    """A history as its table shows it, the newest first; `seen`: the scores that the viewer may open."""
    return [
        MonthLine(
            score_id=each.pk,
            month=month_called(each.evaluation.month),
            state=str(each.evaluation.get_state_display()),
            score=each.score,
            low=each.low,
            high=each.high,
            standing_name=str(STANDINGS[each.standing]),
            is_seen=each.pk in seen,
        )
        for each in reversed(history)
    ]


def changes_of(lines: Sequence[DutyLine], history: Sequence[Score]) -> list[DutyChange]:
    """Points gained or lost by duty since the month before, the largest first; none under other rules."""
    if len(history) < 2:
        return []
    then, now = history[-2].evaluation, history[-1].evaluation
    if then.rule_id != now.rule_id or then.month != window_of(now.month, 2)[0]:
        return []
    before = history[-2].working["points"]
    found = [
        DutyChange(line.code, line.name, line.points - then) for line, then in zip(lines, before, strict=True)
    ]
    moved = [each for each in found if abs(each.points) >= SMALL]
    return sorted(moved, key=lambda each: (-abs(each.points), each.code))


def weighs_most(lines: Sequence[DutyLine]) -> tuple[list[DutyChange], list[DutyChange]]:
    """The duties that lift the score most above half of their points, and those that draw it below."""
    found = [DutyChange(line.code, line.name, line.points - line.most / 2.0) for line in lines]
    lifts = sorted((each for each in found if each.points >= SMALL), key=lambda each: -each.points)
    draws = sorted((each for each in found if each.points <= -SMALL), key=lambda each: each.points)
    return lifts[:SAID], draws[:SAID]
