"""Importing matters from files: checked row by row, written chunk by chunk, resumable, never twice."""

import hashlib
import itertools
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.dateparse import parse_datetime

from bandeng.areas.selectors import atlas
from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.dispatch.services.intake import guesser, matters_intake
from bandeng.intake.models import ImportRefusal, ImportRun
from bandeng.intake.rules import ImportState
from bandeng.intake.sheets import FileUnreadable, Row, digest_of, opened
from bandeng.matters import search
from bandeng.matters.rules import TEXT_LENGTH, TITLE_LENGTH, Channel, clean_text
from bandeng.matters.selectors import reports_of_source, taxonomy
from bandeng.matters.services.opening import NewMatter, words_searched
from bandeng.people.services import ContactDetails
from reckon.classification import Prediction

CHUNK = 500
LOCAL = ZoneInfo(settings.TIME_ZONE)
FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "编号", "留言编号", "事项编号", "工单号", "number"),
    "title": ("title", "标题", "主题", "留言主题", "subject"),
    "text": ("text", "内容", "详情", "留言详情", "正文", "description", "content"),
    "time": ("time", "时间", "留言时间", "反映时间", "提交时间", "date", "datetime", "created_at"),
    "name": ("name", "姓名", "反映人", "联系人", "留言用户", "reporter"),
    "phone": ("phone", "电话", "手机", "联系电话", "手机号"),
    "address": ("address", "地址", "地点", "location"),
    "longitude": ("longitude", "lon", "lng", "经度"),
    "latitude": ("latitude", "lat", "纬度"),
    "area": ("area", "area_code", "区域代码", "网格代码"),
    "type": ("type", "category", "类别", "一级标签", "事项类型"),
    "support": ("support", "赞成", "点赞数", "支持"),
    "against": ("against", "反对", "反对数"),
}
REQUIRED = ("text",)
Guesses = dict[int, Prediction | None]
"""By line of the file."""


class MappingWrong(ValueError):
    """The column mapping names what is not there; the message lists the file's columns."""


@dataclass
class Tally:
    """What an import has done so far."""

    rows: int = 0
    created: int = 0
    known: int = 0
    refused: int = 0
    refusals: list[tuple[int, str, str]] = field(default_factory=list)  # line, column, reason
    run_id: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A row that reads well, with the digest of what it says."""

    line: int
    new: NewMatter
    content: str


@dataclass(frozen=True)
class Part:
    """Some rows of a file: how many, those that read well, and those that do not."""

    rows: int
    candidates: list[Candidate]
    refusals: list[tuple[int, str, str]]  # line, column, reason


class RowRefused(ValueError):
    """A row that cannot go in."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


def mapping_for(header: list[str], given: Mapping[str, str]) -> dict[str, str]:
    """Which column holds which field: as given, the rest by the columns' names. Raises MappingWrong."""
    unknown = [name for name in given if name not in FIELDS] + [
        name for name in given.values() if name not in header
    ]
    if unknown:
        raise MappingWrong(f"没有这些字段或列：{unknown}。文件的列：{header}；可映射的字段：{sorted(FIELDS)}")
    lower = {name.lower(): name for name in header}
    chosen = dict(given)
    for name, known in FIELDS.items():
        found = next((lower[each] for each in known if each in lower), None)
        if name not in chosen and found and found not in chosen.values():
            chosen[name] = found
    missing = [name for name in REQUIRED if name not in chosen]
    if missing:
        raise MappingWrong(f"找不到内容列，请用 --map text=列名 指明。文件的列：{header}")
    return chosen


