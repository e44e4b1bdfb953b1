"""One cell as an officer writes it in a sheet, in Chinese or English, to and from its plain data.

Codes carry a word in front ("属于 01.02 | 03"), for a spreadsheet makes a bare 01.02 a number, 3-5 a date.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reckon.routing.cell_documents import clock_text
from reckon.routing.cell_writing import CellDocument
from reckon.routing.table import (
    CODED,
    Cell,
    CodeCell,
    ConfidenceCell,
    CountCell,
    FlagCell,
    HourCell,
    InputKind,
    WordCell,
)

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one language in cells."""

    among: str
    not_among: str
    any_of: str
    all_of: str
    none_of: str
    negation: str
    yes: str
    no: str


WORDINGS: dict[Language, Wording] = {
    "zh": Wording(
        among="属于",
        not_among="不属于",
        any_of="含任一",
        all_of="含全部",
        none_of="不含",
        negation="不在",
        yes="是",
        no="否",
    ),
    "en": Wording(
        among="in",
        not_among="not in",
        any_of="any of",
        all_of="all of",
        none_of="none of",
        negation="not",
        yes="yes",
        no="no",
    ),
}

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?"
_PART_NAMES = {
    getattr(wording, part): part for wording in WORDINGS.values() for part in ("any_of", "all_of", "none_of")
}
CODES = re.compile(r"(?P<head>属于|不属于|in|not in)\s+(?P<codes>[^|\s]+(?:\s*\|\s*[^|\s]+)*)")
WORD_PART = re.compile(rf"(?P<head>{'|'.join(_PART_NAMES)})(?P<words>(?:\s+{_QUOTED})+)\s*(?:;|；|$)\s*")
SPAN = re.compile(r"(?:(?P<negation>不在|not)\s+)?(?P<span>\S+)")
HOUR = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")
COUNT = re.compile(r">=([0-9]{1,9})|([0-9]{1,9})\.\.([0-9]{1,9})")
CONFIDENCE = re.compile(rf">=({_NUMBER})|<({_NUMBER})|({_NUMBER})\.\.<({_NUMBER})")


def cell_write(*, cell: Cell, language: Language) -> str:
    """The cell as text."""
    wording = WORDINGS[language]
    if isinstance(cell, CodeCell):
        return f"{wording.not_among if cell.negated else wording.among} {' | '.join(cell.codes)}"
    if isinstance(cell, WordCell):
        return _words_text(cell=cell, wording=wording)
    if isinstance(cell, FlagCell):
        return wording.yes if cell.value else wording.no
    return (f"{wording.negation} " if cell.negated else "") + _span_text(cell)


def _words_text(*, cell: WordCell, wording: Wording) -> str:
    parts = ((wording.any_of, cell.any_of), (wording.all_of, cell.all_of), (wording.none_of, cell.none_of))
    shown = [
        (head, [json.dumps(word, ensure_ascii=False) for word in words]) for head, words in parts if words
    ]
    return "; ".join(f"{head} {' '.join(quoted)}" for head, quoted in shown)


def _span_text(cell: HourCell | CountCell | ConfidenceCell) -> str:
    if isinstance(cell, HourCell):
        return f"{clock_text(minute=cell.start)}-{clock_text(minute=cell.end)}"
    if isinstance(cell, CountCell):
        return f">={cell.at_least}" if cell.at_most is None else f"{cell.at_least}..{cell.at_most}"
    if cell.below is None:
        return f">={cell.at_least!r}"
    return f"<{cell.below!r}" if cell.at_least is None else f"{cell.at_least!r}..<{cell.below!r}"


def cell_parse(*, kind: InputKind, text: str) -> CellDocument | None:
    """The plain data of a written cell, or None if it cannot be understood; codes are checked later."""
    text = text.strip()
    if kind in CODED:
        return _parse_codes(text)
    if kind is InputKind.WORDS:
        return _parse_words(text)
    if kind is InputKind.ABSTAINED:
        answers = {
            getattr(wording, name): name == "yes" for wording in WORDINGS.values() for name in ("yes", "no")
        }
        return answers.get(text)
    match = SPAN.fullmatch(text)
    span = _parse_span(kind=kind, text=match["span"]) if match else None
    return span | ({"not": True} if match and match["negation"] else {}) if span else None


def _parse_codes(text: str) -> CellDocument | None:
    match = CODES.fullmatch(text)
    if not match:
        return None
    key = "not_in" if match["head"] in {wording.not_among for wording in WORDINGS.values()} else "in"
    return {key: [code.strip() for code in match["codes"].split("|")]}


def _parse_words(text: str) -> CellDocument | None:
    parts: dict[str, object] = {}
    position = 0
    while position < len(text):
        match = WORD_PART.match(text, position)
        name = _PART_NAMES[match["head"]] if match else ""
        if not match or name in parts:
            return None
        try:
            parts[name] = [json.loads(quoted) for quoted in re.findall(_QUOTED, match["words"])]
        except ValueError:
            return None
        position = match.end()
    return parts or None


def _parse_span(*, kind: InputKind, text: str) -> dict[str, object] | None:
    if kind is InputKind.HOUR:
        hours = HOUR.fullmatch(text)
        return {"from": hours[1], "to": hours[2]} if hours else None
    if kind is InputKind.NEARBY_REPEATS:
        return _bounds(match=COUNT.fullmatch(text))
    return _confidence_bounds(match=CONFIDENCE.fullmatch(text))


def _bounds(*, match: re.Match[str] | None) -> dict[str, object] | None:
    if not match:
        return None
    return {"at_least": int(match[1])} if match[1] else {"at_least": int(match[2]), "at_most": int(match[3])}


def _confidence_bounds(*, match: re.Match[str] | None) -> dict[str, object] | None:
    if not match:
        return None
    given: Mapping[str, str | None] = {"at_least": match[1] or match[3], "below": match[2] or match[4]}
    return {key: float(text) for key, text in given.items() if text}
