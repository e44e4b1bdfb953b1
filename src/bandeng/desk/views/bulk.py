"""Acts on many matters: asked once more, done in one go, told row by row, and taken back where possible."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import npgettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bandeng.core.rules import Actor
from bandeng.desk.forms.bulk import BulkForm
from bandeng.desk.labels import BULK_NAMES
from bandeng.desk.selectors.conditions import query_of
from bandeng.desk.selectors.counts import forget
from bandeng.desk.selectors.people import handlers_of, organisations_for
from bandeng.desk.selectors.picks import Pick, picks_of
from bandeng.desk.services.bulk import KEYS, MOST_ROWS, Order, Outcome, Words, bulk_run, bulk_undo, may_ever
from bandeng.desk.views.queue import RESULT_KEY, SEES_QUEUE
from bandeng.dispatch.selectors import Act, QueueFilter
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Scope

UNDO_KEY = "bulk_undo"


@dataclass(frozen=True)
class Asked:
    """What a bulk act is asked to do, and why it cannot be, if so."""

    act: Act
    picks: Sequence[Pick]
    form: BulkForm
    problem: str = ""


def actor_in(request: HttpRequest, scope: Scope) -> Actor:
    """The person who acts, with the name at the time."""
    return Actor(scope.actor, request.user.get_full_name(), scope.organisation_id)  # type: ignore[union-attr]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=SEES_QUEUE)
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask for what the act needs; on POST do it and go back to the list with what became of each row."""
    scope = held_scope(request)
    given = request.POST if request.method == "POST" else request.GET
    act = act_of(given.get("act", ""), scope)
    if act is None:
        return render(
            request,
            "desk/queue_bulk_page.html",
            {"problem": pgettext("bulk act", "Your post has no such act.")},
            status=400,
        )
    asked = asked_of(given, act, scope, bound=request.method == "POST")
    query = back_query(given.get("query", ""))
    if request.method == "POST" and not asked.problem and asked.form.is_valid():
        outcomes = bulk_run(
            act=act,
            orders=orders_of(given),
            words=words_of(asked.form),
            actor=actor_in(request, scope),
            scope=scope,
        )
        return told(request, act, outcomes, query)
    fragment = bool(request.headers.get("HX-Request"))
    context = {
        "asked": asked,
        "problem": asked.problem,
        "name": BULK_NAMES[act],
        "query": query,
        "fragment": fragment,
    }
    name = "desk/queue_bulk.html" if fragment else "desk/queue_bulk_page.html"
    return render(request, name, context, status=422 if request.method == "POST" else 200)


def act_of(value: str, scope: Scope) -> Act | None:
    """A bulk act by its name, if the post's duties allow it on any matter."""
    return next((act for act in KEYS if act.value == value and may_ever(act, scope)), None)


def asked_of(given: QueryDict, act: Act, scope: Scope, *, bound: bool) -> Asked:
    """The chosen matters and the form for them."""
    keys = [order.matter_id for order in orders_of(given)] if bound else keys_of(given.getlist("matter"))
    if len(keys) > MOST_ROWS:
        text = npgettext(
            "bulk act",
            "At most %(n)d matter at once. Choose fewer.",
            "At most %(n)d matters at once. Choose fewer.",
            MOST_ROWS,
        )
        return Asked(act, (), BulkForm(act=act), text % {"n": MOST_ROWS})
    picks = picks_of(scope, keys, act)
    options, problem = options_of(act, picks)
    form = BulkForm(
        given if bound else None, act=act, options=options, initial={"target": str(min(keys, default=0))}
    )
    if not picks:
        problem = pgettext("bulk act", "No matter is chosen. Choose some in the list first.")
    return Asked(act, picks, form, problem)


def options_of(act: Act, picks: Sequence[Pick]) -> tuple[list[tuple[str, str]], str]:
    """What can be chosen for these matters, or why nothing can."""
    if act is Act.ASSIGN:
        leads = {pick.lead_id for pick in picks}
        if len(leads) > 1:
            return [], pgettext(
                "bulk act", "These matters have different leads. Assign them one lead at a time."
            )
        lead = next(iter(leads), None)
        return (
            (handlers_of(lead), "")
            if lead
            else ([], pgettext("bulk act", "These matters have no lead yet. Dispatch them first."))
        )
    if act in (Act.ADD_CO_HANDLER, Act.DISPATCH):
        return organisations_for(frozenset(pick.area_code for pick in picks)), ""
    if act is Act.MERGE:
        problem = "" if len(picks) > 1 else pgettext("bulk act", "Merging takes at least two matters.")
        return [
            (str(pick.id), f"{pick.number} {pick.title}") for pick in sorted(picks, key=lambda pick: pick.id)
        ], problem
    return [], ""


def keys_of(values: Sequence[str]) -> list[int]:
    """Matters' keys, each once; what is no key is left out."""
    keys = [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 19]
    return list(dict.fromkeys(keys))


def orders_of(given: QueryDict) -> list[Order]:
    """The rows of the form: key and version, each key once."""
    rows = [value.partition(" ") for value in given.getlist("row")]
    versions = {key: version for key, _, version in rows}
    return [
        Order(key, versions[str(key)]) for key in keys_of([key for key, _, _ in rows]) if str(key) in versions
    ]


def words_of(form: BulkForm) -> Words:
    """What was filled in."""
    given = form.cleaned_data
    return Words(
        post_id=int(given.get("post") or 0),
        organisation_id=int(given.get("organisation") or 0),
        target_id=int(given.get("target") or 0),
        limit=given.get("limit", ""),
        text=given.get("text", ""),
    )


def back_query(text: str) -> str:
    """The list to go back to, written anew so that nothing strange is carried along."""
    return query_of(filters := QueueFilter.parse(QueryDict(text[:2000]).dict()), page=filters.page)


def told(request: HttpRequest, act: Act, outcomes: Sequence[Outcome], query: str) -> HttpResponse:
    """Back to the list, which tells what became of each row."""
    forget()
    undo = [dict(each.undo) for each in outcomes if each.undo]
    request.session[UNDO_KEY] = undo
    request.session[RESULT_KEY] = {
        "name": act.value,
        "done": sum(each.done for each in outcomes),
        "refused": [[each.number, each.reason] for each in outcomes if not each.done],
        "undo": len(undo),
    }
    return HttpResponseRedirect(f"{reverse('desk-queue')}?{query}")


@require_POST
@requires(any_of=SEES_QUEUE)
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last bulk act as far as it can be."""
    scope = held_scope(request)
    items = request.session.pop(UNDO_KEY, [])
    outcomes = bulk_undo(items=items, actor=actor_in(request, scope), scope=scope)
    forget()
    request.session[RESULT_KEY] = {
        "name": "undo",
        "done": sum(each.done for each in outcomes),
        "refused": [[each.number, each.reason] for each in outcomes if not each.done],
        "undo": 0,
    }
    return HttpResponseRedirect(f"{reverse('desk-queue')}?{back_query(request.POST.get('query', ''))}")
