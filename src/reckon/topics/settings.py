"""Settings of the hot-topic tables: dated data, checked when read."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reckon.topics.heat import HeatWeights

LANGUAGES = ("zh", "en")


class SettingsInvalid(ValueError):
    """A setting is unknown, missing or out of range; the message names it."""


@dataclass(frozen=True)
class Grouping:
    """Which messages speak of one topic; each setting is explained in data/settings.toml."""

    both: float
    text_alone: float
    other_problem: float
    same_problem: float
    problem_in_title: float
    half_life_days: float
    alike: float
    faint: float
    background: int
    common_in_names: float
    common_in_text: float
    text_characters: int
    name_characters: int
    name_in_text: float
    loose_name: float


@dataclass(frozen=True)
class Listing:
    """Which topics are listed."""

    fewest_messages: int
    votes_alone: int


@dataclass(frozen=True)
class TopicSettings:
    """How topics are gathered, ranked and written."""

    valid_from: str
    time_zone: str
    language: str
    workbook: bool
    grouping: Grouping
    heat: HeatWeights
    listing: Listing

    @property
    def zone(self) -> ZoneInfo:
        """Where a time without a zone belongs."""
        return ZoneInfo(self.time_zone)

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `settings_from` takes them."""
        return asdict(self)


RANGES: dict[str, tuple[float, float]] = {
    "grouping.both": (0, 1),
    "grouping.text_alone": (0, 1),
    "grouping.other_problem": (0, 1),
    "grouping.same_problem": (0.01, 1),
    "grouping.problem_in_title": (0.01, 100),
    "grouping.half_life_days": (1, 1e5),
    "grouping.alike": (0.01, 1),
    "grouping.faint": (0.001, 1),
    "grouping.background": (0, 1_000_000),
    "grouping.common_in_names": (0.001, 1),
    "grouping.common_in_text": (0.001, 1),
    "grouping.text_characters": (20, 100_000),
    "grouping.name_characters": (0, 100_000),
    "grouping.name_in_text": (0, 1),
    "grouping.loose_name": (0, 1),
    "heat.voice": (0, 1000),
    "heat.repeat": (0, 1),
    "heat.support": (0, 1000),
    "heat.against": (0, 1000),
    "heat.duration": (0, 1000),
    "heat.floor": (0, 1),
    "heat.half_life_days": (1, 1e5),
    "listing.fewest_messages": (1, 1_000_000),
    "listing.votes_alone": (1, 1_000_000_000),
}


def settings_from(data: Mapping[str, Any]) -> TopicSettings:
    """Settings from plain values. Raises SettingsInvalid for any that is unknown, missing or wrong."""
    try:
        _refuse_unknown(TopicSettings, data, "")
        settings = TopicSettings(
            valid_from=date.fromisoformat(str(data["valid_from"])).isoformat(),
            time_zone=str(data["time_zone"]),
            language=str(data["language"]),
            workbook=data["workbook"],
            grouping=Grouping(**_numbers(Grouping, data, "grouping")),
            heat=HeatWeights(**_numbers(HeatWeights, data, "heat")),
            listing=Listing(**_numbers(Listing, data, "listing")),
        )
    except KeyError as error:
        raise SettingsInvalid(
            f"settings cannot be used: {error} is missing; take it from the shipped file"
        ) from error
    except (TypeError, ValueError) as error:
        raise SettingsInvalid(f"settings cannot be used: {error}") from error
    _check_words(settings)
    return settings


def _check_words(settings: TopicSettings) -> None:
    if not isinstance(settings.workbook, bool):
        raise SettingsInvalid(f"workbook = {settings.workbook!r} is not true or false")
    if settings.language not in LANGUAGES:
        raise SettingsInvalid(f"language {settings.language!r} is not one of {', '.join(LANGUAGES)}")
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsInvalid(f"time_zone {settings.time_zone!r} is not known; try Asia/Shanghai") from error


def _numbers(kind: type, data: Mapping[str, Any], section: str) -> dict[str, Any]:
    values = dict(data[section])
    _refuse_unknown(kind, values, f"{section}.")
    for field in fields(kind):
        name, value = f"{section}.{field.name}", values[field.name]
        whole = field.type is int
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            raise TypeError(f"{name} = {value!r} is not a {'whole number' if whole else 'number'}")
        low, high = RANGES[name]
        if not low <= value <= high:
            raise ValueError(f"{name} = {value} is not between {low} and {high}")
    return values


def _refuse_unknown(kind: type, values: Mapping[str, Any], section: str) -> None:
    odd = sorted(set(values) - {field.name for field in fields(kind)})
    if odd:
        raise ValueError(f"unknown: {', '.join(section + name for name in odd)}")


@cache
def settings_in_force() -> TopicSettings:
    """The settings shipped with the program."""
    source = files("reckon.topics").joinpath("data/settings.toml").read_text(encoding="utf-8")
    return settings_from(tomllib.loads(source))
