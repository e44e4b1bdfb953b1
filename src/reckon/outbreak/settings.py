"""Settings of the outbreak detector: dated data, checked when read, unknown names refused."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


class SettingsInvalid(ValueError):
    """A setting is unknown, missing, of the wrong kind or out of range; the message names it."""


class Trend(StrEnum):
    """Whether a slope over time is fitted."""

    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class DetectorSettings:
    """How series are judged; each setting is explained in data/standard.toml."""

    valid_from: str
    source: str
    first_week: int
    last_week: int
    season_weeks: int
    years_back: int
    years_least: int
    half_window: int
    periods: int
    weeks_left_out: int
    trend: Trend
    trend_years_least: int
    trend_within_baseline: bool
    reweight_threshold: float
    fit_iterations: int
    fit_tolerance: float
    dispersion_factor: float
    error_factor: float
    alpha: float
    pair_alpha: float
    minimum_cases: int
    minimum_weeks: int
    ears_baseline: int
    ears_gap: int
    ears_deviations: float
    ears_least_deviation: float
    discovery_rate: float

    def __post_init__(self) -> None:
        """Raises SettingsInvalid, naming every setting that is out of range."""
        wrong = out_of_range(settings=self, ranges=RANGES)
        wrong += [text for name, text in _RELATIONS.items() if not _holds(settings=self, relation=name)]
        if wrong:
            raise SettingsInvalid(f"Settings out of range: {'; '.join(wrong)}. Correct them and try again.")

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `settings_from` takes them."""
        return asdict(self)

    @property
    def weeks_needed(self) -> int:
        """Weeks before a judged week that the full baseline takes."""
        return weeks_before(settings=self, years=self.years_back)


RANGES: dict[str, tuple[float, float]] = {
    "first_week": (1, 100_000),
    "last_week": (1, 100_000),
    "season_weeks": (4, 366),
    "years_back": (1, 30),
    "years_least": (1, 30),
    "half_window": (0, 180),
    "periods": (1, 60),
    "weeks_left_out": (0, 366),
    "trend_years_least": (1, 30),
    "reweight_threshold": (0.5, 100.0),
    "fit_iterations": (1, 1000),
    "fit_tolerance": (1e-14, 1e-2),
    "dispersion_factor": (0.1, 10.0),
    "error_factor": (0.0, 10.0),
    "alpha": (1e-9, 0.5),
    # 0 switches the criterion of two weeks off.
    "pair_alpha": (0.0, 0.5),
    "minimum_cases": (0, 1_000_000),
    "minimum_weeks": (1, 366),
    "ears_baseline": (3, 366),
    "ears_gap": (0, 52),
    "ears_deviations": (0.1, 100.0),
    "ears_least_deviation": (1e-6, 1e6),
    "discovery_rate": (1e-6, 0.5),
}

_RELATIONS = {
    "weeks": "last_week is before first_week",
    "years": "years_least is more than years_back",
    "window": "the window of 2 × half_window + 1 weeks and the other periods don't fit into season_weeks",
    "baseline": "the shortest baseline, of years_least, must have at least two weeks for each parameter that is "
    "fitted: one for each of the periods and one for the trend",
    "left_out": "weeks_left_out must be at least half_window and less than season_weeks - half_window",
}


def _holds(*, settings: DetectorSettings, relation: str) -> bool:
    match relation:
        case "weeks":
            return settings.first_week <= settings.last_week
        case "years":
            return settings.years_least <= settings.years_back
        case "window":
            return 2 * settings.half_window + settings.periods <= settings.season_weeks
        case "baseline":
            fewest = weeks_before(settings=settings, years=settings.years_least) - settings.weeks_left_out
            return fewest >= 2 * (settings.periods + 1)
        case _:
            most = settings.season_weeks - settings.half_window
            return settings.half_window <= settings.weeks_left_out < most


def weeks_before(*, settings: DetectorSettings, years: int) -> int:
    """Weeks before a judged week that a baseline of `years` takes."""
    return settings.season_weeks * years + settings.half_window


