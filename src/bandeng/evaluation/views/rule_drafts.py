"""Changes of rules: prepared in a form, tried on the last month, adopted or dropped; and what tricks gain."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.evaluation.forms import RuleDraftForm
from bandeng.evaluation.labels import REFUSALS, TRICKS
from bandeng.evaluation.rules import Refused
from bandeng.evaluation.rules.editing import changes_of
from bandeng.evaluation.rules.study import study_kept
from bandeng.evaluation.selectors.naming import is_chinese, month_called
from bandeng.evaluation.selectors.versions import rule_versions
from bandeng.evaluation.selectors.what_if import differences_called, rule_draft, rule_drafts, what_if
from bandeng.evaluation.services.rule_drafts import (
    rule_draft_adopt,
    rule_draft_begin,
    rule_draft_change,
    rule_draft_drop,
)
from bandeng.evaluation.services.versions import this_month
from bandeng.evaluation.views.acting import done
from bandeng.ledger.rules import months_from
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty
from reckon.index import DeclarationInvalid


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Duty.RULES)
def begin(request: HttpRequest) -> HttpResponseBase:
    """A change of the newest version, and the changes so far."""
    base = rule_versions()[0]
    following = month_called(months_from(max(this_month(), base.first_month), 2)[1])
    form = _form(request, base.content, {"first_month": following})
    if request.method == "POST" and form.is_valid():
        try:
            row = rule_draft_begin(
                first_month=form.cleaned_data["first_month"], changes=form.changes(),
                reason=form.cleaned_data["reason"], actor=held_scope(request).actor,
            )  # fmt: skip
        except (Refused, DeclarationInvalid) as error:
            form.add_error(None, _words(error))
        else:
            return redirect("evaluation-rule-draft", draft_id=row.pk)
    context = {"form": form, "base": base, "drafts": rule_drafts()}
    return render(request, "evaluation/rule_drafts.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Duty.RULES)
def draft(request: HttpRequest, draft_id: int) -> HttpResponseBase:
    """One change: what it says, what it would have done to the last month, and its editor."""
    row = rule_draft(draft_id)
    if row is None:
        raise Http404
    known = {"first_month": month_called(row.first_month), "reason": row.reason}
    form = _form(request, row.content, known)
    if request.method == "POST" and form.is_valid():
        try:
            rule_draft_change(
                draft_id=row.pk, first_month=form.cleaned_data["first_month"], changes=form.changes(),
                reason=form.cleaned_data["reason"], actor=held_scope(request).actor,
            )  # fmt: skip
        except (Refused, DeclarationInvalid) as error:
            form.add_error(None, _words(error))
        else:
            return redirect("evaluation-rule-draft", draft_id=row.pk)
    context = {
        "row": row, "form": form, "month": month_called(row.first_month), "differences": differences_called(row),
        "what_if": what_if(row.content),
    }  # fmt: skip
    return render(request, "evaluation/rule_draft.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Duty.RULES)
def decide(request: HttpRequest, draft_id: int) -> HttpResponseBase:
    """Adopt it for its month, or drop it."""
    row, act = rule_draft(draft_id), request.POST.get("act", "")
    actor, seen = held_scope(request).actor, request.POST.get("seen", "")
    acts: dict[str, Callable[[], object]] = {
        "adopt": lambda: rule_draft_adopt(draft_id=draft_id, seen=seen, actor=actor),
        "drop": lambda: rule_draft_drop(draft_id=draft_id, actor=actor),
    }
    if row is None or act not in acts:
        raise Http404
    return done(
        request,
        acts[act],
        said=pgettext("evaluation", "Done and recorded."),
        back=reverse("evaluation-rule-draft", args=[draft_id]),
    )


@require_safe
@requires()
def gaming(request: HttpRequest) -> HttpResponse:
    """What known tricks gain in a simulated district, for everybody who is scored or scores."""
    study = study_kept()
    rows = [(TRICKS[each.trick], each, 2.0 * each.error) for each in study.gains]
    return render(request, "evaluation/gaming.html", {"rows": rows, "seeds": study.seeds})


def _form(request: HttpRequest, content: Mapping[str, Any], initial: Mapping[str, Any]) -> RuleDraftForm:
    rows = content["duties"]["duty"]
    duties = [(each["code"], each["name_zh" if is_chinese() else "name_en"]) for each in rows]
    return RuleDraftForm(
        request.POST or None, duties=duties, changes=changes_of(content), initial=dict(initial)
    )


def _words(error: Exception) -> str:
    return str(REFUSALS[error.code]) if isinstance(error, Refused) else str(error)
