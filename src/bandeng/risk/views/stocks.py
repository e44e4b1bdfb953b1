"""Stocks: what is in force, a template, a file looked at and brought in."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.core import clock
from bandeng.documents.sheets import FORMS, sheet_response
from bandeng.ledger.rules import LOCAL
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty, Scope
from bandeng.risk.forms import StockFileForm
from bandeng.risk.labels import REFUSALS, STOCK_KINDS
from bandeng.risk.rules import NotAllowed, may_bring_stocks
from bandeng.risk.selectors.figures import streets_known
from bandeng.risk.selectors.stocks import changes_of, streets_stocked, template_rows, upload_of, uploads
from bandeng.risk.services.stocks import (
    StocksInvalid,
    line_told,
    stocks_read,
    upload_bring,
    upload_drop,
    upload_keep,
)
from bandeng.risk.views.finding import actor_of

ROWS = 50
FAULTS_SHOWN = 50


def _scope(request: HttpRequest) -> Scope:
    scope = held_scope(request)
    if not may_bring_stocks(scope):
        raise PermissionDenied
    return scope


@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=(Duty.RULES, Duty.SUPERVISE))
def index(request: HttpRequest) -> HttpResponseBase:
    """Numbers in force of every street, and the files that came in; a new file is kept to be looked at."""
    scope = _scope(request)
    form = StockFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = _kept(request, form.cleaned_data["file"], scope)
        except StocksInvalid as wrong:
            for fault in wrong.faults[:FAULTS_SHOWN]:
                form.add_error("file", line_told(fault))
            if len(wrong.faults) > FAULTS_SHOWN:
                left = len(wrong.faults) - FAULTS_SHOWN
                more = ngettext("%(n)d more line is wrong.", "%(n)d more lines are wrong.", left) % {
                    "n": left
                }
                form.add_error("file", more)
        else:
            return redirect("risk-stock-upload", kept)
    context = {
        "form": form,
        "kinds": list(STOCK_KINDS.values()),
        "streets": streets_stocked(streets_known()),
        "page": Paginator(uploads(), ROWS).get_page(request.GET.get("page")),
    }
    return render(request, "risk/stocks.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, file: "UploadedFile[bytes]", scope: Scope) -> int:
    """Check a file and keep it; returns its number. Raises StocksInvalid."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "stocks"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        rows = stocks_read(path)
        name, actor = file.name or "", actor_of(request, scope)
        return upload_keep(path=path, name=name, rows=rows, actor=actor, scope=scope).pk


@require_safe
@requires(any_of=(Duty.RULES, Duty.SUPERVISE))
def template(request: HttpRequest, form: str) -> HttpResponseBase:
    """A table to fill in: every community, with its present numbers."""
    _scope(request)
    if form not in FORMS:
        raise Http404
    today = clock.now().astimezone(LOCAL).date()
    rows = template_rows(valid_from=date(today.year, today.month, 1))
    title = pgettext("export", "Stocks")
    return sheet_response(request, rows, form=form, name="stocks-template", title=title)


@require_safe
@requires(any_of=(Duty.RULES, Duty.SUPERVISE))
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """A file line by line, beside the numbers in force."""
    _scope(request)
    row = upload_of(upload_id)
    if row is None:
        raise Http404
    lines = changes_of(row)
    context = {
        "upload": row,
        "page": Paginator(lines, ROWS).get_page(request.GET.get("page")),
        "far": sum(line.is_far for line in lines),
        "bare": sum(line.is_bare for line in lines),
        "void": sum(line.is_void for line in lines),
        "same": sum(line.is_same for line in lines),
    }
    return render(request, "risk/stock_upload.html", context)


@require_POST
@requires(any_of=(Duty.RULES, Duty.SUPERVISE))
def bring(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Bring a looked-at file in."""
    scope = _found(request, upload_id)
    try:
        count = upload_bring(upload_id=upload_id, actor=actor_of(request, scope), scope=scope)
    except NotAllowed as refused:
        messages.error(request, str(REFUSALS[refused.code]))
    else:
        words = ngettext("%(n)d number was brought in.", "%(n)d numbers were brought in.", count)
        messages.success(request, words % {"n": count})
    return redirect("risk-stocks")


@require_POST
@requires(any_of=(Duty.RULES, Duty.SUPERVISE))
def drop(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Drop a file that was only looked at."""
    scope = _found(request, upload_id)
    try:
        upload_drop(upload_id=upload_id, actor=actor_of(request, scope), scope=scope)
    except NotAllowed as refused:
        messages.error(request, str(REFUSALS[refused.code]))
    else:
        messages.success(request, pgettext("stock", "The file was dropped; nothing was changed."))
    return redirect("risk-stocks")


def _found(request: HttpRequest, upload_id: int) -> Scope:
    scope = _scope(request)
    if upload_of(upload_id) is None:
        raise Http404
    return scope
