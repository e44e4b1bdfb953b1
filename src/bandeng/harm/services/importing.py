"""Records of courts, arbitration, inspections and the registry from files, until their own apps exist.

A document that is here already creates nothing; one that says something else now is refused with the file that it
came from: that file is taken back first, so that each batch can be undone as a whole.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import pgettext

from bandeng.areas.selectors import atlas
from bandeng.core import audit, bulk, clock
from bandeng.core.labels import listed
from bandeng.core.rules import Actor
from bandeng.harm.models import StreamImport, StreamRecord
from bandeng.harm.rules import CHANGES, REGISTRY, STREAM_OF, ImportKind, ImportState
from bandeng.harm.services.gathering import kept_since
from bandeng.harm.services.turns import turn_take
from bandeng.harm.sources import voice
from bandeng.harm.terms import terms
from bandeng.intake.sheets import Row, digest_of, opened
from bandeng.matters.rules import clean_text
from reckon.harm import kinds_in_force, triggers_in_force
from reckon.linkage import unified_holds

FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "number", "案号", "编号", "文号", "记录编号"),
    "name": ("name", "enterprise", "企业名称", "被告", "被申请人", "单位名称", "名称"),
    "code": ("code", "credit_code", "统一社会信用代码", "信用代码"),
    "address": ("address", "地址", "住所", "经营地址"),
    "phone": ("phone", "电话", "联系电话"),
    "date": ("date", "日期", "立案日期", "受理日期", "检查日期", "变更日期", "登记日期"),
    "kind": ("kind", "cause", "风险类型", "案由", "争议事项", "问题类型"),
    "claimants": ("claimants", "人数", "原告人数", "申请人数"),
    "fact": ("fact", "signal", "认定事实"),
    "change": ("change", "变更事项"),
    "area": ("area", "area_code", "区域代码"),
    "customers": ("customers", "客户数", "会员数"),
    "employees": ("employees", "职工数", "参保人数"),
    "buyers": ("buyers", "购房人数"),
}
PARTY = ("name", "code", "address", "phone", "date")
FIELDS_OF: dict[ImportKind, tuple[str, ...]] = {
    ImportKind.FILINGS: ("id", *PARTY, "kind", "claimants", "area"),
    ImportKind.ARBITRATION: ("id", *PARTY, "kind", "claimants", "area"),
    ImportKind.INSPECTIONS: ("id", *PARTY, "kind", "fact", "area"),
    ImportKind.REGISTRY: ("id", *PARTY, "change", "area", "customers", "employees", "buyers"),
}
USUAL: dict[ImportKind, dict[str, str]] = {
    ImportKind.FILINGS: {"name": "被告", "date": "立案日期", "kind": "案由", "claimants": "原告人数"},
    ImportKind.ARBITRATION: {
        "name": "被申请人",
        "date": "受理日期",
        "kind": "争议事项",
        "claimants": "申请人数",
    },
    ImportKind.INSPECTIONS: {"id": "文号", "date": "检查日期", "kind": "问题类型"},
    ImportKind.REGISTRY: {"id": "编号", "address": "住所", "date": "登记日期"},
}
REQUIRED = ("name", "date")
EXPOSURES = ("customers", "employees", "buyers")
MOST_PEOPLE = 10_000
MOST_FIGURE = 10_000_000
WHOLE = re.compile("[0-9]{1,9}")
CHUNK = 500
Value = TypeVar("Value")


class MappingWrong(ValueError):
    """The column mapping names what is not there; the message lists the file's columns."""


