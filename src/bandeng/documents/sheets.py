"""Tables as CSV and XLSX, written row by row; nothing that a spreadsheet would take for a formula leaves as one.

The XLSX is written by hand because a stream cannot wait for a library's whole workbook: plain strings in place
(ECMA-376 part 1, 18.3.1.53 "is"), numbers as values where a row has them as such and no text turned into one, for a
code of digits is no number; parts in a ZIP whose sizes follow the data.
"""

import csv
import io
import math
import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The forms that a table leaves in, with what the answer is called."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that Excel, LibreOffice and WPS may take for a formula (OWASP, CSV injection)."""
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII)
"""A text that is a plain number is no formula, though it may begin with a minus."""
Cell = str | int | float
Row = Sequence[Cell]
ROWS_A_CHUNK = 500
CELL_LENGTH = 32_767  # the longest that a cell may be


def safe_cell(value: str) -> str:
    """The text, with an apostrophe before what could be a formula and without what XML cannot hold."""
    plain = "".join(
        sign for sign in value if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff")
    )
    kept = plain[:CELL_LENGTH]
    return f"'{kept}" if kept.startswith(DANGEROUS) and not NUMBER.fullmatch(kept) else kept


def figure_cell(value: float | None, *, digits: int = 1) -> Cell:
    """A figure as a number of a table, rounded; an empty cell where there is none."""
    return "" if value is None else round(value, digits)


def _written(cell: Cell) -> str:
    """A cell as text; a number with all the digits that a spreadsheet keeps, and none where there is none."""
    if isinstance(cell, str):
        return safe_cell(cell)
    return f"{cell:.15g}" if math.isfinite(cell) else ""


def csv_chunks(rows: Iterable[Row]) -> Iterator[bytes]:
    """The table as UTF-8 with a mark at its begin, by which Excel knows the encoding."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    for count, row in enumerate(rows, start=1):
        writer.writerow([_written(cell) for cell in row])
        if count % ROWS_A_CHUNK == 0:
            yield _taken(buffer).encode()
    yield _taken(buffer).encode()


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


class _Sink(io.RawIOBase):
    """Where the ZIP is written to and taken from; it cannot seek, so sizes stand behind the data."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: object) -> int:
        """Keep the bytes until they are taken."""
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def take(self) -> bytes:
        """Everything written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def xlsx_chunks(rows: Iterable[Row], *, sheet: str) -> Iterator[bytes]:
    """The table as a workbook of one sheet: texts as plain text, numbers as numbers."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, HEAD + content)
        archive.writestr("xl/workbook.xml", _workbook(sheet))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for count, row in enumerate(rows, start=1):
                part.write(_xlsx_row(row).encode())
                if count % ROWS_A_CHUNK == 0:
                    yield sink.take()
            part.write(b"</sheetData></worksheet>")
        yield sink.take()
    yield sink.take()


def _workbook(sheet: str) -> str:
    name = escape(sheet[:31], {'"': "&quot;"})
    sheets = f'<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets>'
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheets}</workbook>'


def _xlsx_row(row: Row) -> str:
    return f"<row>{''.join(_xlsx_cell(cell) for cell in row)}</row>"


def _xlsx_cell(cell: Cell) -> str:
    text = _written(cell)
    if not text:
        return "<c/>"
    if isinstance(cell, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
    return f"<c><v>{text}</v></c>"


def sheet_response(
    request: HttpRequest, rows: Iterable[Row], *, form: str, name: str, title: str
) -> StreamingHttpResponse:
    """The table as a file that is sent while it is made; `form` is one of FORMS, `title` names the XLSX's sheet."""
    chunks = csv_chunks(rows) if form == "csv" else xlsx_chunks(rows, sheet=title)
    streamed = _in_turn(chunks) if isinstance(request, ASGIRequest) else chunks
    response = StreamingHttpResponse(streamed, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


async def _in_turn(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same chunks for a server that waits for none of them: each is made in the thread of the database."""
    following = sync_to_async(lambda: next(chunks, None))
    while (chunk := await following()) is not None:
        yield chunk