def matters_import(
    *,
    path: Path,
    actor: Actor,
    source: str = "import",
    given: Mapping[str, str] | None = None,
    encoding: str = "",
    dry_run: bool = False,
    progress: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Bring a file's matters in; run again after a kill, it goes on. Raises FileUnreadable, MappingWrong."""
    with opened(path, encoding=encoding) as (header, rows), search.tidied_meanwhile():
        mapping = mapping_for(header, given or {})
        run = None if dry_run else _run_for(path, {"source": source, **mapping}, actor)
        tally = _tally_of(run)
        seen: dict[str, str] = {}
        with ThreadPoolExecutor(1) as ahead:
            read = (
                _read(chunk, mapping, source) for chunk in _chunks(itertools.islice(rows, tally.rows, None))
            )
            for part, guesses in _guessed_ahead(read, ahead):
                _take(part, guesses, source, actor, run, tally, seen)
                progress(tally)
    if run is not None:
        run.state, run.ended_at = ImportState.DONE.value, clock.now()
        run.save(update_fields=["state", "ended_at"])
    return tally


def _run_for(path: Path, mapping: dict[str, str], actor: Actor) -> ImportRun:
    digest = digest_of(path)
    running = ImportRun.objects.filter(
        digest=digest, mapping=mapping, state=ImportState.RUNNING.value
    ).first()
    return running or ImportRun.objects.create(
        digest=digest,
        mapping=mapping,
        file_name=path.name[:200],
        state=ImportState.RUNNING.value,
        actor=actor.key,
        started_at=clock.now(),
    )


def _tally_of(run: ImportRun | None) -> Tally:
    if run is None:
        return Tally()
    tally = Tally(run.rows_read, run.created, run.known, run.refused, run_id=run.pk)
    tally.refusals = list(
        ImportRefusal.objects.filter(run=run).order_by("line").values_list("line", "column", "reason")
    )
    return tally


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(itertools.islice(rows, CHUNK)):
        yield chunk


def _read(chunk: list[Row], mapping: Mapping[str, str], source: str) -> Part:
    candidates, refusals = [], []
    for row in chunk:
        try:
            candidates.append(candidate_of(row, mapping, source))
        except RowRefused as refused:
            refusals.append((row.line, refused.column, refused.reason))
    return Part(len(chunk), candidates, refusals)


def _guessed_ahead(parts: Iterator[Part], ahead: ThreadPoolExecutor) -> Iterator[tuple[Part, Guesses]]:
    """Parts with what the classifier says of them, asked while the database is busy with the part before."""
    guess = guesser()

    def think(part: Part) -> Guesses:
        news = [each.new for each in part.candidates]
        for new in news:
            search.vector_of(words_searched(new))
        return dict(zip((each.line for each in part.candidates), guess(news), strict=True))

    waiting: deque[tuple[Part, Future[Guesses]]] = deque()
    for part in parts:
        waiting.append((part, ahead.submit(think, part)))
        if len(waiting) > 1:
            earlier, guesses = waiting.popleft()
            yield earlier, guesses.result()
    for earlier, guesses in waiting:
        yield earlier, guesses.result()


def _take(
    part: Part,
    guesses: Guesses,
    source: str,
    actor: Actor,
    run: ImportRun | None,
    tally: Tally,
    seen: dict[str, str],
) -> None:
    """One part, whole or not at all: matters, refusals and the place where to go on."""
    refusals = part.refusals
    with transaction.atomic():
        fresh, known, clashing = _unknown(part.candidates, source, seen)
        refusals.extend(clashing)
        if run is not None:
            _write(fresh, guesses, refusals, known, part.rows, run, actor)
    tally.rows += part.rows
    tally.created += len(fresh)
    tally.known += known
    tally.refused += len(refusals)
    tally.refusals.extend(sorted(refusals))


def _write(
    fresh: list[Candidate],
    guesses: Guesses,
    refusals: list[tuple[int, str, str]],
    known: int,
    read: int,
    run: ImportRun,
    actor: Actor,
) -> None:
    if fresh:
        matters_intake(
            news=[each.new for each in fresh], actor=actor, guesses=[guesses[each.line] for each in fresh]
        )
    ImportRefusal.objects.bulk_create(
        [ImportRefusal(run=run, line=line, column=column, reason=reason) for line, column, reason in refusals]
    )
    run.rows_read += read
    run.created += len(fresh)
    run.known += known
    run.refused += len(refusals)
    run.save(update_fields=["rows_read", "created", "known", "refused"])
    counts = {"rows": run.rows_read, "created": run.created, "known": run.known, "refused": run.refused}
    audit.record(action="import.chunk", subject=run, actor=actor.key, after=counts)


def _unknown(
    candidates: list[Candidate], source: str, seen: dict[str, str]
) -> tuple[list[Candidate], int, list[tuple[int, str, str]]]:
    """Candidates that are not there yet, how many are, and rows whose number means something else already."""
    keys = [each.new.source_key for each in candidates if each.new.source_key not in seen]
    rows = reports_of_source(source, keys).values_list("source_key", "matter__title", "matter__text")
    for key, title, text in rows:
        seen[key] = content_digest(title, text)
    fresh, known, clashing = [], 0, []
    for each in candidates:
        earlier = seen.setdefault(each.new.source_key, "")
        if not earlier:
            seen[each.new.source_key] = each.content
            fresh.append(each)
        elif earlier == each.content:
            known += 1
        else:
            reason = (
                f"编号 {each.new.source_key} 已有另一件内容不同的事项；若来自另一系统，请用 --source 区分"
            )
            clashing.append((each.line, "id", reason))
    return fresh, known, clashing


def content_digest(title: str, text: str) -> str:
    """What tells two rows with the same number apart."""
    return hashlib.sha256(json.dumps([title, text]).encode()).hexdigest()


def candidate_of(row: Row, mapping: Mapping[str, str], source: str) -> Candidate:
    """A row as a new matter. Raises RowRefused with the column and the reason."""
    if row.fault:
        raise RowRefused("", row.fault)

    def cell(name: str) -> str:
        return clean_text(row.cells.get(mapping[name], "")) if name in mapping else ""

    text = cell("text")
    title = cell("title") or text[:40]
    _check_words(title, text)
    content = content_digest(title, text)
    longitude, latitude = _point(cell("longitude"), cell("latitude"))
    name, phone = cell("name"), cell("phone")
    new = NewMatter(
        title=title,
        text=text,
        channel=Channel.IMPORT,
        reported_at=_time(cell("time")) if "time" in mapping else clock.now(),
        type_code=_type(cell("type")),
        contact=ContactDetails(name[:60], phone[:30]) if name or phone else None,
        longitude=longitude,
        latitude=latitude,
        address=cell("address")[:200],
        area_code=_area(cell("area")),
        source=source,
        source_key=(cell("id") or "sha256:" + content)[:120],
        support=_count("support", cell("support")),
        against=_count("against", cell("against")),
    )
    return Candidate(row.line, new, content)


def _check_words(title: str, text: str) -> None:
    if not text and not title:
        raise RowRefused("text", "标题和内容都是空的")
    if len(title) > TITLE_LENGTH:
        raise RowRefused("title", f"标题有 {len(title)} 字，最多 {TITLE_LENGTH} 字")
    if len(text) > TEXT_LENGTH:
        raise RowRefused("text", f"内容有 {len(text)} 字，最多 {TEXT_LENGTH} 字")


def _time(text: str) -> datetime:
    if not text:
        raise RowRefused("time", "时间是空的")
    try:
        moment = parse_datetime(text.replace("/", "-") if "T" not in text else text) or _date_time(text)
    except ValueError as error:
        raise RowRefused("time", f"时间“{text[:40]}”读不出来；请写成 2026-11-23 08:30:00") from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)
    if aware > clock.now().replace(year=clock.now().year + 1) or aware.year < 1990:
        raise RowRefused("time", f"时间“{text[:40]}”不合情理，请核对年份")
    return aware


