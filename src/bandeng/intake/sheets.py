"""Rows of CSV and XLSX files, with their line numbers, read a few at a time."""

import codecs
import csv
import hashlib
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import pgettext
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

NO_BOOK = " is no readable workbook. 不是可读取的 XLSX 文件，请重新另存。"
NO_TEXT = " is no text in a known encoding. 无法识别文件的编码，请另存为 UTF-8。"
PROBE = 1 << 20
LONGEST_FIELD = 1 << 20
LARGEST_UNPACKED = 1 << 30  # bytes; a workbook that unpacks to more is refused
LARGEST_RATIO = 200
SPREADSHEET_MAGIC = b"PK\x03\x04"
UNREADABLE = re.compile("[\ud800-\udfff]")
UNNAMED = re.compile(
    "[\x00\ud800-\udfff]"
)  # no column is called so: of the cells their readers clean what they keep
#: What a file in a wider encoding begins with; that of UTF-32 begins like that of UTF-16, so it comes first.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
#: Whatever openpyxl, zipfile and the XML parser raise over a file that somebody has made up or damaged.
BROKEN_BOOK = (
    OSError, EOFError, LookupError, ValueError, TypeError, AttributeError, SyntaxError, zlib.error, zipfile.BadZipFile,
    InvalidFileException,
)  # fmt: skip


class FileUnreadable(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One line of the file by column name; `fault` tells why it could not be read."""

    line: int
    cells: dict[str, str]
    fault: str = ""


def digest_of(path: Path) -> str:
    """SHA-256 of a file as hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def opened(path: Path, *, encoding: str = "") -> Iterator[tuple[list[str], Iterator[Row]]]:
    """Column names and rows of a CSV or XLSX file. Raises FileUnreadable."""
    try:
        with open(path, "rb") as file:
            start = file.read(PROBE)
    except OSError as error:
        raise FileUnreadable(f"{path}: {error.strerror}. 请检查路径和权限。") from error
    if not start.strip():
        raise FileUnreadable(f"{path} is empty. 文件是空的，请换一个有表头和内容的文件。")
    if start.startswith(SPREADSHEET_MAGIC):
        yield _workbook(path)
        return
    known = encoding or _encoding_of(start)
    # What cannot be read becomes a lone surrogate in either way, and refuses its row alone.
    broken = (
        "surrogatepass"
        if known.lower().startswith(("utf-16", "utf-32", "utf_16", "utf_32"))
        else "surrogateescape"
    )
    with open(path, encoding=known, errors=broken, newline="") as text:
        yield _csv(path, text)


def _encoding_of(start: bytes) -> str:
    """As its first bytes say; else UTF-8, unless it is not that but GB 18030. A cut last character does not count."""
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return encoding
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            start[: len(start) - (4 if len(start) == PROBE else 0)].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start >= len(start) - 8:
                return encoding
            continue
        return encoding
    return "utf-8-sig"


def _csv(path: Path, text: Iterator[str]) -> tuple[list[str], Iterator[Row]]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        first = next(text)
        reader = csv.reader(itertools.chain([first], text), delimiter=_delimiter_of(first))
        header = [name.strip() for name in next(reader)]
    except (StopIteration, csv.Error) as error:
        raise FileUnreadable(f"{path}: no header line. 第一行须是列名。") from error
    except UnicodeError as error:
        raise FileUnreadable(f"{path}{NO_TEXT}") from error
    _check_header(path, header)
    return header, _csv_rows(path, reader, header)


def _delimiter_of(first: str) -> str:
    """A comma; a tab in what spreadsheets save as Unicode text."""
    return "\t" if "\t" in first and "," not in first else ","


def _csv_rows(path: Path, reader: Iterator[list[str]], header: list[str]) -> Iterator[Row]:
    lines = itertools.count(2)
    for line in lines:
        first = getattr(reader, "line_num", line - 1) + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            words = pgettext(
                "sheet", "This line cannot be read: a field is too long, or its line ends are wrong."
            )
            yield Row(first, {}, words)
            continue
        except UnicodeError as error:
            raise FileUnreadable(f"{path}{NO_TEXT}") from error
        if any(cell.strip() for cell in cells):
            yield _row(first, header, cells)


def _row(line: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        words = pgettext(
            "sheet",
            "There are %(found)d columns, the first line names %(named)d; a comma may lack quotation marks.",
        )
        return Row(line, {}, words % {"found": len(cells), "named": len(header)})
    if any(map(UNREADABLE.search, cells)):
        return Row(line, {}, no_letters())
    return Row(line, dict(zip(header, cells, strict=False)))


def no_letters() -> str:
    """The fault of a row with bytes that are no letters in the file's encoding."""
    return pgettext("sheet", "There are characters that cannot be read. Save the file as UTF-8.")


def _workbook(path: Path) -> tuple[list[str], Iterator[Row]]:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > LARGEST_UNPACKED or unpacked > LARGEST_RATIO * max(path.stat().st_size, 1 << 16):
            raise FileUnreadable(
                f"{path} unpacks to {unpacked} bytes. 文件解压后过大，疑似压缩炸弹，已拒绝。"
            )
    except BROKEN_BOOK as error:
        raise FileUnreadable(f"{path}{NO_BOOK}") from error
    rows = _sheet_rows(path)
    first = next(rows, None)
    if first is None:
        raise FileUnreadable(f"{path} has no rows. 工作表是空的。")
    header = [_text(value).strip() for value in first]
    _check_header(path, header)
    return header, _workbook_rows(rows, header)


def _sheet_rows(path: Path) -> Iterator[tuple[object, ...]]:
    """The sheet's values, read as they are asked for. Raises FileUnreadable wherever the sheet breaks off."""
    try:
        # The file is ours to close: a broken book leaves what it opened itself open.
        with path.open("rb") as file:
            sheet = load_workbook(file, read_only=True, data_only=True).active
            yield from sheet.iter_rows(values_only=True) if sheet is not None else ()
    except BROKEN_BOOK as error:
        raise FileUnreadable(f"{path}{NO_BOOK}") from error


def _workbook_rows(rows: Iterator[tuple[object, ...]], header: list[str]) -> Iterator[Row]:
    for line, values in enumerate(rows, start=2):
        cells = [_text(value) for value in values]
        if any(cell.strip() for cell in cells):
            yield _row(line, header, cells)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _check_header(path: Path, header: list[str]) -> None:
    if any(map(UNNAMED.search, header)):
        raise FileUnreadable(f"{path}{NO_TEXT}")
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if repeated:
        raise FileUnreadable(f"{path}: columns {repeated} occur twice. 列名重复，请改名后再导入。")
