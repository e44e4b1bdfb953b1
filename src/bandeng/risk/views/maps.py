"""The master map, the indicators' maps, definitions, versions, weights tried, forecasts kept."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from bandeng.core.rules import Actor
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty
from bandeng.risk.forms import NOTE_LENGTH, PublishForm, WeightsForm
from bandeng.risk.labels import REFUSALS, RUN_REFUSALS
from bandeng.risk.rules import NotAllowed, may_publish, sees_street
from bandeng.risk.selectors.figures import months_back, present_month
from bandeng.risk.selectors.maps import Shown, map_in_force, map_newest, maps_for, neighbours
from bandeng.risk.selectors.pages import (
    colour_counts,
    forecasts_kept,
    forecasts_together,
    indicator_levels,
    street_lines,
    what_if,
)
from bandeng.risk.services.maps import RunRefused, map_draft, map_publish
from bandeng.risk.views.finding import actor_of, indicator_of, view_of

ROWS = 50


@require_safe
@requires()
def newest(request: HttpRequest) -> HttpResponse:
    """The newest published map, or what to do for a first one."""
    scope = held_scope(request)
    row = map_newest(scope) or maps_for(scope).first()
    if row is None:
        return render(
            request, "risk/none.html", {"may_publish": may_publish(scope), "month": present_month()}
        )
    return redirect("risk-map", row.month, row.version)


def shared(request: HttpRequest, view: Shown) -> dict[str, Any]:
    """What every page of a version says of it."""
    scope = held_scope(request)
    earlier, later = neighbours(view.row)
    return {
        "view": view,
        "row": view.row,
        "earlier": earlier,
        "later": later,
        "declaration": view.rules.declaration,
        "may_publish": may_publish(scope),
        "present": present_month(),
    }


@require_safe
@requires()
def master(request: HttpRequest, month: int, version: int) -> HttpResponse:
    """All streets of a version."""
    return _master(request, view_of(request, month, version))


def _master(request: HttpRequest, view: Shown, *, note: str = "", status: int = 200) -> HttpResponse:
    """The page of a version; `note`: typed by a signer who was refused."""
    scope, lines = held_scope(request), street_lines(view)
    context = {
        **shared(request, view),
        "lines": lines,
        "counts": colour_counts(lines),
        "open_to": {line.code for line in lines if sees_street(scope, line.code)},
        "form": PublishForm(initial={"digest": view.row.result_digest, "note": note}),
    }
    return render(request, "risk/map.html", context, status=status)


@require_safe
@requires()
def indicator(request: HttpRequest, month: int, version: int, code: str) -> HttpResponse:
    """One indicator's map."""
    view, scope = view_of(request, month, version), held_scope(request)
    found = indicator_of(view, code)
    lines = indicator_levels(view, code)
    open_to = {line.code for line in lines if sees_street(scope, line.code)}
    context = {
        **shared(request, view),
        "indicator": found,
        "lines": lines,
        "open_to": open_to,
        "held": any(line.is_held for line in lines),
    }
    return render(request, "risk/indicator.html", context)


@require_safe
@requires()
def definitions(request: HttpRequest, month: int, version: int) -> HttpResponse:
    """What is measured, from where, against what, with which weight, by whose responsibility."""
    return render(request, "risk/definitions.html", shared(request, view_of(request, month, version)))


@require_safe
@requires()
def versions(request: HttpRequest) -> HttpResponse:
    """Every version of every month."""
    scope = held_scope(request)
    page = Paginator(maps_for(scope), ROWS).get_page(request.GET.get("page"))
    present, last = present_month(), months_back(until=present_month(), count=2)[0]
    context = {"page": page, "may_publish": may_publish(scope), "present": present}
    if map_in_force(last) is None:
        context["last"] = last
    return render(request, "risk/versions.html", context)


@require_safe
@requires()
def weights(request: HttpRequest, month: int, version: int) -> HttpResponse:
    """Other weights tried: the published map stays as it is."""
    view = view_of(request, month, version)
    form = WeightsForm(view.rules.declaration, request.GET if "try" in request.GET else None)
    lines = []
    if form.is_bound and form.is_valid():
        lines = what_if(view, indicators=form.indicators, dimensions=form.dimensions)
    moved = [line for line in lines if line.level != line.new_level]
    context = {**shared(request, view), "form": form, "lines": lines, "moved": moved}
    return render(request, "risk/weights.html", context, status=422 if form.errors else 200)


@require_safe
@requires()
def forecasts(request: HttpRequest, month: int, version: int) -> HttpResponse:
    """Whether earlier forecasts have kept their word."""
    view = view_of(request, month, version)
    kept = forecasts_kept(view)
    context = {**shared(request, view), "kept": kept, "together": forecasts_together(kept)}
    return render(request, "risk/forecasts.html", context)


@require_POST
@requires(Duty.SUPERVISE)
def draft(request: HttpRequest) -> HttpResponse:
    """Make a month's draft."""
    scope, text = held_scope(request), request.POST.get("month", "")
    if not may_publish(scope):
        raise PermissionDenied
    try:
        row = map_draft(month=_month(text), actor=Actor(scope.actor))
    except RunRefused as refused:
        messages.error(request, f"{RUN_REFUSALS[refused.code]} {refused.detail}")
        return redirect("risk-versions")
    messages.success(request, pgettext("risk map", "The draft is made. Look at it before you sign."))
    return redirect("risk-map", row.month, row.version)


def _month(text: str) -> int:
    """A month as it was sent. Raises RunRefused."""
    if not (text.isascii() and text.isdecimal() and len(text) == 6):
        raise RunRefused("no_month")
    return int(text)


@require_POST
@requires(Duty.SUPERVISE)
def publish(request: HttpRequest, month: int, version: int) -> HttpResponse:
    """Sign the draft that was looked at; what was typed is kept where it cannot be signed."""
    view, scope = view_of(request, month, version), held_scope(request)
    if not may_publish(scope):
        raise PermissionDenied
    form, note = PublishForm(request.POST), request.POST.get("note", "")
    if not form.is_valid():
        messages.error(request, _fault(form))
        return _master(request, view, note=note, status=422)
    data = form.cleaned_data
    try:
        map_publish(
            month=month, version=version, actor=actor_of(request, scope), scope=scope, note=data["note"],
            digest=data["digest"],
        )  # fmt: skip
    except NotAllowed as refused:
        messages.error(request, str(REFUSALS[refused.code]))
        return _master(request, view_of(request, month, version), note=note, status=409)
    messages.success(request, pgettext("risk map", "The map is published under your name."))
    return redirect("risk-map", view.row.month, view.row.version)


def _fault(form: PublishForm) -> str:
    """What is wrong with a signature, in a sentence."""
    if "looked" in form.errors:
        return pgettext("risk map", "Tick that you have looked at the map, then sign.")
    if "note" in form.errors:
        return pgettext("risk map", "The note is too long: %(n)d characters at most.") % {"n": NOTE_LENGTH}
    return str(REFUSALS["changed"])
