"""Settings of training: dated data, checked when read."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class SettingsInvalid(ValueError):
    """A setting is unknown, missing or out of range; the message names it."""


class Part(StrEnum):
    """What of a message a view looks at."""

    WHOLE = "whole"
    LEAD = "lead"


@dataclass(frozen=True)
class View:
    """N-grams up to `longest` symbols of one part of the message; `weight` against the other views."""

    part: Part
    longest: int
    weight: float


RANGES: dict[str, tuple[float, float]] = {
    "folds": (2, 20),
    "fit": (1e-3, 1e3),
    "telling": (0.0, 100.0),
    "doubt": (0.0, 100.0),
    "smoothing": (1e-3, 10.0),
    "naive": (0.0, 10.0),
    "naive_smoothing": (1e-3, 10.0),
    "rarest": (1, 1000),
    "most_weights": (1000, 14_000_000),
    "precision_target": (0.5, 1.0),
    "correction_weight": (1.0, 100.0),
    "lead_characters": (1, 1000),
    "near_duplicate": (0.05, 1.0),
    "seed": (0, 2**31 - 1),
}


@dataclass(frozen=True)
class TrainingSettings:
    """How a classifier is trained; each setting is explained in data/settings.toml."""

    valid_from: str
    folds: int
    fit: float
    telling: float
    doubt: float
    smoothing: float
    naive: float
    naive_smoothing: float
    rarest: int
    most_weights: int
    precision_target: float
    correction_weight: float
    lead_characters: int
    near_duplicate: float
    seed: int
    views: tuple[View, ...]

    def __post_init__(self) -> None:
        """Raises SettingsInvalid."""
        wrong = [name for name, (low, high) in RANGES.items() if not low <= getattr(self, name) <= high]
        if wrong or not self.views:
            raise SettingsInvalid(f"settings out of range: {', '.join(wrong) or 'views'}")

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `settings_from` takes them."""
        return asdict(self)


def settings_from(data: Mapping[str, Any]) -> TrainingSettings:
    """Settings from plain values. Raises SettingsInvalid for any that is unknown, missing or wrong."""
    values = dict(data)
    try:
        _refuse_unknown(values)
        views = tuple(_view(view) for view in values["views"])
        return TrainingSettings(**{**values, "valid_from": str(values["valid_from"]), "views": views})
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsInvalid(f"settings cannot be used: {error}") from error


def _view(data: Mapping[str, Any]) -> View:
    view = View(Part(data["part"]), int(data["longest"]), float(data["weight"]))
    if not 1 <= view.longest <= 8 or not 0 < view.weight <= 100:
        raise ValueError(f"view out of range: {view}")
    return view


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    known = {field.name for field in fields(TrainingSettings)}
    of_view = {field.name for field in fields(View)}
    odd = set(values) - known | {key for view in values["views"] for key in view} - of_view
    if odd:
        raise ValueError(f"unknown: {', '.join(sorted(odd))}")


@cache
def settings_in_force() -> TrainingSettings:
    """The settings shipped with the program."""
    source = files("reckon.classification").joinpath("data/settings.toml").read_text(encoding="utf-8")
    return settings_from(tomllib.loads(source))
