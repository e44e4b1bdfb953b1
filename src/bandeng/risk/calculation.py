"""A month's map from its inputs: nothing else goes in, so that the same inputs give the same digits. No Django."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reckon.colours import (
    ColourProbabilities,
    ColourRules,
    ColourState,
    Cuts,
    Interval,
    Predictions,
    dimension_probabilities,
    forecast_colours,
    indicator_probabilities,
    interval_of,
    next_colours,
    plain_colours,
    predict_indicators,
    probabilities,
)
from reckon.index import Assessment, Declaration, Reference, assess, contributions, evidence, pooled

Array = NDArray[np.float64]
FEWEST_MONTHS = 3
"""Fewer past months say nothing of the next one."""
EDITION = 3
"""1: no probabilities of the dimensions' colours. 2: with them. 3: each cut counts its own months before a fall."""
LAYERS = ("master", "dimensions", "indicators")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Months × areas × indicators of what was counted and of what it is counted against; the newest month last."""

    areas: tuple[str, ...]
    months: tuple[int, ...]
    observed: Array
    exposure: Array

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `figures_from` takes them; None where missing."""
        return {
            "areas": list(self.areas),
            "months": list(self.months),
            "observed": plain(self.observed),
            "exposure": plain(self.exposure),
        }

    def latest(self, count: int) -> "Figures":
        """Only the newest months."""
        return Figures(
            areas=self.areas,
            months=self.months[-count:],
            observed=self.observed[-count:],
            exposure=self.exposure[-count:],
        )


def figures_from(data: Mapping[str, Any]) -> Figures:
    """Figures from plain values."""
    return Figures(
        areas=tuple(data["areas"]),
        months=tuple(data["months"]),
        observed=array_of(data["observed"]),
        exposure=array_of(data["exposure"]),
    )


@dataclass(frozen=True, kw_only=True)
class States:
    """Last month's colours of the streets on the three layers of maps."""

    layers: Mapping[str, ColourState]

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `states_from` takes them."""
        return {
            name: {"level": state.level.tolist(), "waiting": state.waiting.tolist()}
            for name, state in self.layers.items()
        }


def states_from(data: Mapping[str, Any] | None) -> States | None:
    """States from plain values."""
    if data is None:
        return None
    return States(
        layers={
            name: ColourState(level=np.array(row["level"]), waiting=np.array(row["waiting"]))
            for name, row in data.items()
        }
    )


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """All that a map is made of besides the rules and the frozen reference."""

    streets: Figures
    communities: Figures
    before: States | None
    months_ahead: int  # how many past months stand for the next one's cases

    def as_data(self) -> dict[str, Any]:
        """Plain values, as `inputs_from` takes them."""
        return {
            "streets": self.streets.as_data(),
            "communities": self.communities.as_data(),
            "before": self.before.as_data() if self.before else None,
            "months_ahead": self.months_ahead,
        }


def inputs_from(data: Mapping[str, Any]) -> Inputs:
    """Inputs from plain values."""
    return Inputs(
        streets=figures_from(data["streets"]),
        communities=figures_from(data["communities"]),
        before=states_from(data["before"]),
        months_ahead=data["months_ahead"],
    )


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What figures become colours by."""

    declaration: Declaration
    colours: ColourRules
    reference: Reference


def assessed(figures: Figures, rules: Rules) -> Assessment:
    """The newest month of some figures, with the declared memory of those before."""
    observed, exposure = pooled(
        observed=figures.observed, exposure=figures.exposure, declaration=rules.declaration
    )
    return assess(
        declaration=rules.declaration,
        reference=rules.reference,
        areas=figures.areas,
        observed=observed,
        exposure=exposure,
    )


def edition_of(result: Mapping[str, Any]) -> int:
    """Which figures a kept result holds: maps made before a figure was added come out the same without it."""
    return int(result.get("edition", 1))


def result_of(inputs: Inputs, rules: Rules, *, edition: int = EDITION) -> dict[str, Any]:
    """Every figure of a month's map in plain values; `edition`: see `EDITION`."""
    if edition < 3:
        rules = replace(rules, colours=rules.colours.together())
    assessment = assessed(inputs.streets, rules)
    states = coloured(assessment, rules.colours, inputs.before)
    master_before = inputs.before.layers["master"] if inputs.before else None
    sure = probabilities(assessment=assessment, rules=rules.colours, before=master_before)
    streets = {
        **_steps(assessment),
        "states": states.as_data(),
        "chances": _chances(sure),
        "indicator_chances": plain(indicator_probabilities(assessment=assessment, rules=rules.colours)),
    }
    if edition > 1:
        streets["dimension_chances"] = plain(_dimension_chances(assessment, inputs, rules))
    return {
        **({"edition": edition} if edition > 1 else {}),
        "streets": streets,
        "communities": _communities(inputs.communities, rules),
        "forecast": _forecast(inputs, assessment, states, rules),
    }


def _dimension_chances(assessment: Assessment, inputs: Inputs, rules: Rules) -> Array:
    before = inputs.before.layers["dimensions"] if inputs.before else None
    return dimension_probabilities(assessment=assessment, rules=rules.colours, before=before)


