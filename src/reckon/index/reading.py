"""Reading of declared data: unknown keys, wrong forms and missing entries are refused by name."""

import hashlib
import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class DeclarationInvalid(ValueError):
    """Declared data cannot be used; the message says where, what is wrong and what to do."""

    def __init__(self, *, place: str, what: str, remedy: str) -> None:
        super().__init__(f"{place}: {what}. {remedy}")
        self.place, self.what, self.remedy = place, what, remedy


def check_keys(
    data: Mapping[str, Any], *, needed: Collection[str], optional: Collection[str] = (), place: str
) -> None:
    """Raises DeclarationInvalid for a key that is unknown or missing."""
    known = sorted({*needed, *optional})
    for key in data:
        if key not in known:
            near = get_close_matches(key, known, n=2, cutoff=0.6)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"Known are: {', '.join(known)}."
            raise DeclarationInvalid(place=place, what=f"{key!r} is not known here", remedy=hint)
    for key in needed:
        if key not in data:
            raise DeclarationInvalid(place=place, what=f"{key!r} is missing", remedy="Add it.")


def text_of(data: Mapping[str, Any], key: str, *, place: str) -> str:
    """A text that says something."""
    value = data[key]
    if not isinstance(value, str) or not value.strip():
        raise DeclarationInvalid(place=place, what=f"{key!r} is no text", remedy="Write a text.")
    return value.strip()


def day_of(data: Mapping[str, Any], key: str, *, place: str) -> date:
    """A date as TOML writes it, or its ISO text."""
    value = data[key]
    try:
        return value if type(value) is date else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise DeclarationInvalid(
            place=place, what=f"{key!r} is no date", remedy="Write it as 2026-01-31."
        ) from None


def number_of(data: Mapping[str, Any], key: str, *, low: float, high: float, place: str) -> float:
    """A finite number within its limits, both included."""
    value = data[key]
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not usable or not low <= value <= high:
        raise DeclarationInvalid(
            place=place, what=f"{key!r} is {value!r}", remedy=f"Give a number from {low:g} to {high:g}."
        )
    return float(value)


def flag_of(data: Mapping[str, Any], key: str, *, place: str) -> bool:
    """True or false, nothing that merely looks like it."""
    value = data[key]
    if not isinstance(value, bool):
        raise DeclarationInvalid(place=place, what=f"{key!r} is {value!r}", remedy="Write true or false.")
    return value


def choice_of(data: Mapping[str, Any], key: str, *, choices: Collection[str], place: str) -> str:
    """One of the words allowed."""
    value = text_of(data, key, place=place)
    if value not in choices:
        near = get_close_matches(value, sorted(choices), n=2, cutoff=0.6)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Use one of: {', '.join(sorted(choices))}."
        raise DeclarationInvalid(place=place, what=f"{key!r} has unknown value {value!r}", remedy=hint)
    return value


def table_of(data: Mapping[str, Any], key: str, *, place: str) -> Mapping[str, Any]:
    """A table of keys and values."""
    value = data[key]
    if not isinstance(value, Mapping):
        raise DeclarationInvalid(place=place, what=f"{key!r} is no table", remedy="Write it as a table.")
    return value


def rows_of(data: Mapping[str, Any], key: str, *, place: str) -> Sequence[Mapping[str, Any]]:
    """An array of at least one table."""
    value = data[key]
    if not isinstance(value, list) or not value or not all(isinstance(row, Mapping) for row in value):
        raise DeclarationInvalid(
            place=place, what=f"{key!r} holds no tables", remedy=f"Write at least one [[{key}]]."
        )
    return value


def check_once(codes: Sequence[str], *, place: str) -> None:
    """Raises DeclarationInvalid for a code that is there twice."""
    for code in codes:
        if codes.count(code) > 1:
            raise DeclarationInvalid(
                place=place, what=f"code {code!r} is there twice", remedy="Keep one of them."
            )


def digest_of(declared: "DataclassInstance") -> str:
    """Tells one declared dataclass from another, to the last digit; kept with whatever was reckoned by it."""
    written = json.dumps(asdict(declared), sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(written.encode()).hexdigest()
