"""A matter's page: the whole story on one screen, how its deadline was reckoned, its contacts and its audit trail."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bandeng.desk.forms.contact import ContactForm
from bandeng.desk.selectors.conditions import query_of
from bandeng.desk.selectors.counts import first_queue
from bandeng.desk.selectors.neighbours import Neighbours, filter_in, neighbours_of
from bandeng.desk.selectors.reviews import reviews_beside
from bandeng.desk.selectors.surroundings import DAYS
from bandeng.desk.selectors.trail import trail_rows, trail_table
from bandeng.desk.selectors.whole import whole_of
from bandeng.desk.selectors.workings import working_for
from bandeng.desk.services.contacts import report_contact_open
from bandeng.desk.services.trailing import trail_export_begin
from bandeng.desk.views.bulk import actor_in
from bandeng.desk.views.queue import SEES_QUEUE
from bandeng.dispatch.selectors import NotVisible, Queue, QueueFilter, matter_for
from bandeng.documents.sheets import csv_chunks
from bandeng.matters.rules import id_of, number_of
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty, Scope
from bandeng.people.services import ContactErased, ReasonMissing

SEES_MATTER = (*SEES_QUEUE, Duty.REPORT, Duty.AUDIT)
DONE_KEY, UNDO_KEY = "matter_done", "matter_undo"
QUERY_LENGTH = 1_000


def key_of(number: str) -> int:
    """The key behind a number in an address. Raises Http404."""
    key = id_of(number)
    if key is None:
        raise Http404
    return key


def seen(number: str, scope: Scope) -> Any:
    """The matter with this number, if the post may see it. Raises Http404, whichever is wrong."""
    try:
        return matter_for(scope, key_of(number))
    except NotVisible as hidden:
        raise Http404 from hidden


def address_of(number: str, query: str = "") -> str:
    """The address of a matter's page, with the list that it was opened from."""
    plain = reverse("desk-matter", args=[number])
    given = QueryDict(mutable=True)
    given["list"] = query
    return f"{plain}?{given.urlencode()}" if query else plain


def list_in(request: HttpRequest, scope: Scope) -> str:
    """The query of the list that the officer works through: named in the address, or the page they come from."""
    named = request.GET.get("list") or request.POST.get("list") or ""
    if named:
        filters = filter_in(named[:QUERY_LENGTH])
        return query_of(filters, page=filters.page) if filters else ""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host() or came.path != reverse("desk-queue"):
        return ""
    given = QueryDict(came.query[:QUERY_LENGTH])
    if "queue" in given:
        return list_query({name: str(value) for name, value in given.items()})
    plain = any(given.get(name) for name in ("q", "state", "area", "lead", "type"))
    queue = Queue.ALL if plain else first_queue(scope)
    return list_query({name: str(value) for name, value in given.items()} | {"queue": queue.value})


def list_query(given: dict[str, str]) -> str:
    """A list's query written anew, so that nothing strange is carried along."""
    filters = QueueFilter.parse(given)
    return query_of(filters, page=filters.page)


