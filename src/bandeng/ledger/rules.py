"""A record as the ledger keeps it, and the columns of its files. No Django.

The ledger holds signed rows. What is new adds a row with sign +1; what has changed adds the old row again with sign
-1 and the new one with +1. Every figure is a sum of signs, so late and corrected records need no second look at what
was counted before, and a figure of a million rows moves by the handful that an hour brings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from reckon.index.admission import FLAGS

#: Months and hours are the district's.
LOCAL = ZoneInfo("Asia/Shanghai")
MOST_DAYS = 400
"""Longer waits are counted with those of this many days."""
PLAIN = -1
"""In place of days: a plain count."""
MOMENTS = ("opened", "accepted", "due", "closed")
FLAG_COLUMNS = tuple(sorted(FLAGS))


@dataclass(frozen=True, kw_only=True)
class Record:
    """The present state of one subject of a source: a matter, a task, a case."""

    source: str  # who keeps the subject: "matters", "tasks", an imported register
    records: str  # what it counts as, in the words of `reckon.index.measures`: "matters" or "tasks"
    subject: int
    area_code: str
    category: str = ""
    channel: str = ""
    severity: str = "normal"
    outcome: str = ""
    organisation: str = ""
    post: int | None = None
    opened: datetime | None = None
    accepted: datetime | None = None
    due: datetime | None = None
    closed: datetime | None = None
    flags: frozenset[str] = frozenset()
    is_counted: bool = True  # False: a duplicate, or closed at once by whoever filed it

    def __post_init__(self) -> None:
        unknown = self.flags - FLAGS
        if unknown:
            raise ValueError(f"unknown flags {sorted(unknown)}; known are {sorted(FLAGS)}")


TEXTS = ("source", "records", "area_code", "category", "channel", "severity", "outcome", "organisation")
SCHEMA = pa.schema(
    [
        ("sign", pa.int8()),
        ("recorded", pa.int64()),  # milliseconds since 1970, UTC
        ("subject", pa.int64()),
        *[(name, pa.string()) for name in TEXTS],
        ("post", pa.int64()),
        *[(f"{moment}_month", pa.int32()) for moment in MOMENTS],  # such as 202611
        ("opened_hour", pa.int8()),
        ("days_to_accept", pa.int16()),
        ("days_to_close", pa.int16()),
        ("is_counted", pa.bool_()),
        *[(flag, pa.bool_()) for flag in FLAG_COLUMNS],
    ]
)
"""The columns of a file; flat and plain, so that any engine reads them."""


def row_of(record: Record) -> dict[str, Any]:
    """The record as a row of the ledger, without its sign and time."""
    plain = {field.name: getattr(record, field.name) for field in fields(record)}
    row = {name: plain[name] for name in (*TEXTS, "subject", "post", "is_counted")}
    row |= {f"{moment}_month": _month(plain[moment]) for moment in MOMENTS}
    row["opened_hour"] = record.opened.astimezone(LOCAL).hour if record.opened else None
    row["days_to_accept"] = _days(record.opened, record.accepted)
    row["days_to_close"] = _days(record.accepted or record.opened, record.closed)
    return row | {flag: flag in record.flags for flag in FLAG_COLUMNS}


def months_from(first: int, count: int) -> list[int]:
    """Months in order, beginning with `first`: 202611, 202612, 202701."""
    start = first // 100 * 12 + first % 100 - 1
    return [(start + step) // 12 * 100 + (start + step) % 12 + 1 for step in range(count)]


def table_of(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Signed rows as a table in the order in which readers leave most of it out."""
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=SCHEMA)
    return table.sort_by([("opened_month", "ascending"), ("area_code", "ascending")])


def _month(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    local = moment.astimezone(LOCAL)
    return local.year * 100 + local.month


def _days(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None:
        return None
    return min(max((end.astimezone(LOCAL).date() - start.astimezone(LOCAL).date()).days, 0), MOST_DAYS)
