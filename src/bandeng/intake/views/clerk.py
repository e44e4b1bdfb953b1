"""The clerk's page for phone calls: one dense form, hints beside it, then number and code to read out."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bandeng.dispatch.selectors import NotVisible
from bandeng.dispatch.selectors.refusals import Refused
from bandeng.intake.forms import ClerkForm
from bandeng.intake.selectors.nearby import likely_duplicates, likely_in_area
from bandeng.intake.selectors.stories import next_sentence
from bandeng.intake.services.calls import Call, call_register, suggested_type
from bandeng.intake.views.places import near_rows, point_of
from bandeng.intake.views.worker import actor_of
from bandeng.matters.rules import clean_text
from bandeng.matters.selectors import taxonomy
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty, Scope

SLOT = "call registered"


@never_cache
@requires(Duty.INTAKE)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Write a call down."""
    scope = held_scope(request)
    if request.method == "GET":
        return _page(request, ClerkForm(initial={"key": uuid.uuid4().hex}), {})
    form = ClerkForm(request.POST)
    known = hints_for(request.POST, scope)
    if request.POST.get("do") == "look":
        return _page(request, ClerkForm(initial=request.POST.dict()), known)
    if not form.is_valid():
        return _page(request, form, known, status=422)
    try:
        receipt = call_register(
            call=_call(form, request.POST.get("same", "")), actor=actor_of(request, scope)
        )
    except (Refused, NotVisible) as refused:
        form.add_error(None, str(refused))
        return _page(request, form, known, status=422)
    request.session[SLOT] = receipt
    return redirect("desk-register-done")


def _page(request: HttpRequest, form: ClerkForm, known: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "intake/desk/register.html", {"form": form, **known}, status=status)


def _call(form: ClerkForm, same: str) -> Call:
    data = form.cleaned_data
    return Call(
        key=data["key"], text=data["text"], title=data["title"], type_code=data["type_code"], name=data["name"],
        phone=data["phone"], address=data["address"], area=data["area"], longitude=data["longitude"],
        latitude=data["latitude"], same=same,
    )  # fmt: skip


@requires(Duty.INTAKE)
@require_GET
def hints(request: HttpRequest) -> HttpResponse:
    """Type and likely duplicates for what has been typed so far, as a part of the page."""
    return render(request, "intake/desk/hints.html", hints_for(request.GET, held_scope(request)))


def hints_for(data: Any, scope: Scope) -> dict[str, Any]:
    """What helps the clerk: the likely type with its path, and matters that may be the same."""
    text = clean_text(f"{data.get('title', '')}\n{data.get('text', '')}")
    typed = suggested_type(clean_text(data.get("text", "")))
    point = point_of(data.get("longitude", ""), data.get("latitude", ""))
    if point is not None:
        found = likely_duplicates(longitude=point[0], latitude=point[1], text=text)
    else:
        area = data.get("area", "")
        found = likely_in_area(scope=scope, area_code=area if area.isdecimal() else "", text=text)
    row = typed.row if typed else None
    return {
        "near": [each for each in near_rows(found) if each["open"]],
        "asked": typed is not None,
        "path": [each.called for each in taxonomy().path(row.code)] if row else [],
        "confidence": round(100 * typed.confidence) if typed and typed.confidence is not None else None,
    }


@never_cache
@requires(Duty.INTAKE)
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Number and code to read out, who handles it and by when; then the next call."""
    receipt = request.session.get(SLOT)
    if not isinstance(receipt, dict):
        return redirect("desk-register")
    context = {
        "receipt": receipt,
        "next": next_sentence(receipt["number"]),
        "spelled": " ".join(receipt["secret"]),
    }
    return render(request, "intake/desk/done.html", context)
