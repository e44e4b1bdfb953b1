"""The grid index: a district, a street, and every grid of it, month by month."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from bandeng.areas.rules import is_within
from bandeng.areas.selectors import atlas
from bandeng.documents.sheets import FORMS, figure_cell, sheet_response
from bandeng.evaluation.rules import EvaluationState
from bandeng.evaluation.selectors import grids
from bandeng.evaluation.selectors.access import Evaluation
from bandeng.evaluation.selectors.naming import is_chinese, month_called, place_called
from bandeng.evaluation.selectors.pages import funnel_of, is_draft, rule_read
from bandeng.evaluation.services.exporting import export_begin
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty, Scope

PAGE = 60
FIGURES = ("pk", "score", "standing", "working", "area_code")


@never_cache
@require_safe
@requires(Duty.SUPERVISE)
def board(request: HttpRequest, area: str = "") -> HttpResponse:
    """The grids of an area in one month: in words, on a map, by streets or communities, one by one."""
    scope = held_scope(request)
    months = grids.months_seen(scope)
    row, within = _month(request, months), _area(scope, area)
    if row is None:
        return render(request, "evaluation/grids.html", {"row": None})
    rule = rule_read(row)
    chosen = grids.scores_within(scope, row, within)
    figures = list(chosen.values(*FIGURES))
    is_street = len(within) >= grids.STREET
    context: dict[str, Any] = {
        "row": row,
        "evaluation": row,
        "month": month_called(row.month),
        "draft": is_draft(row),
        "months": [(each, month_called(each.month)) for each in months],
        "area": within,
        "above": within[: grids.STREET] if len(within) > grids.STREET else "",
        "name": atlas().name(within),
        "rule": rule,
        "count": len(figures),
        "counts": grids.counted(figures),
        "areas": grids.area_lines(figures, row=row, rule=rule, area=within)
        if len(within) <= grids.STREET
        else [],
        "is_street": is_street,
        "map": grids.map_of(figures, within) if figures else None,
        "funnel": funnel_of(figures, rule),
    }
    context |= _lines(request, chosen, months=months, row=row)
    return render(request, "evaluation/grids.html", context)


@never_cache
@require_GET
@requires(Duty.SUPERVISE)
def export(request: HttpRequest, month: int, form: str) -> HttpResponseBase:
    """A month's grids with the points of every duty as a sheet; told in the audit log before it leaves."""
    scope = held_scope(request)
    row = next((each for each in grids.months_seen(scope) if each.month == month), None)
    if row is None or form not in FORMS:
        raise Http404
    area = _area(scope, request.GET.get("area", ""))
    scores = list(grids.scores_within(scope, row, area))
    export_begin(evaluation=row, rows=len(scores), form=form, scope=scope)
    duties = rule_read(row).declaration.duties
    head = [
        pgettext("evaluation sheet", "Code"), pgettext("evaluation sheet", "Grid"),
        pgettext("evaluation sheet", "Month"), pgettext("evaluation sheet", "State"),
        pgettext("evaluation sheet", "Cases of all duties"), pgettext("evaluation sheet", "Score"),
        pgettext("evaluation sheet", "Lower bound"), pgettext("evaluation sheet", "Upper bound"),
        pgettext("evaluation sheet", "Standing"), *[each.name_zh if is_chinese() else each.name_en for each in duties],
    ]  # fmt: skip
    lines = [
        [
            line.code, place_called(line.code), month_called(row.month), str(row.get_state_display()),
            round(line.cases), figure_cell(line.score), figure_cell(line.low), figure_cell(line.high),
            line.standing_name,
            *[figure_cell(points, digits=2) for points in score.working["points"]],
        ]
        for line, score in zip(grids.grid_lines(scores, before={}), scores, strict=True)
    ]  # fmt: skip
    title = pgettext("evaluation", "Evaluation")
    return sheet_response(
        request, [head, *lines], form=form, name=f"grid-index-{row.month}-v{row.version}", title=title
    )


def _lines(request: HttpRequest, chosen: Any, *, months: list[Evaluation], row: Evaluation) -> dict[str, Any]:
    """A page of the grids one by one, all or those of one standing."""
    standing = request.GET.get("standing", "")
    known = {str(each.value): each.value for each in grids.ORDER}
    shown = chosen.filter(standing=known[standing]) if standing in known else chosen
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    scores = list(page.object_list)
    before = grids.scores_before(months, row, [each.unit for each in scores])
    return {"page": page, "lines": grids.grid_lines(scores, before=before), "standing": known.get(standing)}


def _month(request: HttpRequest, months: list[Evaluation]) -> Evaluation | None:
    """The month asked for; without one the newest that is published, or else the newest."""
    asked = request.GET.get("month", "")
    found = next((each for each in months if str(each.month) == asked), None)
    done = [each for each in months if each.state == EvaluationState.PUBLISHED.value]
    return found or next(iter(done or months), None)


def _area(scope: Scope, area: str) -> str:
    """The area asked for, within the viewer's own; the viewer's own without one. Raises Http404 for others."""
    own = scope.area_code if scope.sees_area else ""
    if not area:
        return own
    if area not in atlas().by_code or not is_within(code=area, area=own):
        raise Http404
    return area
