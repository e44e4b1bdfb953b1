"""One cell as plain data (the JSON form), read strictly and written."""

import math
import re
import unicodedata
from collections.abc import Mapping

from reckon.routing.matching import fold
from reckon.routing.problems import Complaints, ProblemCode
from reckon.routing.table import (
    CODED,
    MINUTES_PER_DAY,
    Cell,
    CodeCell,
    ConfidenceCell,
    CountCell,
    FlagCell,
    HourCell,
    InputKind,
    Universe,
    WordCell,
)

CODE = re.compile(r"[A-Za-z0-9_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff-]*(\.[A-Za-z0-9_\u4e00-\u9fff-]+)*")
CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
LARGEST_COUNT = 1_000_000
WORD_PARTS = ("any_of", "all_of", "none_of")


def is_plain(text: str, *, line_breaks: bool = False) -> bool:
    """Whether the text has no control or half characters; line breaks only if said."""
    allowed = "\n" if line_breaks else ""
    return all(char in allowed or unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"} for char in text)


def clock_text(*, minute: int) -> str:
    """Minutes of the day as HH:MM; the end of the day is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def clock_minute(*, text: object) -> int | None:
    """HH:MM as minutes of the day, or None if it is no such time."""
    match = CLOCK.fullmatch(text) if isinstance(text, str) else None
    minute = int(match[1]) * 60 + int(match[2]) if match else None
    return None if minute is None or minute > MINUTES_PER_DAY else minute


def _mapping(
    *, document: object, keys: frozenset[str], complaints: Complaints
) -> Mapping[str, object] | None:
    if not isinstance(document, Mapping):
        complaints.add(code=ProblemCode.WRONG_TYPE, value=document)
        return None
    for key in document:
        if key not in keys:
            complaints.add(code=ProblemCode.UNKNOWN_KEY, value=key)
    if not any(key in document for key in keys):
        complaints.add(code=ProblemCode.EMPTY_CELL)
        return None
    return document


def strings(*, value: object, complaints: Complaints) -> tuple[str, ...]:
    """A list of distinct texts; what is not one is complained of and left out."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        complaints.add(code=ProblemCode.WRONG_TYPE, value=value)
        return ()
    for item in sorted({item for item in value if value.count(item) > 1}):
        complaints.add(code=ProblemCode.REPEATED, value=item)
    return tuple(value)


def known_codes(*, codes: tuple[str, ...], known: frozenset[str], complaints: Complaints) -> tuple[str, ...]:
    """The codes sorted; malformed and unknown ones are complained of."""
    for code in codes:
        if not CODE.fullmatch(code):
            complaints.add(code=ProblemCode.BAD_CODE, value=code)
        elif code not in known:
            complaints.add(code=ProblemCode.UNKNOWN_CODE, value=code)
    return tuple(sorted(codes))


def _negation(*, document: Mapping[str, object], complaints: Complaints) -> bool:
    negated = document.get("not", False)
    if not isinstance(negated, bool):
        complaints.add(code=ProblemCode.WRONG_TYPE, value=negated)
        return False
    return negated


def _read_codes(*, document: object, known: frozenset[str], complaints: Complaints) -> CodeCell | None:
    given = _mapping(document=document, keys=frozenset({"in", "not_in"}), complaints=complaints)
    if given is None:
        return None
    if "in" in given and "not_in" in given:
        complaints.add(code=ProblemCode.WRONG_TYPE, value="in together with not_in")
        return None
    negated = "not_in" in given
    codes = strings(value=given["not_in" if negated else "in"], complaints=complaints)
    if not codes:
        complaints.add(code=ProblemCode.EMPTY_CELL)
        return None
    return CodeCell(codes=known_codes(codes=codes, known=known, complaints=complaints), negated=negated)


def _check_words(*, words: tuple[str, ...], complaints: Complaints) -> None:
    seen: dict[str, str] = {}
    for word in words:
        folded = fold(word)
        if not folded.strip() or word != word.strip() or not is_plain(word) or not is_plain(folded):
            complaints.add(code=ProblemCode.BAD_TEXT, value=word)
        if seen.setdefault(folded, word) != word:
            complaints.add(code=ProblemCode.REPEATED, value=word)


def _read_words(*, document: object, complaints: Complaints) -> WordCell | None:
    given = _mapping(document=document, keys=frozenset(WORD_PARTS), complaints=complaints)
    if given is None:
        return None
    parts = {key: strings(value=given.get(key, []), complaints=complaints) for key in WORD_PARTS}
    for words in parts.values():
        _check_words(words=words, complaints=complaints)
    if not any(parts.values()):
        complaints.add(code=ProblemCode.EMPTY_CELL)
        return None
    return WordCell(**parts)


def _read_hour(*, document: object, complaints: Complaints) -> HourCell | None:
    given = _mapping(document=document, keys=frozenset({"from", "to", "not"}), complaints=complaints)
    if given is None:
        return None
    start, end = clock_minute(text=given.get("from")), clock_minute(text=given.get("to"))
    if start is None or end is None or start in (end, MINUTES_PER_DAY) or end == 0:
        complaints.add(code=ProblemCode.BAD_SPAN, value=f"{given.get('from')}-{given.get('to')}")
        return None
    if (start, end) == (0, MINUTES_PER_DAY):
        complaints.add(code=ProblemCode.EMPTY_CELL)
        return None
    return HourCell(start=start, end=end, negated=_negation(document=given, complaints=complaints))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT


def _read_count(*, document: object, complaints: Complaints) -> CountCell | None:
    keys = frozenset({"at_least", "at_most", "not"})
    given = _mapping(document=document, keys=keys, complaints=complaints)
    if given is None:
        return None
    low, high = given.get("at_least", 0), given.get("at_most")
    if not isinstance(low, int) or not _is_count(low) or not (high is None or _is_count(high)):
        complaints.add(code=ProblemCode.BAD_SPAN, value=f"{low}..{high}")
        return None
    if isinstance(high, int) and high < low:
        complaints.add(code=ProblemCode.BAD_SPAN, value=f"{low}..{high}")
        return None
    negated = _negation(document=given, complaints=complaints)
    if negated and high is None:
        complaints.add(code=ProblemCode.POINTLESS_NOT, value=f">={low}")
    return CountCell(at_least=low, at_most=high if isinstance(high, int) else None, negated=negated)


def _share(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value) if 0 <= value <= 1 else None


def _read_confidence(*, document: object, complaints: Complaints) -> ConfidenceCell | None:
    keys = frozenset({"at_least", "below", "not"})
    given = _mapping(document=document, keys=keys, complaints=complaints)
    if given is None:
        return None
    low, high = _share(given.get("at_least")), _share(given.get("below"))
    unusable = ("at_least" in given and low is None) or ("below" in given and high is None)
    if unusable or (low is None and high is None) or (high is not None and high <= (low or 0.0)):
        complaints.add(code=ProblemCode.BAD_SPAN, value=f"{given.get('at_least')}..{given.get('below')}")
        return None
    negated = _negation(document=given, complaints=complaints)
    if negated and (low is None or high is None):
        complaints.add(code=ProblemCode.POINTLESS_NOT, value=f"{low}..{high}")
    return ConfidenceCell(at_least=low, below=high, negated=negated)


def _read_flag(*, document: object, complaints: Complaints) -> FlagCell | None:
    if not isinstance(document, bool):
        complaints.add(code=ProblemCode.WRONG_TYPE, value=document)
        return None
    return FlagCell(value=document)


def cell_read(
    *, kind: InputKind, document: object, universe: Universe, complaints: Complaints
) -> Cell | None:
    """The cell of this kind, or None after complaining."""
    if kind in CODED:
        return _read_codes(document=document, known=universe.nameable(kind=kind), complaints=complaints)
    if kind is InputKind.WORDS:
        return _read_words(document=document, complaints=complaints)
    if kind is InputKind.HOUR:
        return _read_hour(document=document, complaints=complaints)
    if kind is InputKind.NEARBY_REPEATS:
        return _read_count(document=document, complaints=complaints)
    if kind is InputKind.CONFIDENCE:
        return _read_confidence(document=document, complaints=complaints)
    return _read_flag(document=document, complaints=complaints)
