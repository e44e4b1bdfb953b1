"""Alerts: the list, one with its story, and every act."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

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
)
from bandeng.risk.selectors.alerts import AlertPage, alert_page, alerts_for
from bandeng.risk.services import following
from bandeng.risk.views.finding import actor_of

ROWS = 30


@require_safe
@requires()
def index(request: HttpRequest) -> HttpResponse:
    """The alerts that the viewer may see, open ones first."""
    found = alerts_for(held_scope(request)).order_by("closed_at", "-raised_at", "-id")
    state = request.GET.get("state", "")
    if state == "open":
        found = found.filter(closed_at__isnull=True)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "risk/alerts.html", {"page": page, "state": state})


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


def _context(request: HttpRequest, page: AlertPage, refused: Form | None = None) -> dict[str, Any]:
    scope, row = held_scope(request), page.alert
    state = AlertState(row.state)
    leads, district = leads_street(scope, row.area_code), may_publish(scope)
    reports = {task.pk for task in page.tasks if handles_for(scope, task.organisation_id) or district}
    return {
        "page": page,
        "row": row,
        "leads": leads,
        "district": district,
        "reports": reports,
        "examination": _fresh(ExaminationForm, refused, row.area_code)
        if state is AlertState.EXAMINING
        else None,
        "measure": _fresh(TaskForm, refused, row.area_code) if state is AlertState.ACTING else None,
        "plan": _fresh(PlanForm, refused),
        "text": TextForm(),
        "refused": refused,
    }


def _fresh(kind: type[Any], refused: Form | None, *args: Any) -> Form:
    """The form that was refused, or an empty one."""
    made: Form = refused if isinstance(refused, kind) else kind(*args)
    return made


Act = Callable[[HttpRequest, AlertPage, Actor, Scope], Form | None]


def _take_up(request: HttpRequest, page: AlertPage, actor: Actor, scope: Scope) -> Form | None:
    following.alert_take_up(alert_id=page.alert.pk, actor=actor, scope=scope)
    return None


def _examine(request: HttpRequest, page: AlertPage, actor: Actor, scope: Scope) -> Form | None:
    form = ExaminationForm(page.alert.area_code, request.POST)
    if not form.is_valid():
        return form
    data = form.cleaned_data
    found = following.Examination(
        cause=data["cause"], communities=tuple(data["communities"]), body_id=int(data["body"])
    )
    following.alert_examine(alert_id=page.alert.pk, found=found, actor=actor, scope=scope)
    return None


def _measure(request: HttpRequest, page: AlertPage, actor: Actor, scope: Scope) -> Form | None:
    form = TaskForm(page.alert.area_code, request.POST)
    if not form.is_valid():
        return form
    data = form.cleaned_data
    new = following.NewTask(
        title=data["title"], organisation_id=int(data["organisation"]), due_at=data["due"]
    )
    following.measure_add(alert_id=page.alert.pk, new=new, actor=actor, scope=scope)
    return None


def _plan(request: HttpRequest, page: AlertPage, actor: Actor, scope: Scope) -> Form | None:
    form = PlanForm(request.POST)
    if not form.is_valid():
        return form
    data = form.cleaned_data
    visits = [
        following.NewTask(title=data["visit"], organisation_id=int(key), due_at=None)
        for key in data["departments"]
    ]
    following.supervision_plan(
        alert_id=page.alert.pk, plan=data["plan"], visits=visits, actor=actor, scope=scope
    )
    return None


def _with_text(name: str, act: Callable[..., object]) -> Act:
    def acted(request: HttpRequest, page: AlertPage, actor: Actor, scope: Scope) -> Form | None:
        form = TextForm(request.POST)
        if not form.is_valid():
            return form
        act(alert_id=page.alert.pk, actor=actor, scope=scope, **{name: form.cleaned_data["text"]})
        return None

    return acted


ACTS: dict[str, Act] = {
    "take-up": _take_up,
    "examine": _examine,
    "measure": _measure,
    "plan": _plan,
    "release": _with_text("reason", following.supervision_release),
    "review": _with_text("text", following.alert_put_up),
    "send-back": _with_text("reason", following.alert_send_back),
    "close": _with_text("reason", following.alert_close),
}


@require_POST
@requires()
def act(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """One act on an alert."""
    if name not in ACTS:
        raise Http404
    return _done(request, _page(request, number), ACTS[name])


@require_POST
@requires()
def task(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """What an organisation tells of its task."""
    page = _page(request, number)
    if key not in {each.pk for each in page.tasks}:
        raise Http404

    def reported(asked: HttpRequest, found: AlertPage, actor: Actor, scope: Scope) -> Form | None:
        form = TextForm(asked.POST)
        if not form.is_valid():
            return form
        following.task_report(task_id=key, finding=form.cleaned_data["text"], actor=actor, scope=scope)
        return None

    return _done(request, page, reported)


def _done(request: HttpRequest, page: AlertPage, wanted: Act) -> HttpResponse:
    scope = held_scope(request)
    try:
        refused = wanted(request, page, actor_of(request, scope), scope)
    except NotYours as wrong:
        raise PermissionDenied from wrong
    except NotAllowed as wrong:
        messages.error(request, str(REFUSALS[wrong.code]))
        return redirect("risk-alert", page.alert.pk)
    if refused is not None:
        return render(request, "risk/alert.html", _context(request, page, refused), status=422)
    messages.success(request, pgettext("alert", "Recorded."))
    return redirect("risk-alert", page.alert.pk)
