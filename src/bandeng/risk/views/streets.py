"""A street's page: why this colour, what changed, where, which records, what next."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bandeng.organisations.permission import held_scope, requires
from bandeng.risk.selectors.alerts import alert_of_street
from bandeng.risk.selectors.behind import PAGE, records_behind, start_of
from bandeng.risk.selectors.maps import history
from bandeng.risk.selectors.pages import (
    chances,
    chances_ahead,
    change_of,
    community_lines,
    dimension_lines,
    street_lines,
    told_communities,
    working,
    worst_indicator,
)
from bandeng.risk.views.finding import indicator_of, street_of, view_of
from bandeng.risk.views.maps import shared


@require_safe
@requires()
def street(request: HttpRequest, month: int, version: int, area: str) -> HttpResponse:
    """Everything about one street on one map."""
    view = view_of(request, month, version)
    street_of(request, view, area)
    chosen = indicator_of(view, request.GET.get("where") or worst_indicator(view, area))
    communities = community_lines(view, area, chosen.code)
    change, dimensions = change_of(view, area), dimension_lines(view, area)
    context = {
        **shared(request, view),
        "area": area,
        "line": next(line for line in street_lines(view) if line.code == area),
        "working": working(view, area),
        "dimensions": dimensions,
        "held": any(line.is_held for each in dimensions for line in each.lines),
        "chosen": chosen,
        "communities": communities,
        "most": max((each.count for each in communities), default=0),
        "worst": indicator_of(view, worst_indicator(view, area)),
        "change": change,
        "drivers": [each for each in change.drivers if abs(each.change) >= 0.05][:5] if change else [],
        "chances": chances(view, area),
        "ahead": chances_ahead(view, area),
        "history": [each for each in history(area) if each.risk_map.month <= month],
        "cuts": view.rules.colours.master.cuts,
        "alert": alert_of_street(area),
    }
    return render(request, "risk/street.html", context)


@require_safe
@requires()
def records(request: HttpRequest, month: int, version: int, area: str, code: str) -> HttpResponse:
    """The records of the month behind one indicator of a street, or of a community whose count is told."""
    view, scope = view_of(request, month, version), held_scope(request)
    street_of(request, view, area)
    found = indicator_of(view, code)
    within = request.GET.get("community") or area
    if within != area and within not in told_communities(view, area, found.code):
        raise Http404
    start = start_of(request.GET.get("from", ""))
    context = {
        **shared(request, view),
        "area": area,
        "within": within,
        "month": month,
        "indicator": found,
        "records": records_behind(found, area=within, month=month, scope=scope, start=start),
        "following": start + PAGE,
    }
    return render(request, "risk/records.html", context)
