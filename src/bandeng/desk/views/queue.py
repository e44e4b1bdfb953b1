"""The work queue: lists, filters, search, a quick look, and whether something new has come."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bandeng.core import clock
from bandeng.desk.labels import BULK_NAMES, QUEUE_NAMES, SORT_NAMES
from bandeng.desk.selectors.arrivals import arrived_since, newest_step
from bandeng.desk.selectors.conditions import chips, choices, query_of, sorts, value_words
from bandeng.desk.selectors.counts import first_queue
from bandeng.desk.selectors.glances import glance_at
from bandeng.desk.selectors.lengths import Length, length_of
from bandeng.desk.selectors.lists import PAGE_SIZE, settled
from bandeng.desk.selectors.rows import RowPage, row_page
from bandeng.desk.selectors.search import meant, searched
from bandeng.desk.services.bulk import bulk_acts
from bandeng.dispatch.selectors import NotVisible, Queue, QueueFilter, Sort
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty, Scope

SEES_QUEUE = (Duty.INTAKE, Duty.DISPATCH, Duty.HANDLE, Duty.VERIFY, Duty.SUPERVISE)
ENTRIES = {"q", "literal"}  # what the search box alone sends
RESULT_KEY = "bulk_result"


@never_cache
@require_safe
@requires(any_of=SEES_QUEUE)
def queue(request: HttpRequest) -> HttpResponse:
    """The work queue of the present post."""
    scope = held_scope(request)
    if request.GET.get("q", "").strip() and set(request.GET) <= ENTRIES:
        return searched_for(request, scope)
    filters = asked(request, scope)
    return render(request, "desk/queue_page.html", page_context(request, scope, filters))


def asked(request: HttpRequest, scope: Scope) -> QueueFilter:
    """The filter in the address; without a list named, the one where the post's day begins."""
    given = request.GET.dict()
    states = [state for each in request.GET.getlist("state") for state in each.split(",")]
    given["state"] = ",".join(states)
    if "queue" not in given:
        given["queue"] = first_queue(scope).value
        if any(given.get(name) for name in ("q", "state", "area", "lead", "type")):
            given["queue"] = Queue.ALL.value
    return settled(QueueFilter.parse(given))


def searched_for(request: HttpRequest, scope: Scope) -> HttpResponse:
    """From the search box to the matter or the list that is meant."""
    text = request.GET["q"].strip()
    if request.GET.get("literal"):
        return HttpResponseRedirect(f"{reverse('desk-queue')}?{query_of(searched(text))}")
    found = meant(scope, text)
    if found.number:
        return HttpResponseRedirect(f"{reverse('desk-queue')}matters/{found.number}/")
    literally = "" if found.literal else "&said=1"
    return HttpResponseRedirect(f"{reverse('desk-queue')}?{query_of(found.filters)}{literally}")


def page_context(request: HttpRequest, scope: Scope, filters: QueueFilter) -> dict[str, Any]:
    """Everything that a list's page shows."""
    page = row_page(scope, filters)
    known = length_of(scope, filters, page)
    query = query_of(filters)
    return {
        "filters": filters,
        "heading": heading(filters),
        "order": SORT_NAMES[("-" if filters.descending else "") + filters.sort.value],
        "page": page,
        "length": known,
        "chips": chips(filters),
        "choices": choices(scope, filters),
        "sorts": sorts(),
        "heads": heads(filters),
        "acts": bulk_acts(scope, page.states),
        "query": query,
        "base": reverse("desk-queue"),
        "previous": f"?{query_of(filters, page=page.page - 1)}" if page.page > 1 else "",
        "following": f"?{query_of(filters, page=page.page + 1)}" if page.has_next else "",
        "position": position(page, known),
        "fresh": f"{reverse('desk-fresh')}?{query}&since={newest_step()}",
        "now": clock.now(),
        "may_register": scope.has(Duty.INTAKE),
        "empty": empty_words(filters),
        "empty_action": pgettext("queue", "To my queue"),
        "said": " ".join(part for part in (spoken(filters), filters.text) if part),
        **result_of(request),
    }


def spoken(filters: QueueFilter) -> str:
    """The place and the department of a search in words, to search for them literally."""
    pairs = filters.pairs()
    return " ".join(value_words(key, pairs[key]) for key in ("area", "lead") if key in pairs)


def result_of(request: HttpRequest) -> dict[str, Any]:
    """What became of the bulk act just done, told once."""
    result = request.session.pop(RESULT_KEY, None) if RESULT_KEY in request.session else None
    if result is None:
        return {}
    names = {act.value: str(name) for act, name in BULK_NAMES.items()}
    return {"result": result, "result_name": names.get(result["name"], pgettext("bulk act", "Taken back"))}


def heading(filters: QueueFilter) -> str:
    """What the list is called."""
    if filters.queue is Queue.ALL and filters.text:
        return pgettext("queue", "Search")
    return str(QUEUE_NAMES[filters.queue])


def heads(filters: QueueFilter) -> dict[str, dict[str, str]]:
    """Where the heads of columns that sort lead, and which way they sort now."""
    found = {}
    for sort in (Sort.NUMBER, Sort.DUE):
        if sort is Sort.DUE and filters.queue is Queue.ALL:
            continue
        here = filters.sort is sort
        turned = replace(filters, sort=sort, descending=here and not filters.descending, page=1)
        direction = ("descending" if filters.descending else "ascending") if here else ""
        found[sort.value] = {"address": f"?{query_of(turned)}", "direction": direction}
    return found


def position(page: RowPage, known: Length) -> str:
    """Which part of the list is shown."""
    if not page.rows:
        return ""
    start = (page.page - 1) * PAGE_SIZE
    words = {
        "first": start + 1,
        "last": start + len(page.rows),
        "total": f"{min(known.total, known.bound):,}",
    }
    if known.beyond:
        return pgettext("list", "%(first)s–%(last)s of more than %(total)s") % words
    return pgettext("list", "%(first)s–%(last)s of %(total)s") % words


def empty_words(filters: QueueFilter) -> dict[str, str]:
    """What is true of an empty list, and the way on."""
    if filters.text:
        return {
            "title": pgettext("queue", "Nothing found for these words"),
            "text": pgettext("queue", "Try fewer words, another place, or a number such as SJ-0000-0277-0."),
        }
    if len(filters.pairs()) > (filters.queue is not Queue.OPEN):
        return {
            "title": pgettext("queue", "No matter meets all conditions"),
            "text": pgettext("queue", "Take one of the conditions above off."),
        }
    return {
        "title": pgettext("queue", "Nothing to do here"),
        "text": pgettext("queue", "New matters show up by themselves; press . to see them."),
    }


@never_cache
@require_safe
@requires(any_of=SEES_QUEUE)
def fresh(request: HttpRequest) -> JsonResponse:
    """How many matters have come into a list since its page was made."""
    scope = held_scope(request)
    since = request.GET.get("since", "")
    if not since.isascii() or not since.isdecimal() or len(since) > 18:
        return JsonResponse({"error": pgettext("queue", "since must be a number")}, status=400)
    return JsonResponse({"count": arrived_since(scope, asked(request, scope), step=int(since))})


@never_cache
@require_safe
@requires(any_of=SEES_QUEUE)
def quick(request: HttpRequest, matter_id: int) -> HttpResponse:
    """A quick look at one matter, without leaving the list."""
    try:
        seen = glance_at(held_scope(request), matter_id)
    except NotVisible:
        return render(request, "desk/queue_gone.html", status=404)
    return render(request, "desk/queue_quick.html", {"glance": seen})
