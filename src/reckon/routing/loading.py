"""A table as JSON: read strictly, with every problem listed, and written."""

import json
from collections.abc import Mapping, Sequence

from reckon.routing.cell_documents import CODE, cell_read, is_plain, known_codes, strings
from reckon.routing.cell_writing import cell_document
from reckon.routing.facts import Reason
from reckon.routing.problems import Complaints, ProblemCode, TableInvalid
from reckon.routing.table import (
    MANUAL,
    Cell,
    InputColumn,
    InputKind,
    OutputColumn,
    OutputKind,
    Outputs,
    Priority,
    Rule,
    Table,
    Universe,
)

HIT_POLICY = "first"
TABLE_KEYS = ("key", "name", "hit_policy", "inputs", "outputs", "rules")
Document = dict[str, object]


def _repeats(pairs: list[tuple[str, object]]) -> Document:
    keys = [key for key, _ in pairs]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"key {twice[0]!r} is there twice in one object")
    return dict(pairs)


def load_table(*, text: str, universe: Universe) -> Table:
    """The table of a JSON text. Raises TableInvalid with every problem: nothing unknown is ever dropped."""
    try:
        document = json.loads(text, object_pairs_hook=_repeats)
    except (ValueError, RecursionError) as error:
        complaints = Complaints()
        complaints.add(code=ProblemCode.NOT_READABLE, value=str(error))
        raise TableInvalid(problems=tuple(complaints.found)) from error
    return table_read(document=document, universe=universe, complaints=Complaints())


def table_read(*, document: object, universe: Universe, complaints: Complaints) -> Table:
    """The table of plain data. Raises TableInvalid with these and all earlier complaints."""
    given = _object(document=document, keys=TABLE_KEYS, optional=(), complaints=complaints)
    if given.get("hit_policy", HIT_POLICY) != HIT_POLICY:
        complaints.add(code=ProblemCode.UNKNOWN_POLICY, value=given.get("hit_policy"))
    inputs = _inputs(rows=_list(value=given.get("inputs", []), complaints=complaints), complaints=complaints)
    outputs = _outputs(
        rows=_list(value=given.get("outputs", []), complaints=complaints), complaints=complaints
    )
    columns = _Columns(inputs=inputs, outputs=outputs, universe=universe)
    rows = _list(value=given.get("rules", []), complaints=complaints)
    rules = tuple(
        columns.rule(row=row, number=number, complaints=complaints) for number, row in enumerate(rows, 1)
    )
    _refuse_repeats(names=[rule.id for rule in rules], complaints=complaints)
    table = Table(
        key=_code(value=given.get("key", ""), complaints=complaints),
        name=_text(value=given.get("name", ""), complaints=complaints, needed=True),
        inputs=inputs,
        outputs=outputs,
        rules=rules,
    )
    if complaints.found:
        raise TableInvalid(problems=tuple(complaints.found))
    return table


def _object(
    *, document: object, keys: Sequence[str], optional: Sequence[str], complaints: Complaints
) -> Mapping[str, object]:
    if not isinstance(document, Mapping):
        complaints.add(code=ProblemCode.WRONG_TYPE, value=document)
        return {}
    for key in document:
        if key not in keys and key not in optional:
            complaints.add(code=ProblemCode.UNKNOWN_KEY, value=key)
    for key in keys:
        if key not in document:
            complaints.add(code=ProblemCode.MISSING_KEY, value=key)
    return document


def _list(*, value: object, complaints: Complaints) -> list[object]:
    if isinstance(value, list):
        return value
    complaints.add(code=ProblemCode.WRONG_TYPE, value=value)
    return []


def _text(*, value: object, complaints: Complaints, needed: bool = False, line_breaks: bool = False) -> str:
    if not isinstance(value, str):
        complaints.add(code=ProblemCode.WRONG_TYPE, value=value)
        return ""
    if not is_plain(value, line_breaks=line_breaks) or (needed and not value.strip()):
        complaints.add(code=ProblemCode.BAD_TEXT, value=value)
    return value


def _code(*, value: object, complaints: Complaints) -> str:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        complaints.add(code=ProblemCode.BAD_CODE, value=value)
    return value if isinstance(value, str) else ""


def _refuse_repeats(*, names: list[str], complaints: Complaints) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        complaints.add(code=ProblemCode.REPEATED, value=name)


def _inputs(*, rows: list[object], complaints: Complaints) -> tuple[InputColumn, ...]:
    columns = []
    for row in rows:
        given = _object(document=row, keys=("key", "kind"), optional=("label",), complaints=complaints)
        key = _code(value=given.get("key", ""), complaints=complaints)
        kind = given.get("kind")
        if kind not in list(InputKind):
            complaints.at(column=key).add(code=ProblemCode.UNKNOWN_KIND, value=kind)
            continue
        label = _text(value=given.get("label", ""), complaints=complaints.at(column=key))
        columns.append(InputColumn(key=key, kind=InputKind(str(kind)), label=label))
    _refuse_repeats(names=[column.key for column in columns], complaints=complaints)
    return tuple(columns)


def _outputs(*, rows: list[object], complaints: Complaints) -> tuple[OutputColumn, ...]:
    columns = []
    for row in rows:
        given = _object(document=row, keys=("kind",), optional=("label",), complaints=complaints)
        kind = given.get("kind")
        if kind not in list(OutputKind):
            complaints.add(code=ProblemCode.UNKNOWN_KIND, value=kind)
            continue
        label = _text(value=given.get("label", ""), complaints=complaints.at(column=str(kind)))
        columns.append(OutputColumn(kind=OutputKind(str(kind)), label=label))
    _refuse_repeats(names=[column.kind for column in columns], complaints=complaints)
    if all(column.kind is not OutputKind.LEAD for column in columns):
        complaints.add(code=ProblemCode.NO_LEAD_COLUMN)
    return tuple(columns)


