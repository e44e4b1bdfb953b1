"""The figures of units over the duties, as expressions that run unchanged on DuckDB and on Spark.

Shares of the case mix are whole numbers of a thousand-millionth: sums of them do not depend on the order in which an
engine adds, so a score is the same to the last digit however often it is reckoned.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import ibis
from ibis.expr.types import BooleanValue, Column, Table

from bandeng.evaluation.rules import Kind
from bandeng.ledger.expressions import LEDGER, holds
from reckon.index import Duty, DutyDeclaration, Measure

SCALE = 10**9
CATEGORY = 5  # characters of two levels, such as 11.03
GRID, STREET = 15, 9  # digits of the codes of a grid and of a street
Records = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class LeftOut:
    """A record that no longer counts for a unit: in one duty, or in every one where `duty` is empty."""

    source: str
    subject: int
    unit: str
    duty: str = ""

    def holds(self, *, unit: str, duty: str) -> bool:
        """Whether it concerns a unit's duty."""
        return self.unit == unit and self.duty in {"", duty}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which rows of the ledger count for whom."""

    kind: Kind
    months: tuple[int, ...]
    excluded: Sequence[LeftOut] = ()


@dataclass(frozen=True, kw_only=True)
class StrataWords:
    """What the columns of a stratum may be; whatever else comes counts with the first."""

    categories: tuple[str, ...]
    severities: tuple[str, ...]
    band_starts: tuple[int, ...]


def mix_table(duties: int) -> Table:
    """The case mix: a row a stratum, its place and for each duty share and variance of one case."""
    columns = {"category": "string", "severity": "string", "band": "int64"}
    for duty in range(duties):
        columns |= {f"e{duty}": "int64", f"v{duty}": "int64"}
    return ibis.table(columns, name="mix")


def rows_of(asked: Asked) -> Table:
    """The ledger's rows that can count: of units of the kind, in the months by any moment."""
    months = list(asked.months)
    moments = [LEDGER[f"{name}_month"].isin(months) for name in ("opened", "accepted", "due", "closed")]
    kept = LEDGER.filter(reduce(or_, moments))
    return kept.filter(kept.post.notnull() if asked.kind is Kind.POSTS else kept.area_code.length() == GRID)


def figures(declaration: DutyDeclaration, *, asked: Asked, words: StrataWords) -> Table:
    """A row a unit: cases, observed, expected and variance of each duty (`n0`, `o0`, `e0`, `v0`, …)."""
    mix = mix_table(len(declaration.codes))
    rows = _marked(declaration, asked=asked, words=words)
    joined = rows.join(mix, ["category", "severity", "band"])
    sums = {}
    for place in range(len(declaration.codes)):
        weight = joined[f"is_case{place}"].ifelse(joined.sign, 0).cast("int64")
        sums[f"n{place}"] = weight.sum().cast("int64")
        sums[f"o{place}"] = (
            joined[f"is_event{place}"].ifelse(joined.sign, 0).cast("int64").sum().cast("int64")
        )
        sums[f"e{place}"] = (weight * joined[f"e{place}"]).sum().cast("int64")
        sums[f"v{place}"] = (weight * joined[f"v{place}"]).sum().cast("int64")
    return joined.group_by("unit").agg(**sums).order_by("unit")


def strata(declaration: DutyDeclaration, *, asked: Asked, words: StrataWords) -> Table:
    """A row a stratum: cases and observed of each duty, from which a reference is frozen."""
    rows = _marked(declaration, asked=asked, words=words)
    sums = {}
    for place in range(len(declaration.codes)):
        for name, mark in (("n", "is_case"), ("o", "is_event")):
            sums[f"{name}{place}"] = rows[f"{mark}{place}"].ifelse(rows.sign, 0).sum().cast("int64")
    return (
        rows.group_by(["category", "severity", "band"]).agg(**sums).order_by(["category", "severity", "band"])
    )


def categories(asked: Asked) -> Table:
    """The categories of two levels that occur."""
    rows = rows_of(asked)
    return rows.select(category=rows.category.substr(0, CATEGORY)).distinct().order_by("category")


def records(duty: Duty, measure: Measure, *, asked: Asked, unit: str) -> Table:
    """The records behind a figure of a duty (its numerator or denominator) and a unit, the newest first."""
    rows = rows_of(asked)
    rows = rows.filter(_here(_counts(duty, measure, asked), rows) & (_unit(rows, asked.kind) == unit))
    return _present(rows)


def named_records(keys: Records) -> Table:
    """What some records are about; nothing for those that are gone."""
    parts = []
    for source in sorted({source for source, _ in keys}):
        subjects = sorted(subject for each, subject in keys if each == source)
        parts.append((LEDGER.source == source) & LEDGER.subject.isin(subjects))
    return _present(LEDGER.filter(reduce(or_, parts)))


