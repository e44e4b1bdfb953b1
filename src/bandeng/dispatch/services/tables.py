"""Versions of the decision table: drafted, checked, tried on history, published by a person."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from bandeng.core import audit, clock
from bandeng.dispatch.knowledge import in_force, universe
from bandeng.dispatch.models import DecisionTable
from bandeng.dispatch.rules import TableStatus
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import StepKind
from bandeng.organisations.rules import Duty, Scope, check_duty
from reckon.routing import (
    DifferenceReport,
    Findings,
    InputColumn,
    InputKind,
    OutputColumn,
    RoutingFacts,
    Table,
    analyse,
    compile_table,
    difference,
    dump_table,
    load_table,
    table_from_csv,
)
from reckon.routing.table import OutputKind

CHUNK = 2000
EMPTY = Table(
    key="dispatch",
    name="分派规则",
    inputs=(
        InputColumn(key="category", kind=InputKind.CATEGORY, label="类型"),
        InputColumn(key="area", kind=InputKind.AREA, label="区域"),
        InputColumn(key="words", kind=InputKind.WORDS, label="关键词"),
        InputColumn(key="channel", kind=InputKind.CHANNEL, label="渠道"),
        InputColumn(key="hour", kind=InputKind.HOUR, label="时段"),
        InputColumn(key="repeats", kind=InputKind.NEARBY_REPEATS, label="附近重复"),
    ),
    outputs=(
        OutputColumn(kind=OutputKind.LEAD, label="主办"),
        OutputColumn(kind=OutputKind.CO_HANDLERS, label="协办"),
        OutputColumn(kind=OutputKind.LIMITS, label="时限"),
        OutputColumn(kind=OutputKind.PRIORITY, label="紧急程度"),
        OutputColumn(kind=OutputKind.NOTE, label="说明"),
    ),
    rules=(),
)
"""What the first draft of a district without rules starts from."""


class DraftChangedMeanwhile(Exception):
    """Somebody else saved the draft first; reload it, nothing of theirs is overwritten."""


class NotADraft(Exception):
    """A published or retired version is never edited; make a draft from it."""


class TableNotSound(Exception):
    """The table has faults that must be mended before it is published."""

    def __init__(self, findings: Findings) -> None:
        super().__init__("unreachable, shadowed or unknown")
        self.findings = findings


@dataclass(frozen=True)
class Trial:
    """What another table would have done with the district's own matters."""

    report: DifferenceReport
    since: datetime | None
    matters: int


def table_of(row: DecisionTable) -> Table:
    """A stored version as a table. Raises TableInvalid when codes it names are gone."""
    return load_table(text=json.dumps(row.content), universe=universe())


def table_parsed(*, text: str, file_name: str = "") -> Table:
    """A table from JSON or CSV text. Raises TableInvalid with every problem in it."""
    if file_name.lower().endswith(".csv") or not text.lstrip().startswith("{"):
        return table_from_csv(text=text, universe=universe())
    return load_table(text=text, universe=universe())


def _check(scope: Scope | None) -> None:
    if scope is not None:
        check_duty(scope=scope, duty=Duty.RULES)


@transaction.atomic
def draft_create(*, table: Table | None, actor: str, scope: Scope | None, note: str = "") -> DecisionTable:
    """A new draft with the given rules, else with those in force, else empty."""
    _check(scope)
    present = in_force()
    content = table or (present.table if present else EMPTY)
    newest = DecisionTable.objects.select_for_update().order_by("-version").first()
    row = DecisionTable.objects.create(
        version=newest.version + 1 if newest else 1,
        status=TableStatus.DRAFT.value,
        content=json.loads(dump_table(table=content)),
        note=note,
        author=actor,
        created_at=clock.now(),
    )
    audit.record(
        action="rules.drafted", subject=row, actor=actor, after={"version": row.version}, reason=note
    )
    return row


@transaction.atomic
def draft_save(
    *, table_id: int, revision: int, table: Table, note: str, actor: str, scope: Scope | None
) -> DecisionTable:
    """Replace a draft's rules. Raises NotADraft, DraftChangedMeanwhile."""
    _check(scope)
    row = DecisionTable.objects.select_for_update().get(pk=table_id)
    if row.status != TableStatus.DRAFT.value:
        raise NotADraft
    if row.revision != revision:
        raise DraftChangedMeanwhile
    before = row.content
    row.content, row.note, row.author = json.loads(dump_table(table=table)), note, actor
    row.revision += 1
    row.save(update_fields=["content", "note", "author", "revision"])
    audit.record(
        action="rules.saved",
        subject=row,
        actor=actor,
        before={"content": before},
        after={"content": row.content},
    )
    return row


