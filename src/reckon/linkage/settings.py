"""Settings of linkage: dated data, checked when read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any


class SettingsInvalid(ValueError):
    """A setting is unknown, missing or out of range; the message names it."""


RANGES: dict[str, tuple[float, float]] = {
    "link": (0.5, 1.0),
    "review": (0.0, 1.0),
    "busy_phone": (2, 1000),
    "most_in_block": (10, 5000),
    "random_pairs": (1000, 1_000_000_000),
    "seed": (0, 2**31 - 1),
    "most_bits": (5.0, 60.0),
}


@dataclass(frozen=True, kw_only=True)
class LinkageSettings:
    """How records are joined; each setting is explained in data/settings.toml. `most_bits` are bits."""

    valid_from: str
    source: str
    link: float
    review: float
    busy_phone: int
    most_in_block: int
    random_pairs: int
    seed: int
    most_bits: float

    def __post_init__(self) -> None:
        """Raises SettingsInvalid."""
        wrong = [name for name, (low, high) in RANGES.items() if not low <= getattr(self, name) <= high]
        if wrong or self.review > self.link:
            raise SettingsInvalid(f"settings out of range: {', '.join(wrong) or 'review above link'}")


def settings_from(data: Mapping[str, Any]) -> LinkageSettings:
    """Settings from plain values. Raises SettingsInvalid for any that is unknown, missing or wrong."""
    known = {field.name for field in fields(LinkageSettings)}
    odd = sorted(set(data) ^ known)
    if odd:
        raise SettingsInvalid(f"settings unknown or missing: {', '.join(odd)}")
    try:
        return LinkageSettings(**{**data, "valid_from": str(data["valid_from"])})
    except TypeError as error:
        raise SettingsInvalid(f"settings cannot be used: {error}") from error


@cache
def settings_in_force() -> LinkageSettings:
    """The settings shipped with the program."""
    source = files("reckon.linkage").joinpath("data/settings.toml").read_text(encoding="utf-8")
    return settings_from(tomllib.loads(source))
