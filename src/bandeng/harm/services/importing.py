"""Records of courts, arbitration, inspections and the registry from files, until their own apps exist."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import pgettext

from bandeng.areas.selectors import atlas
from bandeng.core import audit, bulk, clock
from bandeng.core.rules import Actor
from bandeng.harm.models import StreamImport, StreamRecord
from bandeng.harm.rules import CHANGES, STREAM_OF, ImportKind
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
REQUIRED = ("name", "date")
EXPOSURES = ("customers", "employees", "buyers")
MOST_PEOPLE = 10_000
MOST_FIGURE = 10_000_000


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
    refusals: list[tuple[int, str, str]] = field(default_factory=list)  # line, column, reason

    @property
    def refused(self) -> int:
        """Rows that were not brought in."""
        return len(self.refusals)


def records_import(
    *, path: Path, kind: ImportKind, actor: Actor, given: Mapping[str, str] | None = None, encoding: str = "",
    dry_run: bool = False,
) -> Tally:  # fmt: skip
    """Bring a file in; a row that is known creates nothing. Raises FileUnreadable, MappingWrong."""
    tally = Tally()
    with opened(path, encoding=encoding) as (header, rows):
        columns = columns_of(header, given or {})
        found = list(_records(rows, columns, kind, tally))
    known = set(
        StreamRecord.objects.filter(stream__in=[STREAM_OF[kind], CHANGES]).values_list("key", flat=True)
    )
    fresh: dict[str, StreamRecord] = {}
    for record in found:
        if record.key in known or record.key in fresh:
            tally.known += 1
        else:
            fresh[record.key] = record
    tally.created = len(fresh)
    if not dry_run:
        _write(list(fresh.values()), tally, path, kind, actor)
    return tally


@transaction.atomic
def _write(records: list[StreamRecord], tally: Tally, path: Path, kind: ImportKind, actor: Actor) -> None:
    run = StreamImport.objects.create(
        kind=kind.value, name=path.name[:200], digest=digest_of(path), actor=actor.key, rows=tally.rows,
        created=tally.created, known=tally.known, refused=tally.refused, at=clock.now(),
    )  # fmt: skip
    for record in records:
        record.imported = run
    bulk.insert(records)
    audit.record(
        action="harm.imported", subject=run, actor=actor.key,
        after={"kind": kind.value, "digest": run.digest, "created": run.created},
    )  # fmt: skip


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
            % {"names": "、".join([*wrong, *missing]), "header": "、".join(name for name in header if name)}
        )
    return columns


def _records(
    rows: Iterator[Row], columns: Mapping[str, str], kind: ImportKind, tally: Tally
) -> Iterator[StreamRecord]:
    for row in rows:
        tally.rows += 1
        if row.fault:
            tally.refusals.append((row.line, "", row.fault))
            continue
        cells = {name: clean_text(row.cells.get(column, "")).strip() for name, column in columns.items()}
        try:
            yield _record(cells, kind)
        except RowWrong as wrong:
            tally.refusals.append((row.line, columns.get(wrong.column, wrong.column), str(wrong)))


def _record(cells: Mapping[str, str], kind: ImportKind) -> StreamRecord:
    change = kind is ImportKind.REGISTRY and bool(cells.get("change"))
    stream = CHANGES if change else STREAM_OF[kind]
    key = f"{stream}:{_key(cells)}"
    return StreamRecord(
        key=key,
        stream=stream,
        kind="" if kind is ImportKind.REGISTRY else _kind(cells, stream),
        fact=_fact(cells),
        name=_text(cells, "name", 2, 120),
        code=_code(cells),
        address=_text(cells, "address", 0, 200),
        phone=_text(cells, "phone", 0, 40),
        token=voice(stream, key),
        people=_number(cells, "claimants", MOST_PEOPLE) or 1,
        exposure={name: value for name in EXPOSURES if (value := _number(cells, name, MOST_FIGURE))},
        happened_on=_date(cells),
        area_code=_area(cells),
    )


def _key(cells: Mapping[str, str]) -> str:
    """The document's number; where it has none, the digest of what it says."""
    text = cells.get("id") or "|".join(f"{name}={value}" for name, value in sorted(cells.items()))
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


def _date(cells: Mapping[str, str]) -> date:
    text = cells.get("date", "")[:10].replace("/", "-").replace(".", "-")
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day > clock.now().astimezone(clock.LOCAL).date():
        raise RowWrong("date", pgettext("stream import", "Write a day that has been, like 2026-11-23."))
    return day


def _number(cells: Mapping[str, str], column: str, most: int) -> int:
    text = cells.get(column, "")
    if text and not (text.isdecimal() and int(text) <= most):
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
