"""Cells as expressions of the JDM language, to and from plain data.

Negation is spelled out, since the language reads a leading "not(" or "(" in a cell as something else.
"""

import re
from collections.abc import Mapping

from reckon.routing.cell_documents import clock_text
from reckon.routing.cell_writing import CellDocument
from reckon.routing.matching import fold
from reckon.routing.table import (
    HIERARCHICAL,
    Cell,
    CodeCell,
    ConfidenceCell,
    CountCell,
    FlagCell,
    HourCell,
    InputKind,
    WordCell,
)

PARTS = ("any_of", "all_of", "none_of")
_TEXT = r"""(?:"[^"]*"|'[^']*')"""
_LIST = rf"\[({_TEXT}(?:, ?{_TEXT})*)\]"
_TEXTS = re.compile(_TEXT)
_NUMBER = r"([0-9][0-9.e-]*)"
LISTED = re.compile(rf"\$ (in|not in) {_LIST}")
IN_ZONE = re.compile(rf"(some|none)\(\$, # in {_LIST}\)")
CALL = re.compile(rf"(not\()?(startsWith|contains)\(\$, ({_TEXT})\)(?(1)\))")
RANGE = re.compile(rf"\$ (>=|<) {_NUMBER}(?: (and|or) \$ (<=|<|>=|>) {_NUMBER})?")


def quoted(text: str) -> str:
    """The text between quotation marks that it does not hold. Raises ValueError if it holds both kinds."""
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    raise ValueError(text)


def _calls(*, function: str, texts: tuple[str, ...], negated: bool, joint: str) -> str:
    shown = [f"{function}($, {quoted(text)})" for text in texts]
    return f" {joint} ".join(f"not({call})" if negated else call for call in shown)


def _codes(*, kind: InputKind, cell: CodeCell) -> str:
    if kind in HIERARCHICAL:
        points = tuple(code + "." for code in cell.codes)
        joint = "and" if cell.negated else "or"
        return _calls(function="startsWith", texts=points, negated=cell.negated, joint=joint)
    listed = ", ".join(quoted(code) for code in cell.codes)
    if kind is InputKind.INSIDE_ZONE:
        return f"{'none' if cell.negated else 'some'}($, # in [{listed}])"
    return f"$ {'not in' if cell.negated else 'in'} [{listed}]"


def _words(cell: WordCell) -> dict[str, str]:
    shown = {
        "any_of": _calls(function="contains", texts=_folded(cell.any_of), negated=False, joint="or"),
        "all_of": _calls(function="contains", texts=_folded(cell.all_of), negated=False, joint="and"),
        "none_of": _calls(function="contains", texts=_folded(cell.none_of), negated=True, joint="and"),
    }
    return {part: expression for part, expression in shown.items() if expression}


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words)


def _span(cell: HourCell | CountCell | ConfidenceCell) -> str:
    if isinstance(cell, HourCell):
        joint = "and" if (cell.start < cell.end) != cell.negated else "or"
        first, second = ("<", ">=") if cell.negated else (">=", "<")
        return f"$ {first} {cell.start} {joint} $ {second} {cell.end}"
    inner, outer = ("<=", ">") if isinstance(cell, CountCell) else ("<", ">=")
    low: float | None = cell.at_least
    high: float | None = cell.at_most if isinstance(cell, CountCell) else cell.below
    if low is None or high is None:
        return f"$ < {high!r}" if low is None else f"$ >= {low!r}"
    return f"$ < {low!r} or $ {outer} {high!r}" if cell.negated else f"$ >= {low!r} and $ {inner} {high!r}"


def expressions_of_cell(*, kind: InputKind, cell: Cell) -> dict[str, str]:
    """Expressions by part; only words have named parts. Raises ValueError for a text with both quotes."""
    if isinstance(cell, CodeCell):
        return {"": _codes(kind=kind, cell=cell)}
    if isinstance(cell, WordCell):
        return _words(cell)
    if isinstance(cell, FlagCell):
        return {"": f"$ == {'true' if cell.value else 'false'}"}
    return {"": _span(cell)}


