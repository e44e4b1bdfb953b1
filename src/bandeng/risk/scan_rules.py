"""What is counted together in the weekly look for surges, and how: dated data, checked when read. No Django."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any

from reckon.index.admission import check_words, covers_voice
from reckon.index.reading import (
    DeclarationInvalid,
    check_keys,
    check_once,
    day_of,
    number_of,
    rows_of,
    text_of,
)
from reckon.outbreak import DetectorSettings, ScanSettings, SettingsInvalid, settings_from, shipped

FILE = "data/surges.toml"
RANGES: dict[str, tuple[int, int]] = {
    "series_weeks": (8, 2000),
    "neighbours": (1, 500),
    "weeks": (1, 52),
    "runs": (19, 99_999),
    "seed": (0, 2**53),
    "clusters_most": (1, 50),
    "reference_weeks": (4, 520),
    "reference_least": (4, 520),
    "monday_hour": (0, 23),
    "again_hours": (1, 168),
}
SHARES: dict[str, tuple[float, float]] = {
    "p_value_most": (1e-6, 0.5),
    "household_cases": (0.01, 1000.0),
    "discovery_rate": (1e-6, 0.5),
    "overlap_least": (0.01, 1.0),
}


@dataclass(frozen=True, kw_only=True)
class Group:
    """Types of matters that are counted together."""

    code: str
    name_zh: str
    name_en: str
    category: tuple[str, ...]

    def holds(self, type_code: str) -> bool:
        """Whether a type belongs to it: every level of a code has two digits."""
        return type_code.startswith(self.category)


@dataclass(frozen=True, kw_only=True)
class SurgeSettings:
    """How a run looks; each setting is explained in data/surges.toml."""

    valid_from: str
    source: str
    detector: DetectorSettings
    series_weeks: int
    neighbours: int
    weeks: int
    runs: int
    seed: int
    p_value_most: float
    clusters_most: int
    reference_weeks: int
    reference_least: int
    household_cases: float
    discovery_rate: float
    overlap_least: float
    monday_hour: int
    again_hours: int
    groups: tuple[Group, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `surge_settings_kept` takes them."""
        data = asdict(self)
        data["groups"] = [{**asdict(group), "category": list(group.category)} for group in self.groups]
        return data

    def scan_of(self, place: int) -> ScanSettings:
        """The scan of a group, by its place among them: chance is drawn anew for each."""
        return ScanSettings(
            valid_from=self.valid_from,
            source=self.source,
            neighbours=self.neighbours,
            weeks=self.weeks,
            runs=self.runs,
            seed=self.seed + place,
            p_value_most=self.p_value_most,
            clusters_most=self.clusters_most,
        )


@cache
def surge_settings() -> SurgeSettings:
    """The settings shipped with the program."""
    text = files("bandeng.risk").joinpath(FILE).read_text(encoding="utf-8")
    return surge_settings_from(tomllib.loads(text))


def surge_settings_from(data: Mapping[str, Any]) -> SurgeSettings:
    """Settings as they are declared. Raises DeclarationInvalid, naming what is wrong."""
    known = {field.name for field in fields(SurgeSettings)} - {"groups"} | {"group"}
    check_keys(data, needed=known, place=FILE)
    groups = tuple(
        _group(row, place=f"{FILE}, group {number}")
        for number, row in enumerate(rows_of(data, "group", place=FILE), 1)
    )
    check_once([group.code for group in groups], place=FILE)
    try:
        detector = shipped(text_of(data, "detector", place=FILE))
    except SettingsInvalid as wrong:
        raise DeclarationInvalid(place=FILE, what=str(wrong), remedy="Name one of them.") from wrong
    return SurgeSettings(
        valid_from=day_of(data, "valid_from", place=FILE).isoformat(),
        source=text_of(data, "source", place=FILE),
        detector=detector,
        groups=groups,
        **_numbers(data),
    )


def _numbers(data: Mapping[str, Any]) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        name: number_of(data, name, low=low, high=high, place=FILE) for name, (low, high) in SHARES.items()
    }
    for name, (low, high) in RANGES.items():
        value = number_of(data, name, low=low, high=high, place=FILE)
        if value != int(value):
            raise DeclarationInvalid(place=FILE, what=f"{name!r} is {value}", remedy="Give a whole number.")
        numbers[name] = int(value)
    return numbers


def _group(row: Mapping[str, Any], *, place: str) -> Group:
    check_keys(row, needed=("code", "name_zh", "name_en", "category"), place=place)
    code, zh, en = (text_of(row, name, place=place) for name in ("code", "name_zh", "name_en"))
    for text in (code, zh, en):
        check_words(text, place=place)
    category = row["category"]
    if not isinstance(category, list) or not category or not all(isinstance(each, str) for each in category):
        raise DeclarationInvalid(
            place=place, what="'category' holds no codes", remedy='Write it as ["03.02"].'
        )
    if covers_voice(tuple(category)):
        raise DeclarationInvalid(
            place=place,
            what=f"{category} holds residents' voices, which are never counted",
            remedy="Take them out.",
        )
    return Group(code=code, name_zh=zh, name_en=en, category=tuple(category))


def surge_settings_kept(data: Mapping[str, Any]) -> SurgeSettings:
    """Settings as a run keeps them."""
    groups = tuple(Group(**{**group, "category": tuple(group["category"])}) for group in data["groups"])
    return replace(SurgeSettings(**{**data, "groups": groups}), detector=settings_from(data["detector"]))
