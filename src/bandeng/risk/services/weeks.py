"""Weekly counts of a former system, without which the detector would have to wait for years."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Min
from django.db.models.functions import Substr

from bandeng.areas.selectors import atlas
from bandeng.core import audit, bulk
from bandeng.core.rules import Actor
from bandeng.ledger.rules import LOCAL
from bandeng.matters.models import Matter
from bandeng.risk.clusters import WeekCount
from bandeng.risk.rules import STREET
from bandeng.risk.scan_rules import surge_settings

COLUMNS = ("group", "monday", "area_code", "count", "source")
MOST = 10_000_000
SOURCE_LENGTH = 200
Key = tuple[str, date]


class WeeksInvalid(ValueError):
    """Rows that cannot be used; the message names the line and what to do."""


@dataclass(frozen=True, kw_only=True)
class WeekRow:
    """One count; areas without one had none."""

    group: str
    monday: date
    area_code: str
    count: int
    source: str


def weeks_read(text: str) -> list[WeekRow]:
    """The rows of a CSV. Raises WeeksInvalid, naming the first line that is wrong."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        if sorted(head) != sorted(COLUMNS):
            raise WeeksInvalid(
                f"line 1: the columns are {', '.join(head) or 'missing'}; needed are {', '.join(COLUMNS)}, "
                "parted by commas."
            )
        rows = [
            _row(dict(zip(head, cells, strict=False)), len(cells), line=reader.line_num)
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as wrong:
        raise WeeksInvalid(f"line {reader.line_num}: no CSV: {wrong}") from wrong
    if not rows:
        raise WeeksInvalid("there are no rows below the header.")
    _check_once(rows)
    return rows


def _row(cells: dict[str, str], width: int, *, line: int) -> WeekRow:
    if width != len(COLUMNS):
        raise WeeksInvalid(f"line {line}: {width} columns instead of {len(COLUMNS)}.")
    group, area, count = cells["group"].strip(), cells["area_code"].strip(), cells["count"].strip()
    known = [each.code for each in surge_settings().groups]
    if group not in known:
        raise WeeksInvalid(f"line {line}: group {group!r} is none of {', '.join(known)}.")
    if len(area) < STREET or area not in atlas().by_code:
        raise WeeksInvalid(f"line {line}: {area!r} is no street, community or grid of this district.")
    if not (count.isascii() and count.isdecimal() and len(count) < 9 and 0 < int(count) <= MOST):
        raise WeeksInvalid(
            f"line {line}: count {count!r} is no whole number from 1; a week without matters has no row."
        )
    source = cells["source"].strip()
    if not 0 < len(source) <= SOURCE_LENGTH:
        raise WeeksInvalid(f"line {line}: name the source, in at most {SOURCE_LENGTH} characters.")
    monday = _monday(cells["monday"].strip(), line=line)
    return WeekRow(group=group, monday=monday, area_code=area, count=int(count), source=source)


def _monday(text: str, *, line: int) -> date:
    try:
        monday = date.fromisoformat(text)
    except ValueError:
        monday = None
    if monday is None or monday.weekday():
        raise WeeksInvalid(f"line {line}: {text!r} is no Monday, written like 2026-11-16.")
    return monday


def _check_once(rows: Sequence[WeekRow]) -> None:
    """Every count once, and a street's week by one kind of area only, or matters would count twice."""
    keys: set[tuple[str, date, str]] = set()
    lengths: dict[tuple[str, date, str], int] = {}
    for row in rows:
        key, street = (row.group, row.monday, row.area_code), (row.group, row.monday, row.area_code[:STREET])
        if key in keys:
            raise WeeksInvalid(f"{row.group}, {row.monday}, {row.area_code} is there twice.")
        if lengths.setdefault(street, len(row.area_code)) != len(row.area_code):
            raise WeeksInvalid(
                f"{row.group}, {row.monday}: {street[2]} is counted both by itself and by its parts. Give one."
            )
        keys.add(key)


@transaction.atomic
def weeks_bring(*, rows: Sequence[WeekRow], actor: Actor) -> int:
    """Bring counts in; a street's week of a group that was there is replaced whole. Raises WeeksInvalid."""
    _check_before(rows)
    weeks: dict[Key, set[str]] = {}
    for row in rows:
        weeks.setdefault((row.group, row.monday), set()).add(row.area_code[:STREET])
    for (group, monday), streets in weeks.items():
        there = WeekCount.objects.annotate(street=Substr("area_code", 1, STREET))
        there.filter(group=group, monday=monday, street__in=streets).delete()
    bulk.insert([WeekCount(**vars(row)) for row in rows])
    audit.record(
        action="risk.week_counts_brought",
        subject=("risk.weekcount", ""),
        actor=actor.key,
        after={"rows": len(rows), "sources": sorted({row.source for row in rows})},
    )
    return len(rows)


def _check_before(rows: Sequence[WeekRow]) -> None:
    """Refuse weeks that begin after this system's first matter: it counts them itself."""
    opened = Matter.objects.aggregate(first=Min("opened_at"))["first"]
    newest = max(rows, key=lambda row: row.monday)
    if opened is not None and newest.monday > opened.astimezone(LOCAL).date():
        raise WeeksInvalid(
            f"{newest.group}, {newest.monday}: this system has matters since {opened.astimezone(LOCAL):%Y-%m-%d} "
            "and counts those weeks itself. Leave them out, or they would count twice."
        )