class RowWrong(ValueError):
    """A row cannot be brought in: the field and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass
class Tally:
    """What an import did."""

    rows: int = 0
    created: int = 0
    known: int = 0
    refusals: list[tuple[int, str, str]] = field(default_factory=list)  # line, column, reason; several a line

    @property
    def refused(self) -> int:
        """Rows that were not brought in."""
        return len({line for line, _, _ in self.refusals})


@dataclass(frozen=True)
class Found:
    """What a file holds: the records that are new, and the tally of all its rows."""

    fresh: list[StreamRecord]
    tally: Tally


def records_import(
    *, path: Path, kind: ImportKind, actor: Actor, given: Mapping[str, str] | None = None, encoding: str = "",
    dry_run: bool = False,
) -> Tally:  # fmt: skip
    """Bring a file in; a row that is known creates nothing. Raises FileUnreadable, MappingWrong."""
    with transaction.atomic():
        turn_take()
        found = file_read(path=path, kind=kind, given=given, encoding=encoding)
        if not dry_run:
            run = StreamImport(kind=kind.value, name=path.name[:200], actor=actor.key, actor_name=actor.name)
            batch_write(run=run, found=found, path=path, actor=actor)
    return found.tally


def file_read(
    *, path: Path, kind: ImportKind, given: Mapping[str, str] | None = None, encoding: str = ""
) -> Found:
    """Look a file through and write nothing. Raises FileUnreadable, MappingWrong."""
    tally = Tally()
    with opened(path, encoding=encoding) as (header, rows):
        columns = columns_of(header, given or {})
        read = list(_records(rows, columns, kind, tally))
    present = _present([key for _, record, former in read for key in (record.key, *former)])
    fresh: dict[str, StreamRecord] = {}
    for line, record, former in read:
        other = next((present[key] for key in (record.key, *former) if key in present), fresh.get(record.key))
        if other is None:
            fresh[record.key] = record
        elif _said(other) == _said(record):
            tally.known += 1
        else:
            tally.refusals.append((line, columns.get("id", ""), _elsewhere(other)))
    tally.created = len(fresh)
    tally.refusals.sort(key=lambda refusal: refusal[0])
    return Found(list(fresh.values()), tally)


def _present(keys: list[str]) -> dict[str, StreamRecord]:
    found: dict[str, StreamRecord] = {}
    for start in range(0, len(keys), CHUNK):
        rows = StreamRecord.objects.filter(key__in=keys[start : start + CHUNK]).select_related("imported")
        found |= {row.key: row for row in rows}
    return found


def _said(row: StreamRecord) -> tuple[object, ...]:
    return (
        row.kind, row.fact, row.name, row.code, row.address, row.phone, row.people, row.happened_on, row.area_code,
        tuple(sorted(row.exposure.items())),
    )  # fmt: skip


def _elsewhere(other: StreamRecord) -> str:
    if other.imported is None:
        return pgettext("stream import", "This number occurs in the file before, with other content.")
    words = pgettext(
        "stream import",
        "This document came with “%(name)s” on %(day)s, with other content. Take that file back first.",
    )
    return words % {
        "name": other.imported.name,
        "day": f"{other.imported.at.astimezone(clock.LOCAL):%Y-%m-%d}",
    }


def batch_write(*, run: StreamImport, found: Found, path: Path, actor: Actor) -> None:
    """Write the records of a file and what became of it, inside the caller's transaction."""
    tally = found.tally
    run.digest, run.rows, run.created = digest_of(path), tally.rows, tally.created
    run.known, run.refused, run.at = tally.known, tally.refused, clock.now()
    run.state = ImportState.DONE.value
    run.save()
    for record in found.fresh:
        record.imported = run
    bulk.insert(found.fresh)
    audit.record(
        action="harm.imported", subject=run, actor=actor.key,
        after={"kind": run.kind, "digest": run.digest, "created": run.created},
    )  # fmt: skip


def column_of(name: str, kind: ImportKind) -> str:
    """The usual Chinese name of a field's column in files of a kind."""
    own = USUAL.get(kind, {}).get(name)
    return own or next(alias for alias in FIELDS[name] if not alias.isascii())


def columns_of(header: list[str], given: Mapping[str, str]) -> dict[str, str]:
    """Field → column: as given, else by the usual names. Raises MappingWrong."""
    wrong = [name for name in given if name not in FIELDS]
    wrong += [column for column in given.values() if column not in header]
    lower = {name.lower(): name for name in header if name}
    found = {
        name: next((lower[alias.lower()] for alias in aliases if alias.lower() in lower), "")
        for name, aliases in FIELDS.items()
    }
    columns = {name: column for name, column in (found | dict(given)).items() if column}
    missing = [name for name in REQUIRED if name not in columns]
    if wrong or missing:
        raise MappingWrong(
            pgettext("stream import", "Columns unknown or missing: %(names)s. The file has: %(header)s.")
            % {"names": listed([*wrong, *missing]), "header": listed(name for name in header if name)}
        )
    return columns


def _records(
    rows: Iterator[Row], columns: Mapping[str, str], kind: ImportKind, tally: Tally
) -> Iterator[tuple[int, StreamRecord, list[str]]]:
    """Line, record, and the keys that it may be known by besides its own."""
    for row in rows:
        tally.rows += 1
        if row.fault:
            tally.refusals.append((row.line, "", row.fault))
            continue
        cells = {name: clean_text(row.cells.get(column, "")).strip() for name, column in columns.items()}
        wrong: list[RowWrong] = []
        stream = _stream(cells, kind)
        key, *former = [f"{stream}:{each}" for each in _keys(cells, dated=kind is ImportKind.REGISTRY)]
        record = _record(cells, kind, stream, key, wrong)
        tally.refusals += [(row.line, columns.get(one.column, one.column), str(one)) for one in wrong]
        if not wrong:
            yield row.line, record, former


def _or_wrong(value: Callable[[], Value], otherwise: Value, wrong: list[RowWrong]) -> Value:
    """The value, or else one in its place and the fault noted: a row tells of all its faults at once."""
    try:
        return value()
    except RowWrong as fault:
        wrong.append(fault)
        return otherwise


def _stream(cells: Mapping[str, str], kind: ImportKind) -> str:
    change = kind is ImportKind.REGISTRY and bool(cells.get("change"))
    return CHANGES if change else STREAM_OF[kind]


