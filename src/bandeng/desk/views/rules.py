"""The decision tables: versions, editing a draft, checking, trying on history, publishing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.core import clock
from bandeng.desk.forms.rules import FileForm, PublishForm, RuleForm, SampleForm
from bandeng.desk.labels import RULE_COLUMNS
from bandeng.desk.selectors.rule_words import worded
from bandeng.dispatch.selectors.findings import difference_lines, findings_lines
from bandeng.dispatch.selectors.tables import table_row, version_of, versions
from bandeng.dispatch.services import tables
from bandeng.dispatch.services.intake import MINUTES
from bandeng.dispatch.services.rule_rows import (
    Column,
    Move,
    RuleMissing,
    columns_of,
    rule_cells,
    rule_move,
    rule_put,
    rules_cells,
)
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty
from reckon.routing import (
    RoutingFacts,
    Table,
    TableInvalid,
    compile_table,
    dump_table,
    export_jdm,
    table_to_csv,
)
from reckon.routing.loading import reason_document

FORMATS: dict[str, tuple[str, Callable[[Table], str]]] = {
    "csv": ("text/csv; charset=utf-8", lambda table: "\ufeff" + table_to_csv(table=table)),
    "json": ("application/json", lambda table: dump_table(table=table)),
    "jdm": ("application/json", lambda table: export_jdm(table=table)),
}
PERIODS = {"7": 7, "30": 30, "365": 365}
MOST_TRIED = 50_000


def language() -> str:
    """The language in which cells are written."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def _row(version: int) -> Any:
    row = table_row(version)
    if row is None:
        raise Http404
    return row


def _table(request: HttpRequest, row: Any) -> Table | None:
    """The version's table; when codes it names are gone, say so and answer None."""
    try:
        return tables.table_of(row)
    except TableInvalid as error:
        for problem in error.problems[:20]:
            messages.error(request, problem.text)
        return None


@require_safe
@requires(Duty.RULES)
def index(request: HttpRequest) -> HttpResponse:
    """All versions, newest first."""
    before = request.GET.get("before", "")
    rows = versions(before=int(before) if before.isdecimal() and len(before) < 9 else None)
    return render(request, "desk/rules_index.html", {"versions": rows, "form": FileForm()})


@require_POST
@requires(Duty.RULES)
def draft(request: HttpRequest) -> HttpResponse:
    """A new draft: from a file, from an older version, or from the rules in force."""
    scope = held_scope(request)
    table: Table | None = None
    note = ""
    if request.FILES:
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return _index_again(request, form)
        try:
            table = tables.table_parsed(text=form.cleaned_data["file"], file_name=str(request.FILES["file"]))
        except TableInvalid as error:
            for problem in error.problems[:50]:
                form.add_error("file", problem.text)
            return _index_again(request, form)
        note = form.cleaned_data["note"]
    elif request.POST.get("version", "").isdecimal():
        table = _table(request, _row(int(request.POST["version"][:9])))
    row = tables.draft_create(table=table, actor=scope.actor, scope=scope, note=note)
    messages.success(request, pgettext("rules page", "Draft %(n)d was made.") % {"n": row.version})
    return redirect("desk-rules-version", version=row.version)


def _index_again(request: HttpRequest, form: FileForm) -> HttpResponse:
    return render(request, "desk/rules_index.html", {"versions": versions(), "form": form}, status=422)


@require_safe
@requires(Duty.RULES)
def version(request: HttpRequest, version: int) -> HttpResponse:
    """One version with its rules; a draft can be edited."""
    row = _row(version)
    table = _table(request, row)
    shown = _lines(table, request.GET.get("q", "").strip()) if table else []
    context = {
        "version": version_of(row),
        "columns": headed(columns_of(table)) if table else [],
        "lines": shown,
        "q": request.GET.get("q", ""),
        "publish": PublishForm(initial={"revision": row.revision}),
    }
    return render(request, "desk/rules_version.html", context)


