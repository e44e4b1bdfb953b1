"""What a change of rules would have done to the last month that was reckoned: nothing here is kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bandeng.evaluation.labels import RULE_SETTINGS, STANDINGS
from bandeng.evaluation.models import Evaluation, RuleDraft, Score
from bandeng.evaluation.rules import GONE, Kind
from bandeng.evaluation.rules.editing import differences
from bandeng.evaluation.rules.settings import duties_of, settings_of
from bandeng.evaluation.selectors.counting import asked_of, figures_of, files_through, mix_from, scores_of
from bandeng.evaluation.selectors.naming import is_chinese, month_called
from bandeng.evaluation.selectors.pages import ScoreLine, score_lines

SHOWN = 12
"""Units of which the change is shown one by one."""


@dataclass(frozen=True)
class Difference:
    """One figure of the rules, before and after."""

    what: str
    name: str
    before: float
    after: float


@dataclass(frozen=True)
class Moved:
    """One unit with the score that it has, and the one that it would have had."""

    line: ScoreLine
    after: float
    change: float
    standing: str


@dataclass(frozen=True)
class WhatIf:
    """One kind's last month under the changed rules."""

    kind: str
    month: str
    units: int
    mean: float  # mean of the changes' sizes, in points
    most: float
    standings: list[tuple[str, int, int]]  # name, units now, units then
    moved: list[Moved]  # the largest changes


def rule_drafts() -> list[tuple[RuleDraft, str]]:
    """The newest drafts, each with its month."""
    rows = RuleDraft.objects.select_related("based_on").order_by("-id")[:50]
    return [(row, month_called(row.first_month)) for row in rows]


def rule_draft(draft_id: int) -> RuleDraft | None:
    """One draft."""
    return RuleDraft.objects.select_related("based_on").filter(pk=draft_id).first()


def differences_called(row: RuleDraft) -> list[Difference]:
    """What a draft changes, in the reader's words."""
    chinese = is_chinese()
    duties = {
        each["code"]: each["name_zh" if chinese else "name_en"] for each in row.content["duties"]["duty"]
    }
    return [
        Difference(what, str(RULE_SETTINGS[name]) if what == "settings" else duties[name], before, after)
        for what, name, before, after in differences(row.based_on.content, row.content)
    ]


def what_if(content: Mapping[str, Any]) -> list[WhatIf]:
    """The last month of each kind, reckoned again under the content from the same records and reference."""
    found = []
    for kind in Kind:
        rows = Evaluation.objects.filter(kind=kind.value).select_related("rule", "reference")
        row = rows.exclude(state__in=GONE).order_by("-month", "-version").first()
        if row is not None:
            found.append(_of(row, content))
    return found


def _of(row: Evaluation, content: Mapping[str, Any]) -> WhatIf:
    declaration, settings = duties_of(content), settings_of(content)
    frozen = mix_from(row.reference.content)
    figures = figures_of(
        names=files_through(row.through),
        declaration=declaration,
        frozen=frozen,
        asked=asked_of(row, settings),
    )
    scores = scores_of(rule=declaration, frozen=frozen, figures=figures, audits=row.audits)
    then = dict(
        zip(scores.posts, zip(scores.score.tolist(), scores.standing.tolist(), strict=True), strict=True)
    )
    rows = list(Score.objects.filter(evaluation=row))
    # A score that is not spoken of is no number, and equals nothing.
    both = [
        (score, then[score.unit][0], then[score.unit][0] - score.score, then[score.unit][1])
        for score in rows
        if score.score is not None and score.unit in then and then[score.unit][0] == then[score.unit][0]
    ]
    both.sort(key=lambda each: (-abs(each[2]), each[0].unit))
    sizes = [abs(each[2]) for each in both]
    return WhatIf(
        kind=str(row.get_kind_display()),
        month=month_called(row.month),
        units=len(both),
        mean=sum(sizes) / len(sizes) if sizes else 0.0,
        most=max(sizes, default=0.0),
        standings=_standings(rows, then),
        moved=_moved(both[:SHOWN]),
    )


def _standings(rows: Sequence[Score], then: Mapping[str, tuple[float, int]]) -> list[tuple[str, int, int]]:
    now = Counter(score.standing for score in rows)
    after = Counter(then[score.unit][1] for score in rows if score.unit in then)
    return [
        (str(name), now[value], after[value])
        for value, name in STANDINGS.items()
        if now[value] or after[value]
    ]


def _moved(both: Sequence[tuple[Score, float, float, int]]) -> list[Moved]:
    lines = score_lines([each[0] for each in both])
    return [
        Moved(line, after, change, str(STANDINGS[standing]))
        for line, (_, after, change, standing) in zip(lines, both, strict=True)
    ]
