"""Papers of evaluations: a month's units for whoever answers for them, a score for whoever it is about."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import pgettext

from bandeng.documents.papers import frame, paper_response
from bandeng.evaluation.selectors.access import Evaluation, Score
from bandeng.evaluation.selectors.naming import month_called
from bandeng.evaluation.selectors.pages import ScoreLine, duty_lines, is_draft, rule_read, score_lines

FOLDER = Path(__file__).resolve().parent.parent / "documents"


def score_paper(row: Score) -> HttpResponse:
    """One score with every point; the export is told before."""
    return _paper("score.typ", score_content(row), row.evaluation, name=f"score-{row.pk}")


def month_paper(evaluation: Evaluation, scores: Sequence[Score]) -> HttpResponse:
    """The units of a month that the viewer answers for; the export is told before."""
    name = f"{evaluation.kind}-{evaluation.month}-v{evaluation.version}"
    return _paper("month.typ", month_content(evaluation, scores), evaluation, name=name)


def score_content(row: Score) -> dict[str, Any]:
    """Words and figures of `score.typ`."""
    rule, line = rule_read(row.evaluation), score_lines([row])[0]
    share = 100.0 * row.working["confirmed_share"]
    return {
        **_frame(row.evaluation, line.name or line.unit),
        "score": _figure(line.score) or "—",
        "standing": line.standing_name,
        "interval": _interval(line, 100.0 * rule.declaration.method.interval),
        "heads": [
            pgettext("evaluation", "Duty"), pgettext("evaluation", "Cases"), pgettext("evaluation", "Seen"),
            pgettext("evaluation", "Expected"), pgettext("evaluation", "Ratio, shrunk"),
            pgettext("evaluation", "Points"), pgettext("evaluation", "Standing"),
        ],
        "rows": [
            [
                each.name, f"{each.cases:.0f}", f"{each.observed:.0f}", f"{each.expected:.1f}",
                f"{each.ratio:.2f}", f"{each.points:.2f} / {each.most:.0f}", each.standing,
            ]
            for each in duty_lines(row, rule)
        ],
        "sum": pgettext("evaluation", "Points add up to %(earned)s; times %(share)s%% is the score.")
        % {"earned": f"{row.working['earned']:.2f}", "share": f"{share:.1f}"},
        "rights": pgettext(
            "evaluation paper",
            "Whoever is scored sees the records behind every point on the page of this score, can object while it "
            "is a draft, and appeal once it is published.",
        ),
    }  # fmt: skip


def month_content(evaluation: Evaluation, scores: Sequence[Score]) -> dict[str, Any]:
    """Words and figures of `month.typ`."""
    return {
        **_frame(evaluation, str(evaluation.get_kind_display())),
        "plainly": pgettext(
            "evaluation paper",
            "In the order of places; no rank. Between the limits of chance one score says no more than another.",
        ),
        "heads": [
            pgettext("evaluation sheet", "Name"), pgettext("evaluation sheet", "Place"),
            pgettext("evaluation sheet", "Cases of all duties"), pgettext("evaluation sheet", "Score"),
            pgettext("evaluation paper", "Interval"), pgettext("evaluation sheet", "Standing"),
        ],
        "rows": [
            [
                line.name, line.place, f"{line.cases:.0f}", _figure(line.score),
                f"{_figure(line.low)}–{_figure(line.high)}" if line.score is not None else "", line.standing_name,
            ]
            for line in score_lines(scores)
        ],
    }  # fmt: skip


def _frame(evaluation: Evaluation, name: str) -> dict[str, Any]:
    month = month_called(evaluation.month)
    return {
        "words": frame(
            title=f"{name} {month}",
            footer=f"{evaluation.get_kind_display()} {month} · {evaluation.digest[:16]}",
            is_draft=is_draft(evaluation),
        ),
        "signed": _signed(evaluation),
        "seals": pgettext("evaluation paper", "Seal of all scores: %(seal)s. Rules: version %(n)s, %(rules)s.")
        % {"seal": evaluation.digest, "n": evaluation.rule.version, "rules": evaluation.rule.digest},
    }  # fmt: skip


def _signed(evaluation: Evaluation) -> str:
    state = str(evaluation.get_state_display())
    if evaluation.signed_at is None:
        return state
    said = pgettext("evaluation", "Signed by %(name)s on %(at)s") % {
        "name": evaluation.signed_name, "at": f"{localtime(evaluation.signed_at):%Y-%m-%d %H:%M}",
    }  # fmt: skip
    return f"{state} · {said}"


def _interval(line: ScoreLine, percent: float) -> str:
    if line.score is None:
        return pgettext("evaluation", "too few cases for a score")
    return pgettext(
        "evaluation",
        "points of 100; between %(low)s and %(high)s with %(percent)s%% confidence, 50 is what was expected",
    ) % {"low": _figure(line.low), "high": _figure(line.high), "percent": f"{percent:.0f}"}


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _paper(template: str, content: Mapping[str, Any], evaluation: Evaluation, *, name: str) -> HttpResponse:
    made = evaluation.published_at or evaluation.signed_at or evaluation.drafted_at
    return paper_response(template=FOLDER / template, content=content, at=made, name=name)