@transaction.atomic
def draft_discard(*, table_id: int, actor: str, scope: Scope | None) -> None:
    """Drop a draft. Raises NotADraft."""
    _check(scope)
    row = DecisionTable.objects.select_for_update().get(pk=table_id)
    if row.status != TableStatus.DRAFT.value:
        raise NotADraft
    audit.record(action="rules.discarded", subject=row, actor=actor, before={"content": row.content})
    row.delete()


def findings_of(table: Table) -> Findings:
    """Overlaps, shadowed and unreachable rules, gaps and unknown codes."""
    return analyse(table=table, universe=universe())


def is_sound(findings: Findings) -> bool:
    """Whether nothing stands against publishing: overlaps and gaps are for a person to judge."""
    return not (findings.shadowed or findings.unreachable or findings.unknown_codes)


@transaction.atomic
def table_publish(
    *, table_id: int, revision: int, actor: str, scope: Scope | None, reason: str
) -> DecisionTable:
    """Put a draft in force at once; the one before is retired.

    Raises NotADraft, DraftChangedMeanwhile, TableNotSound.
    """
    _check(scope)
    row = DecisionTable.objects.select_for_update().get(pk=table_id)
    if row.status != TableStatus.DRAFT.value:
        raise NotADraft
    if row.revision != revision:
        raise DraftChangedMeanwhile
    findings = findings_of(table_of(row))
    if not is_sound(findings):
        raise TableNotSound(findings)
    DecisionTable.objects.filter(status=TableStatus.PUBLISHED.value).update(status=TableStatus.RETIRED.value)
    row.status, row.published_by, row.published_at = TableStatus.PUBLISHED.value, actor, clock.now()
    row.save(update_fields=["status", "published_by", "published_at"])
    audit.record(
        action="rules.published",
        subject=row,
        actor=actor,
        after={"version": row.version, "overlaps": len(findings.overlaps), "gaps": len(findings.gaps)},
        reason=reason,
    )
    in_force.forget()
    transaction.on_commit(in_force.forget)
    return row


def trial(*, table: Table, since: datetime | None = None, most: int = 50_000) -> Trial:
    """Route the newest matters by this table and by the one in force, and say what differs."""
    present = in_force()
    old = compile_table(table=present.table if present else EMPTY)
    counted = [0]

    def facts() -> Iterator[tuple[str, RoutingFacts]]:
        for key, each in history(since=since, most=most):
            counted[0] += 1
            yield key, each

    report = difference(old=old, new=compile_table(table=table), facts=facts())
    return Trial(report, since, counted[0])


def history(*, since: datetime | None, most: int) -> Iterator[tuple[str, RoutingFacts]]:
    """Matters, newest first, with the facts on which they were routed when they came in."""
    rows = Matter.objects.order_by("-pk")
    if since is not None:
        rows = rows.filter(opened_at__gte=since)
    last, left = None, most
    while left > 0:
        part = rows if last is None else rows.filter(pk__lt=last)
        chunk = list(part.only("id", "title", "text")[: min(CHUNK, left)])
        if not chunk:
            return
        kept = _facts_kept([matter.pk for matter in chunk])
        for matter in chunk:
            if matter.pk in kept:
                yield matter.number, _facts(kept[matter.pk], f"{matter.title}\n{matter.text}")
        last, left = chunk[-1].pk, left - len(chunk)


def _facts_kept(keys: list[int]) -> dict[int, dict[str, Any]]:
    kinds = [StepKind.OPENED.value, StepKind.DISPATCHED.value]
    steps = (
        Step.objects.filter(matter_id__in=keys, kind__in=kinds)
        .order_by("-pk")
        .values_list("matter_id", "data")
    )
    return {key: data["why"]["facts"] for key, data in steps if data.get("why", {}).get("facts")}


def _facts(kept: dict[str, Any], text: str) -> RoutingFacts:
    return RoutingFacts(**{**kept, "zones": frozenset(kept["zones"])}, text=text)
