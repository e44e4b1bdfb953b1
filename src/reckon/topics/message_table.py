"""Messages from a CSV file as people have it: several headers, UTF-8, GB18030 or UTF-16, times in common forms."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

LONGEST_FIELD = 1 << 24
"""Characters; beyond this a quotation mark was left open."""
FIRST_YEAR = 1970
"""Times are counted from here; what is older is a slip of the hand or an empty date of some program."""
SHOWN = 40
"""Characters of a wrong cell that a message repeats."""
DAMAGED_SHARE = 0.01
"""Below this share of unreadable characters a file is damaged UTF-8, above it another encoding."""

HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("id", "message_id", "留言编号", "编号", "事项编号"),
    "title": ("title", "subject", "留言主题", "主题", "标题"),
    "time": ("time", "created", "留言时间", "时间"),
    "text": ("text", "content", "留言详情", "详情", "内容"),
    "reporter": ("reporter", "user", "留言用户", "用户"),
    "against": ("against", "反对数", "反对"),
    "support": ("support", "点赞数", "点赞", "支持数", "支持"),
}
OTHER_SIGNS = {";": "semicolons", "\t": "tabs", "|": "bars", "，": "Chinese commas"}
NEEDED = ("id", "title", "time", "text")
TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
)
VOTES = re.compile("[0-9]{1,9}")
ZONED = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")


class MessageTableInvalid(ValueError):
    """The file cannot be used; the message says which line, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `time` in whole seconds since 1970, `reporter` only tells people apart."""

    id: str
    title: str
    time: int
    text: str
    reporter: str = ""
    support: int = 0
    against: int = 0


@dataclass(frozen=True, slots=True)
class MessageTable:
    """The messages of a file in its order; `left_out` says of each row that was not taken which line and why."""

    messages: list[Message]
    left_out: tuple[str, ...]


def read_messages(path: Path, *, zone: ZoneInfo) -> list[Message]:
    """All rows, in the file's order. Raises MessageTableInvalid."""
    return read_table(path, zone=zone).messages


def read_table(path: Path, *, zone: ZoneInfo, latest: int | None = None) -> MessageTable:
    """All rows but those later than `latest`, in seconds since 1970. Raises MessageTableInvalid."""
    # The limit is the module's own and for all readers; the default is less than a long message.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
    rows = _rows(_text(path), path)
    first = next(rows, None)
    if first is None:
        raise MessageTableInvalid(f"{path}: the file is empty; it needs a header with {', '.join(NEEDED)}")
    place = _places(first[1], path)
    messages, left_out = [], []
    for line, cells in rows:
        if not any(cells):
            continue
        where = f"{path}, line {line}"
        message = _message(cells, place, where, zone)
        if latest is not None and message.time > latest:
            left_out.append(_too_late(cells[place["time"]], where))
        else:
            messages.append(message)
    return MessageTable(messages, tuple(left_out))


def _too_late(value: str, where: str) -> str:
    return f"{where}: time {value[:SHOWN]!r} is still to come; the message was left out, correct its time"


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MessageTableInvalid(f"{path}: cannot be read: {error.strerror}; check the path") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16", path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        lossy = content.decode("utf-8", errors="replace")
        if lossy.count("\ufffd") < DAMAGED_SHARE * len(lossy):
            line = content.count(b"\n", 0, error.start) + 1
            raise MessageTableInvalid(
                f"{path}, line {line}: not readable as UTF-8, though the rest is; repair or remove that line"
            ) from error
        return _decoded(content, "gb18030", path)


def _decoded(content: bytes, encoding: str, path: Path) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise MessageTableInvalid(
            f"{path}: neither UTF-8 nor {encoding.upper()} (byte {error.start}); save the file as CSV UTF-8"
        ) from error


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=False)
    line = 1
    try:
        for cells in reader:
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "look for a quotation mark that is never closed"
        raise MessageTableInvalid(f"{path}, line {line}: {error}; {hint}") from error


def _places(header: list[str], path: Path) -> dict[str, int]:
    names = [name.lower() for name in header]
    found = {
        field: names.index(alias)
        for field, aliases in HEADERS.items()
        for alias in reversed(aliases)
        if alias in names
    }
    other = [called for sign, called in OTHER_SIGNS.items() if len(names) == 1 and sign in names[0]]
    if other:
        raise MessageTableInvalid(
            f"{path}, line 1: the columns are parted by {other[0]}, and commas are needed; save the table as CSV with "
            "commas"
        )
    missing = [f"{name} ({HEADERS[name][-1]})" for name in NEEDED if name not in found]
    if missing:
        shown = ", ".join(name for name in header if name)[:200]
        raise MessageTableInvalid(
            f"{path}: no column {', '.join(missing)}; the header has: {shown}. Rename a column and try again"
        )
    return found


def _message(cells: list[str], place: Mapping[str, int], where: str, zone: ZoneInfo) -> Message:
    value = {field: cells[at] if at < len(cells) else "" for field, at in place.items()}
    if not value["id"]:
        raise MessageTableInvalid(f"{where}: no message id; fill it in or remove the row")
    return Message(
        id=value["id"],
        title=value["title"],
        time=_seconds(value["time"], where, zone),
        text=value["text"],
        reporter=value.get("reporter", ""),
        support=_votes(value.get("support", ""), where),
        against=_votes(value.get("against", ""), where),
    )


def _seconds(value: str, where: str, zone: ZoneInfo) -> int:
    try:
        moment = _moment(value, zone)
    except (ValueError, OverflowError) as error:
        raise MessageTableInvalid(
            f"{where}: time {value[:SHOWN]!r}: {error}; write it as 2019-07-21 10:29:36"
        ) from error
    if moment is None:
        raise MessageTableInvalid(
            f"{where}: time {value[:SHOWN]!r} cannot be read; write it as 2019-07-21 10:29:36"
        )
    if moment.year < FIRST_YEAR:
        raise MessageTableInvalid(f"{where}: time {value[:SHOWN]!r} is before {FIRST_YEAR}; correct it")
    return int(moment.timestamp())


def _moment(value: str, zone: ZoneInfo) -> datetime | None:
    """The time written, None in no known form. Raises ValueError for a day that does not exist."""
    if ZONED.search(value) and "T" in value:
        return datetime.fromisoformat(value)
    match = TIME.fullmatch(value)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def _votes(value: str, where: str) -> int:
    if not value:
        return 0
    if not VOTES.fullmatch(value):
        raise MessageTableInvalid(
            f"{where}: votes {value[:SHOWN]!r} are not a whole number from 0 to 999999999; correct the cell"
        )
    return int(value)
