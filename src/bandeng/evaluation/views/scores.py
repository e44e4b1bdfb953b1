"""A post's own page: every point, the records behind it, what was said against it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.evaluation.forms import AnswerForm, ObjectionForm
from bandeng.evaluation.labels import REFUSALS
from bandeng.evaluation.rules import ObjectionState, Refused
from bandeng.evaluation.selectors import access
from bandeng.evaluation.selectors.drawing import chart_of
from bandeng.evaluation.selectors.drilling import PAGE, counted_against, record_line, records_behind
from bandeng.evaluation.selectors.forms import invitations_of, ratings_of
from bandeng.evaluation.selectors.months import changes_of, history_of, month_lines, weighs_most
from bandeng.evaluation.selectors.naming import month_called
from bandeng.evaluation.selectors.objections import (
    objection_for,
    objection_raised_by,
    objections_of,
    objections_supervised,
    period_of,
)
from bandeng.evaluation.selectors.pages import duty_lines, is_draft, rule_read, score_lines
from bandeng.evaluation.services.exporting import export_begin
from bandeng.evaluation.services.objections import (
    Point,
    is_open,
    objection_answer,
    objection_raise,
    objection_withdraw,
)
from bandeng.evaluation.views.acting import done, manager_scope, post_keys, refusal_of
from bandeng.evaluation.views.papers import score_paper
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty


@never_cache
@require_safe
@requires()
def mine(request: HttpRequest) -> HttpResponse:
    """One's own scores, and the forms that one is asked to fill in."""
    scope = held_scope(request)
    scores = access.own_scores(scope)
    context = {
        "rows": list(zip(score_lines(scores), scores, strict=True)),
        "invitations": invitations_of(post_keys(request)),
        "supervises": scope.has(Duty.SUPERVISE),
    }
    return render(request, "evaluation/mine.html", context)


@never_cache
@require_safe
@requires()
def score(request: HttpRequest, score_id: int) -> HttpResponse:
    """One score with every figure that makes it."""
    scope = held_scope(request)
    row = _seen(request, score_id)
    rule = rule_read(row.evaluation)
    is_own, lines = access.is_own(scope, row), duty_lines(row, rule)
    history = history_of(row, with_drafts=access.manages(scope))
    lifts, draws = weighs_most(lines)
    months = month_lines(history, access.seen_among(scope, history))
    names = {each.code: each.name for each in lines}
    context = {
        "score": row,
        "line": score_lines([row])[0],
        "lines": lines,
        "lifts": lifts,
        "draws": draws,
        "changes": changes_of(lines, history),
        "months": months,
        "chart": chart_of([(each.month, each) for each in reversed(months)]),
        "street": row.area_code[: CODE_LENGTH[Level.STREET]],
        "percent": 100.0 * rule.declaration.method.interval,
        "evaluation": row.evaluation,
        "month": month_called(row.evaluation.month),
        "draft": is_draft(row.evaluation),
        "rule": rule,
        "is_own": is_own,
        "can_object": is_open(row.evaluation),
        "share": 100.0 * row.working["confirmed_share"],
        "objections": [(names.get(each.duty, ""), each) for each in objections_of(row)],
        "actor": scope.actor,
        "ratings": ratings_of(month=row.evaluation.month, post_id=row.post_id, settings=rule.settings)
        if row.post_id
        else None,
    }
    return render(request, "evaluation/score.html", context)


@never_cache
@require_safe
@requires()
def paper(request: HttpRequest, score_id: int) -> HttpResponse:
    """One score on paper; told in the audit log before it leaves."""
    row = _seen(request, score_id)
    export_begin(evaluation=row.evaluation, rows=1, form="pdf", scope=held_scope(request))
    return score_paper(row)


