"""A table as a JDM decision table (the open format of zen-engine and its editor), written and taken back.

JDM strings have no escapes, so a text with both kinds of quotation mark cannot be written. Any, all and none
of words become three JDM columns. On the way back only what the export writes is understood; all else is
complained of.
"""

import json
from collections.abc import Mapping

from reckon.routing.expressions import PARTS, cell_of_expressions, expressions_of_cell, quoted
from reckon.routing.facts import RoutingFacts
from reckon.routing.loading import HIT_POLICY, Document, outputs_document, table_read
from reckon.routing.matching import fold
from reckon.routing.problems import Complaints, Problem, ProblemCode, TableInvalid
from reckon.routing.table import InputColumn, InputKind, OutputKind, Rule, Table, Universe

NODE = "decisionTableNode"


def jdm_context(*, facts: RoutingFacts) -> Document:
    """The facts as the exported table wants them: codes end in a point, so that a prefix is a whole level."""
    return {
        "category": "" if facts.category is None else facts.category + ".",
        "area": "" if facts.area is None else facts.area + ".",
        "channel": facts.channel,
        "words": fold(facts.text),
        "hour": facts.minute,
        "weekday": str(facts.weekday),
        "nearby_repeats": facts.nearby_repeats,
        "reporter_kind": facts.reporter_kind,
        "inside_zone": sorted(facts.zones),
        "confidence": facts.confidence,
        "abstained": facts.abstained,
    }


def _input_columns(*, column: InputColumn) -> list[Document]:
    parts = PARTS if column.kind is InputKind.WORDS else ("",)
    return [
        {"id": f"{column.key}:{part}", "name": column.label, "field": column.kind.value, "type": "expression"}
        for part in parts
    ]


def _rule_row(*, table: Table, rule: Rule) -> Document:
    row: Document = {"_id": rule.id, "_description": rule.note}
    for column, cell in zip(table.inputs, rule.cells, strict=True):
        if cell is not None:
            parts = expressions_of_cell(kind=column.kind, cell=cell)
            row |= {f"{column.key}:{part}": expression for part, expression in parts.items()}
    for key, value in outputs_document(rule.outputs).items():
        items = value if isinstance(value, list) else [value]
        texts = ", ".join(quoted(str(item)) for item in items)
        row[f"output:{key}"] = f"[{texts}]" if isinstance(value, list) else texts
    row["output:rule"] = quoted(rule.id)
    return row


def export_jdm(*, table: Table) -> str:
    """JDM text of the table. Raises TableInvalid if a text holds both kinds of quotation mark."""
    rows = []
    problems = []
    for rule in table.rules:
        try:
            rows.append(_rule_row(table=table, rule=rule))
        except ValueError as error:
            problems.append(Problem(code=ProblemCode.BAD_TEXT, rule=rule.id, value=str(error)))
    if problems:
        raise TableInvalid(problems=tuple(problems))
    decided = [(column.kind.value, column.label) for column in table.outputs]
    content: Document = {
        "hitPolicy": HIT_POLICY,
        "passThrough": False,
        "inputs": [part for column in table.inputs for part in _input_columns(column=column)],
        "outputs": [
            {"id": f"output:{k}", "name": label, "field": k} for k, label in [*decided, ("rule", "")]
        ],
        "rules": rows,
    }
    return json.dumps(_graph(table=table, content=content), ensure_ascii=False, indent=1) + "\n"


def _graph(*, table: Table, content: Document) -> Document:
    def node(name: str, kind: str, x: int, extra: Document) -> Document:
        return {"id": name, "type": kind, "name": name, "position": {"x": x, "y": 0}} | extra

    decision = node(table.key, NODE, 300, {"content": content, "description": table.name})
    return {
        "nodes": [node("facts", "inputNode", 0, {}), decision, node("routing", "outputNode", 600, {})],
        "edges": [
            {"id": "facts-table", "type": "edge", "sourceId": "facts", "targetId": table.key},
            {"id": "table-routing", "type": "edge", "sourceId": table.key, "targetId": "routing"},
        ],
    }


def import_jdm(*, text: str, universe: Universe) -> Table:
    """The table of a JDM text in the exported form. Raises TableInvalid with every problem."""
    complaints = Complaints()
    try:
        nodes = [node for node in json.loads(text)["nodes"] if node["type"] == NODE]
        (node,) = nodes
        document = _document(node=node, complaints=complaints)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        complaints.add(code=ProblemCode.NOT_READABLE, value=f"{type(error).__name__}: {error}")
        raise TableInvalid(problems=tuple(complaints.found)) from error
    return table_read(document=document, universe=universe, complaints=complaints)


def _document(*, node: Mapping[str, object], complaints: Complaints) -> Document:
    content = node["content"]
    if not isinstance(content, dict):
        raise TypeError("the decision table has no content")
    inputs: dict[str, Document] = {}
    for column in content["inputs"]:
        key = column["id"].partition(":")[0]
        inputs[key] = {"key": key, "kind": column["field"], "label": column["name"]}
    decided = [{"kind": c["field"], "label": c["name"]} for c in content["outputs"] if c["field"] != "rule"]
    rules = [_rule_document(row=row, inputs=inputs, complaints=complaints) for row in content["rules"]]
    return {
        "key": node["id"],
        "name": node.get("description", ""),
        "hit_policy": content["hitPolicy"],
        "inputs": list(inputs.values()),
        "outputs": decided,
        "rules": rules,
    }


def _rule_document(
    *, row: Mapping[str, str], inputs: dict[str, Document], complaints: Complaints
) -> Document:
    here = complaints.at(rule=row["_id"])
    parts: dict[str, dict[str, str]] = {}
    decided: Document = {}
    for name, expression in row.items():
        key, mark, part = name.partition(":")
        if name.startswith("_") or not expression.strip():
            continue
        if key == "output" and mark:
            if part != "rule":
                decided[part] = _decision(key=part, expression=expression, complaints=here)
        elif key in inputs:
            parts.setdefault(key, {})[part] = expression
        else:
            here.add(code=ProblemCode.UNKNOWN_COLUMN, value=name)
    cells = _cell_documents(parts=parts, inputs=inputs, complaints=here)
    return {"id": row["_id"], "cells": cells, "outputs": decided, "note": row.get("_description", "")}


def _cell_documents(
    *, parts: dict[str, dict[str, str]], inputs: dict[str, Document], complaints: Complaints
) -> Document:
    cells: Document = {}
    for key, expressions in parts.items():
        kind = str(inputs[key]["kind"])
        known = kind in list(InputKind)
        cell = cell_of_expressions(kind=InputKind(kind), parts=expressions) if known else None
        if cell is None:
            complaints.at(column=key).add(code=ProblemCode.BAD_CELL, value="; ".join(expressions.values()))
        else:
            cells[key] = cell
    return cells


def _decision(*, key: str, expression: str, complaints: Complaints) -> object:
    expression = expression.strip()
    texts = cell_of_expressions(kind=InputKind.CHANNEL, parts={"": f"$ in [{expression.strip('[]')}]"})
    found = texts.get("in") if isinstance(texts, dict) else None
    if not isinstance(found, list):
        complaints.at(column=key).add(code=ProblemCode.BAD_CELL, value=expression)
        return None
    return found if key == OutputKind.CO_HANDLERS else found[0]
