"""The officer's map, with the same matters in a table."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bandeng.desk.selectors.clusters import BoxWrong, Cluster, box_of, clusters_in
from bandeng.desk.selectors.conditions import chips, choices, query_of, sorts
from bandeng.desk.selectors.places import place_lines
from bandeng.desk.selectors.rows import row_page
from bandeng.desk.views.queue import SEES_QUEUE, asked, heading
from bandeng.dispatch.selectors import Queue, QueueFilter, Sort
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Scope

ROWS_SHOWN = 20


def shown_filter(request: HttpRequest, scope: Scope) -> QueueFilter:
    """The filter in the address, of what is open where no list is named: a map of everything ever tells nothing."""
    if not set(request.GET) - {"bbox", "zoom"}:
        return QueueFilter(queue=Queue.OPEN)
    filters = asked(request, scope)
    return (
        replace(filters, queue=Queue.OPEN, sort=Sort.DUE, descending=False)
        if filters.queue is Queue.ALL
        else filters
    )


@never_cache
@require_safe
@requires(any_of=SEES_QUEUE)
def page(request: HttpRequest) -> HttpResponse:
    """The map of a filter."""
    scope = held_scope(request)
    filters = shown_filter(request, scope)
    context = {
        "filters": filters,
        "heading": heading(filters),
        "chips": chips(filters),
        "choices": choices(scope, filters),
        "sorts": sorts(),
        "query": query_of(filters),
        "base": reverse("desk-map"),
        "queue_address": reverse("desk-queue"),
        "lines": place_lines(scope, filters),
        "rows": row_page(scope, filters).rows[:ROWS_SHOWN],
    }
    return render(request, "desk/queue_map.html", context)


@never_cache
@require_safe
@requires(any_of=SEES_QUEUE)
def clusters(request: HttpRequest) -> JsonResponse:
    """Clusters of a filter's matters in a box, as GeoJSON."""
    scope = held_scope(request)
    try:
        box = box_of(request.GET.get("bbox", ""), request.GET.get("zoom", ""))
    except BoxWrong as wrong:
        return JsonResponse({"error": str(wrong)}, status=400)
    found = clusters_in(scope, shown_filter(request, scope), box)
    return JsonResponse({"type": "FeatureCollection", "features": [feature(cluster) for cluster in found]})


def feature(cluster: Cluster) -> dict[str, Any]:
    """A cluster as GeoJSON."""
    said: dict[str, Any] = {"count": cluster.count, "overdue": cluster.overdue}
    if cluster.number:
        said |= {"number": cluster.number, "title": cluster.title}
    point = [round(cluster.longitude, 6), round(cluster.latitude, 6)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": said}
