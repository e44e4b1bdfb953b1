"""Dispatch by decision tables: who leads, who helps, within which limits, how urgent, and why."""

from reckon.routing.analysis import Findings, analyse
from reckon.routing.difference import DifferenceReport, difference
from reckon.routing.facts import Reason, Routing, RoutingFacts, RoutingProblem
from reckon.routing.interchange import export_jdm, import_jdm
from reckon.routing.loading import dump_table, load_table, reason_document
from reckon.routing.problems import Problem, TableInvalid
from reckon.routing.router import Router, compile_table
from reckon.routing.sheet import rule_texts, table_from_csv, table_from_rows, table_to_csv, table_to_rows
from reckon.routing.table import MANUAL, InputColumn, InputKind, OutputColumn, Outputs, Rule, Table, Universe

__all__ = [
    "MANUAL",
    "DifferenceReport",
    "Findings",
    "InputColumn",
    "InputKind",
    "OutputColumn",
    "Outputs",
    "Problem",
    "Reason",
    "Router",
    "Routing",
    "RoutingFacts",
    "RoutingProblem",
    "Rule",
    "Table",
    "TableInvalid",
    "Universe",
    "analyse",
    "compile_table",
    "difference",
    "dump_table",
    "export_jdm",
    "import_jdm",
    "load_table",
    "reason_document",
    "rule_texts",
    "table_from_csv",
    "table_from_rows",
    "table_to_csv",
    "table_to_rows",
]
