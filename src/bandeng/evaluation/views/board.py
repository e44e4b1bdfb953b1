"""The board: evaluations, one evaluation with its funnel, its acts, its sheet."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from bandeng.documents.sheets import FORMS, figure_cell, sheet_response
from bandeng.evaluation.forms import DraftForm, ReasonForm
from bandeng.evaluation.labels import REFUSALS
from bandeng.evaluation.rules import EvaluationState, Kind, Refused
from bandeng.evaluation.selectors.access import Evaluation, evaluations_seen, manages, supervised
from bandeng.evaluation.selectors.naming import month_called
from bandeng.evaluation.selectors.objections import unanswered, waits_until
from bandeng.evaluation.selectors.pages import funnel_of, is_draft, rule_read, score_lines
from bandeng.evaluation.services import evaluations as services
from bandeng.evaluation.services.exporting import export_begin
from bandeng.evaluation.views.acting import done, manager_scope, name_of
from bandeng.evaluation.views.papers import month_paper
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty

PAGE = 50
"""Lines of a page of the board."""


@require_safe
@requires(Duty.SUPERVISE)
def index(request: HttpRequest) -> HttpResponse:
    """All evaluations, newest first."""
    scope = held_scope(request)
    page = Paginator(evaluations_seen(scope), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "manages": manages(scope), "form": DraftForm()}
    return render(request, "evaluation/index.html", context)


@require_POST
@requires(Duty.SUPERVISE)
def draft(request: HttpRequest) -> HttpResponseBase:
    """Reckon a month as a draft."""
    scope = manager_scope(request)
    form = DraftForm(request.POST)
    if form.is_valid():
        kind, month = Kind(form.cleaned_data["kind"]), form.cleaned_data["month"]
        try:
            row = services.evaluation_draft(kind=kind, month=month, actor=scope.actor)
        except Refused as refusal:
            form.add_error(None, str(REFUSALS[refusal.code]))
        else:
            return redirect("evaluation-board", evaluation_id=row.pk)
    page = Paginator(evaluations_seen(scope), PAGE).get_page(1)
    context = {"page": page, "manages": True, "form": form}
    return render(request, "evaluation/index.html", context, status=422)


@require_safe
@requires(Duty.SUPERVISE)
def board(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """One evaluation: where the viewer's own units lie between the limits, in the order of places."""
    return _shown(request, _seen(request, evaluation_id), form=ReasonForm())


def _shown(request: HttpRequest, row: Evaluation, *, form: ReasonForm) -> HttpResponse:
    scope = held_scope(request)
    scores = supervised(scope).filter(evaluation=row).order_by("area_code", "unit")
    standing = request.GET.get("standing", "")
    shown = scores.filter(standing=int(standing)) if standing in STANDINGS else scores
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    rule = rule_read(row)
    counts = {value: scores.filter(standing=value).count() for value in (-2, -1, 0, 1, 2, 9)}
    context: dict[str, Any] = {
        "evaluation": row,
        "month": month_called(row.month),
        "draft": is_draft(row),
        "page": page,
        "lines": score_lines(list(page.object_list)),
        "funnel": funnel_of(list(scores.values("score", "standing", "working")), rule),
        "rule": rule,
        "counts": counts,
        "is_empty": not any(counts.values()),
        "standing": standing,
        "manages": manages(scope),
        "acts": _acts(row) if manages(scope) else [],
        "waits_until": waits_until(row),
        "unanswered": unanswered(row),
        "versions": evaluations_seen(scope).filter(kind=row.kind, month=row.month),
        "form": form,
    }
    return render(request, "evaluation/board.html", context, status=422 if form.errors else 200)


STANDINGS = {"-2", "-1", "0", "1", "2", "9"}
ACTS = {
    "open": (EvaluationState.DRAFT, services.evaluation_open),
    "close": (EvaluationState.OBJECTING, services.evaluation_close),
    "publish": (EvaluationState.SIGNED, services.evaluation_publish),
}


