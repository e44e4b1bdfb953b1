"""Reading of dated data: what is unknown, missing or out of range is refused with its place."""

import tomllib
from collections.abc import Collection, Mapping
from importlib.resources import files
from typing import Any


class DataInvalid(ValueError):
    """Dated data cannot be used; the message says which entry and why."""


def shipped(*, name: str) -> dict[str, Any]:
    """A file of data shipped with the program."""
    return tomllib.loads(files("reckon.harm").joinpath(f"data/{name}").read_text(encoding="utf-8"))


def exactly(data: Mapping[str, Any], *, keys: Collection[str], where: str) -> None:
    """Refuse entries that are missing or unknown. Raises DataInvalid."""
    odd = sorted(set(data) ^ set(keys))
    if odd:
        raise DataInvalid(f"{where}: missing or unknown: {', '.join(odd)}")


def within(value: Any, *, low: float, high: float, where: str) -> float:
    """The number if it lies in [low, high]. Raises DataInvalid."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise DataInvalid(f"{where}: {value!r} is not a number from {low} to {high}")
    return float(value)
