"""Simulated weekly series with outbreaks in them, whose truth is known; parameters in data/scenarios.toml."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reckon.outbreak.baseline import Floats

Counts = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Design:
    """How long the series are and when outbreaks start; weeks count from 1."""

    weeks: int
    season_weeks: int
    past_outbreaks: int
    past_strength: int
    past_first: int
    past_last: int
    strength_least: int
    strength_most: int
    current_first: int
    current_last: int
    delay_deviation: float


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Level, growth, season and dispersion of a series."""

    number: int
    level: float
    growth: float
    cosine: float
    sine: float
    dispersion: float

    def means(self, *, design: Design) -> Floats:
        """Expected counts without outbreaks, (weeks,)."""
        weeks = np.arange(1, design.weeks + 1)
        angle = 2 * np.pi * weeks / design.season_weeks
        season = self.cosine * np.cos(angle) + self.sine * np.sin(angle)
        return np.exp(self.level + self.growth * weeks + season)


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """Series of one scenario, each (replicates, weeks)."""

    scenario: int
    # Without and with the current outbreak; both with the past ones.
    quiet: Counts
    counts: Counts
    # Cases of the current outbreak.
    cases: Counts


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All scenarios in order of number: season fastest, then growth, then parameters."""
    rows = [
        Scenario(number=0, **{**row, "growth": row["growth"] * growth, **_season(row, on=season)})
        for row in _document()["parameters"]
        for growth in (0, 1)
        for season in (0, 1)
    ]
    return tuple(replace(row, number=number) for number, row in enumerate(rows, start=1))


def _season(row: dict[str, float], *, on: int) -> dict[str, float]:
    return {"cosine": row["cosine"] * on, "sine": row["sine"] * on}


@cache
def design_in_force() -> Design:
    """The design shipped with the program."""
    return Design(**_document()["design"])


@cache
def _document() -> dict[str, Any]:
    source = files("reckon.outbreak").joinpath("data/scenarios.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def simulate(*, scenario: Scenario, design: Design, replicates: int, seed: int) -> Simulated:
    """The same series for the same seed, whatever else is simulated; even replicates have no past outbreaks."""
    drawn = [
        _replicate(
            means=scenario.means(design=design),
            dispersion=scenario.dispersion,
            design=design,
            past=number % 2 == 1,
            random=np.random.default_rng([seed, scenario.number, number]),
        )
        for number in range(1, replicates + 1)
    ]
    quiet, cases = (np.stack(part) for part in zip(*drawn, strict=True))
    return Simulated(scenario=scenario.number, quiet=quiet, counts=quiet + cases, cases=cases)


def _replicate(
    *, means: Floats, dispersion: float, design: Design, past: bool, random: np.random.Generator
) -> tuple[Counts, Counts]:
    if dispersion > 1:
        quiet = random.negative_binomial(means / (dispersion - 1), 1 / dispersion)
    else:
        quiet = random.poisson(means)
    deviations = np.sqrt(means * dispersion)
    for _ in range(design.past_outbreaks * past):
        start = int(random.integers(design.past_first, design.past_last, endpoint=True))
        quiet += _outbreak(
            start=start, mean=design.past_strength * deviations[start - 1], design=design, random=random
        )
    cases = np.zeros_like(quiet)
    while not cases.any():
        strength = int(random.integers(design.strength_least, design.strength_most, endpoint=True))
        start = int(random.integers(design.current_first, design.current_last, endpoint=True))
        cases = _outbreak(start=start, mean=strength * deviations[start - 1], design=design, random=random)
    return quiet, cases


def _outbreak(*, start: int, mean: float, design: Design, random: np.random.Generator) -> Counts:
    """Cases by week; those after the end of the series are lost."""
    size = random.poisson(mean)
    delays = np.floor(random.lognormal(0.0, design.delay_deviation, size)).astype(np.int64)
    weeks = start - 1 + delays
    return np.bincount(weeks[weeks < design.weeks], minlength=design.weeks).astype(np.int64)
