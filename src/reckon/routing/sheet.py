"""A table as rows of a sheet (CSV, or cells of a workbook): four heading rows, then one row a rule."""

import csv
import io
from collections.abc import Mapping, Sequence

from reckon.routing.cell_text import Language, cell_parse, cell_write
from reckon.routing.loading import HIT_POLICY, Document, table_read
from reckon.routing.problems import Complaints, Problem, ProblemCode, TableInvalid
from reckon.routing.table import InputKind, OutputKind, Rule, Table, Universe

Row = Sequence[str]
HEADINGS = ("table", "column", "kind", "label")
OUTPUT_MARK = "output"
FORMULA_STARTS = ("=", "+", "-", "@", "'", "＝", "＋", "－", "＠")
"""A spreadsheet would compute a text that begins so; an apostrophe in front keeps it a text."""


def _guard(text: str) -> str:
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def _unguard(text: str) -> str:
    return text.removeprefix("'")


def table_to_csv(*, table: Table, language: Language = "zh") -> str:
    """CSV text with cells in this language. Raises TableInvalid if a rule decides an undeclared column."""
    out = io.StringIO()
    csv.writer(out).writerows(table_to_rows(table=table, language=language))
    return out.getvalue()


def table_from_csv(*, text: str, universe: Universe) -> Table:
    """The table of a CSV text in either language. Raises TableInvalid with every problem."""
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error as error:
        problem = Problem(code=ProblemCode.NOT_READABLE, value=str(error))
        raise TableInvalid(problems=(problem,)) from error
    return table_from_rows(rows=rows, universe=universe)


def table_to_rows(*, table: Table, language: Language = "zh") -> list[list[str]]:
    """The rows of a sheet, all texts. Raises TableInvalid if a rule decides an undeclared column."""
    decided = [column.kind.value for column in table.outputs]
    rows = [
        ["table", table.key, _guard(table.name), HIT_POLICY],
        ["column", *(column.key for column in table.inputs), *decided, "remark"],
        ["kind", *(column.kind.value for column in table.inputs), *(OUTPUT_MARK for _ in decided), ""],
        ["label", *(_guard(c.label) for c in table.inputs), *(_guard(c.label) for c in table.outputs), ""],
    ]
    return rows + [_rule_row(table=table, rule=rule, language=language) for rule in table.rules]


def _rule_row(*, table: Table, rule: Rule, language: Language) -> list[str]:
    given = rule.outputs
    texts = {
        OutputKind.LEAD: given.lead,
        OutputKind.CO_HANDLERS: " | ".join(given.co_handlers),
        OutputKind.LIMITS: _guard(given.limits or ""),
        OutputKind.PRIORITY: given.priority.value,
        OutputKind.NOTE: _guard(given.note),
    }
    declared = {column.kind for column in table.outputs}
    lost = [kind for kind, text in texts.items() if text not in {"", "normal"} and kind not in declared]
    if lost:
        problems = tuple(
            Problem(code=ProblemCode.UNKNOWN_COLUMN, rule=rule.id, value=kind.value) for kind in lost
        )
        raise TableInvalid(problems=problems)
    cells = ["" if cell is None else cell_write(cell=cell, language=language) for cell in rule.cells]
    return [rule.id, *cells, *(texts[column.kind] for column in table.outputs), _guard(rule.note)]


def table_from_rows(*, rows: Sequence[Row], universe: Universe) -> Table:
    """The table of a sheet's rows; short rows are filled up, blank last rows ignored. Raises TableInvalid."""
    complaints = Complaints()
    used = len(rows)
    while used and not any(rows[used - 1]):
        used -= 1
    headings = [row[0] if row else "" for row in rows[: len(HEADINGS)]]
    if headings != list(HEADINGS):
        complaints.add(
            code=ProblemCode.NOT_READABLE, value=f"the first rows must begin with {', '.join(HEADINGS)}"
        )
        raise TableInvalid(problems=tuple(complaints.found))
    document = _Sheet(heading=rows[: len(HEADINGS)], complaints=complaints).document(
        rows=rows[len(HEADINGS) : used]
    )
    return table_read(document=document, universe=universe, complaints=complaints)


