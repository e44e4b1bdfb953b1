"""Saved filters: keep the present one, count them for the rail, and arrange them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.desk.selectors.conditions import query_of
from bandeng.desk.selectors.saved import saved_lines
from bandeng.desk.views.bulk import actor_in, back_query
from bandeng.desk.views.queue import SEES_QUEUE, asked
from bandeng.dispatch.services.filters import (
    FilterRefused,
    filter_delete,
    filter_move,
    filter_rename,
    filter_save,
)
from bandeng.organisations.permission import held_scope, requires

STEPS = {"up": -1, "down": 1}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=SEES_QUEUE)
def saved(request: HttpRequest) -> HttpResponse:
    """The rail's saved filters with their counts; on POST, keep one more."""
    scope = held_scope(request)
    if request.method != "POST":
        lines = saved_lines(scope.user_id, current=request.GET.get("saved", ""), counted_for=scope)
        return render(request, "desk/rail_saved.html", {"saved": lines})
    query = back_query(request.POST.get("query", ""))
    try:
        row = filter_save(
            user_id=scope.user_id,
            name=request.POST.get("name", ""),
            query=query,
            actor=actor_in(request, scope),
        )
    except FilterRefused as problem:
        messages.error(request, str(problem))
        return HttpResponseRedirect(f"{reverse('desk-queue')}?{query}")
    messages.success(request, pgettext("saved filter", "Saved as %(name)s") % {"name": row.name})
    return HttpResponseRedirect(f"{reverse('desk-queue')}?{query}&saved={row.pk}")


@never_cache
@require_safe
@requires(any_of=SEES_QUEUE)
def manage(request: HttpRequest) -> HttpResponse:
    """Save the list that one comes from; rename, delete and order what is saved."""
    scope = held_scope(request)
    context = {
        "lines": saved_lines(scope.user_id),
        "query": query_of(asked(request, scope)) if request.GET else "",
    }
    return render(request, "desk/queue_saved.html", context)


@require_POST
@requires(any_of=SEES_QUEUE)
def change(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Rename, delete or move one saved filter."""
    scope = held_scope(request)
    act, actor = request.POST.get("act", ""), actor_in(request, scope)
    try:
        if act == "rename":
            filter_rename(
                user_id=scope.user_id, filter_id=filter_id, name=request.POST.get("name", ""), actor=actor
            )
        elif act == "delete":
            filter_delete(user_id=scope.user_id, filter_id=filter_id, actor=actor)
        elif act in STEPS:
            filter_move(user_id=scope.user_id, filter_id=filter_id, by=STEPS[act])
    except FilterRefused as problem:
        messages.error(request, str(problem))
    return HttpResponseRedirect(reverse("desk-filters-manage"))
