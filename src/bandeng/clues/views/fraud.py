"""The fraud board, warnings to streets, the calendar of talks."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bandeng.clues import terms
from bandeng.clues.forms.officers import CancelForm, HeldForm, TalkForm, WarningForm
from bandeng.clues.labels import REFUSALS
from bandeng.clues.rules import ActNotAllowed, Venue, WarningState
from bandeng.clues.selectors import NotVisible
from bandeng.clues.selectors.board import may_sign, visible_warnings, warning_for, waves_for
from bandeng.clues.selectors.talks import (
    effect_of,
    reach_of_year,
    talk_for,
    talks_between,
    visible_talks,
)
from bandeng.clues.services.talks import NewTalk, talk_cancel, talk_hold, talk_plan
from bandeng.clues.services.warnings import warning_decide
from bandeng.clues.views.answers import FIGHTERS, actor_in, desk_page
from bandeng.clues.views.officers import refused
from bandeng.core import clock
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import DutyMissing

WEEKS_SHOWN = 5
WARNINGS_SHOWN = 25
CALENDAR_REACH = timedelta(weeks=520)


@never_cache
@require_safe
@requires(any_of=FIGHTERS)
def board(request: HttpRequest) -> HttpResponse:
    """Waves of the last whole week, warnings, the effect of talks."""
    scope, today = held_scope(request), timezone.localdate(clock.now())
    page = Paginator(visible_warnings(scope), WARNINGS_SHOWN).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "waves": waves_for(scope, today=today),
        "page": page,
        "warnings": list(page),
        "effect": effect_of(visible_talks(scope)),
        "weeks": terms.number("effect_weeks"),
        "smallest": terms.number("smallest_count"),
    }
    return desk_page(request, "board", **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=FIGHTERS)
def warning(request: HttpRequest, number: int) -> HttpResponse:
    """A warning: a draft is signed or dropped by a person."""
    scope = held_scope(request)
    try:
        row = warning_for(scope, number)
    except NotVisible as hidden:
        raise Http404 from hidden
    if request.method != "POST":
        return _warning_page(request, number, WarningForm(initial={"text": row.text}))
    form = WarningForm(request.POST, drops=request.POST.get("do") == "drop")
    if form.is_valid() and _warning_decided(request, number, form):
        return redirect("desk-fraud-warning", number=number)
    return _warning_page(request, number, form)


def _warning_page(request: HttpRequest, number: int, form: WarningForm) -> HttpResponse:
    """The warning as it is by now, with the form as it was filled in."""
    scope = held_scope(request)
    row = warning_for(scope, number)
    signs = row.state == WarningState.DRAFT and may_sign(scope)
    return desk_page(request, "warning", warning=row, form=form, may_sign=signs)


def _warning_decided(request: HttpRequest, number: int, form: WarningForm) -> bool:
    """Sign or drop a draft; where that cannot be, the form says why and keeps what was typed."""
    scope, chosen = held_scope(request), request.POST.get("do")
    if chosen not in {"sign", "drop"}:
        form.add_error(None, str(REFUSALS["button"]))
        return False
    try:
        warning_decide(
            warning_id=number, signed=chosen == "sign", text=form.cleaned_data["text"],
            actor=actor_in(request, scope), scope=scope,
        )  # fmt: skip
    except (NotVisible, DutyMissing) as hidden:
        raise Http404 from hidden
    except ActNotAllowed as refusal:
        form.add_error(None, refused(refusal))
        return False
    return True


@never_cache
@require_safe
@requires(any_of=FIGHTERS)
def talks(request: HttpRequest) -> HttpResponse:
    """The calendar of talks, some weeks at a time."""
    scope, today = held_scope(request), timezone.localdate(clock.now())
    asked = _near(request.GET.get("from", ""), today=today)
    first = asked - timedelta(days=asked.weekday())
    step = timedelta(weeks=WEEKS_SHOWN)
    weeks = [
        (monday, talks_between(scope, first=monday, end=monday + timedelta(weeks=1)))
        for monday in (first + timedelta(weeks=number) for number in range(WEEKS_SHOWN))
    ]
    context: dict[str, Any] = {
        "weeks": weeks, "before": first - step, "after": first + step, "today": today,
        "reach": reach_of_year(scope, year=first.year), "year": first.year,
    }  # fmt: skip
    return desk_page(request, "talks", **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=FIGHTERS)
def talk_new(request: HttpRequest) -> HttpResponse:
    """Plan a talk."""
    scope = held_scope(request)
    area_code = scope.area_code if scope.sees_area else ""
    form = TalkForm(request.POST or None, area_code=area_code)
    if request.method != "POST" or not form.is_valid():
        return desk_page(request, "talk_new", form=form)
    data = form.cleaned_data
    new = NewTalk(
        title=data["title"], scam_type=data["scam_type"], venue=Venue(data["venue"]), area_code=data["area"],
        place=data["place"], planned_at=data["planned_at"],
    )  # fmt: skip
    try:
        talk_plan(new=new, actor=actor_in(request, scope), scope=scope)
    except NotVisible as hidden:
        raise Http404 from hidden
    messages.success(request, pgettext("talk", "Planned"))
    return redirect("desk-talks")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=FIGHTERS)
def talk(request: HttpRequest, number: int) -> HttpResponse:
    """A talk: written down as held with its reach, or cancelled; afterwards what it changed."""
    try:
        row = talk_for(held_scope(request), number)
    except NotVisible as hidden:
        raise Http404 from hidden
    form = _talk_form(request, begins=row.planned_at)
    if request.method == "POST" and form.is_valid() and _decided(request, number, form):
        return redirect("desk-talk", number=number)
    context: dict[str, Any] = {
        "talk": row,
        "form": form,
        "effect": effect_of([row]),
        "weeks": terms.number("effect_weeks"),
    }
    return desk_page(request, "talk", **context)


def _talk_form(request: HttpRequest, *, begins: datetime) -> CancelForm:
    """What is asked of a talk: before its time nobody can say how it went, so it can only be cancelled."""
    posted = request.method == "POST"
    data, cancels = request.POST if posted else None, request.POST.get("do") == "cancel"
    if begins > clock.now() and (cancels or not posted):
        return CancelForm(data)
    return HeldForm(data, cancels=cancels)


def _decided(request: HttpRequest, number: int, form: CancelForm) -> bool:
    """Do what was chosen; where that cannot be, the form says why and keeps what was typed."""
    scope, data = held_scope(request), form.cleaned_data
    if request.POST.get("do") not in {"hold", "cancel"}:
        form.add_error(None, str(REFUSALS["button"]))
        return False
    known: dict[str, Any] = {
        "talk_id": number, "note": data["text"], "actor": actor_in(request, scope), "scope": scope,
    }  # fmt: skip
    try:
        if request.POST.get("do") == "cancel":
            talk_cancel(**known)
        else:
            talk_hold(reached=data["reached"], **known)
    except NotVisible as hidden:
        raise Http404 from hidden
    except ActNotAllowed as refusal:
        form.add_error(None, refused(refusal))
        return False
    return True


def _near(text: str, *, today: date) -> date:
    """A day as it stands in an address; today for what is no day, or lies years away."""
    try:
        day = parse_date(text) or today
    except ValueError:
        return today
    return day if abs(day - today) <= CALENDAR_REACH else today
