"""The board, enterprises, pairs, topics, the study."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bandeng.harm.forms.officers import FilterForm, PairForm
from bandeng.harm.labels import ALERT_STATES, PAIR_STATES
from bandeng.harm.rules import ActNotAllowed, DocumentKind, PairState
from bandeng.harm.selectors import NotVisible, enterprise_for
from bandeng.harm.selectors.board import AlertFilter, alerts_listed, board_rows, lines, newest
from bandeng.harm.selectors.enterprises import enterprise_page, enterprises_listed, open_levels
from bandeng.harm.selectors.notices import SHOWN as NOTICES_SHOWN
from bandeng.harm.selectors.notices import notices_unread
from bandeng.harm.selectors.pairs import pair_for, pairs_listed, shown
from bandeng.harm.selectors.topics import topic_for, topic_table
from bandeng.harm.services.judging import basis
from bandeng.harm.services.notices import notices_read
from bandeng.harm.services.pairs import pair_judge
from bandeng.harm.views.answers import WATCHERS, actor_in, desk_page, refusal_words
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty
from reckon.topics.settings import settings_in_force

PER_PAGE = 50
PAIRS_PER_PAGE = 20
TOPIC_READERS = (Duty.SUPERVISE, Duty.DISPATCH, Duty.INTAKE, Duty.HANDLE)


@never_cache
@require_safe
@requires(any_of=WATCHERS)
def board(request: HttpRequest) -> HttpResponse:
    """Kinds by levels, and the alerts behind each figure."""
    scope = held_scope(request)
    form = FilterForm(request.GET, states=ALERT_STATES)
    form.is_valid()
    asked = form.cleaned_data
    chosen = AlertFilter(
        kind=asked.get("kind", ""),
        level=int(asked.get("level") or 0),
        state={"": "open", "all": ""}.get(asked.get("state", ""), asked.get("state", "")),
        words=asked.get("q", "").strip(),
    )
    page = Paginator(alerts_listed(scope, chosen), PER_PAGE).get_page(request.GET.get("page"))
    run = newest(DocumentKind.RUN)
    return desk_page(
        request, "board", rows=board_rows(scope), page=page, lines=lines(list(page)), filters=form, run=run,
        chosen=chosen, notices=notices_unread(scope)[:NOTICES_SHOWN],
    )  # fmt: skip


@never_cache
@require_POST
@requires(any_of=WATCHERS)
def notices(request: HttpRequest) -> HttpResponse:
    """Mark the notices that were shown as read."""
    keys = [
        int(key)
        for key in request.POST.getlist("notice")[:NOTICES_SHOWN]
        if key.isdecimal() and len(key) < 19
    ]
    notices_read(scope=held_scope(request), keys=keys)
    return redirect("desk-harm")


@never_cache
@require_safe
@requires(any_of=WATCHERS)
def enterprises(request: HttpRequest) -> HttpResponse:
    """All enterprises that the post may see."""
    scope = held_scope(request)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    page = Paginator(enterprises_listed(scope, words=words), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    levels = open_levels(scope, rows)
    listed = [(row, *levels.get(row.pk, (0, 0))) for row in rows]
    return desk_page(request, "enterprises", page=page, listed=listed, words=words)


@never_cache
@require_safe
@requires(any_of=WATCHERS)
def enterprise(request: HttpRequest, number: str) -> HttpResponse:
    """One enterprise: what the streams call it, how much they say of it, its alerts."""
    scope = held_scope(request)
    try:
        row = enterprise_for(scope, number)
    except NotVisible as hidden:
        raise Http404 from hidden
    if row.number != number:
        return redirect("desk-harm-enterprise", number=row.number)
    return desk_page(request, "enterprise", page=enterprise_page(row, scope=scope))


@never_cache
@require_safe
@requires(Duty.SUPERVISE)
def pairs(request: HttpRequest) -> HttpResponse:
    """Pairs of records for a person to judge."""
    scope = held_scope(request)
    asked = request.GET.get("state", "")
    state = PairState(asked) if asked in set(PairState) else PairState.SUGGESTED
    page = Paginator(pairs_listed(scope, state=state), PAIRS_PER_PAGE).get_page(request.GET.get("page"))
    return desk_page(
        request, "pairs", page=page, pairs=shown(scope, list(page)), state=state.value, states=PAIR_STATES
    )


@never_cache
@require_POST
@requires(Duty.SUPERVISE)
def pair(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Judge a pair, or take a judgement back."""
    scope = held_scope(request)
    said = {"same": True, "different": False, "undo": None}
    asked = request.POST.get("do", "")
    if asked not in said:
        raise Http404
    form = PairForm(request.POST)
    try:
        if not form.is_valid():
            return _pair_again(request, pair_id, form)
        pair_judge(
            pair_id=pair_id, same=said[asked], note=form.cleaned_data["text"], actor=actor_in(request, scope),
            scope=scope,
        )  # fmt: skip
        messages.success(request, pgettext("pair page", "Decided; the enterprises follow."))
    except NotVisible as hidden:
        raise Http404 from hidden
    except ActNotAllowed as refusal:
        messages.error(request, refusal_words(refusal))
    return redirect("desk-harm-pairs")


def _pair_again(request: HttpRequest, pair_id: int, form: PairForm) -> HttpResponse:
    """The pair alone, with what was typed and what is wrong with it."""
    scope = held_scope(request)
    row = pair_for(scope, pair_id)
    page = Paginator([row], PAIRS_PER_PAGE).get_page(1)
    rows = shown(scope, [row])
    return desk_page(
        request, "pairs", page=page, pairs=rows, state=row.state, states=PAIR_STATES, form=form
    )  # fmt: skip


@never_cache
@require_safe
@requires(any_of=TOPIC_READERS)
def topics(request: HttpRequest) -> HttpResponse:
    """The hottest topics of the quarter."""
    table = topic_table(held_scope(request))
    page = Paginator(table.topics if table else (), PER_PAGE).get_page(request.GET.get("page"))
    return desk_page(request, "topics", table=table, page=page, weights=settings_in_force().heat)


@never_cache
@require_safe
@requires(any_of=TOPIC_READERS)
def topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """One topic with its matters."""
    try:
        found = topic_for(held_scope(request), topic_id)
    except NotVisible as hidden:
        raise Http404 from hidden
    return desk_page(request, "topic", topic=found, weights=settings_in_force().heat)


@never_cache
@require_safe
@requires(any_of=WATCHERS)
def study(request: HttpRequest) -> HttpResponse:
    """How well the levels in force do, measured on generated data."""
    document = newest(DocumentKind.STUDY)
    context: dict[str, Any] = {"study": document.content if document else None, "document": document}
    context["outdated"] = document is not None and document.content.get("basis") != basis()
    return desk_page(request, "study", **context)
