"""Files of courts, arbitration, inspections and the registry: brought in with a look first, taken back whole."""

import csv
import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.harm.forms.files import FileForm, UndoForm
from bandeng.harm.rules import ActNotAllowed, ImportKind, ImportState, brings_files
from bandeng.harm.selectors import NotVisible
from bandeng.harm.selectors.files import file_for, files_listed, in_words, records_of, same_before
from bandeng.harm.services.batches import batch_bring, batch_drop, batch_read, batch_stage, batch_undo
from bandeng.harm.services.importing import FIELDS_OF, MappingWrong, column_of
from bandeng.harm.views.answers import actor_in, desk_page, refusal_words
from bandeng.intake.sheets import FileUnreadable
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty, Scope

PER_PAGE = 30
WRONG_SHOWN = 200


def _bringer(request: HttpRequest) -> Scope:
    scope = held_scope(request)
    if not brings_files(scope):
        raise Http404
    return scope


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Duty.SUPERVISE)
def files(request: HttpRequest) -> HttpResponse:
    """All files, and the form for another; a file is looked through before anything of it is brought in."""
    scope = _bringer(request)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            run = batch_stage(
                name=upload.name, content=upload.chunks(), kind=ImportKind(form.cleaned_data["kind"]),
                actor=actor_in(request, scope), scope=scope,
            )  # fmt: skip
            return redirect("desk-harm-file", import_id=run.pk)
        except MappingWrong as wrong:
            form.add_error("file", str(wrong))
        except (FileUnreadable, LookupError):
            words = pgettext("stream import", "This is no table that can be read. Save it as CSV or XLSX.")
            form.add_error("file", words)
    page = Paginator(files_listed(scope), PER_PAGE).get_page(request.GET.get("page"))
    columns = [(kind.value, [column_of(field, kind) for field in FIELDS_OF[kind]]) for kind in ImportKind]
    return desk_page(request, "files", form=form, page=page, columns=columns)


@never_cache
@require_safe
@requires(Duty.SUPERVISE)
def file(request: HttpRequest, import_id: int) -> HttpResponse:
    """One file: what would come of it, or what came of it."""
    return _shown(request, import_id, UndoForm())


def _shown(request: HttpRequest, import_id: int, form: UndoForm) -> HttpResponse:
    try:
        run = file_for(_bringer(request), import_id)
    except NotVisible as hidden:
        raise Http404 from hidden
    context: dict[str, Any] = {"run": run, "form": form, "twin": same_before(run)}
    context["records"] = in_words(records_of(run))
    if run.state == ImportState.STAGED:
        try:
            found = batch_read(run)
        except (ActNotAllowed, FileUnreadable, MappingWrong):
            context["gone"] = True
        else:
            wrong = found.tally.refusals
            context |= {
                "records": in_words(found.fresh), "tally": found.tally, "wrong": wrong[:WRONG_SHOWN],
                "more_wrong": max(0, len(wrong) - WRONG_SHOWN),
            }  # fmt: skip
    return desk_page(request, "file", **context)


@never_cache
@require_POST
@requires(Duty.SUPERVISE)
def bring(request: HttpRequest, import_id: int) -> HttpResponse:
    """Bring a file in."""
    words = pgettext("stream import", "Brought in. Alerts are judged anew within five minutes.")
    return _done(request, import_id, batch_bring, words)


@never_cache
@require_POST
@requires(Duty.SUPERVISE)
def drop(request: HttpRequest, import_id: int) -> HttpResponse:
    """Give a file up."""
    return _done(
        request, import_id, batch_drop, pgettext("stream import", "Given up; nothing was brought in.")
    )


def _done(
    request: HttpRequest, import_id: int, do: Callable[..., object], words: str, **more: Any
) -> HttpResponse:
    scope = _bringer(request)
    try:
        do(import_id=import_id, actor=actor_in(request, scope), scope=scope, **more)
        messages.success(request, words)
    except NotVisible as hidden:
        raise Http404 from hidden
    except ActNotAllowed as refusal:
        messages.error(request, refusal_words(refusal))
    return redirect("desk-harm-file", import_id=import_id)


@never_cache
@require_POST
@requires(Duty.SUPERVISE)
def undo(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take a file back."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _shown(request, import_id, form)
    words = pgettext("stream import", "Taken back. Alerts are judged anew within five minutes.")
    return _done(request, import_id, batch_undo, words, reason=form.cleaned_data["text"])


@require_safe
@requires(Duty.SUPERVISE)
def blank(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table with the columns of a kind."""
    _bringer(request)
    if kind not in set(ImportKind):
        raise Http404
    text = io.StringIO()
    csv.writer(text).writerow([column_of(field, ImportKind(kind)) for field in FIELDS_OF[ImportKind(kind)]])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response
