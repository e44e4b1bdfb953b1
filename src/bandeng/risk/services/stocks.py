"""Stocks: numbers of people and places that counts are measured against, brought in from files."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unicodedata import category

from django.db import IntegrityError, transaction
from django.utils.translation import pgettext

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.areas.selectors import atlas
from bandeng.core import audit, clock
from bandeng.core.labels import listed
from bandeng.core.rules import Actor
from bandeng.intake.sheets import FileUnreadable, Row, digest_of, opened
from bandeng.ledger.rules import LOCAL
from bandeng.organisations.rules import Scope
from bandeng.risk.labels import STOCK_COLUMNS, STOCK_KINDS
from bandeng.risk.models import Stock, StockUpload
from bandeng.risk.rules import NotAllowed, NotYours, StockKind, may_bring_stocks

MOST_ROWS = 20_000
LARGEST = 1_000_000_000
FIRST_DAY, FURTHEST = date(2000, 1, 1), timedelta(days=366)
LENGTHS = frozenset(CODE_LENGTH[level] for level in (Level.STREET, Level.COMMUNITY, Level.GRID))
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
#: Headings of one column in all the languages that a file may be written in.
HEADINGS: dict[str, frozenset[str]] = {
    "area_code": frozenset({"area_code", "area code", "区域代码"}),
    "kind": frozenset({"kind", "类别"}),
    "valid_from": frozenset({"valid_from", "valid from", "起始日期"}),
    "value": frozenset({"value", "number", "数量"}),
    "source": frozenset({"source", "来源"}),
}
KIND_WORDS: dict[str, frozenset[str]] = {
    StockKind.POPULATION.value: frozenset({"population", "resident population", "常住人口"}),
    StockKind.PREMISES.value: frozenset({"premises", "business premises", "经营场所"}),
    StockKind.FOOD_PREMISES.value: frozenset({"food_premises", "food and drug premises", "食品药品经营单位"}),
}


@dataclass(frozen=True, kw_only=True)
class StockRow:
    """A line of a file of stocks."""

    area_code: str
    kind: str
    valid_from: date
    value: int
    source: str

    @property
    def key(self) -> tuple[str, str, date]:
        """What it is a number of."""
        return self.kind, self.area_code, self.valid_from


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a line cannot be used, in words; line 1 is the heading."""

    line: int
    text: str


