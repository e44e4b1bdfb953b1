"""Random audits: the samples, and what was found of each record."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bandeng.evaluation.forms import DraftForm, VerdictForm
from bandeng.evaluation.rules import Kind, Verdict
from bandeng.evaluation.selectors.audits import record_lines, records_of, sample_for, sample_with, samples
from bandeng.evaluation.selectors.naming import month_called
from bandeng.evaluation.services.audits import audit_draw, audit_judge, audit_repeat
from bandeng.evaluation.views.acting import done
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty

PAGE = 50


@never_cache
@require_safe
@requires(Duty.AUDIT)
def index(request: HttpRequest) -> HttpResponse:
    """All samples, and drawing a new one."""
    return render(request, "evaluation/audits.html", {"rows": samples(), "form": DraftForm()})


@require_POST
@requires(Duty.AUDIT)
def draw(request: HttpRequest) -> HttpResponseBase:
    """Draw a month's sample."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return render(request, "evaluation/audits.html", {"rows": samples(), "form": form}, status=422)
    kind, month, actor = (
        Kind(form.cleaned_data["kind"]),
        form.cleaned_data["month"],
        held_scope(request).actor,
    )
    return done(
        request,
        lambda: audit_draw(kind=kind, month=month, actor=actor),
        said=pgettext("evaluation", "Drawn. The number that it started from stands in the audit log."),
        back=reverse("evaluation-audits"),
    )


@never_cache
@require_safe
@requires(Duty.AUDIT)
def sample(request: HttpRequest, sample_id: int) -> HttpResponse:
    """One sample: its records, those to be checked first."""
    row = sample_for(sample_id)
    if row is None:
        raise Http404
    page = Paginator(records_of(row), PAGE).get_page(request.GET.get("page"))
    context = {
        "sample": row,
        "month": month_called(row.month),
        "page": page,
        "lines": record_lines(list(page.object_list), scope=held_scope(request)),
        "form": VerdictForm(),
        "same": audit_repeat(sample_id=row.pk),
    }
    return render(request, "evaluation/audit.html", context)


@require_POST
@requires(Duty.AUDIT)
def judge(request: HttpRequest, record_id: int) -> HttpResponseBase:
    """Say what a look at a record showed."""
    form = VerdictForm(request.POST)
    row = sample_with(record_id)
    if row is None or not form.is_valid():
        raise Http404
    return done(
        request,
        lambda: audit_judge(
            record_id=record_id,
            confirmed=form.cleaned_data["verdict"] == Verdict.CONFIRMED.value,
            note=form.cleaned_data["note"],
            scope=held_scope(request),
        ),
        said=pgettext("evaluation", "Done and recorded."),
        back=reverse("evaluation-audit", args=[row.pk]),
    )