def headed(columns: list[Column]) -> list[Column]:
    """The columns under headings that the reader understands: the author's own in Chinese."""
    if language() == "zh":
        return columns
    return [replace(each, label=str(RULE_COLUMNS.get(each.key, each.label))) for each in columns]


def _lines(table: Table, query: str) -> list[dict[str, Any]]:
    """Each rule with its cells in words, narrowed to those that hold the query."""
    columns = columns_of(table)
    lines = []
    for place, cells in enumerate(rules_cells(table, language=language()), start=1):
        texts = worded(columns, cells)
        if not query or any(query in text for text in [cells["rule"], *cells.values(), *texts]):
            lines.append({"place": place, "id": cells["rule"], "cells": texts})
    return lines


@require_http_methods(["GET", "POST"])
@requires(Duty.RULES)
def rule(request: HttpRequest, version: int) -> HttpResponse:
    """Edit or add one rule of a draft."""
    row, scope = _row(version), held_scope(request)
    table = _table(request, row)
    replaces = request.GET.get("rule", "")
    if table is None or not version_of(row).is_draft:
        raise Http404
    form = RuleForm(
        request.POST or None,
        columns=headed(columns_of(table)),
        initial=_initial(request, row, table, replaces),
    )
    if request.method == "POST" and form.is_valid():
        try:
            rule_put(
                row=row, revision=form.cleaned_data["revision"], rule_id=form.cleaned_data["rule"],
                cells=form.cells(), replaces=replaces, before=form.cleaned_data["before"],
                actor=scope.actor, scope=scope,
            )  # fmt: skip
        except TableInvalid as error:
            for problem in error.problems[:20]:
                form.add_error(
                    f"cell_{problem.column}" if f"cell_{problem.column}" in form.fields else None,
                    problem.text,
                )
        except (tables.DraftChangedMeanwhile, RuleMissing):
            form.add_error(None, changed_meanwhile())
        else:
            return redirect("desk-rules-version", version=version)
    status = 422 if form.errors else 200
    context = {"version": version_of(row), "form": form, "replaces": replaces}
    return render(request, "desk/rules_rule.html", context, status=status)


def changed_meanwhile() -> str:
    """What to do when somebody else saved first."""
    return pgettext(
        "rules page",
        "Somebody else saved this draft first. Open it again in another tab and bring your change in there.",
    )


def _initial(request: HttpRequest, row: Any, table: Table, replaces: str) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "revision": row.revision,
        "before": request.GET.get("before", ""),
        "rule": replaces,
    }
    if replaces:
        try:
            cells = rule_cells(table, replaces, language=language())
        except RuleMissing as error:
            raise Http404 from error
        initial |= {f"cell_{key}": text for key, text in cells.items()}
    return initial


@require_POST
@requires(Duty.RULES)
def move(request: HttpRequest, version: int) -> HttpResponse:
    """Move a rule of a draft, or delete it."""
    row, scope = _row(version), held_scope(request)
    wanted, revision = request.POST.get("move", ""), request.POST.get("revision", "")
    if wanted not in {each.value for each in Move} or not revision.isdecimal():
        raise Http404
    try:
        rule_move(
            row=row, revision=int(revision[:9]), rule_id=request.POST.get("rule", ""), move=Move(wanted),
            actor=scope.actor, scope=scope,
        )  # fmt: skip
    except (tables.DraftChangedMeanwhile, RuleMissing, tables.NotADraft):
        messages.error(request, changed_meanwhile())
    return redirect("desk-rules-version", version=version)


@require_safe
@requires(Duty.RULES)
def check(request: HttpRequest, version: int) -> HttpResponse:
    """What the analysis finds in a version."""
    row = _row(version)
    table = _table(request, row)
    findings = tables.findings_of(table) if table else None
    context = {
        "version": version_of(row),
        "lines": findings_lines(findings) if findings else [],
        "sound": bool(findings and tables.is_sound(findings)),
    }
    return render(request, "desk/rules_check.html", context)