def _date_time(text: str) -> datetime:
    """Dates without leading zeros or without a time, as spreadsheets write them."""
    date_part, _, time_part = (
        text.replace("/", "-").replace("年", "-").replace("月", "-").replace("日", " ").partition(" ")
    )
    year, month, day = (int(part) for part in date_part.strip("-").split("-"))
    hour, minute, second = ([int(float(part)) for part in time_part.strip().split(":") if part] + [0, 0, 0])[
        :3
    ]
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (the zone is added by the caller)


def _point(longitude: str, latitude: str) -> tuple[float | None, float | None]:
    if not longitude and not latitude:
        return None, None
    try:
        point = float(longitude), float(latitude)
    except ValueError as error:
        raise RowRefused("longitude", "经纬度须成对，写成小数度") from error
    if not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
        raise RowRefused("longitude", f"经纬度 {point} 超出范围，是否写反了")
    return point


def _type(label: str) -> str:
    if not label:
        return ""
    found = taxonomy().find(label)
    if found is None:
        raise RowRefused("type", f"没有“{label[:40]}”这一事项类型；留空则由分类器判断")
    return found.code


def _area(code: str) -> str:
    if code and code not in atlas().by_code:
        raise RowRefused("area", f"没有代码为 {code[:20]} 的区域")
    return code


def _count(column: str, text: str) -> int:
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 9:
        raise RowRefused(column, f"“{text[:20]}”不是非负整数")
    return int(text)


__all__ = ["FileUnreadable", "MappingWrong", "Tally", "matters_import"]
