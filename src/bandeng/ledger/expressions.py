"""Measures as expressions that run unchanged on DuckDB and on Spark."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import reduce
from hashlib import sha256
from operator import and_, or_

import ibis
from ibis.expr.types import BooleanValue, Table

from bandeng.ledger.rules import SCHEMA
from reckon.index import Measure

LEDGER = ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="ledger")
"""All signed rows; which files they are is the engine's matter."""


def key_of(measure: Measure) -> str:
    """The same for the same measure, whoever declares it, 16 characters."""
    return sha256(json.dumps(asdict(measure), sort_keys=True).encode()).hexdigest()[:16]


def holds(measure: Measure) -> BooleanValue:
    """Whether a row is one of the records that the measure counts."""
    parts = [LEDGER.is_counted, LEDGER.records == measure.records]
    if measure.category:
        # Every level of a code has two digits, so whatever begins with it lies below it.
        parts.append(reduce(or_, [LEDGER.category.startswith(prefix) for prefix in measure.category]))
    for column, values in (
        ("channel", measure.source),
        ("severity", measure.severity),
        ("outcome", measure.outcome),
    ):
        if values:
            parts.append(LEDGER[column].isin(values))
    parts.extend(LEDGER[flag] for flag in measure.flags)
    if not measure.is_span and measure.count != "all":
        parts.append(LEDGER[measure.count])
    return reduce(and_, parts)


def counts(measures: Mapping[str, Measure], *, dated_by: str) -> Table:
    """Grid × month with one column a measure: all measures of one moment in one reading."""
    month = LEDGER[f"{dated_by}_month"]
    sums = {
        key: holds(measure).ifelse(LEDGER.sign, 0).sum().cast("int64") for key, measure in measures.items()
    }
    return LEDGER.filter(month.notnull()).group_by(area_code=LEDGER.area_code, month=month).agg(**sums)


def spans(measure: Measure) -> Table:
    """Grid × month × days: how many of the measure's records took so many days."""
    month, days = LEDGER[f"{measure.dated_by}_month"], LEDGER[measure.count]
    rows = LEDGER.filter(holds(measure) & month.notnull() & days.notnull())
    return rows.group_by(area_code=LEDGER.area_code, month=month, days=days).agg(
        value=LEDGER.sign.sum().cast("int64")
    )


def behind(measure: Measure, *, area: str, month: int) -> Table:
    """The subjects that a figure counts, newest first."""
    rows = LEDGER.filter(
        holds(measure) & (LEDGER[f"{measure.dated_by}_month"] == month) & LEDGER.area_code.startswith(area)
    )
    signed = rows.group_by(["source", "subject", "category", "area_code"]).agg(net=rows.sign.sum())
    return signed.filter(signed.net > 0).drop("net").order_by(ibis.desc("subject"))