@require_safe
@requires(Duty.RULES)
def trial(request: HttpRequest, version: int) -> HttpResponse:
    """What this version would have done with the district's own matters."""
    row = _row(version)
    table = _table(request, row)
    days = PERIODS.get(request.GET.get("days", ""), 30)
    tried = (
        tables.trial(table=table, since=clock.now() - timedelta(days=days), most=MOST_TRIED)
        if table
        else None
    )
    context = {
        "version": version_of(row),
        "lines": difference_lines(tried.report) if tried else [],
        "days": days,
        "periods": sorted(PERIODS.values()),
        "hits": sorted(tried.report.new.hits.items(), key=lambda item: -item[1]) if tried else [],
    }
    return render(request, "desk/rules_trial.html", context)


@require_http_methods(["GET", "POST"])
@requires(Duty.RULES)
def sample(request: HttpRequest, version: int) -> HttpResponse:
    """Where this version sends a made-up matter, and why."""
    row = _row(version)
    table = _table(request, row)
    form = SampleForm(request.POST or None)
    routing = None
    if table and form.is_valid():
        routing = compile_table(table=table).route(_facts(form.cleaned_data))
    reasons = [reason_document(reason=each) for each in routing.reasons] if routing else []
    context = {"version": version_of(row), "form": form, "routing": routing, "reasons": reasons}
    return render(request, "desk/rules_sample.html", context)


def _facts(data: dict[str, Any]) -> RoutingFacts:
    local = clock.now().astimezone(clock.LOCAL)
    return RoutingFacts(
        category=data["category"] or None, area=data["area"] or None, channel="resident", text=data["text"],
        minute=local.hour * MINUTES + local.minute, weekday=local.isoweekday(), nearby_repeats=0,
        reporter_kind="resident", zones=frozenset(), confidence=1.0, abstained=False,
    )  # fmt: skip


@require_POST
@requires(Duty.RULES)
def publish(request: HttpRequest, version: int) -> HttpResponse:
    """Put a draft in force."""
    row, scope = _row(version), held_scope(request)
    form = PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, pgettext("rules page", "Write a reason of at least four characters."))
        return redirect("desk-rules-version", version=version)
    try:
        tables.table_publish(
            table_id=row.pk, revision=form.cleaned_data["revision"], actor=scope.actor, scope=scope,
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except tables.TableNotSound:
        messages.error(request, pgettext("rules page", "Mend the faults below before publishing."))
        return redirect("desk-rules-check", version=version)
    except (tables.NotADraft, tables.DraftChangedMeanwhile):
        messages.error(request, changed_meanwhile())
    else:
        messages.success(request, pgettext("rules page", "Version %(n)d is in force now.") % {"n": version})
    return redirect("desk-rules-version", version=version)


@require_POST
@requires(Duty.RULES)
def discard(request: HttpRequest, version: int) -> HttpResponse:
    """Drop a draft."""
    scope = held_scope(request)
    try:
        tables.draft_discard(table_id=_row(version).pk, actor=scope.actor, scope=scope)
    except tables.NotADraft:
        messages.error(request, pgettext("rules page", "Only a draft can be dropped."))
        return redirect("desk-rules-version", version=version)
    messages.success(request, pgettext("rules page", "Draft %(n)d was dropped.") % {"n": version})
    return redirect("desk-rules")


@require_safe
@requires(Duty.RULES)
def export(request: HttpRequest, version: int, form: str) -> HttpResponse:
    """A version as a file."""
    table = _table(request, _row(version))
    if form not in FORMATS or table is None:
        raise Http404
    kind, write = FORMATS[form]
    response = HttpResponse(write(table), content_type=kind)
    response["Content-Disposition"] = (
        f'attachment; filename="rules-{version}.{"json" if form == "jdm" else form}"'
    )
    return response