def coloured(assessment: Assessment, rules: ColourRules, before: States | None) -> States:
    """This month's colours of the master map, the dimensions' and the indicators'."""
    risks = (assessment.risk, assessment.dimension_risk, assessment.indicator_risk)
    cuts: tuple[Cuts, ...] = (rules.master, rules.dimension, rules.indicator)
    return States(
        layers={
            name: next_colours(risk=risk, before=before.layers[name] if before else None, cuts=cut)
            for name, risk, cut in zip(LAYERS, risks, cuts, strict=True)
        }
    )


def predicted(
    figures: Figures, rules: Rules, *, months_ahead: int
) -> tuple[tuple[Predictions, ...], Array, Array]:
    """The laws of each indicator with the month after the record, and observed and expected counts behind them."""
    observed, expected = evidence(
        given=figures.observed,
        exposure=figures.exposure,
        declaration=rules.declaration,
        frozen=rules.reference,
    )
    observed = np.where(np.isnan(figures.observed) & (figures.exposure != 0.0), np.nan, observed)
    ahead = expected[-months_ahead:].mean(axis=0, keepdims=True)
    expected = np.concatenate([expected, ahead])
    calendar = [month % 100 for month in figures.months]
    laws = predict_indicators(
        observed=observed,
        expected=expected,
        calendar=[*calendar, calendar[-1] % 12 + 1],
        reference=rules.reference,
        settings=rules.colours.forecast,
    )
    return laws, observed, expected


def _steps(assessment: Assessment) -> dict[str, Any]:
    names = ("given", "exposure", "observed", "expected", "ratio", "ratio_low", "ratio_high", "z", "scores")
    return {
        **{name: plain(getattr(assessment, name)) for name in names},
        "risk": plain(assessment.risk),
        "dimension_risk": plain(assessment.dimension_risk),
        "indicator_risk": plain(assessment.indicator_risk),
        "contributions": plain(contributions(assessment)),
    }


def _communities(figures: Figures, rules: Rules) -> dict[str, Any]:
    if not figures.areas:
        return {"risk": [], "level": [], "observed": [], "contributions": []}
    assessment = assessed(figures, rules)
    return {
        "risk": plain(assessment.risk),
        "level": plain_colours(assessment.risk, rules.colours.master).tolist(),
        "observed": plain(assessment.observed),
        "expected": plain(assessment.expected),
        "contributions": plain(contributions(assessment)),
    }


def _forecast(inputs: Inputs, assessment: Assessment, states: States, rules: Rules) -> dict[str, Any] | None:
    figures = inputs.streets
    if len(figures.months) < FEWEST_MONTHS:
        return None
    laws, _, expected = predicted(figures, rules, months_ahead=inputs.months_ahead)
    chances = forecast_colours(
        assessment=assessment,
        predictions=laws,
        expected=expected[-1],
        rules=rules.colours,
        before=states.layers["master"],
    )
    settings = rules.colours.forecast
    level = min(settings.levels)
    intervals: list[Interval] = [
        interval_of(law, row=len(figures.months), level=level, settings=settings) for law in laws
    ]
    return {
        "chances": _chances(chances),
        "interval": level,
        "mean": [plain(law.mean[-1]) for law in laws],
        "low": [plain(each.low) for each in intervals],
        "high": [plain(each.high) for each in intervals],
    }


def _chances(sure: ColourProbabilities) -> dict[str, Any]:
    return {
        "shares": plain(sure.shares),
        "low": plain(sure.low),
        "median": plain(sure.median),
        "high": plain(sure.high),
        "likeliest": sure.likeliest.tolist(),
        "draws": sure.draws,
        "seed": sure.seed,
    }


def plain(values: Any) -> Any:
    """An array as nested lists: None where missing, whole numbers without a point. Read back, the same to the digit."""
    if isinstance(values, np.ndarray):
        return plain(values.tolist())
    if isinstance(values, list):
        return [plain(value) for value in values]
    if isinstance(values, float):
        if math.isnan(values):
            return None
        return int(values) if values.is_integer() and abs(values) < 2**53 else values
    return values


def array_of(values: Sequence[Any]) -> Array:
    """The array that `plain` was given."""
    return np.array(values, dtype=np.float64)


def digest_of(data: Mapping[str, Any]) -> str:
    """SHA-256 of plain values; floats count with all their digits."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def differing(stored: Any, fresh: Any, *, place: str = "") -> list[str]:
    """Where two plain values differ, however deep; floats must be equal to the last digit."""
    if isinstance(stored, Mapping) and isinstance(fresh, Mapping):
        keys = sorted(set(stored) | set(fresh))
        return [
            spot
            for key in keys
            for spot in differing(stored.get(key), fresh.get(key), place=f"{place}.{key}" if place else key)
        ]
    if isinstance(stored, list) and isinstance(fresh, list) and len(stored) == len(fresh):
        pairs = enumerate(zip(stored, fresh, strict=True))
        return [spot for n, (old, new) in pairs for spot in differing(old, new, place=f"{place}[{n}]")]
    return [] if stored == fresh else [place]