@never_cache
@require_safe
@requires(any_of=SEES_MATTER)
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The whole story of one matter."""
    scope = held_scope(request)
    if number != number_of(key_of(number)):
        return HttpResponseRedirect(address_of(number_of(key_of(number))))
    matter = seen(number, scope)
    query = list_in(request, scope)
    key_only = request.GET.get("story") == "key"
    whole = whole_of(matter, scope, key_only=key_only)
    context = {
        "whole": whole,
        "matter": matter,
        "key_only": key_only,
        "days": DAYS,
        "reviews": reviews_beside(matter, scope, (line.kind for line in whole.lines)),
        **surrounding_list(scope, matter.pk, query),
        **done_words(request, matter.pk),
    }
    return render(request, "desk/matter_page.html", context)


def surrounding_list(scope: Scope, matter_id: int, query: str) -> dict[str, Any]:
    """The list around the matter, with the addresses before and after; the first list where none is known."""
    found = neighbours_of(scope, matter_id, query) if query else None
    shown = found or Neighbours(query_of(QueueFilter(queue=first_queue(scope))), pgettext("queue", "Matters"))
    return {
        "around_list": shown,
        "list_query": query,
        "previous": address_of(shown.previous, query) if shown.previous else "",
        "following": address_of(shown.following, query) if shown.following else "",
    }


def done_words(request: HttpRequest, matter_id: int) -> dict[str, Any]:
    """What was just done to this matter, told once."""
    done = request.session.get(DONE_KEY)
    if not isinstance(done, dict) or done.get("matter") != matter_id:
        return {}
    del request.session[DONE_KEY]
    return {"done": done}


@never_cache
@require_safe
@requires(any_of=SEES_MATTER)
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The matter as it is printed: everything in one column, without contacts."""
    scope = held_scope(request)
    matter = seen(number, scope)
    context = {"whole": whole_of(matter, scope), "matter": matter, "working": working_for(matter)}
    return render(request, "desk/matter_print.html", context)


@never_cache
@require_safe
@requires(any_of=SEES_MATTER)
def clock_working(request: HttpRequest, number: str) -> HttpResponse:
    """How the deadline was reckoned, step by step."""
    scope = held_scope(request)
    matter = seen(number, scope)
    context = {
        "matter": matter,
        "working": working_for(matter),
        "back": address_of(matter.number, list_in(request, scope)),
    }
    name = "desk/matter_clock.html" if request.headers.get("HX-Request") else "desk/matter_clock_page.html"
    return render(request, name, context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Duty.UNSEAL)
def contact(request: HttpRequest, number: str, report_id: int) -> HttpResponse:
    """Open a reporter's contact with a reason; it is shown once and kept nowhere."""
    scope = held_scope(request)
    matter = seen(number, scope)
    form = ContactForm(request.POST or None)
    fragment = bool(request.headers.get("HX-Request"))
    context: dict[str, Any] = {"matter": matter, "form": form, "report_id": report_id, "fragment": fragment}
    if request.method == "POST" and form.is_valid():
        context |= opened(request, matter.pk, report_id, form, scope)
    status = 422 if form.errors else 200
    name = (
        "desk/matter_contact.html" if request.headers.get("HX-Request") else "desk/matter_contact_page.html"
    )
    return render(request, name, context, status=status)


def opened(
    request: HttpRequest, matter_id: int, report_id: int, form: ContactForm, scope: Scope
) -> dict[str, Any]:
    """The opened contact, or the form with what is wrong. Raises Http404."""
    try:
        details = report_contact_open(
            matter_id=matter_id, report_id=report_id, reason=form.cleaned_data["reason"],
            actor=actor_in(request, scope), scope=scope,
        )  # fmt: skip
    except ReasonMissing:
        form.add_error("reason", pgettext("contact", "Write in a few words what you need the contact for."))
    except ContactErased:
        form.add_error(
            None, pgettext("contact", "The contact was erased when its retention period was over.")
        )
    except NotVisible as hidden:
        raise Http404 from hidden
    else:
        return {"details": details}
    return {}


@never_cache
@require_safe
@requires(any_of=(Duty.AUDIT, Duty.SUPERVISE))
def trail(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The audit trail of one matter as JSON or CSV."""
    scope = held_scope(request)
    matter = seen(number, scope)
    if form not in ("json", "csv"):
        raise Http404
    trail_export_begin(matter=matter, form=form, actor=actor_in(request, scope), scope=scope)
    if form == "json":
        body = {"matter": matter.number, "entries": trail_rows(matter)}
        content, kind = json.dumps(body, ensure_ascii=False, indent=1).encode(), "application/json"
    else:
        content, kind = b"".join(csv_chunks(trail_table(matter))), "text/csv"
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{matter.number}.{form}"'
    return response