def _record(
    cells: Mapping[str, str], kind: ImportKind, stream: str, key: str, wrong: list[RowWrong]
) -> StreamRecord:
    exposure = {name: _or_wrong(partial(_number, cells, name, MOST_FIGURE), 0, wrong) for name in EXPOSURES}
    harm = "" if kind is ImportKind.REGISTRY else _or_wrong(partial(_kind, cells, stream), "", wrong)
    return StreamRecord(
        key=key,
        stream=stream,
        kind=harm,
        fact=_or_wrong(partial(_fact, cells), "", wrong),
        name=_or_wrong(partial(_text, cells, "name", 2, 120), "", wrong),
        code=_or_wrong(partial(_code, cells), "", wrong),
        address=_or_wrong(partial(_text, cells, "address", 0, 200), "", wrong),
        phone=_or_wrong(partial(_text, cells, "phone", 0, 40), "", wrong),
        token=voice(stream, key),
        people=_or_wrong(partial(_number, cells, "claimants", MOST_PEOPLE), 0, wrong) or 1,
        exposure={name: value for name, value in exposure.items() if value},
        happened_on=_or_wrong(partial(_date, cells, stream), date.min, wrong),
        area_code=_or_wrong(partial(_area, cells), "", wrong),
    )


def _keys(cells: Mapping[str, str], *, dated: bool) -> list[str]:
    """The key of a document, then those under which it was kept while keys took the day as it was written."""
    number = cells.get("id", "")
    if number and not dated:
        return [_digest(number)]
    # Of the registry the number with the day: it tells anew of one enterprise.
    texts = [f"{number}|{day[:10]}" if number else _whole({**cells, "date": day}) for day in _writings(cells)]
    return [_digest(text) for text in dict.fromkeys(texts)]


def _writings(cells: Mapping[str, str]) -> list[str]:
    """A row's day, then the other ways in which files write it."""
    written, day = cells.get("date", ""), _day(cells)
    if day is None:
        return [written]
    bare = f"{day.year}-{day.month}-{day.day}"
    forms = [sign.join(form.split("-")) for sign in "-/." for form in (f"{day}", bare)]
    return [*forms, f"{day} 00:00:00", written]


def _whole(cells: Mapping[str, str]) -> str:
    return "|".join(f"{name}={value}" for name, value in sorted(cells.items()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _text(cells: Mapping[str, str], column: str, shortest: int, longest: int) -> str:
    text = cells.get(column, "")
    if not shortest <= len(text) <= longest:
        words = pgettext("stream import", "Write %(shortest)d to %(longest)d characters.")
        raise RowWrong(column, words % {"shortest": shortest, "longest": longest})
    return text


def _code(cells: Mapping[str, str]) -> str:
    code = cells.get("code", "").upper()
    if code and not unified_holds(code=code):
        raise RowWrong(
            "code", pgettext("stream import", "This is no valid unified social credit code; check it.")
        )
    return code


def _day(cells: Mapping[str, str]) -> date | None:
    text = cells.get("date", "")[:10].replace("/", "-").replace(".", "-").strip()
    try:
        return parse_date(text)
    except ValueError:
        return None


def _date(cells: Mapping[str, str], stream: str) -> date:
    """The day that a row tells of. Raises RowWrong for one to come, and for one whose record would be wiped again."""
    day, now = _day(cells), clock.now()
    if day is None or day > now.astimezone(clock.LOCAL).date():
        raise RowWrong("date", pgettext("stream import", "Write a day that has been, like 2026-11-23."))
    first = kept_since(now)
    if day < first and stream != REGISTRY:
        words = pgettext("stream import", "What happened before %(day)s is not kept. Leave this row out.")
        raise RowWrong("date", words % {"day": f"{first:%Y-%m-%d}"})
    return day


def _number(cells: Mapping[str, str], column: str, most: int) -> int:
    text = cells.get(column, "")
    # The length first: thousands of digits are no number to read.
    if text and not (WHOLE.fullmatch(text) and int(text) <= most):
        words = pgettext("stream import", "Write a whole number up to %(most)d.")
        raise RowWrong(column, words % {"most": most})
    return int(text or 0)


def _area(cells: Mapping[str, str]) -> str:
    code = cells.get("area", "")
    if code and code not in atlas().by_code:
        raise RowWrong("area", pgettext("stream import", "There is no area with this code."))
    return code


def _kind(cells: Mapping[str, str], stream: str) -> str:
    said = cells.get("kind", "")
    kinds = kinds_in_force().kinds
    by_name = {kind.name_zh: code for code, kind in kinds.items()} | {code: code for code in kinds}
    code = by_name.get(said) or next((to for cause, to in terms().causes.items() if cause in said), "")
    if not code or stream not in kinds[code].streams:
        words = pgettext("stream import", "“%(said)s” names no kind of harm that this stream speaks of.")
        raise RowWrong("kind", words % {"said": said[:40]})
    return code


def _fact(cells: Mapping[str, str]) -> str:
    said = cells.get("fact", "")
    if not said:
        return ""
    known = triggers_in_force().signals
    found = next((code for code, row in known.items() if said in {code, row.name_zh, row.name_en}), "")
    if not found:
        raise RowWrong(
            "fact",
            pgettext("stream import", "“%(said)s” is no fact of the decision table.") % {"said": said[:40]},
        )
    return found
