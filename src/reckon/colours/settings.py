"""Cut points, draws and forecasts: dated data, checked when read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from reckon.index import Aggregation, DeclarationInvalid, Normalisation
from reckon.index.reading import check_keys, day_of, digest_of, number_of, table_of, text_of


class Colour(IntEnum):
    """Risk from low to high; NONE: too little is known."""

    NONE = -1
    GREEN = 0
    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """Lowest risk of blue, yellow, orange and red; how a colour falls is explained in cuts.toml."""

    cuts: tuple[float, float, float, float]
    margin: float
    months: int

    def __post_init__(self) -> None:
        """Raises DeclarationInvalid."""
        if any(low >= high for low, high in pairwise(self.cuts)):
            raise DeclarationInvalid(
                place="cuts", what="they do not rise", remedy="Order them from low to high."
            )
        if self.margin < 0.0 or self.months < 1:
            raise DeclarationInvalid(
                place="cuts", what="margin below 0 or months below 1", remedy="Correct them."
            )

    @property
    def apart(self) -> bool:
        """Whether each cut counts the months for itself that risk has been well below it."""
        return True

    @property
    def is_first_above_0(self) -> bool:
        """Whether there is any green at all."""
        return self.cuts[0] > 0.0

    @property
    def most_margin(self) -> float:
        """The widest step between two cuts: a colour that is kept further down would hold through another one."""
        return max(high - low for low, high in pairwise(self.cuts))

    @property
    def is_margin_sensible(self) -> bool:
        """Whether every colour can be left again: blue too, whose cut the margin must not reach down to 0."""
        return self.margin < self.cuts[0] and self.margin <= self.most_margin

    def check(self, *, place: str) -> None:
        """Raise DeclarationInvalid for cuts that no new declaration may have; what was declared stays readable."""
        if not self.is_first_above_0:
            raise DeclarationInvalid(
                place=place, what="the first cut is 0", remedy="Raise it: nothing would ever be green."
            )
        if not self.is_margin_sensible:
            raise DeclarationInvalid(
                place=place,
                what=f"a margin of {self.margin:g}",
                remedy=f"Keep it below the first cut and at {self.most_margin:g}, the widest step, at most.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CutsTogether(Cuts):
    """As maps were once made: one count of months for the colour as a whole, which then fell to the newest month's.

    More risk in between could lead to a lower colour; kept so that those maps can be made again.
    """

    @property
    def apart(self) -> bool:
        """One count for all."""
        return False

    @classmethod
    def of(cls, cuts: Cuts) -> "CutsTogether":
        """The same cuts."""
        return cls(cuts=cuts.cuts, margin=cuts.margin, months=cuts.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSettings:
    """What P(colour) draws from; shares of normalisations and aggregations add up to 1."""

    count: int
    seed: int
    concentration: float
    normalisations: tuple[tuple[Normalisation, float], ...]
    aggregations: tuple[tuple[Aggregation, float], ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSettings:
    """Explained in cuts.toml."""

    memories: tuple[float, ...]
    noises: tuple[float, ...]
    season: float
    levels: tuple[float, ...]
    fewest_errors: int
    draws: int
    seed: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourRules:
    """All that turns risk into colours."""

    valid_from: date
    source: str
    master: Cuts
    dimension: Cuts
    indicator: Cuts
    draws: DrawSettings
    forecast: ForecastSettings

    def check(self) -> None:
        """Raise DeclarationInvalid for what no new declaration may have."""
        for name in ("master", "dimension", "indicator"):
            getattr(self, name).check(place=name)

    def together(self) -> "ColourRules":
        """The same with one count of months for all cuts of a map."""
        return replace(
            self,
            master=CutsTogether.of(self.master),
            dimension=CutsTogether.of(self.dimension),
            indicator=CutsTogether.of(self.indicator),
        )

    @property
    def digest(self) -> str:
        """Tells one set of rules from another."""
        return digest_of(self)


def colour_rules_from(data: Mapping[str, Any]) -> ColourRules:
    """Rules from plain values. Raises DeclarationInvalid."""
    place = "colours"
    maps = ("master", "dimension", "indicator")
    check_keys(data, needed=("valid_from", "source", *maps, "draws", "forecast"), place=place)
    cuts = {name: _cuts(table_of(data, name, place=place), place=name) for name in maps}
    return ColourRules(
        valid_from=day_of(data, "valid_from", place=place),
        source=text_of(data, "source", place=place),
        draws=_draws(table_of(data, "draws", place=place)),
        forecast=_forecast(table_of(data, "forecast", place=place)),
        **cuts,
    )


def colour_rules_read(path: Path) -> ColourRules:
    """Rules from a TOML file. Raises DeclarationInvalid or OSError."""
    try:
        rules = colour_rules_from(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationInvalid(
            place=path.name, what=f"no TOML: {error}", remedy="Correct it there."
        ) from error
    rules.check()
    return rules


@cache
def colour_rules_shipped() -> ColourRules:
    """The rules that come with the program."""
    source = files("reckon.colours").joinpath("cuts.toml").read_text(encoding="utf-8")
    return colour_rules_from(tomllib.loads(source))


def _cuts(data: Mapping[str, Any], *, place: str) -> Cuts:
    check_keys(data, needed=("cuts", "margin", "months"), place=place)
    cuts = _numbers(data, "cuts", low=0.0, high=100.0, place=place)
    if len(cuts) != 4:
        raise DeclarationInvalid(place=place, what=f"{len(cuts)} cuts", remedy="Five colours have four cuts.")
    return Cuts(
        cuts=(cuts[0], cuts[1], cuts[2], cuts[3]),
        margin=number_of(data, "margin", low=0.0, high=50.0, place=place),
        months=int(number_of(data, "months", low=1, high=24, place=place)),
    )


def _numbers(data: Mapping[str, Any], key: str, *, low: float, high: float, place: str) -> tuple[float, ...]:
    values = data[key]
    if not isinstance(values, list) or not values:
        raise DeclarationInvalid(place=place, what=f"{key!r} is no list", remedy="Write a list of numbers.")
    return tuple(number_of({key: value}, key, low=low, high=high, place=place) for value in values)


def _draws(data: Mapping[str, Any]) -> DrawSettings:
    place = "draws"
    check_keys(
        data,
        needed=("count", "seed", "concentration", "source", "normalisations", "aggregations"),
        place=place,
    )
    normalisations = _shares(table_of(data, "normalisations", place=place), Normalisation, place=place)
    aggregations = _shares(table_of(data, "aggregations", place=place), Aggregation, place=place)
    return DrawSettings(
        count=int(number_of(data, "count", low=100, high=1_000_000, place=place)),
        seed=int(number_of(data, "seed", low=0, high=2**31 - 1, place=place)),
        concentration=number_of(data, "concentration", low=1.0, high=1e6, place=place),
        normalisations=tuple((Normalisation(name), share) for name, share in normalisations),
        aggregations=tuple((Aggregation(name), share) for name, share in aggregations),
        source=text_of(data, "source", place=place),
    )


def _shares(
    data: Mapping[str, Any], kinds: type[Normalisation] | type[Aggregation], *, place: str
) -> list[tuple[str, float]]:
    known = [kind.value for kind in kinds]
    check_keys(data, needed=(), optional=known, place=place)
    shares = [(name, number_of(data, name, low=0.0, high=1.0, place=place)) for name in known if name in data]
    total = sum(share for _, share in shares)
    if abs(total - 1.0) > 1e-9:
        raise DeclarationInvalid(place=place, what=f"shares add up to {total:g}", remedy="Make them 1.")
    return shares


def _forecast(data: Mapping[str, Any]) -> ForecastSettings:
    place = "forecast"
    figures = ("season", "fewest_errors", "draws", "seed")
    check_keys(data, needed=("memories", "noises", "levels", "source", *figures), place=place)
    return ForecastSettings(
        memories=_numbers(data, "memories", low=0.01, high=0.999, place=place),
        noises=_numbers(data, "noises", low=0.0, high=10.0, place=place),
        levels=_numbers(data, "levels", low=0.5, high=0.999, place=place),
        season=number_of(data, "season", low=1e-3, high=1e9, place=place),
        fewest_errors=int(number_of(data, "fewest_errors", low=20, high=1e9, place=place)),
        draws=int(number_of(data, "draws", low=100, high=1_000_000, place=place)),
        seed=int(number_of(data, "seed", low=0, high=2**31 - 1, place=place)),
        source=text_of(data, "source", place=place),
    )
