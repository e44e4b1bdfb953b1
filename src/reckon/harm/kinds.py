"""Kinds of mass harm: which streams speak of each, and how strongly."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from reckon.harm.documents import DataInvalid, exactly, shipped, within

PEOPLE = "people"
"""The family of streams in which anybody can speak; what a few different people do there is left out of account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Where evidence comes from."""

    code: str
    family: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamWeight:
    """How a stream speaks of a kind.

    The usual rate is Gamma(shape, shape/mean) per 100 of exposure and week; under harm it is `ratio` times that.
    `weight` discounts the log likelihood ratio; a week counts `weekly_cap` reports at most, the stream `cap` log-odds.
    """

    mean: float
    shape: float
    ratio: float
    weight: float
    weekly_cap: int
    cap: float


RANGES: dict[str, tuple[float, float]] = {
    "mean": (1e-6, 100.0),
    "shape": (0.01, 100.0),
    "ratio": (1.01, 1000.0),
    "weight": (0.0, 1.0),
    "weekly_cap": (1, 1000),
    "cap": (0.1, 50.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of harm. `fade` is the share of evidence that is left after a week; 1 keeps all (plain CUSUM)."""

    code: str
    name_zh: str
    name_en: str
    source: str
    exposure: str
    prior_log_odds: float
    fade: float
    streams: Mapping[str, StreamWeight]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """All kinds and the times, in weeks, that hold for every one of them."""

    valid_from: str
    source: str
    memory_weeks: int
    window_weeks: int
    gap_weeks: int
    baseline_weeks: int
    merge_weeks: int
    few_people: int
    per_person: float
    family_least: float
    streams: Mapping[str, Stream]
    kinds: Mapping[str, Kind]

    def family(self, *, stream: str) -> str:
        """The family of a stream."""
        return self.streams[stream].family


WEEKS = ("memory_weeks", "window_weeks", "gap_weeks", "baseline_weeks", "merge_weeks")


def kinds_from(data: Mapping[str, Any]) -> Kinds:
    """Kinds from plain values. Raises DataInvalid for whatever is unknown, missing or out of range."""
    exactly(data, keys={field.name for field in fields(Kinds)}, where="kinds")
    for name in WEEKS:
        within(data[name], low=1, high=520, where=name)
    if data["window_weeks"] > data["gap_weeks"]:
        raise DataInvalid(
            "window_weeks: longer than gap_weeks, so what is compared would be part of the usual"
        )
    streams = {code: _stream(code, row) for code, row in data["streams"].items()}
    kinds = [_kind(row, streams) for row in data["kinds"]]
    if len({kind.code for kind in kinds}) != len(kinds):
        raise DataInvalid("kinds: two kinds have one code")
    return Kinds(
        valid_from=str(data["valid_from"]),
        source=data["source"],
        few_people=int(within(data["few_people"], low=0, high=1000, where="few_people")),
        per_person=within(data["per_person"], low=0.01, high=20, where="per_person"),
        family_least=within(data["family_least"], low=0, high=10, where="family_least"),
        streams=streams,
        kinds={kind.code: kind for kind in kinds},
        **{name: data[name] for name in WEEKS},
    )


def _stream(code: str, row: Mapping[str, Any]) -> Stream:
    exactly(row, keys=("family", "name_zh", "name_en"), where=f"stream {code}")
    return Stream(code=code, **row)


def _kind(row: Mapping[str, Any], streams: Mapping[str, Stream]) -> Kind:
    where = f"kind {row.get('code', '?')}"
    exactly(row, keys={field.name for field in fields(Kind)}, where=where)
    within(row["prior_log_odds"], low=-20, high=0, where=f"{where}, prior_log_odds")
    within(row["fade"], low=0.1, high=1, where=f"{where}, fade")
    strange = sorted(set(row["streams"]) - set(streams))
    if strange:
        raise DataInvalid(f"{where}: unknown streams: {', '.join(strange)}")
    weights = {code: _weight(values, f"{where}, stream {code}") for code, values in row["streams"].items()}
    return Kind(**{**row, "streams": weights})


def _weight(values: Mapping[str, Any], where: str) -> StreamWeight:
    exactly(values, keys=RANGES, where=where)
    for name, (low, high) in RANGES.items():
        within(values[name], low=low, high=high, where=f"{where}, {name}")
    return StreamWeight(**values)


@cache
def kinds_in_force() -> Kinds:
    """The kinds shipped with the program."""
    return kinds_from(shipped(name="kinds.toml"))
