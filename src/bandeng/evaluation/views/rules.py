"""Rules: versions, definitions, a change for a month to come; what the simulator says of tricks."""

import json

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bandeng.desk.labels import written_limit
from bandeng.evaluation.forms import RulesForm
from bandeng.evaluation.labels import REFUSALS
from bandeng.evaluation.rules import Refused
from bandeng.evaluation.selectors.naming import is_chinese, month_called
from bandeng.evaluation.selectors.versions import rule_version, rule_versions
from bandeng.evaluation.services.versions import rules_change
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty
from reckon.index import DeclarationInvalid


@require_safe
@requires()
def definitions(request: HttpRequest, version: int) -> HttpResponse:
    """Every duty and setting of a version, for everybody who is scored by it."""
    row, rule = rule_version(version)
    if row is None or rule is None:
        raise Http404
    context = {
        "row": row,
        "rule": rule,
        "month": month_called(row.first_month),
        "chinese": is_chinese(),
        "objection_limit": written_limit(rule.settings.objection_limit),
        "appeal_limit": written_limit(rule.settings.appeal_limit),
        "weights": list(zip(rule.declaration.duties, rule.declaration.weights.tolist(), strict=True)),
    }
    return render(request, "evaluation/definitions.html", context)


@require_safe
@requires(Duty.RULES)
def export(request: HttpRequest, version: int) -> HttpResponse:
    """A version as it can be changed and sent back."""
    row, _ = rule_version(version)
    if row is None:
        raise Http404
    text = json.dumps(row.content, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="evaluation-rules-{row.version}.json"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@requires(any_of=(Duty.RULES, Duty.SUPERVISE))
def versions(request: HttpRequest) -> HttpResponseBase:
    """All versions; whoever keeps rules brings a new one in."""
    scope = held_scope(request)
    may_change = scope.has(Duty.RULES)
    form = RulesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and may_change and form.is_valid():
        try:
            rules_change(
                content=form.cleaned_data["file"],
                first_month=form.cleaned_data["first_month"],
                reason=form.cleaned_data["reason"],
                actor=scope.actor,
            )
        except Refused as refusal:
            form.add_error("first_month", str(REFUSALS[refusal.code]))
        except DeclarationInvalid as error:
            form.add_error("file", str(error))
        else:
            return redirect("evaluation-rules")
    context = {"rows": rule_versions(), "form": form, "may_change": may_change}
    return render(request, "evaluation/rules.html", context, status=422 if form.errors else 200)
