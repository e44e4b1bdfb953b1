"""Staffing proposals: made, changed by hand, decided."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.evaluation.forms import PlanForm, ReasonForm
from bandeng.evaluation.labels import REFUSALS
from bandeng.evaluation.rules import Refused
from bandeng.evaluation.selectors.plans import StaffingPlan, plan_page, plan_row, plans, settings_now
from bandeng.evaluation.services.staffing import plan_change, plan_decide, plan_propose
from bandeng.evaluation.services.versions import this_month
from bandeng.evaluation.views.acting import manager_scope, refusal_of
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
    return _shown(request, _row(plan_id), form=ReasonForm())


@require_POST
@requires(Duty.SUPERVISE)
def change(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Take the manager's own sizes; what cannot be taken stays in its fields."""
    scope, row = manager_scope(request), _row(plan_id)
    texts = [request.POST.get(f"size-{place}", "").strip() for place in range(len(row.given["teams"]))]
    sizes = [int(text) if text.isdecimal() and len(text) < 5 else -1 for text in texts]
    refusal = refusal_of(lambda: plan_change(plan_id=row.pk, sizes=sizes, actor=scope.actor))
    if refusal:
        return _shown(request, row, form=ReasonForm(), written=texts, refusal=refusal)
    messages.success(request, pgettext("evaluation", "Reckoned with your numbers. Nobody is moved by this."))
    return redirect("evaluation-plan", plan_id=row.pk)


@require_POST
@requires(Duty.SUPERVISE)
def decide(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Decide the sizes that the page showed, by name and with a reason."""
    scope, row = manager_scope(request), _row(plan_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, form=form)
    seen = [
        int(text) for text in request.POST.get("sizes", "").split(",") if text.isdecimal() and len(text) < 5
    ]
    reason = form.cleaned_data["reason"]
    refusal = refusal_of(lambda: plan_decide(plan_id=plan_id, sizes=seen, reason=reason, actor=scope.actor))
    if refusal:
        form.add_error(None, refusal)
        return _shown(request, row, form=form)
    said = pgettext("evaluation", "Decided and recorded. Moves themselves are made by personnel.")
    messages.success(request, said)
    return redirect("evaluation-plan", plan_id=row.pk)


def _row(plan_id: int) -> StaffingPlan:
    row = plan_row(plan_id)
    if row is None:
        raise Http404
    return row


def _shown(
    request: HttpRequest,
    row: StaffingPlan,
    *,
    form: ReasonForm,
    written: Sequence[str] = (),
    refusal: str = "",
) -> HttpResponse:
    context = {
        "page": plan_page(row, written), "form": form, "refusal": refusal,
        "sizes": ",".join(str(size) for size in row.chosen["sizes"]),
    }  # fmt: skip
    status = 422 if form.errors or refusal else 200
    return render(request, "evaluation/plan.html", context, status=status)


def _initial() -> dict[str, object]:
    following = months_from(this_month(), 2)[1]
    settings = settings_now(this_month())
    return {
        "month": f"{following // 100}-{following % 100:02d}",
        "most_moves": settings.most_moves if settings else 0,
        "farthest_km": settings.farthest_km if settings else 0,
    }