@never_cache
@requires(Duty.SUPERVISE)
def sign(request: HttpRequest, evaluation_id: int) -> HttpResponseBase:
    """What will be signed, and the signature by name."""
    scope = manager_scope(request)
    row = _seen(request, evaluation_id)
    if request.method == "POST":
        return done(
            request,
            lambda: services.evaluation_sign(
                evaluation_id=row.pk, scope=scope, name=name_of(request),
                digest=request.POST.get("digest", ""),
            ),
            said=pgettext("evaluation", "Signed in your name. It can be published now."),
            back=reverse("evaluation-board", args=[row.pk]),
        )  # fmt: skip
    context = {
        "evaluation": row,
        "month": month_called(row.month),
        "draft": is_draft(row),
        "units": supervised(scope).filter(evaluation=row).count(),
        "same": services.evaluation_check(evaluation_id=row.pk),
        "ready": row.state == EvaluationState.ANSWERED.value,
        "name": name_of(request),
    }
    return render(request, "evaluation/sign.html", context)


@require_POST
@requires(Duty.SUPERVISE)
def act(request: HttpRequest, evaluation_id: int, name: str) -> HttpResponseBase:
    """Open to objections, end that period, publish, or set a draft aside."""
    scope = manager_scope(request)
    row = _seen(request, evaluation_id)
    back = reverse("evaluation-board", args=[row.pk])
    if name == "drop":
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return _shown(request, row, form=form)
        reason = form.cleaned_data["reason"]
        return done(
            request,
            lambda: services.evaluation_drop(evaluation_id=row.pk, reason=reason, actor=scope.actor),
            said=pgettext("evaluation", "The draft was set aside and is kept."),
            back=back,
        )
    if name not in ACTS:
        raise Http404
    return done(
        request,
        lambda: ACTS[name][1](evaluation_id=row.pk, actor=scope.actor),
        said=pgettext("evaluation", "Done and recorded."),
        back=back,
    )


@never_cache
@require_GET
@requires(Duty.SUPERVISE)
def export(request: HttpRequest, evaluation_id: int, form: str) -> HttpResponseBase:
    """The viewer's part of an evaluation as a sheet; told in the audit log before it leaves."""
    if form not in {*FORMS, "pdf"}:
        raise Http404
    scope = held_scope(request)
    row = _seen(request, evaluation_id)
    scores = list(supervised(scope).filter(evaluation=row).order_by("area_code", "unit"))
    export_begin(evaluation=row, rows=len(scores), form=form, scope=scope)
    if form == "pdf":
        return month_paper(row, scores)
    head = [
        pgettext("evaluation sheet", "Name"), pgettext("evaluation sheet", "Place"),
        pgettext("evaluation sheet", "Cases of all duties"), pgettext("evaluation sheet", "Score"),
        pgettext("evaluation sheet", "Lower bound"), pgettext("evaluation sheet", "Upper bound"),
        pgettext("evaluation sheet", "Standing"), pgettext("evaluation sheet", "State"),
    ]  # fmt: skip
    state = str(row.get_state_display())
    lines = [
        [
            line.name, line.place, round(line.cases), figure_cell(line.score), figure_cell(line.low),
            figure_cell(line.high), line.standing_name, state,
        ]
        for line in score_lines(scores)
    ]  # fmt: skip
    title = pgettext("evaluation", "Evaluation")
    return sheet_response(
        request, [head, *lines], form=form, name=f"{row.kind}-{row.month}-v{row.version}", title=title
    )


def _acts(row: Evaluation) -> list[str]:
    """What can be done now: a period ends only after its time, with every objection answered."""
    held = {"close"} if waits_until(row) or unanswered(row) else set[str]()
    return [name for name, (state, _) in ACTS.items() if row.state == state.value and name not in held]


def _seen(request: HttpRequest, evaluation_id: int) -> Evaluation:
    row = evaluations_seen(held_scope(request)).filter(pk=evaluation_id).first()
    if row is None:
        raise Http404
    return row
