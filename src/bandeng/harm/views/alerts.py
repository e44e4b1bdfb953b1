"""An alert's page and the acts on it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bandeng.harm.rules import ActNotAllowed, StateNotAllowed
from bandeng.harm.selectors import NotVisible, alert_for
from bandeng.harm.selectors.page import AlertPage, alert_page, said_already
from bandeng.harm.services import letters
from bandeng.harm.views.acts import ACTS, LETTER, Act, Given, offered
from bandeng.harm.views.answers import WATCHERS, actor_in, desk_page, refusal_words
from bandeng.organisations.permission import held_scope, requires

KEPT_CODE = "harm_letter_secret"
"""Where the session keeps a letter's code between writing it and showing it, once."""


def _page(request: HttpRequest, alert_id: int) -> AlertPage:
    scope = held_scope(request)
    try:
        return alert_page(alert_for(scope, alert_id), scope=scope)
    except NotVisible as hidden:
        raise Http404 from hidden


@never_cache
@require_safe
@requires(any_of=WATCHERS)
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert: evidence, matters, work."""
    page = _page(request, alert_id)
    return desk_page(request, "alert", page=page, offered=offered(page))


def _given(request: HttpRequest) -> Given:
    scope = held_scope(request)
    seen = request.POST.get("seen", "")
    return {
        "actor": actor_in(request, scope), "scope": scope, "seen": int(seen[:18]) if seen.isdecimal() else None
    }  # fmt: skip


def _repeated(request: HttpRequest, page: AlertPage, given: Given) -> bool:
    """Whether the same person has just done the same: a button pressed twice."""
    text = request.POST.get("text", "")
    return said_already(page.alert, seen=given["seen"], actor=given["actor"].key, note=text)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=WATCHERS)
def act(request: HttpRequest, alert_id: int, name: str) -> HttpResponse:
    """The form of an act, and the act."""
    page = _page(request, alert_id)
    known = ACTS.get(name)
    if known is None or not page.acts:
        raise Http404
    if request.method != "POST":
        return _offer(request, page, name, known)
    form, given = known.form(page, request.POST), _given(request)
    if _repeated(request, page, given):
        return redirect("desk-harm-alert", alert_id=alert_id)
    if not form.is_valid():
        return desk_page(request, "act", page=page, act=known, form=form)
    try:
        known.do(page, form.cleaned_data, given)
    except NotVisible as hidden:
        raise Http404 from hidden
    except (ActNotAllowed, StateNotAllowed) as refusal:
        return _refused(request, page, known, form, refusal)
    messages.success(request, pgettext("harm act", "Written down"))
    return redirect("desk-harm-alert", alert_id=alert_id)


def _offer(request: HttpRequest, page: AlertPage, name: str, known: Act) -> HttpResponse:
    if name in page.acts:
        return desk_page(request, "act", page=page, act=known, form=known.form(page, None))
    messages.info(request, refusal_words(StateNotAllowed()))
    return redirect("desk-harm-alert", alert_id=page.alert.pk)


def _refused(
    request: HttpRequest, page: AlertPage, known: Act, form: forms.Form, refusal: Exception, **more: Any
) -> HttpResponse:
    """The form again with what was typed, and why it was refused."""
    form.add_error(None, refusal_words(refusal))
    return desk_page(request, "act", page=page, act=known, form=form, **more)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=WATCHERS)
def letter(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Tell the enterprise; its code is shown once, on the page to print."""
    page = _page(request, alert_id)
    if not page.acts:
        raise Http404
    told = letters.held_against(page.alert)
    if request.method != "POST":
        return _letter_offer(request, page, told)
    form, given = LETTER.form(page, request.POST), _given(request)
    if _repeated(request, page, given):
        return redirect("desk-harm-letter-code", alert_id=alert_id)
    if not form.is_valid():
        return desk_page(request, "act", page=page, act=LETTER, form=form, told=told)
    try:
        issued = letters.letter_issue(alert_id=alert_id, text=form.cleaned_data["text"], **given)
    except NotVisible as hidden:
        raise Http404 from hidden
    except ActNotAllowed as refusal:
        return _refused(request, page, LETTER, form, refusal, told=told)
    request.session[KEPT_CODE] = {"letter": issued.letter.pk, "secret": issued.secret}
    return redirect("desk-harm-letter-code", alert_id=alert_id)


def _letter_offer(request: HttpRequest, page: AlertPage, told: list[dict[str, Any]]) -> HttpResponse:
    if "letter" in page.acts:
        return desk_page(request, "act", page=page, act=LETTER, form=LETTER.form(page, None), told=told)
    messages.info(request, refusal_words(StateNotAllowed()))
    return redirect("desk-harm-alert", alert_id=page.alert.pk)


@never_cache
@require_safe
@requires(any_of=WATCHERS)
def letter_code(request: HttpRequest, alert_id: int) -> HttpResponse:
    """The letter just written with its code, once; whoever has lost it withdraws the letter and writes another."""
    page = _page(request, alert_id)
    kept = request.session.pop(KEPT_CODE, None) or {}
    found = next((one.letter for one in page.letters if one.letter.pk == kept.get("letter")), None)
    if found is None:
        messages.info(
            request,
            pgettext("harm letter", "The code was shown already. If it is lost, withdraw the letter."),
        )
        return redirect("desk-harm-alert", alert_id=alert_id)
    return desk_page(request, "letter", page=page, letter=found, secret=kept["secret"])
