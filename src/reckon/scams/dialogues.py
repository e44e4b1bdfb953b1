"""Reads labelled call dialogues, one JSON object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reckon.classification import LabelledText
from reckon.scams.kinds import CHINESE_NAMES, ScamType

FRAUD = 1


class DialoguesInvalid(ValueError):
    """A line is no labelled dialogue; the message names file and line."""


def dialogue_rows(path: Path) -> Iterator[LabelledText]:
    """The fraud dialogues with their kind, in order; normal calls are passed over. Raises DialoguesInvalid.

    A line holds `label` (1: fraud), `type`, and what `caller` and `callee` said as lists. Telling fraud from
    normal calls is no aim here: in synthetic files the two differ by how they were made.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = _row(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise DialoguesInvalid(f"{path}, line {number}: {error}") from error
            if row is not None:
                yield row


def _row(data: Any) -> LabelledText | None:
    if not isinstance(data, dict):
        raise TypeError("a line must be a JSON object")
    if data["label"] != FRAUD:
        return None
    caller, callee = _lines(data["caller"]), _lines(data.get("callee", []))
    if not caller:
        raise ValueError("the caller says nothing")
    return LabelledText(
        text="\n".join([*caller, *callee]), title=caller[0], category=_type(data["type"]).value
    )


def _type(name: Any) -> ScamType:
    if name in CHINESE_NAMES:
        return CHINESE_NAMES[name]
    try:
        return ScamType(name)
    except ValueError as error:
        raise ValueError(f"unknown type {name!r}; known are: {', '.join(CHINESE_NAMES)}") from error


def _lines(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError("caller and callee must be lists of texts")
    return [each.strip() for each in value if each.strip()]