@never_cache
@require_safe
@requires()
def records(request: HttpRequest, score_id: int, duty: str) -> HttpResponse:
    """The records behind one point."""
    scope = held_scope(request)
    row = _seen(request, score_id)
    rule = rule_read(row.evaluation)
    declared = next((each for each in rule.declaration.duties if each.code == duty), None)
    if declared is None:
        raise Http404
    start = request.GET.get("start", "0")
    begin = int(start) if start.isdecimal() and len(start) < 10 else 0
    page = records_behind(row, duty=declared, scope=scope, start=begin)
    line = next(each for each in duty_lines(row, rule) if each.code == duty)
    back = f"?start={max(page.start - PAGE, 0)}" if page.start else ""
    onward = f"?start={page.start + PAGE}" if page.start + PAGE < page.total else ""
    context = {
        "score": row, "duty": line, "page": page, "line": score_lines([row])[0], "back": back, "onward": onward,
        "is_own": access.is_own(scope, row) and is_open(row.evaluation), "month": month_called(row.evaluation.month),
        "draft": is_draft(row.evaluation),
    }  # fmt: skip
    return render(request, "evaluation/records.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@requires()
def objection(request: HttpRequest, score_id: int, duty: str) -> HttpResponseBase:
    """Object to a point of one's own score, or appeal."""
    scope = held_scope(request)
    row = _seen(request, score_id)
    if not access.is_own(scope, row):
        raise Http404
    line = next((each for each in duty_lines(row, rule_read(row.evaluation)) if each.code == duty), None)
    if line is None:
        raise Http404
    form = ObjectionForm(request.POST or None, initial={"record": request.GET.get("record", "")})
    if request.method == "POST" and form.is_valid():
        record = form.cleaned_data["record"]
        source, subject = record or ("", None)
        point = Point(duty=duty, text=form.cleaned_data["text"], source=source, subject=subject)
        try:
            objection_raise(score_id=row.pk, point=point, scope=scope, own=True)
        except Refused as refusal:
            form.add_error(None, str(REFUSALS[refusal.code]))
        else:
            return redirect("evaluation-score", score_id=row.pk)
    kind, until = period_of(row.evaluation)
    context = {
        "score": row, "duty": line, "form": form, "month": month_called(row.evaluation.month),
        "line": score_lines([row])[0], "kind": kind, "until": until, "can_object": is_open(row.evaluation),
    }  # fmt: skip
    return render(request, "evaluation/object.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@requires()
def withdraw(request: HttpRequest, objection_id: int) -> HttpResponseBase:
    """Take one's own objection back while it waits for its answer."""
    row = objection_raised_by(held_scope(request), objection_id)
    if row is None:
        raise Http404
    return done(
        request,
        lambda: objection_withdraw(objection_id=row.pk, scope=held_scope(request)),
        said=pgettext("evaluation", "Taken back. You can object again within the period."),
        back=reverse("evaluation-score", args=[row.score_id]),
    )


@never_cache
@require_safe
@requires(Duty.SUPERVISE)
def objections(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and what was answered, of the scores that one supervises."""
    page = Paginator(objections_supervised(held_scope(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "evaluation/objections.html", {"page": page})


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Duty.SUPERVISE)
def answer(request: HttpRequest, objection_id: int) -> HttpResponseBase:
    """An objection or an appeal, for whoever supervises; those who prepare answer it."""
    scope = manager_scope(request) if request.method == "POST" else held_scope(request)
    row = objection_for(scope, objection_id)
    if row is None:
        raise Http404
    waits = access.manages(scope) and row.state == ObjectionState.RAISED.value
    records = counted_against(row, scope=scope) if waits and row.subject is None else []
    form = AnswerForm(request.POST or None, records=records)
    if request.method == "POST" and form.is_valid():
        refusal = refusal_of(
            lambda: objection_answer(
                objection_id=row.pk,
                upheld=form.cleaned_data["upheld"] in {"duty", "all"},
                from_all_duties=form.cleaned_data["upheld"] == "all",
                answer=form.cleaned_data["answer"],
                scope=scope,
                record=form.cleaned_data.get("record"),
            )
        )
        if not refusal:
            messages.success(request, pgettext("evaluation", "Answered and recorded."))
            return redirect("evaluation-objections")
        form.add_error("record" if "record" in form.fields else None, refusal)
    lines = duty_lines(row.score, rule_read(row.score.evaluation))
    context = {
        "objection": row, "form": form, "line": score_lines([row.score])[0],
        "duty": next(each for each in lines if each.code == row.duty),
        "month": month_called(row.score.evaluation.month), "answers": waits,
        "about": record_line(row, scope=scope) if row.subject is not None else None,
    }  # fmt: skip
    return render(request, "evaluation/answer.html", context, status=422 if form.errors else 200)


def _seen(request: HttpRequest, score_id: int) -> access.Score:
    """The score; for whoever may not see it, it is as if there were none."""
    row = access.score_seen(held_scope(request), score_id)
    if row is None:
        raise Http404
    return row
