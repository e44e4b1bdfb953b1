"""Surges and clusters: the newest look, earlier ones, one surge with its findings."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from bandeng.documents.sheets import FORMS, sheet_response
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty
from bandeng.risk.clusters_forms import FindingForm
from bandeng.risk.labels import REFUSALS
from bandeng.risk.rules import FindingKind, NotAllowed, NotYours, may_publish
from bandeng.risk.scan_rules import surge_settings
from bandeng.risk.selectors.clusters import (
    RunShown,
    history_of,
    judges_surge,
    matters_behind,
    run_newest,
    run_numbered,
    run_shown,
    runs,
    surge_for,
    surge_line,
    weeks_charted,
)
from bandeng.risk.selectors.clusters_sheet import surge_rows
from bandeng.risk.services.clusters import NewFinding, finding_add, surges_export
from bandeng.risk.services.scan import surveillance_ask
from bandeng.risk.views.finding import actor_of

ROWS = 30
MATTERS = 20


@require_safe
@requires()
def newest(request: HttpRequest) -> HttpResponse:
    """The newest look; before there is one, what will be shown here."""
    run = run_newest()
    if run is None:
        return render(request, "risk/clusters_none.html", {"may_ask": may_publish(held_scope(request))})
    return _page(request, run_shown(run, held_scope(request)))


@require_safe
@requires()
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """An earlier look."""
    return _page(request, _shown(request, run_id))


def _shown(request: HttpRequest, run_id: int) -> RunShown:
    found = run_numbered(run_id)
    if found is None:
        raise Http404
    return run_shown(found, held_scope(request))


def _page(request: HttpRequest, shown: RunShown) -> HttpResponse:
    last = run_newest()
    context = {
        "shown": shown,
        "run": shown.run,
        "is_newest": last is not None and last.pk == shown.run.pk,
        "may_ask": may_publish(held_scope(request)),
    }
    return render(request, "risk/clusters.html", context)


@require_safe
@requires()
def history(request: HttpRequest) -> HttpResponse:
    """All looks, the newest first."""
    page = Paginator(runs(), ROWS).get_page(request.GET.get("page"))
    return render(request, "risk/clusters_runs.html", {"page": page})


@require_safe
@requires()
def definitions(request: HttpRequest) -> HttpResponse:
    """What is counted, how it is judged, and what the figures mean."""
    return render(request, "risk/clusters_definitions.html", {"settings": surge_settings()})


@require_safe
@requires()
def export(request: HttpRequest, run_id: int, form: str) -> HttpResponseBase:
    """A look as CSV or XLSX; logged."""
    if form not in FORMS:
        raise Http404
    shown = _shown(request, run_id)
    surges_export(run=shown.run, form=form, actor=actor_of(request, held_scope(request)))
    rows = surge_rows(shown)
    title = pgettext("export", "Surges and clusters")
    name = f"surges-{shown.run.monday.isoformat()}-{shown.run.pk}"
    return sheet_response(request, rows, form=form, name=name, title=title)


@require_POST
@requires(Duty.SUPERVISE)
def ask(request: HttpRequest) -> HttpResponse:
    """Have a worker look now."""
    scope = held_scope(request)
    try:
        surveillance_ask(actor=actor_of(request, scope), scope=scope)
    except NotYours as wrong:
        raise PermissionDenied from wrong
    messages.success(
        request,
        pgettext(
            "surge", "The look has been asked for and takes about half a minute. Then load this page again."
        ),
    )
    return redirect("risk-clusters")


@require_safe
@requires()
def surge(request: HttpRequest, surge_id: int) -> HttpResponse:
    """One surge: where, how much more, which matters, what was found."""
    return _surge_page(request, surge_id)


def _surge_page(request: HttpRequest, surge_id: int, form: FindingForm | None = None) -> HttpResponse:
    scope = held_scope(request)
    found = surge_for(surge_id, scope)
    if found is None:
        raise Http404
    line, findings = surge_line(found), history_of(found)
    behind = matters_behind(line, scope)
    refused = form is not None and bool(form.errors)
    context = {
        "line": line,
        "surge": found,
        "run": found.run,
        "weeks": weeks_charted(found),
        "findings": findings,
        "behind": behind,
        "page": Paginator(behind.seen, MATTERS).get_page(request.GET.get("page")),
        "form": (form or FindingForm(initial={"seen": len(findings)}))
        if judges_surge(scope, found)
        else None,
        "refused": form if refused else None,
    }
    return render(request, "risk/clusters_surge.html", context, status=422 if refused else 200)


@require_POST
@requires(Duty.SUPERVISE)
def finding(request: HttpRequest, surge_id: int) -> HttpResponse:
    """Record what came of looking into a surge."""
    scope = held_scope(request)
    found = surge_for(surge_id, scope)
    if found is None:
        raise Http404
    form = FindingForm(request.POST)
    if not form.is_valid():
        return _surge_page(request, surge_id, form)
    data = form.cleaned_data
    new = NewFinding(kind=FindingKind(data["kind"]), text=data["text"], seen=data["seen"])
    try:
        finding_add(surge_id=surge_id, new=new, actor=actor_of(request, scope), scope=scope)
    except NotYours as wrong:
        raise PermissionDenied from wrong
    except NotAllowed as wrong:
        # What was typed stays; it counts as written with the findings that the page now shows.
        again = FindingForm({**request.POST.dict(), "seen": str(len(history_of(found)))})
        again.add_error("text", str(REFUSALS[wrong.code]))
        return _surge_page(request, surge_id, again)
    messages.success(request, pgettext("surge", "The finding is recorded under your name."))
    return redirect("risk-surge", surge_id)
