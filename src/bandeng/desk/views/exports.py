"""The present list as CSV or XLSX."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bandeng.core import clock
from bandeng.desk.selectors.sheet_rows import sheet_rows
from bandeng.desk.services.exporting import export_begin
from bandeng.desk.sheets import csv_chunks, xlsx_chunks
from bandeng.desk.views.bulk import actor_in
from bandeng.desk.views.queue import SEES_QUEUE, asked
from bandeng.organisations.permission import held_scope, requires

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@never_cache
@require_GET
@requires(any_of=SEES_QUEUE)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """All matters of the filter, as far as an export goes, streamed."""
    if form not in KINDS:
        raise Http404
    scope = held_scope(request)
    begun = export_begin(
        filters=asked(request, scope), form=form, actor=actor_in(request, scope), scope=scope
    )
    rows = sheet_rows(begun.keys)
    chunks = csv_chunks(rows) if form == "csv" else xlsx_chunks(rows, sheet=pgettext("export", "Matters"))
    streamed = in_turn(chunks) if isinstance(request, ASGIRequest) else chunks
    day = timezone.localtime(clock.now()).strftime("%Y%m%d-%H%M")
    response = StreamingHttpResponse(streamed, content_type=KINDS[form])
    response["Content-Disposition"] = f'attachment; filename="matters-{day}.{form}"'
    response["X-Rows"] = f"{len(begun.keys)}{'+' if begun.cut else ''}"
    return response


async def in_turn(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same chunks for a server that waits for none of them: each is made in the thread of the database."""
    following = sync_to_async(lambda: next(chunks, None))
    while (chunk := await following()) is not None:
        yield chunk