def team_months(months: Sequence[int]) -> Table:
    """Tasks due and late a month and category, by the street office that had them: its code is its street's."""
    rows = LEDGER.filter(
        LEDGER.is_counted & (LEDGER.records == "tasks") & LEDGER.due_month.isin(list(months))
    )
    rows = rows.filter((rows.organisation.length() == STREET) & rows.organisation.re_search("^[0-9]+$"))
    return rows.group_by(street=rows.organisation, month=rows.due_month, category=rows.category).agg(
        cases=rows.sign.sum().cast("int64"), late=rows.late.ifelse(rows.sign, 0).sum().cast("int64")
    )


def closed_records(asked: Asked) -> Table:
    """What an auditor may be sent to: the units' records that ended in the months."""
    rows = rows_of(asked)
    rows = rows.filter(rows.closed_month.isin(list(asked.months)) & rows.is_counted)
    signed = rows.group_by(unit=_unit(rows, asked.kind), source=rows.source, subject=rows.subject).agg(
        net=rows.sign.sum()
    )
    return signed.filter(signed.net > 0).drop("net").order_by(["unit", "source", "subject"])


def _present(rows: Table) -> Table:
    """The records behind signed rows as they stand now, the newest first."""
    keys = {name: rows[name] for name in ("source", "subject", "category", "area_code")}
    signed = rows.group_by(**keys, month=rows.opened_month).agg(net=rows.sign.sum())
    return signed.filter(signed.net > 0).drop("net").order_by([ibis.desc("subject"), "source"])


def _marked(declaration: DutyDeclaration, *, asked: Asked, words: StrataWords) -> Table:
    """The rows with unit, stratum, and whether each is a case and an event of each duty."""
    rows = rows_of(asked)
    known = rows.category.substr(0, CATEGORY)
    marks: dict[str, Column] = {}
    for place, duty in enumerate(declaration.duties):
        for name, measure in (("is_case", duty.denominator), ("is_event", duty.numerator)):
            marks[f"{name}{place}"] = _here(_counts(duty, measure, asked), rows) & _stays(rows, duty, asked)
    hour = rows.opened_hour.fill_null(0)
    return rows.select(
        "sign",
        unit=_unit(rows, asked.kind),
        category=known.isin(list(words.categories)).ifelse(known, words.categories[0]),
        severity=rows.severity.isin(list(words.severities)).ifelse(rows.severity, words.severities[0]),
        band=reduce(
            lambda total, start: total + (hour >= start).cast("int64"),
            words.band_starts[1:],
            ibis.literal(0, "int64"),
        ),
        **marks,
    )


def _counts(duty: Duty, measure: Measure, asked: Asked) -> BooleanValue:
    """Whether a row is one that a measure of the duty counts for a unit of the kind."""
    found = holds(measure) & LEDGER[f"{measure.dated_by}_month"].isin(list(asked.months))
    bounced = bounced_as(duty)
    if asked.kind is Kind.GRIDS or bounced is None:
        return found
    return found | (holds(bounced) & LEDGER[f"{bounced.dated_by}_month"].isin(list(asked.months)))


def _stays(rows: Table, duty: Duty, asked: Asked) -> BooleanValue:
    """Whether a row was not taken out of the duty for its unit."""
    subjects: dict[tuple[str, str], list[int]] = defaultdict(list)
    for each in asked.excluded:
        if each.duty in {"", duty.code}:
            subjects[each.unit, each.source].append(each.subject)
    gone = [
        (_unit(rows, asked.kind) == unit) & (rows.source == source) & rows.subject.isin(sorted(set(keys)))
        for (unit, source), keys in sorted(subjects.items())
    ]
    return ~reduce(or_, gone, ibis.literal(False))


def bounced_as(duty: Duty) -> Measure | None:
    """Tasks that a post gave back stay with it as cases that went wrong: else passing on what is hard would pay.

    A grid needs no such rule, as a matter stays where it happened. Tasks of their own are `overdue` by themselves.
    """
    measure = duty.denominator
    if not duty.higher_is_worse or measure.records != "matters" or duty.numerator.count == "returned":
        return None
    return replace(
        measure,
        records="tasks",
        dated_by="opened" if measure.dated_by == "opened" else "due",
        flags=("returned",),
    )


def _here(condition: BooleanValue, rows: Table) -> BooleanValue:
    """The ledger's condition on a selection of its rows; unknown is no."""
    op = condition.op().replace({LEDGER.op(): rows.op()})
    return op.to_expr().fill_null(False)


def _unit(rows: Table, kind: Kind) -> Column:
    return rows.post.cast("string") if kind is Kind.POSTS else rows.area_code
