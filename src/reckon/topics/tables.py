"""The tables as people use them, as CSV with a byte order mark and as one workbook.

Nothing that a spreadsheet would take for a formula leaves as one.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from reckon.topics.heat import Heat
from reckon.topics.message_table import Message
from reckon.topics.replacing import replace_file

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that Excel, LibreOffice and WPS may take for a formula (OWASP, CSV injection)."""
CELL_LENGTH = 32_767
"""Characters; the longest that a spreadsheet's cell may be."""
MARK = b"\xef\xbb\xbf"

TOPIC_HEADERS = {
    "zh": ("热度排名", "问题ID", "热度指数", "时间范围", "地点/人群", "问题描述"),
    "en": ("rank", "topic id", "heat", "period", "place or group", "description"),
}
MESSAGE_HEADERS = {
    "zh": ("问题ID", "留言编号", "留言主题", "留言时间", "留言详情", "反对数", "点赞数"),
    "en": ("topic id", "message id", "title", "time", "text", "votes against", "votes for"),
}
HEAT_HEADERS = {
    "zh": (
        "问题ID", "热度指数", "不同留言数", "人数", "点赞数", "反对数",
        "声音分", "支持分", "反对分", "持续分", "新近系数",
    ),
    "en": (
        "topic id", "heat", "distinct messages", "people", "votes for", "votes against",
        "points of voices", "points of support", "points of opposition", "points of duration", "recency",
    ),
}  # fmt: skip
SHEETS = {
    "zh": ("热点问题表", "热点问题留言明细表", "热度计算表"),
    "en": ("Hot topics", "Messages", "Heat"),
}
PERIODS = {"zh": "{first} 至 {last}", "en": "{first} to {last}"}

Cell = str | int | float


@dataclass(frozen=True)
class Topic:
    """One row of the table of topics, with its messages."""

    rank: int
    id: int
    heat: Heat
    place: str
    description: str
    distinct: int
    people: int
    support: int
    against: int
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Table:
    """A file's name, a sheet's name, and rows with the header first."""

    file: str
    sheet: str
    rows: list[tuple[Cell, ...]]


def tables_of(topics: Sequence[Topic], *, language: str, zone: ZoneInfo) -> tuple[Table, Table, Table]:
    """Topics, their messages, and the working of their heat."""
    sheets = SHEETS[language]
    return (
        Table("topics.csv", sheets[0], [TOPIC_HEADERS[language], *_topic_rows(topics, language, zone)]),
        Table("topic_messages.csv", sheets[1], [MESSAGE_HEADERS[language], *_message_rows(topics, zone)]),
        Table("topic_heat.csv", sheets[2], [HEAT_HEADERS[language], *_heat_rows(topics)]),
    )


def write_tables(tables: Iterable[Table], folder: Path, *, workbook: bool) -> None:
    """Each file whole or not at all."""
    kept = list(tables)
    for table in kept:
        replace_file(folder / table.file, _csv(table.rows))
    if workbook:
        replace_file(folder / "topics.xlsx", _workbook(kept))


def safe_cell(value: Cell) -> Cell:
    """Texts get an apostrophe before what could be a formula and lose what XML cannot hold; numbers stay."""
    if not isinstance(value, str):
        return value
    plain = "".join(sign for sign in value if _printable(sign))[:CELL_LENGTH]
    return f"'{plain}" if plain.startswith(DANGEROUS) else plain


def _printable(sign: str) -> bool:
    return sign in "\t\n\r" or (
        sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff"
    )


def _topic_rows(topics: Sequence[Topic], language: str, zone: ZoneInfo) -> Iterable[tuple[Cell, ...]]:
    for topic in topics:
        times = [message.time for message in topic.messages]
        period = PERIODS[language].format(
            first=_local(min(times), zone).date().isoformat(),
            last=_local(max(times), zone).date().isoformat(),
        )
        yield (topic.rank, topic.id, round(topic.heat.index, 2), period, topic.place, topic.description)


def _message_rows(topics: Sequence[Topic], zone: ZoneInfo) -> Iterable[tuple[Cell, ...]]:
    for topic in topics:
        for message in topic.messages:
            time = _local(message.time, zone).strftime("%Y-%m-%d %H:%M:%S")
            yield (topic.id, message.id, message.title, time, message.text, message.against, message.support)


def _heat_rows(topics: Sequence[Topic]) -> Iterable[tuple[Cell, ...]]:
    for topic in topics:
        heat = topic.heat
        parts = (heat.voices, heat.support, heat.against, heat.duration, heat.recency)
        counts = (topic.distinct, topic.people, topic.support, topic.against)
        yield (topic.id, round(heat.index, 2), *counts, *(round(part, 4) for part in parts))


def _local(seconds: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(seconds, zone)


def _csv(rows: Iterable[tuple[Cell, ...]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([safe_cell(cell) for cell in row] for row in rows)
    return MARK + buffer.getvalue().encode()


def _workbook(tables: Iterable[Table]) -> bytes:
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.sheet)
        for row in table.rows:
            sheet.append([safe_cell(cell) for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