class _Sheet:
    """The columns of a sheet, and the reading of its rows into plain data."""

    def __init__(self, *, heading: Sequence[Row], complaints: Complaints) -> None:
        self._complaints = complaints
        names = _trim(heading[1])[1:]
        self._remark = bool(names) and names[-1] == "remark"
        self._names = names[:-1] if self._remark else names
        self._kinds = self._fill(row=heading[2], where="kind")
        self._labels = [_unguard(text) for text in self._fill(row=heading[3], where="label")]
        self._table = [*_trim(heading[0]), "", "", ""]
        for extra in _trim(heading[0])[4:]:
            complaints.add(code=ProblemCode.UNKNOWN_KEY, value=extra)

    def _fill(self, *, row: Row, where: str) -> list[str]:
        entries = _trim(row)[1:]
        width = len(self._names)
        if len(entries) > width:
            self._complaints.add(code=ProblemCode.WRONG_WIDTH, value=f"{len(entries)} entries ({where})")
        return (entries + [""] * width)[:width]

    def document(self, *, rows: Sequence[Row]) -> Document:
        """The plain data of the whole sheet."""
        inputs: list[Document] = []
        outputs: list[Document] = []
        for name, kind, label in zip(self._names, self._kinds, self._labels, strict=True):
            if kind == OUTPUT_MARK:
                outputs.append({"kind": name, "label": label})
            else:
                inputs.append({"key": name, "kind": kind, "label": label})
        return {
            "key": self._table[1],
            "name": _unguard(self._table[2]),
            "hit_policy": self._table[3],
            "inputs": inputs,
            "outputs": outputs,
            "rules": [self._rule(row=row) for row in rows],
        }

    def _rule(self, *, row: Row) -> Document:
        name = row[0] if row else ""
        width = 1 + len(self._names) + self._remark
        here = self._complaints.at(rule=name)
        if len(_trim(row)) > width:
            here.add(code=ProblemCode.WRONG_WIDTH, value=f"{len(_trim(row))} entries")
        entries = [*row, *([""] * width)][:width]
        cells: Document = {}
        decided: Document = {}
        for key, kind, text in zip(self._names, self._kinds, entries[1:], strict=False):
            if text and kind == OUTPUT_MARK:
                decided[key] = _decision(key=key, text=text)
            elif text and kind in list(InputKind):
                parsed = cell_parse(kind=InputKind(kind), text=text)
                self._accept(cells=cells, key=key, parsed=parsed, text=text, complaints=here)
        note = _unguard(entries[-1]) if self._remark else ""
        return {"id": name, "cells": cells, "outputs": decided, "note": note}

    def _accept(
        self, *, cells: Document, key: str, parsed: object, text: str, complaints: Complaints
    ) -> None:
        if parsed is None:
            complaints.at(column=key).add(code=ProblemCode.BAD_CELL, value=text)
        else:
            cells[key] = parsed


def _trim(row: Row) -> list[str]:
    entries = list(row)
    while entries and not entries[-1]:
        entries.pop()
    return entries


def _decision(*, key: str, text: str) -> object:
    if key == OutputKind.CO_HANDLERS:
        return [code.strip() for code in text.split("|")]
    return _unguard(text) if key in {OutputKind.LIMITS, OutputKind.NOTE} else text


def rule_texts(*, table: Table, rule: Rule, language: Language = "zh") -> Mapping[str, str]:
    """A rule's given cells by column key, worded for a page."""
    pairs = zip(table.inputs, rule.cells, strict=True)
    return {c.key: cell_write(cell=cell, language=language) for c, cell in pairs if cell is not None}
