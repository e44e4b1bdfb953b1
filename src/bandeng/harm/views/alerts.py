"""An alert's page and the acts on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bandeng.core.rules import Actor
from bandeng.harm.forms.officers import MOVES, AssignForm, CloseForm, FactForm, NoteForm
from bandeng.harm.labels import signal_choices
from bandeng.harm.rules import ActNotAllowed, AlertState, LetterState, Outcome, StateNotAllowed
from bandeng.harm.selectors import NotVisible, alert_for
from bandeng.harm.selectors.page import AlertPage, alert_page
from bandeng.harm.services import casework, letters
from bandeng.harm.views.answers import WATCHERS, actor_in, desk_page, refusal_words
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import OrganisationKind, Scope
from bandeng.organisations.selectors import directory

Form = Callable[[AlertPage, Any], forms.Form]
Do = Callable[[AlertPage, dict[str, Any], Actor, Scope], object]


@dataclass(frozen=True)
class Act:
    """One act: the button, what it means, its form, what it does."""

    button: Promise
    lead: Promise
    form: Form
    do: Do


def _note(label: Promise) -> Form:
    return lambda page, data: NoteForm(data, label=label)


def _moved(target: AlertState) -> Do:
    return lambda page, data, actor, scope: casework.alert_move(
        alert_id=page.alert.pk, target=target, note=data["text"], actor=actor, scope=scope
    )


def _letter(page: AlertPage, state: LetterState) -> int:
    """The newest letter in a state. Raises NotVisible."""
    found = next((one.letter.pk for one in page.letters if one.state is state), None)
    if found is None:
        raise NotVisible
    return int(found)


def _offices(page: AlertPage, data: Any) -> forms.Form:
    rows = [row for row in directory().by_id.values() if row.kind == OrganisationKind.DEPARTMENT]
    return AssignForm(data, offices=[row for row in rows if row.active])


ACTS: dict[str, Act] = {
    "verifying": Act(
        pgettext_lazy("harm act", "Verify"),
        pgettext_lazy("harm act", "A level is a call to look, never a finding. Write down what you will look at."),
        _note(MOVES[AlertState.VERIFYING]),
        _moved(AlertState.VERIFYING),
    ),
    "talking": Act(
        pgettext_lazy("harm act", "Talk with the enterprise"),
        pgettext_lazy("harm act", "Say nothing of who has complained, and nothing of any clue."),
        _note(MOVES[AlertState.TALKING]),
        _moved(AlertState.TALKING),
    ),
    "acting": Act(
        pgettext_lazy("harm act", "Write down measures"),
        pgettext_lazy("harm act", "Measures that the law reserves to an authority are that authority's to take."),
        _note(MOVES[AlertState.ACTING]),
        _moved(AlertState.ACTING),
    ),
    "note": Act(
        pgettext_lazy("harm act", "Write a note"),
        pgettext_lazy("harm act", "Others who work on this alert read it."),
        _note(pgettext_lazy("harm form", "Note")),
        lambda page, data, actor, scope: casework.alert_note(
            alert_id=page.alert.pk, note=data["text"], actor=actor, scope=scope
        ),
    ),
    "assign": Act(
        pgettext_lazy("harm act", "Give to a department"),
        pgettext_lazy("harm act", "The department sees this alert and may work on it."),
        _offices,
        lambda page, data, actor, scope: casework.alert_assign(
            alert_id=page.alert.pk, organisation_id=int(data["organisation"]), note=data["text"], actor=actor,
            scope=scope,
        ),
    ),
    "fact": Act(
        pgettext_lazy("harm act", "Confirm a fact"),
        pgettext_lazy("harm act", "Confirm only what you have seen or have in writing; hard triggers act on it."),
        lambda page, data: FactForm(
            data, label=pgettext_lazy("harm form", "How it is known"), choices=signal_choices(page.alert.kind)
        ),
        lambda page, data, actor, scope: casework.fact_confirm(
            alert_id=page.alert.pk, fact=data["fact"], note=data["text"], actor=actor, scope=scope
        ),
    ),
    "withdraw": Act(
        pgettext_lazy("harm act", "Withdraw the letter"),
        pgettext_lazy("harm act", "Its code opens nothing from then on."),
        _note(pgettext_lazy("harm form", "Reason")),
        lambda page, data, actor, scope: letters.letter_withdraw(
            alert_id=page.alert.pk, letter_id=_letter(page, LetterState.ISSUED), note=data["text"], actor=actor,
            scope=scope,
        ),
    ),
    "consider": Act(
        pgettext_lazy("harm act", "Consider the answer"),
        pgettext_lazy("harm act", "The enterprise reads what you write here."),
        _note(pgettext_lazy("harm form", "What came of the answer, and why")),
        lambda page, data, actor, scope: letters.answer_consider(
            alert_id=page.alert.pk, letter_id=_letter(page, LetterState.ANSWERED), text=data["text"], actor=actor,
            scope=scope,
        ),
    ),
    "closed": Act(
        pgettext_lazy("harm act", "Close"),
        pgettext_lazy("harm act", "A false alarm is counted against the method, not against anybody."),
        lambda page, data: CloseForm(data, label=pgettext_lazy("harm form", "Why")),
        lambda page, data, actor, scope: casework.alert_close(
            alert_id=page.alert.pk, outcome=Outcome(data["outcome"]), note=data["text"], actor=actor, scope=scope
        ),
    ),
}  # fmt: skip
LETTER = Act(
    pgettext_lazy("harm act", "Tell the enterprise"),
    pgettext_lazy(
        "harm act",
        "It reads your words and what is held against it: documents with their days, people by number. "
        "It never reads who complained, nor anything of clues.",
    ),
    _note(pgettext_lazy("harm form", "To the enterprise")),
    lambda page, data, actor, scope: None,
)


ORDER = (
    "talking",
    "acting",
    "letter",
    "consider",
    "verifying",
    "fact",
    "assign",
    "note",
    "withdraw",
    "closed",
)
#: The act that usually comes next, by the state.
NEXT = {"new": "verifying", "verifying": "talking", "talking": "acting", "acting": "closed"}


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
    known = {**ACTS, "letter": LETTER}
    coming = NEXT.get(page.alert.state)
    order = sorted(ORDER, key=lambda name: (name != "consider", name != coming))
    offered = [(name, known[name]) for name in order if name in page.acts]
    return desk_page(request, "alert", page=page, offered=offered)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=WATCHERS)
def act(request: HttpRequest, alert_id: int, name: str) -> HttpResponse:
    """The form of an act, and the act."""
    page = _page(request, alert_id)
    known = ACTS.get(name)
    if known is None or name not in page.acts:
        raise Http404
    form = known.form(page, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return desk_page(request, "act", page=page, act=known, form=form)
    scope = held_scope(request)
    try:
        known.do(page, form.cleaned_data, actor_in(request, scope), scope)
    except NotVisible as hidden:
        raise Http404 from hidden
    except (ActNotAllowed, StateNotAllowed) as refusal:
        form.add_error(None, refusal_words(refusal))
        return desk_page(request, "act", page=page, act=known, form=form)
    messages.success(request, pgettext("harm act", "Written down"))
    return redirect("desk-harm-alert", alert_id=alert_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=WATCHERS)
def letter(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Tell the enterprise; the code is shown once, on the page to print."""
    page = _page(request, alert_id)
    if "letter" not in page.acts:
        raise Http404
    form = LETTER.form(page, request.POST or None)
    told = letters.held_against(page.alert)
    if request.method != "POST" or not form.is_valid():
        return desk_page(request, "act", page=page, act=LETTER, form=form, told=told)
    scope = held_scope(request)
    try:
        issued = letters.letter_issue(
            alert_id=alert_id, text=form.cleaned_data["text"], actor=actor_in(request, scope), scope=scope
        )
    except NotVisible as hidden:
        raise Http404 from hidden
    except ActNotAllowed as refusal:
        form.add_error(None, refusal_words(refusal))
        return desk_page(request, "act", page=page, act=LETTER, form=form, told=told)
    return desk_page(request, "letter", page=page, issued=issued)