def settings_from(data: Mapping[str, Any]) -> DetectorSettings:
    """Settings from plain values. Raises SettingsInvalid for any that is unknown, missing or wrong."""
    return checked(data=data, kind=DetectorSettings)


def checked(*, data: Mapping[str, Any], kind: type[T]) -> T:
    """A dataclass of settings from plain values. Raises SettingsInvalid, naming what is wrong."""
    known = {field.name: field.type for field in fields(kind)}
    unknown = [_unknown(key=key, known=list(known)) for key in data if key not in known]
    if unknown:
        raise SettingsInvalid(f"Unknown settings: {'; '.join(unknown)}. Nothing was judged.")
    missing = [name for name in known if name not in data]
    if missing:
        raise SettingsInvalid(f"Settings missing: {', '.join(missing)}. The files shipped have them all.")
    return kind(**{name: _typed(name=name, value=data[name], kind=known[name]) for name in known})


def _unknown(*, key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, n=3, cutoff=0.5)
    return f"{key!r} (did you mean {' or '.join(near)}?)" if near else f"{key!r}"


def _typed(*, name: str, value: Any, kind: Any) -> Any:
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or not value:
            raise SettingsInvalid(f"Setting {name} = {value!r} must be a list with at least one value.")
        return tuple(_typed(name=name, value=item, kind=get_args(kind)[0]) for item in value)
    if issubclass(kind, StrEnum):
        return _choice(name=name, value=value, kind=kind)
    if kind is str and type(value) is date:
        # TOML has days of its own, and the other declarations are written with them.
        value = value.isoformat()
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind or (kind is float and not math.isfinite(value)):
        raise SettingsInvalid(f"Setting {name} = {value!r} must be a {_KINDS[kind]}.")
    return value


_KINDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def _choice(*, name: str, value: Any, kind: type[StrEnum]) -> StrEnum:
    choices = [member.value for member in kind]
    if value not in choices:
        near = get_close_matches(str(value), choices, n=1, cutoff=0.4)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise SettingsInvalid(f"Setting {name} = {value!r} must be one of: {', '.join(choices)}.{hint}")
    return kind(value)


def read(path: Path) -> DetectorSettings:
    """Settings of a TOML file; what it leaves out is as in the standard ones. Raises SettingsInvalid."""
    return read_as(path=path, kind=DetectorSettings, base=shipped().as_data())


def read_as(*, path: Path, kind: type[T], base: Mapping[str, Any]) -> T:
    """A dataclass of settings from a TOML file over `base`. Raises SettingsInvalid, naming file and setting."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return checked(data={**base, **given}, kind=kind)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(
            f"Settings file {path} cannot be read: {error}. A line is NAME = VALUE, such as alpha = 0.01; correct it "
            "and try again."
            if isinstance(error, tomllib.TOMLDecodeError)
            else f"Settings file {path} cannot be read: {error}"
        ) from error
    except SettingsInvalid as error:
        raise SettingsInvalid(f"Settings file {path}: {error}") from error


def shipped(name: str = "standard") -> DetectorSettings:
    """Settings shipped with the program: `standard` or `calibrated`. Raises SettingsInvalid."""
    return shipped_as(name=name, kind=DetectorSettings)


def shipped_as(*, name: str, kind: type[T]) -> T:
    """A dataclass of settings from a file in data/. Raises SettingsInvalid."""
    source = files("reckon.outbreak").joinpath("data", f"{name}.toml")
    if not source.is_file():
        raise SettingsInvalid(f"No settings named {name!r} are shipped; `standard` and `calibrated` are.")
    return checked(data=tomllib.loads(source.read_text(encoding="utf-8")), kind=kind)


def out_of_range(*, settings: object, ranges: Mapping[str, tuple[float, float]]) -> list[str]:
    """What is wrong, in words, for each setting outside its range."""
    return [
        f"{name} = {getattr(settings, name)} (allowed: {low} to {high})"
        for name, (low, high) in ranges.items()
        if not low <= getattr(settings, name) <= high
    ]