class _Columns:
    """Reads rules against the declared columns."""

    def __init__(
        self, *, inputs: tuple[InputColumn, ...], outputs: tuple[OutputColumn, ...], universe: Universe
    ) -> None:
        self._inputs, self._universe = inputs, universe
        self._outputs = {column.kind.value for column in outputs}

    def rule(self, *, row: object, number: int, complaints: Complaints) -> Rule:
        """One rule; a rule without a usable id is spoken of by its number."""
        name = str(row.get("id", "")) if isinstance(row, Mapping) else ""
        here = complaints.at(rule=name or f"number {number}")
        given = _object(document=row, keys=("id", "cells", "outputs"), optional=("note",), complaints=here)
        return Rule(
            id=_code(value=given.get("id", ""), complaints=here),
            cells=self._cells(document=given.get("cells", {}), complaints=here),
            outputs=self._decision(document=given.get("outputs", {}), complaints=here),
            note=_text(value=given.get("note", ""), complaints=here, line_breaks=True),
        )

    def _known_columns(
        self, *, document: object, known: set[str], complaints: Complaints
    ) -> Mapping[str, object]:
        if not isinstance(document, Mapping):
            complaints.add(code=ProblemCode.WRONG_TYPE, value=document)
            return {}
        for key in document:
            if key not in known:
                complaints.add(code=ProblemCode.UNKNOWN_COLUMN, value=key)
        return document

    def _cells(self, *, document: object, complaints: Complaints) -> tuple[Cell | None, ...]:
        known = {column.key for column in self._inputs}
        given = self._known_columns(document=document, known=known, complaints=complaints)
        return tuple(
            cell_read(
                kind=column.kind,
                document=given[column.key],
                universe=self._universe,
                complaints=complaints.at(column=column.key),
            )
            if column.key in given
            else None
            for column in self._inputs
        )

    def _decision(self, *, document: object, complaints: Complaints) -> Outputs:
        given = self._known_columns(document=document, known=self._outputs, complaints=complaints)
        if "lead" not in given:
            complaints.at(column="lead").add(code=ProblemCode.MISSING_KEY, value="lead")
        lead = self._organisations(value=[given.get("lead", MANUAL)], key="lead", complaints=complaints)
        helpers = self._organisations(
            value=given.get("co_handlers", []), key="co_handlers", complaints=complaints
        )
        if lead and lead[0] in helpers:
            complaints.at(column="co_handlers").add(code=ProblemCode.LEAD_HELPS_ITSELF, value=lead[0])
        note = _text(value=given.get("note", ""), complaints=complaints.at(column="note"), line_breaks=True)
        return Outputs(
            lead=lead[0] if lead else MANUAL,
            co_handlers=helpers,
            limits=self._limits(value=given.get("limits"), complaints=complaints.at(column="limits")),
            priority=self._priority(
                value=given.get("priority", "normal"), complaints=complaints.at(column="priority")
            ),
            note=note,
        )

    def _organisations(self, *, value: object, key: str, complaints: Complaints) -> tuple[str, ...]:
        here = complaints.at(column=key)
        special = {MANUAL} if key == "lead" else set()
        known = self._universe.organisations | special
        return known_codes(codes=strings(value=value, complaints=here), known=known, complaints=here)

    def _limits(self, *, value: object, complaints: Complaints) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or value not in self._universe.limits:
            complaints.add(code=ProblemCode.UNKNOWN_CODE, value=value)
        return value if isinstance(value, str) else None

    def _priority(self, *, value: object, complaints: Complaints) -> Priority:
        if value not in list(Priority):
            complaints.add(code=ProblemCode.UNKNOWN_CODE, value=value)
            return Priority.NORMAL
        return Priority(str(value))


def outputs_document(outputs: Outputs) -> Document:
    """A decision as plain data, without what is the default."""
    decided: Document = {"lead": outputs.lead}
    if outputs.co_handlers:
        decided["co_handlers"] = list(outputs.co_handlers)
    if outputs.limits is not None:
        decided["limits"] = outputs.limits
    if outputs.priority is not Priority.NORMAL:
        decided["priority"] = outputs.priority.value
    if outputs.note:
        decided["note"] = outputs.note
    return decided


def _rule_document(*, table: Table, rule: Rule) -> Document:
    pairs = zip(table.inputs, rule.cells, strict=True)
    document: Document = {
        "id": rule.id,
        "cells": {column.key: cell_document(cell=cell) for column, cell in pairs if cell is not None},
        "outputs": outputs_document(rule.outputs),
    }
    return document | ({"note": rule.note} if rule.note else {})


def table_document(*, table: Table) -> Document:
    """The plain data that table_read takes back."""
    return {
        "key": table.key,
        "name": table.name,
        "hit_policy": HIT_POLICY,
        "inputs": [{"key": c.key, "kind": c.kind.value, "label": c.label} for c in table.inputs],
        "outputs": [{"kind": c.kind.value, "label": c.label} for c in table.outputs],
        "rules": [_rule_document(table=table, rule=rule) for rule in table.rules],
    }


def dump_table(*, table: Table) -> str:
    """JSON text in a stable order and short lines, so that two versions can be compared line by line."""
    return json.dumps(table_document(table=table), ensure_ascii=False, indent=1) + "\n"


def reason_document(*, reason: Reason) -> Document:
    """A reason as plain data, to keep with the matter."""
    return {
        "column": reason.column,
        "kind": reason.kind.value,
        "cell": cell_document(cell=reason.cell),
        "value": list(reason.value) if isinstance(reason.value, tuple) else reason.value,
        "matched": list(reason.matched),
    }
