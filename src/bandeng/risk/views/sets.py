"""Sets of indicators: versions and what differs, the draft, its effect on the last map, putting it in force."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty, Scope
from bandeng.risk.labels import REFUSALS
from bandeng.risk.rules import NotAllowed, may_declare
from bandeng.risk.selectors.figures import present_month
from bandeng.risk.selectors.maps import map_newest, set_in_force, shown
from bandeng.risk.selectors.sets import (
    TEXTS,
    Difference,
    differences,
    effect_of,
    set_draft,
    set_newest,
    set_of,
    sets_declared,
    words_of,
)
from bandeng.risk.services import editing
from bandeng.risk.set_forms import AdoptForm, SetForm, TextsForm
from bandeng.risk.views.finding import actor_of
from reckon.index import Declaration, DeclarationInvalid

ROWS = 30
INVALID, CONFLICT = 422, 409


def _keeper(request: HttpRequest) -> Scope:
    scope = held_scope(request)
    if not may_declare(scope):
        raise PermissionDenied
    return scope


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


@require_safe
@requires()
def index(request: HttpRequest) -> HttpResponse:
    """All sets, and the draft for those who keep them."""
    scope = held_scope(request)
    context = {
        "page": Paginator(sets_declared(), ROWS).get_page(request.GET.get("page")),
        "present": set_in_force(present_month()),
        "newest": set_newest(),
        "draft": set_draft() if may_declare(scope) else None,
        "may_declare": may_declare(scope),
    }
    return render(request, "risk/sets.html", context)


@require_safe
@requires()
def declared_set(request: HttpRequest, set_id: int) -> HttpResponse:
    """A set, and what differs from the one that it was copied from, or from another one."""
    row = set_of(set_id)
    if row is None:
        raise Http404
    text = request.GET.get("with", "")
    other = set_of(int(text)) if text.isascii() and text.isdecimal() and len(text) < 9 else row.based_on
    words = words_of(row)
    found = differences(words_of(other), words) if other else []
    context = {
        "shown": row,
        "other": other,
        "others": [each for each in sets_declared()[:ROWS] if each != row],
        "words": words,
        "differences": _named(found, words.declaration),
    }
    return render(request, "risk/set.html", context)


def _named(found: list[Difference], declaration: Declaration) -> list[tuple[Any, Difference]]:
    """Each difference with the indicator or dimension that it is of."""
    known = {"indicator": declaration.indicators, "dimension": declaration.dimensions}
    rows = {(kind, row.code): row for kind, group in known.items() for row in group}  # type: ignore[attr-defined]
    return [(rows.get((each.scope, each.code)), each) for each in found]


@require_POST
@requires(Duty.RULES)
def copy(request: HttpRequest) -> HttpResponse:
    """A draft of the set that holds from the latest month on."""
    scope = _keeper(request)
    try:
        editing.draft_copy(actor=actor_of(request, scope), scope=scope)
    except NotAllowed as refused:
        messages.error(request, str(REFUSALS[refused.code]))
        return redirect("risk-sets")
    return redirect("risk-set-draft")


@require_POST
@requires(Duty.RULES)
def drop(request: HttpRequest) -> HttpResponse:
    """Drop the draft."""
    scope = _keeper(request)
    try:
        editing.draft_drop(revision=_revision(request), actor=actor_of(request, scope), scope=scope)
    except NotAllowed as refused:
        messages.error(request, str(REFUSALS[refused.code]))
    else:
        messages.success(
            request, pgettext("indicator set", "The draft was dropped; nothing in force has changed.")
        )
    return redirect("risk-sets")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Duty.RULES)
def draft(request: HttpRequest) -> HttpResponseBase:
    """Weights, owners, denominators and cut points of the draft."""
    scope, row = _keeper(request), set_draft()
    if row is None:
        return _gone(request)
    words = words_of(row)
    form = SetForm(words.declaration, words.colours, request.POST or None)
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            status = _try(
                form,
                lambda: editing.draft_save(
                    edit=form.edit, revision=_revision(request), actor=actor_of(request, scope), scope=scope
                ),
            )
        if status == 200:
            messages.success(
                request, pgettext("indicator set", "The draft is saved. Look at its effect next.")
            )
            code = request.POST.get("texts", "")
            if code in words.declaration.codes:
                return redirect("risk-set-texts", code)
            return redirect("risk-set-effect" if "effect" in request.POST else "risk-set-draft")
    context = {"form": form, "draft": row, "words": words, "revision": _shown_revision(status, request, row)}
    return render(request, "risk/set_draft.html", context, status=status)


def _shown_revision(status: int, request: HttpRequest, row: Any) -> int:
    """Of the draft as it was read; after faults as the page was opened with; after a conflict the newest one."""
    if status == CONFLICT:
        newest = set_draft()
        return newest.revision if newest else 0
    return _revision(request) if status == INVALID else int(row.revision)


def _try(form: Form, act: Any) -> int:
    """Do it; what is refused is told in the form. Returns the page's status."""
    try:
        act()
    except NotAllowed as refused:
        form.add_error(None, str(REFUSALS[refused.code]))
        return CONFLICT
    except DeclarationInvalid as wrong:
        form.add_error(None, str(wrong))
        return INVALID
    return 200


