"""A map as a table for a spreadsheet, and as a paper; both are logged."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from bandeng.documents.papers import paper_response
from bandeng.documents.sheets import FORMS, sheet_response
from bandeng.organisations.permission import held_scope, requires
from bandeng.risk.rules import sees_street
from bandeng.risk.selectors.maps import Shown
from bandeng.risk.selectors.pages import street_lines
from bandeng.risk.selectors.sheets import sheet_rows
from bandeng.risk.services.exporting import map_export
from bandeng.risk.views.finding import actor_of, street_of, view_of
from bandeng.risk.views.report import map_content, street_content

PAPER = Path(__file__).resolve().parent.parent / "documents" / "map.typ"


@require_safe
@requires()
def export(request: HttpRequest, month: int, version: int, form: str) -> HttpResponseBase:
    """The version as CSV or XLSX."""
    if form not in FORMS:
        raise Http404
    view, scope = view_of(request, month, version), held_scope(request)
    streets = [code for code in view.inputs.streets.areas if sees_street(scope, code)]
    map_export(row=view.row, form=form, actor=actor_of(request, scope))
    rows = sheet_rows(view, streets)
    title = pgettext("export", "Five colours")
    return sheet_response(request, rows, form=form, name=f"five-colours-{month}-{version}", title=title)


@require_safe
@requires()
def report(request: HttpRequest, month: int, version: int) -> HttpResponse:
    """The version as a paper."""
    view, scope = view_of(request, month, version), held_scope(request)
    lines = street_lines(view)
    open_to = {line.code for line in lines if sees_street(scope, line.code)}
    content = map_content(view, lines, open_to=open_to, scope=scope)
    return _paper(request, view, content, f"five-colours-{month}-{version}")


@require_safe
@requires()
def street_report(request: HttpRequest, month: int, version: int, area: str) -> HttpResponse:
    """One street as a paper."""
    view = view_of(request, month, version)
    street_of(request, view, area)
    line = next(line for line in street_lines(view) if line.code == area)
    return _paper(request, view, street_content(view, line), f"five-colours-{month}-{version}-{area}")


def _paper(request: HttpRequest, view: Shown, content: Mapping[str, Any], name: str) -> HttpResponse:
    map_export(row=view.row, form="pdf", actor=actor_of(request, held_scope(request)))
    made = view.row.published_at or view.row.created_at
    return paper_response(template=PAPER, content=content, at=made, name=name)
