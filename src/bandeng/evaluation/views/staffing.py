"""Staffing proposals: made, changed by hand, decided."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.evaluation.forms import PlanForm, ReasonForm
from bandeng.evaluation.labels import REFUSALS
from bandeng.evaluation.rules import Refused
from bandeng.evaluation.selectors.plans import plan_page, plan_row, plans, settings_now
from bandeng.evaluation.services.staffing import plan_change, plan_decide, plan_propose
from bandeng.evaluation.services.versions import this_month
from bandeng.evaluation.views.acting import done, manager_scope
from bandeng.ledger.rules import months_from
from bandeng.organisations.permission import requires
from bandeng.organisations.rules import Duty


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Duty.SUPERVISE)
def index(request: HttpRequest) -> HttpResponseBase:
    """All proposals; a new one within limits."""
    scope = manager_scope(request)
    form = PlanForm(request.POST or None, initial=_initial())
    if request.method == "POST" and form.is_valid():
        changes = {key: form.cleaned_data[key] for key in ("most_moves", "farthest_km")}
        try:
            row = plan_propose(month=form.cleaned_data["month"], actor=scope.actor, changes=changes)
        except Refused as refusal:
            form.add_error(None, str(REFUSALS[refusal.code]))
        else:
            return redirect("evaluation-plan", plan_id=row.pk)
    context = {"rows": plans(), "form": form}
    return render(request, "evaluation/staffing.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@requires(Duty.SUPERVISE)
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One proposal: teams, effect on lateness, cost against the optimum."""
    manager_scope(request)
    row = plan_row(plan_id)
    if row is None:
        raise Http404
    return render(request, "evaluation/plan.html", {"page": plan_page(row), "form": ReasonForm()})


@require_POST
@requires(Duty.SUPERVISE)
def change(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Take the manager's own sizes."""
    scope = manager_scope(request)
    row = plan_row(plan_id)
    if row is None:
        raise Http404
    texts = [request.POST.get(f"size-{place}", "") for place in range(len(row.given["teams"]))]
    sizes = [int(text) if text.isdecimal() and len(text) < 5 else -1 for text in texts]
    return done(
        request,
        lambda: plan_change(plan_id=row.pk, sizes=sizes, actor=scope.actor),
        said=pgettext("evaluation", "Reckoned with your numbers. Nobody is moved by this."),
        back=reverse("evaluation-plan", args=[row.pk]),
    )


@require_POST
@requires(Duty.SUPERVISE)
def decide(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Decide the sizes as they stand, by name and with a reason."""
    scope = manager_scope(request)
    if plan_row(plan_id) is None:
        raise Http404
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return done(
        request,
        lambda: plan_decide(plan_id=plan_id, reason=reason, actor=scope.actor),
        said=pgettext("evaluation", "Decided and recorded. Moves themselves are made by personnel."),
        back=reverse("evaluation-plan", args=[plan_id]),
    )


def _initial() -> dict[str, object]:
    following = months_from(this_month(), 2)[1]
    settings = settings_now(this_month())
    return {
        "month": f"{following // 100}-{following % 100:02d}",
        "most_moves": settings.most_moves if settings else 0,
        "farthest_km": settings.farthest_km if settings else 0,
    }
