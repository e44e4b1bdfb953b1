"""Alerts: the list, one with its story, and every act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Scope
from bandeng.risk.forms import ExaminationForm, PlanForm, TaskForm, TextForm
from bandeng.risk.labels import REFUSALS
from bandeng.risk.rules import (
    AlertState,
    NotAllowed,
    NotYours,
    handles_for,
    leads_street,
    may_publish,
    sees_street,
)
from bandeng.risk.selectors.alerts import (
    AlertPage,
    alert_page,
    alerts_listed,
    courses_of,
    subjects_in_force,
    tasks_waiting,
)
from bandeng.risk.selectors.behind import PAGE, records_behind, start_of
from bandeng.risk.services import following
from bandeng.risk.views.finding import actor_of

ROWS = 30


@require_safe
@requires()
def index(request: HttpRequest) -> HttpResponse:
    """The alerts that the viewer may see, open ones first."""
    scope, state = held_scope(request), request.GET.get("state", "")
    found = alerts_listed(scope, only_open=state == "open")
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "courses": courses_of(list(page)),
        "state": state,
        "subjects": subjects_in_force(),
        "waiting": tasks_waiting(scope),
    }
    return render(request, "risk/alerts.html", context)


@require_safe
@requires()
def alert(request: HttpRequest, number: int) -> HttpResponse:
    """One alert with all that is known of it."""
    return render(request, "risk/alert.html", _context(request, _page(request, number)))


def _page(request: HttpRequest, number: int) -> AlertPage:
    found = alert_page(number, held_scope(request))
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, kw_only=True)
class Refused:
    """What was sent and could not be done, to be shown again with everything that was typed."""

    name: str
    form: Form


def _context(request: HttpRequest, page: AlertPage, refused: Refused | None = None) -> dict[str, Any]:
    scope, row = held_scope(request), page.alert
    district = may_publish(scope)
    reports = {task.pk for task in page.tasks if handles_for(scope, task.organisation_id) or district}
    return {
        "page": page,
        "row": row,
        "leads": leads_street(scope, row.area_code),
        "district": district,
        "reports": reports,
        "forms": {name: _form(name, page, refused) for name in SHOWN[AlertState(row.state)] | ALWAYS},
        "refused": refused.form if refused else None,
        "typed": _typed(refused.form) if refused else "",
        "refused_task": refused.name if refused else "",
        "now": clock.now(),
    }


def _typed(form: Form) -> str:
    """The longest text of a refused form: the state may have moved on, and its own place on the page be gone."""
    return next((form[name].value() or "" for name in ("text", "cause", "plan") if name in form.fields), "")


def _form(name: str, page: AlertPage, refused: Refused | None) -> Form:
    """The form that was refused, or an empty one."""
    if refused is not None and refused.name == name:
        return refused.form
    return ACTS[name].form(page, None)


Making = Callable[[AlertPage, Any], Form]
Doing = Callable[[dict[str, Any], AlertPage, Actor, Scope], object]


@dataclass(frozen=True)
class Act:
    """One act: its form, and what is done with what was typed."""

    form: Making
    do: Doing


def _take_up(data: dict[str, Any], page: AlertPage, actor: Actor, scope: Scope) -> object:
    return following.alert_take_up(alert_id=page.alert.pk, actor=actor, scope=scope)


def _examine(data: dict[str, Any], page: AlertPage, actor: Actor, scope: Scope) -> object:
    found = following.Examination(
        cause=data["cause"], communities=tuple(data["communities"]), body_id=int(data["body"])
    )
    return following.alert_examine(alert_id=page.alert.pk, found=found, actor=actor, scope=scope)


def _measure(data: dict[str, Any], page: AlertPage, actor: Actor, scope: Scope) -> object:
    new = following.NewTask(
        title=data["title"], organisation_id=int(data["organisation"]), due_at=data["due"]
    )
    return following.measure_add(alert_id=page.alert.pk, new=new, actor=actor, scope=scope)


def _plan(data: dict[str, Any], page: AlertPage, actor: Actor, scope: Scope) -> object:
    visits = [
        following.NewTask(title=data["visit"], organisation_id=int(key), due_at=None)
        for key in data["departments"]
    ]
    return following.supervision_plan(
        alert_id=page.alert.pk, plan=data["plan"], visits=visits, actor=actor, scope=scope
    )


def _with_text(name: str, argument: str, act: Callable[..., object]) -> Act:
    """An act whose form is one text; several stand on a page, so each has ids of its own."""

    def made(page: AlertPage, data: Any) -> Form:
        return TextForm(data, auto_id=f"{name}-%s")

    def done(data: dict[str, Any], page: AlertPage, actor: Actor, scope: Scope) -> object:
        return act(alert_id=page.alert.pk, actor=actor, scope=scope, **{argument: data["text"]})

    return Act(made, done)


ACTS: dict[str, Act] = {
    "take-up": Act(lambda page, data: Form(data), _take_up),
    "examine": Act(lambda page, data: ExaminationForm(page.alert.area_code, data), _examine),
    "measure": Act(lambda page, data: TaskForm(page.alert.area_code, data), _measure),
    "plan": Act(lambda page, data: PlanForm(data), _plan),
    "release": _with_text("release", "reason", following.supervision_release),
    "review": _with_text("review", "text", following.alert_put_up),
    "send-back": _with_text("close", "reason", following.alert_send_back),
    "close": _with_text("close", "reason", following.alert_close),
}
#: Which forms a page needs in a state, and which in every state.
SHOWN: dict[AlertState, set[str]] = {
    AlertState.RAISED: set(),
    AlertState.EXAMINING: {"examine"},
    AlertState.ACTING: {"measure", "review"},
    AlertState.REVIEWING: {"close"},
    AlertState.CLOSED: set(),
}
ALWAYS = {"plan", "release"}
#: Two buttons under one text.
SHARED = {"send-back": "close"}


@require_POST
@requires()
def act(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """One act on an alert."""
    if name not in ACTS:
        raise Http404
    return _done(request, _page(request, number), ACTS[name], SHARED.get(name, name))


@require_POST
@requires()
def task(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """What an organisation tells of its task."""
    page = _page(request, number)
    if key not in {each.pk for each in page.tasks}:
        raise Http404

    def reported(data: dict[str, Any], found: AlertPage, actor: Actor, scope: Scope) -> object:
        return following.task_report(task_id=key, finding=data["text"], actor=actor, scope=scope)

    def made(found: AlertPage, data: Any) -> Form:
        return TextForm(data, auto_id=f"task-{key}-%s")

    return _done(request, page, Act(made, reported), str(key))


def _done(request: HttpRequest, page: AlertPage, wanted: Act, name: str) -> HttpResponse:
    scope, form = held_scope(request), wanted.form(page, request.POST)
    status = 422
    if form.is_valid():
        try:
            wanted.do(form.cleaned_data, page, actor_of(request, scope), scope)
        except NotYours as wrong:
            raise PermissionDenied from wrong
        except NotAllowed as wrong:
            form.add_error(None, str(REFUSALS[wrong.code]))
            status = 409
        else:
            messages.success(request, pgettext("alert", "Recorded."))
            return redirect("risk-alert", page.alert.pk)
    # Somebody may have been quicker: the page is read anew, and what was typed stands in it.
    fresh = _page(request, page.alert.pk)
    context = _context(request, fresh, Refused(name=name, form=form))
    return render(request, "risk/alert.html", context, status=status)


@require_safe
@requires()
def records(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """The records of the alert's month behind one of its reasons."""
    page = _page(request, number)
    found = next((indicator for indicator, _ in page.indicators if indicator.code == code), None)
    if found is None or not sees_street(held_scope(request), page.alert.area_code):
        raise Http404
    start = start_of(request.GET.get("from", ""))
    area, month = page.alert.area_code, page.alert.month
    context = {
        "alert": page.alert,
        "month": month,
        "area": area,
        "within": area,
        "indicator": found,
        "records": records_behind(found, area=area, month=month, scope=held_scope(request), start=start),
        "following": start + PAGE,
    }
    return render(request, "risk/records.html", context)