def _gone(request: HttpRequest) -> HttpResponse:
    messages.error(request, str(REFUSALS["draft_gone"]))
    return redirect("risk-sets")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Duty.RULES)
def texts(request: HttpRequest, code: str) -> HttpResponseBase:
    """Names, definitions and source of one indicator of the draft."""
    scope, row = _keeper(request), set_draft()
    if row is None:
        return _gone(request)
    indicator = next((each for each in words_of(row).declaration.indicators if each.code == code), None)
    if indicator is None:
        raise Http404
    initial = {name: getattr(indicator, name) for name in TEXTS}
    form = TextsForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            status = _try(
                form,
                lambda: editing.draft_texts_save(
                    code=code, texts=form.cleaned_data, revision=_revision(request),
                    actor=actor_of(request, scope), scope=scope,
                ),
            )  # fmt: skip
        if status == 200:
            messages.success(request, pgettext("indicator set", "The texts are saved."))
            return redirect("risk-set-draft")
    context = {
        "form": form,
        "draft": row,
        "indicator": indicator,
        "revision": _shown_revision(status, request, row),
    }
    return render(request, "risk/set_texts.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Duty.RULES)
def effect(request: HttpRequest) -> HttpResponseBase:
    """What the draft would do to the last published map; from here it is put in force."""
    scope, row = _keeper(request), set_draft()
    if row is None:
        return _gone(request)
    form = AdoptForm(present_month(), request.POST or None)
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            data = form.cleaned_data
            status = _try(
                form,
                lambda: editing.draft_adopt(
                    month=data["month"], reason=data["reason"], revision=_revision(request),
                    actor=actor_of(request, scope), scope=scope,
                ),
            )  # fmt: skip
        if status == 200:
            messages.success(
                request, pgettext("indicator set", "The set will be in force from its month on.")
            )
            return redirect("risk-sets")
    context = {**_effect(row, scope), "form": form, "revision": _shown_revision(status, request, row)}
    return render(request, "risk/set_effect.html", context, status=status)


def _effect(row: Any, scope: Scope) -> dict[str, Any]:
    """Differences from the set that was copied, and the streets of the last map side by side."""
    words = words_of(row)
    found = differences(words_of(row.based_on), words)
    last = map_newest(scope)
    context: dict[str, Any] = {"draft": row, "differences": _named(found, words.declaration), "last": last}
    if last is None or not found:
        return context | {"lines": [], "moved": 0}
    try:
        lines = effect_of(shown(last), words)
    except DeclarationInvalid as wrong:
        return context | {"lines": [], "moved": 0, "wrong": str(wrong)}
    return context | {"lines": lines, "moved": sum(line.level != line.new_level for line in lines)}
