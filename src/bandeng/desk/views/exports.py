"""The present list as CSV or XLSX."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bandeng.core import clock
from bandeng.desk.selectors.sheet_rows import sheet_rows
from bandeng.desk.services.exporting import export_begin
from bandeng.desk.views.bulk import actor_in
from bandeng.desk.views.queue import SEES_QUEUE, asked
from bandeng.documents.sheets import FORMS, sheet_response
from bandeng.organisations.permission import held_scope, requires


@never_cache
@require_GET
@requires(any_of=SEES_QUEUE)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """All matters of the filter, as far as an export goes, streamed."""
    if form not in FORMS:
        raise Http404
    scope = held_scope(request)
    begun = export_begin(
        filters=asked(request, scope), form=form, actor=actor_in(request, scope), scope=scope
    )
    rows = sheet_rows(begun.keys)
    day = timezone.localtime(clock.now()).strftime("%Y%m%d-%H%M")
    response = sheet_response(
        request, rows, form=form, name=f"matters-{day}", title=pgettext("export", "Matters")
    )
    response["X-Rows"] = f"{len(begun.keys)}{'+' if begun.cut else ''}"
    return response
