"""What all pages of evaluations need: the acting post, words for refusals, sheets."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import pgettext

from bandeng.desk.sheets import csv_chunks, xlsx_chunks
from bandeng.evaluation.labels import REFUSALS
from bandeng.evaluation.rules import Refused
from bandeng.evaluation.selectors.access import manages
from bandeng.organisations.permission import current_posts, held_scope
from bandeng.organisations.rules import Scope

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def manager_scope(request: HttpRequest) -> Scope:
    """The scope of whoever prepares and signs. Raises PermissionDenied for others."""
    scope = held_scope(request)
    if not manages(scope):
        raise PermissionDenied
    return scope


def post_keys(request: HttpRequest) -> list[int]:
    """All posts that the signed-in person holds: whoever is scored in one signs in none."""
    return [post.pk for post in current_posts(request)]


def name_of(request: HttpRequest) -> str:
    """The signed-in person's name."""
    return str(getattr(request.user, "get_full_name", lambda: "")())


def done(request: HttpRequest, act: Callable[[], object], *, said: str, back: str) -> HttpResponseBase:
    """Do it, say so or why not, and go back."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(REFUSALS[refusal.code]))
    else:
        messages.success(request, said)
    return redirect(back)


def sheet(request: HttpRequest, rows: Sequence[Sequence[str]], *, form: str, name: str) -> HttpResponseBase:
    """A table as CSV or XLSX."""
    if form not in KINDS:
        raise Http404
    chunks = (
        csv_chunks(rows) if form == "csv" else xlsx_chunks(rows, sheet=pgettext("evaluation", "Evaluation"))
    )
    streamed = _in_turn(chunks) if isinstance(request, ASGIRequest) else chunks
    response = StreamingHttpResponse(streamed, content_type=KINDS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


async def _in_turn(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(chunks, None))
    while (chunk := await following()) is not None:
        yield chunk
