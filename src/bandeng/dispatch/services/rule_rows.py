"""Editing a draft's rules one at a time, in the words of the sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bandeng.dispatch.knowledge import universe
from bandeng.dispatch.models import DecisionTable
from bandeng.dispatch.services.tables import draft_save, table_of
from bandeng.organisations.rules import Scope
from reckon.routing import Table, table_from_rows, table_to_rows
from reckon.routing.sheet import HEADINGS

TOP = len(HEADINGS)


class Move(StrEnum):
    """What may be done to a rule's place."""

    UP = "up"
    DOWN = "down"
    DELETE = "delete"


class RuleMissing(LookupError):
    """The draft has no rule with this name; somebody has removed or renamed it."""


@dataclass(frozen=True)
class Column:
    """A column of the sheet: its key, what it holds, and its heading."""

    key: str
    kind: str
    label: str


def columns_of(table: Table) -> list[Column]:
    """The columns of a rule between its name and its remark."""
    inputs = [Column(each.key, each.kind.value, each.label or each.key) for each in table.inputs]
    return inputs + [
        Column(each.kind.value, "output", each.label or each.kind.value) for each in table.outputs
    ]


def rules_cells(table: Table, *, language: str) -> list[dict[str, str]]:
    """Every rule's cells as texts by column key, with "rule" (its name) and "remark"."""
    keys = [column.key for column in columns_of(table)]
    rows = _rows(table, language)[TOP:]
    return [{**dict(zip(keys, row[1:], strict=False)), "rule": row[0], "remark": row[-1]} for row in rows]


def rule_cells(table: Table, rule_id: str, *, language: str) -> dict[str, str]:
    """One rule's cells. Raises RuleMissing."""
    found = next((cells for cells in rules_cells(table, language=language) if cells["rule"] == rule_id), None)
    if found is None:
        raise RuleMissing(rule_id)
    return {key: text for key, text in found.items() if key != "rule"}


def _rows(table: Table, language: str) -> list[list[str]]:
    return table_to_rows(table=table, language="en" if language == "en" else "zh")


def rule_put(
    *,
    row: DecisionTable,
    revision: int,
    rule_id: str,
    cells: Mapping[str, str],
    replaces: str,
    before: str,
    actor: str,
    scope: Scope | None,
) -> DecisionTable:
    """Write a rule in place of `replaces`, or, when that is empty, before `before` (empty: at the end).

    Raises TableInvalid with every problem, RuleMissing, NotADraft, DraftChangedMeanwhile.
    """
    table = table_of(row)
    rows = _rows(table, "zh")
    written = [rule_id, *(cells.get(column.key, "") for column in columns_of(table)), cells.get("remark", "")]
    if replaces:
        rows[_place(rows, replaces)] = written
    else:
        rows.insert(_place(rows, before) if before else len(rows), written)
    return _save(row, revision, rows, actor, scope)


def rule_move(
    *, row: DecisionTable, revision: int, rule_id: str, move: Move, actor: str, scope: Scope | None
) -> DecisionTable:
    """Move a rule up or down by one place, or delete it. Raises as `rule_put`."""
    rows = _rows(table_of(row), "zh")
    place = _place(rows, rule_id)
    if move is Move.DELETE:
        del rows[place]
    else:
        other = place - 1 if move is Move.UP else place + 1
        if TOP <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
    return _save(row, revision, rows, actor, scope)


def _place(rows: Sequence[Sequence[str]], rule_id: str) -> int:
    place = next((place for place in range(TOP, len(rows)) if rows[place][0] == rule_id), None)
    if place is None:
        raise RuleMissing(rule_id)
    return place


def _save(
    row: DecisionTable, revision: int, rows: Sequence[Sequence[str]], actor: str, scope: Scope | None
) -> DecisionTable:
    changed = table_from_rows(rows=rows, universe=universe())
    return draft_save(
        table_id=row.pk, revision=revision, table=changed, note=row.note, actor=actor, scope=scope
    )
