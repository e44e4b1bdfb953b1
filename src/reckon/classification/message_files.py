"""Messages in CSV files, read a row at a time."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from reckon.classification.messages import LabelledText, MessageText

if TYPE_CHECKING:
    import _csv

LONGEST_FIELD = 1 << 24
"""Characters; beyond this a quotation mark was left open."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

BytesRead = Callable[[int], None]


class MessageFileInvalid(ValueError):
    """The file cannot be used; the message says which line, why, and what to do."""


@dataclass(frozen=True)
class MessageRow:
    """One row: its id, or its number from 0 where the file has none."""

    line: int
    id: str
    message: MessageText
    category: str


def labelled_rows(path: Path, *, bytes_read: BytesRead | None = None) -> Iterator[LabelledText]:
    """Rows with `text`, `category` and, where there, `title`. Raises MessageFileInvalid."""
    for row in message_rows(path, needed=("text", "category"), bytes_read=bytes_read):
        if not row.category:
            raise MessageFileInvalid(f"{path}, line {row.line}: no category; fill it in or remove the row")
        yield LabelledText(text=row.message.text, category=row.category, title=row.message.title)


def message_rows(
    path: Path, *, needed: tuple[str, ...] = ("text",), bytes_read: BytesRead | None = None
) -> Iterator[MessageRow]:
    """Rows with `text` and, where there, `id`, `title` and `category`. Raises MessageFileInvalid."""
    # The limit is the module's own and for all readers; the default is less than a long message.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
    try:
        with path.open("rb") as file:
            reader = csv.reader(_lines(file, path, bytes_read), strict=False)
            yield from _rows(reader, path, needed)
    except OSError as error:
        raise MessageFileInvalid(f"{path}: cannot be read: {error.strerror}; check the path") from error


def _rows(reader: "_csv.Reader", path: Path, needed: tuple[str, ...]) -> Iterator[MessageRow]:
    place = _places(_next(reader, path), path, needed)
    number, line = 0, reader.line_num + 1
    while (cells := _next(reader, path)) is not None:
        if cells:
            value = {name: cells[where] for name, where in place.items() if where < len(cells)}
            message = MessageText(text=value.get("text", ""), title=value.get("title", ""))
            category = value.get("category", "").strip()
            yield MessageRow(line, value.get("id", "") if "id" in place else str(number), message, category)
            number += 1
        line = reader.line_num + 1
    if not number:
        raise MessageFileInvalid(f"{path}: no rows below the header; nothing to do")


def _next(reader: "_csv.Reader", path: Path) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        hint = "look for a quotation mark that is never closed"
        raise MessageFileInvalid(f"{path}, line {reader.line_num}: {error}; {hint}") from error


def _places(header: list[str] | None, path: Path, needed: tuple[str, ...]) -> dict[str, int]:
    if not header:
        raise MessageFileInvalid(f"{path}: the file is empty; it needs a header with {', '.join(needed)}")
    names = [name.strip() for name in header]
    missing = [name for name in needed if name not in names]
    if missing:
        found = ", ".join(name for name in names if name)[:200]
        raise MessageFileInvalid(
            f"{path}: no column {', '.join(missing)}; the header has: {found}. Rename a column and try again"
        )
    return {name: names.index(name) for name in ("id", "title", "text", "category") if name in names}


def _lines(file: BinaryIO, path: Path, bytes_read: BytesRead | None) -> Iterator[str]:
    for number, line in enumerate(file, start=1):
        if bytes_read:
            bytes_read(len(line))
        try:
            yield (line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line).decode()
        except UnicodeDecodeError as error:
            where = f"{path}, line {number}: not UTF-8 (byte {error.start + 1} of the line)"
            advice = "save the file as UTF-8, for example: iconv -f GB18030 -t UTF-8 OLD > NEW"
            raise MessageFileInvalid(f"{where}; {advice}") from error
