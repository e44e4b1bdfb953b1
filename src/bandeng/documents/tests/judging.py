"""What independent readers make of our papers."""

import io
import re
from collections.abc import Iterator
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import NullPen
from page import ValidationProfile, validate_pdf_bytes
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

PROFILES = (ValidationProfile.PDF_A_2A, ValidationProfile.PDF_UA_1)
MISTAKEN = (
    "width 0.000 in its embedded CIDFontType0C program",
    "a stream /Length does not match its raw content length",
)
"""The judge multiplies both font matrices of a CID-keyed font, and takes a stream's last byte for the line's end
where that is a carriage return; what it then finds is looked at below instead."""
STREAM = re.compile(rb"/Length (\d+)[^>]*(?:>[^>]+)*>>\s*stream\r?\n")


def faults(paper: bytes) -> list[str]:
    """What stands against the file as PDF/A-2a and PDF/UA-1; empty for none."""
    found = [
        failure.message
        for profile in PROFILES
        for failure in validate_pdf_bytes(paper, profile=profile).failures
        if not any(mistaken in failure.message for mistaken in MISTAKEN)
    ]
    found += [f"a stream of {length} bytes ends elsewhere" for length in _ending_elsewhere(paper)]
    return found + [f"glyph {glyph}: {inside} in the font, {outside} in the file"
                    for glyph, inside, outside in _widths(paper) if inside != outside]  # fmt: skip


def said(paper: bytes) -> str:
    """The text of all pages in their order."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)


def _ending_elsewhere(paper: bytes) -> list[int]:
    """Lengths of streams behind which there is no `endstream` (ISO 32000-1, 7.3.8.1)."""
    streams = [(int(found[1]), found.end()) for found in STREAM.finditer(paper)]
    assert len(streams) == paper.count(b"\nendstream")
    return [
        length
        for length, start in streams
        if not re.match(rb"\r?\n?endstream", paper[start + length : start + length + 11])
    ]


def _widths(paper: bytes) -> Iterator[tuple[int, float, float]]:
    for font in _fonts(PdfReader(io.BytesIO(paper))):
        program = CFFFontSet()
        program.decompile(io.BytesIO(font["/FontDescriptor"]["/FontFile3"].get_data()), None)
        glyphs = program.topDictIndex[0].CharStrings
        stated = _stated(font["/W"])
        for number, name in enumerate(glyphs.keys()):
            glyph = glyphs[name]
            glyph.draw(NullPen())
            yield number, float(glyph.width), stated.get(number, float(font.get("/DW", 1000)))


def _fonts(reader: PdfReader) -> Iterator[Any]:
    seen = set()
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", DictionaryObject()).values():
            one = font.get_object()
            if one["/BaseFont"] not in seen and "/DescendantFonts" in one:
                seen.add(one["/BaseFont"])
                yield one["/DescendantFonts"][0].get_object()


def _stated(runs: Any) -> dict[int, float]:
    """Widths as the file gives them: `first last width` or `first [width …]` (ISO 32000-1, 9.7.4.3)."""
    widths: dict[int, float] = {}
    rest = list(runs)
    while rest:
        first, second = int(rest.pop(0)), rest.pop(0).get_object()
        if isinstance(second, list):
            widths |= {first + place: float(width) for place, width in enumerate(second)}
        else:
            width = float(rest.pop(0))
            widths |= dict.fromkeys(range(first, int(second) + 1), width)
    return widths
