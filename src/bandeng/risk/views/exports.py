"""A map as a table for a spreadsheet, and as a report for the printer; both are logged."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from bandeng.desk.sheets import csv_chunks, xlsx_chunks
from bandeng.organisations.permission import held_scope, requires
from bandeng.risk.rules import sees_street
from bandeng.risk.selectors.pages import indicator_lines, street_lines
from bandeng.risk.selectors.sheets import sheet_rows
from bandeng.risk.services.exporting import map_export
from bandeng.risk.views.finding import actor_of, view_of
from bandeng.risk.views.maps import shared

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@requires()
def export(request: HttpRequest, month: int, version: int, form: str) -> HttpResponse:
    """The version as CSV or XLSX."""
    if form not in KINDS:
        raise Http404
    view, scope = view_of(request, month, version), held_scope(request)
    streets = [code for code in view.inputs.streets.areas if sees_street(scope, code)]
    map_export(row=view.row, form=form, actor=actor_of(request, scope))
    rows = sheet_rows(view, streets)
    chunks = (
        csv_chunks(rows) if form == "csv" else xlsx_chunks(rows, sheet=pgettext("export", "Five colours"))
    )
    response = HttpResponse(b"".join(chunks), content_type=KINDS[form])
    response["Content-Disposition"] = f'attachment; filename="five-colours-{month}-{version}.{form}"'
    return response


@require_safe
@requires()
def report(request: HttpRequest, month: int, version: int) -> HttpResponse:
    """The version as pages for the printer."""
    view, scope = view_of(request, month, version), held_scope(request)
    map_export(row=view.row, form="print", actor=actor_of(request, scope))
    lines = street_lines(view)
    context = {
        **shared(request, view),
        "lines": lines,
        "streets": [
            (line, indicator_lines(view, line.code)) for line in lines if sees_street(scope, line.code)
        ],
        "open_to": set[str](),
    }
    return render(request, "risk/report.html", context)