class StocksInvalid(ValueError):
    """A file of stocks that cannot be used, with every fault that was found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(line_told(fault) for fault in faults))
        self.faults = tuple(faults)


def line_told(fault: Fault) -> str:
    """A fault with its line."""
    return pgettext("stock", "Line %(line)d: %(text)s") % {"line": fault.line, "text": fault.text}


def stocks_read(path: Path) -> list[StockRow]:
    """The rows of a CSV or XLSX; lines without a number are left out. Raises StocksInvalid."""
    try:
        with opened(path) as (header, rows):
            return _checked(_columns(header), rows)
    except FileUnreadable as wrong:
        text = pgettext(
            "stock", "The file cannot be read. Save it as CSV (UTF-8) or XLSX with one heading line."
        )
        raise StocksInvalid([Fault(line=1, text=text)]) from wrong


def _columns(header: Sequence[str]) -> dict[str, str]:
    """The heading of each column that is needed."""
    found = {
        name: heading
        for name, words in HEADINGS.items()
        for heading in header
        if heading.lower().lstrip("\ufeff") in words
    }
    missing = [str(STOCK_COLUMNS[name]) for name in HEADINGS if name not in found]
    if missing:
        text = pgettext("stock", "These columns are missing: %(names)s. Start from the template.") % {
            "names": listed(missing)
        }
        raise StocksInvalid([Fault(line=1, text=text)])
    return found


def _checked(columns: Mapping[str, str], rows: Iterable[Row]) -> list[StockRow]:
    found: list[StockRow] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, str, date], int] = {}
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            faults.append(Fault(line=row.line, text=_too_many()))
            break
        cells = {name: row.cells.get(heading, "").strip() for name, heading in columns.items()}
        if not row.fault and not cells["value"]:
            continue
        made, wrong = _stock(cells) if not row.fault else (None, [row.fault])
        if made is not None and made.key in seen:
            wrong = [pgettext("stock", "the same as line %(n)d: keep one of them") % {"n": seen[made.key]}]
        faults += [Fault(line=row.line, text=text) for text in wrong]
        if made is not None and not wrong:
            seen[made.key] = row.line
            found.append(made)
    if not found and not faults:
        faults = [Fault(line=2, text=pgettext("stock", "there is no number in this file"))]
    if faults:
        raise StocksInvalid(faults)
    return found


def _too_many() -> str:
    return pgettext("stock", "more than %(n)d lines: divide the file") % {"n": MOST_ROWS}


def _stock(cells: Mapping[str, str]) -> tuple[StockRow | None, list[str]]:
    """A row, or everything that is wrong with it."""
    code, day, value = cells["area_code"].lstrip("'"), _day(cells["valid_from"]), _number(cells["value"])
    kind = next((key for key, words in KIND_WORDS.items() if cells["kind"].lower() in words), "")
    wrong = []
    if code not in atlas().by_code or len(code) not in LENGTHS:
        wrong.append(
            pgettext(
                "stock",
                "“%(value)s” is the code of no street, community or grid here. Spreadsheets shorten long "
                "codes: format the column as text.",
            )
            % {"value": code[:40]}
        )
    if not kind:
        words = listed(str(word) for word in STOCK_KINDS.values())
        wrong.append(
            pgettext("stock", "“%(value)s” is no kind: write one of %(words)s")
            % {"value": cells["kind"][:40], "words": words}
        )
    wrong += _faults_of_day(cells["valid_from"], day)
    if value is None:
        wrong.append(
            pgettext("stock", "“%(value)s” is no whole number from 0 on") % {"value": cells["value"][:40]}
        )
    wrong += _faults_of_source(cells["source"])
    if wrong or day is None or value is None:
        return None, wrong
    return StockRow(area_code=code, kind=kind, valid_from=day, value=value, source=cells["source"][:200]), []


def _faults_of_day(text: str, day: date | None) -> list[str]:
    if day is None:
        return [
            pgettext("stock", "“%(value)s” is no day: write it like 2026-07-01") % {"value": text[:40]},
        ]
    last = clock.now().astimezone(LOCAL).date() + FURTHEST
    if not FIRST_DAY <= day <= last:
        words = {"value": day.isoformat(), "first": FIRST_DAY.isoformat(), "last": last.isoformat()}
        return [pgettext("stock", "%(value)s is not between %(first)s and %(last)s") % words]
    return []


def _faults_of_source(text: str) -> list[str]:
    if not text:
        return [pgettext("stock", "the source is missing: who counted, and when")]
    if any(category(sign) == "Cc" for sign in text):
        return [pgettext("stock", "the source has signs that cannot be seen: write it anew")]
    return []


def _day(text: str) -> date | None:
    found = DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _number(text: str) -> int | None:
    plain = re.sub(r"(?<=\d)[,，](?=\d{3}\b)", "", text)
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= len(str(LARGEST))):
        return None
    value = int(plain)
    return value if value <= LARGEST else None


@transaction.atomic
def stocks_bring(*, rows: Sequence[StockRow], actor: Actor, upload: StockUpload | None = None) -> int:
    """Bring stocks in; a number that differs from the one in force follows it, and the earlier row is kept.

    Returns how many rows were new.
    """
    moment = clock.now()
    present = {
        (row.kind, row.area_code, row.valid_from): row
        for row in Stock.objects.select_for_update().filter(
            superseded_at__isnull=True, kind__in={row.kind for row in rows}
        )
    }
    fresh = [row for row in rows if row.key not in present or _differs(present[row.key], row)]
    old = [present[row.key].pk for row in fresh if row.key in present]
    Stock.objects.filter(pk__in=old).update(superseded_at=moment)
    Stock.objects.bulk_create(
        [Stock(**vars(row), upload=upload, recorded_at=moment) for row in fresh], batch_size=500
    )
    audit.record(
        action="risk.stocks_brought",
        subject=upload if upload is not None else ("risk.stock", ""),
        actor=actor.key,
        after={"rows": len(rows), "new": len(fresh), "replaced": len(old)},
    )
    return len(fresh)


def _differs(present: Stock, row: StockRow) -> bool:
    return (present.value, present.source) != (row.value, row.source)


@transaction.atomic
def upload_keep(
    *, path: Path, name: str, rows: Sequence[StockRow], actor: Actor, scope: Scope
) -> StockUpload:
    """Keep a file that can be used, to be looked at before it counts. Raises NotYours."""
    _check_may(scope)
    made = StockUpload.objects.create(
        name=Path(name).name[:200],
        digest=digest_of(path),
        rows=[asdict(row) | {"valid_from": row.valid_from.isoformat()} for row in rows],
        made_at=clock.now(),
        made_by=actor.key,
        officer=actor.name[:80],
    )
    audit.record(
        action="risk.stocks_uploaded",
        subject=made,
        actor=actor.key,
        after={"rows": len(rows), "file": made.digest},
    )
    return made


def upload_bring(*, upload_id: int, actor: Actor, scope: Scope) -> int:
    """Bring a looked-at file in. Returns how many rows were new. Raises NotYours, NotAllowed."""
    _check_may(scope)
    try:
        with transaction.atomic():
            row = StockUpload.objects.select_for_update().get(pk=upload_id)
            if row.brought_at is not None:
                raise NotAllowed("upload_brought")
            row.brought_at, row.brought_by = clock.now(), actor.key
            row.save(update_fields=["brought_at", "brought_by"])
            return stocks_bring(rows=rows_of(row.rows), actor=actor, upload=row)
    except IntegrityError as raced:
        raise NotAllowed("upload_raced") from raced


@transaction.atomic
def upload_drop(*, upload_id: int, actor: Actor, scope: Scope) -> None:
    """Drop a file that was only looked at. Raises NotYours, NotAllowed."""
    _check_may(scope)
    row = StockUpload.objects.select_for_update().get(pk=upload_id)
    if row.brought_at is not None:
        raise NotAllowed("upload_brought")
    audit.record(action="risk.stocks_dropped", subject=row, actor=actor.key, before={"file": row.digest})
    row.delete()


def rows_of(kept: Sequence[Mapping[str, Any]]) -> list[StockRow]:
    """The rows of an upload."""
    return [StockRow(**{**row, "valid_from": date.fromisoformat(row["valid_from"])}) for row in kept]


def _check_may(scope: Scope) -> None:
    if not may_bring_stocks(scope):
        raise NotYours("stocks")