def cell_of_expressions(*, kind: InputKind, parts: Mapping[str, str]) -> CellDocument | None:
    """The plain data of expressions in the exported form, or None if one cannot be understood."""
    if kind is InputKind.WORDS:
        return _read_words(parts)
    expression = parts.get("", "").strip()
    if kind in HIERARCHICAL:
        return _read_prefixes(expression)
    if kind is InputKind.ABSTAINED:
        return {"$ == true": True, "$ == false": False}.get(expression)
    if kind in {InputKind.HOUR, InputKind.NEARBY_REPEATS, InputKind.CONFIDENCE}:
        match = RANGE.fullmatch(expression)
        return _read_range(kind=kind, match=match) if match else None
    return _read_listed(LISTED.fullmatch(expression) or IN_ZONE.fullmatch(expression))


def _read_listed(match: re.Match[str] | None) -> CellDocument | None:
    if not match:
        return None
    key = "in" if match[1] in {"in", "some"} else "not_in"
    return {key: [text[1:-1] for text in _TEXTS.findall(match[2])]}


def _read_calls(*, expression: str, function: str) -> tuple[list[str], bool, str] | None:
    """The texts of calls joined by one word, whether each is negated, and the word."""
    texts: list[str] = []
    marks: set[bool] = set()
    joints: set[str] = set()
    position = 0
    while match := CALL.match(expression, position):
        if match[2] != function:
            return None
        texts.append(match[3][1:-1])
        marks.add(bool(match[1]))
        joint = re.compile(r" (and|or) ").match(expression, match.end())
        if not joint:
            whole = match.end() == len(expression) and len(marks) == 1 and len(joints) < 2
            return (texts, marks.pop(), joints.pop() if joints else "") if whole else None
        joints.add(joint[1])
        position = joint.end()
    return None


def _read_prefixes(expression: str) -> CellDocument | None:
    calls = _read_calls(expression=expression, function="startsWith")
    if calls is None:
        return None
    texts, negated, joint = calls
    if joint == ("or" if negated else "and") or not all(text.endswith(".") for text in texts):
        return None
    return {"not_in" if negated else "in": [text[:-1] for text in texts]}


def _read_words(parts: Mapping[str, str]) -> CellDocument | None:
    forms = {"any_of": (False, "or"), "all_of": (False, "and"), "none_of": (True, "and")}
    document: dict[str, object] = {}
    for part, expression in parts.items():
        calls = _read_calls(expression=expression.strip(), function="contains")
        if calls is None or part not in forms:
            return None
        texts, negated, joint = calls
        if negated != forms[part][0] or joint not in {"", forms[part][1]}:
            return None
        document[part] = texts
    return document or None


def _read_range(*, kind: InputKind, match: re.Match[str]) -> CellDocument | None:
    first, low, joint, second, high = match.groups()
    if kind is InputKind.HOUR:
        return _read_hours(first=first, low=low, joint=joint, second=second, high=high)
    inner, outer, upper = ("<=", ">", "at_most") if kind is InputKind.NEARBY_REPEATS else ("<", ">=", "below")
    number = int if kind is InputKind.NEARBY_REPEATS else float
    try:
        if joint is None:
            key = "at_least" if first == ">=" else upper
            return None if key == "at_most" else {key: number(low)}
        document: dict[str, object] = {"at_least": number(low), upper: number(high)}
    except ValueError:
        return None
    forms = {(">=", "and", inner): False, ("<", "or", outer): True}
    negated = forms.get((first, joint, second))
    return None if negated is None else document | ({"not": True} if negated else {})


def _read_hours(
    *, first: str, low: str, joint: str | None, second: str | None, high: str | None
) -> CellDocument | None:
    if (first, second) not in {(">=", "<"), ("<", ">=")} or not (low.isdigit() and high and high.isdigit()):
        return None
    negated = first == "<"
    if (joint == "and") != ((int(low) < int(high)) != negated) or max(int(low), int(high)) > 1440:
        return None
    span: dict[str, object] = {"from": clock_text(minute=int(low)), "to": clock_text(minute=int(high))}
    return span | ({"not": True} if negated else {})
