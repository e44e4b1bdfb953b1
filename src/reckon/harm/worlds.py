"""Settings of the generated world: dated data, checked when read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from reckon.harm.documents import DataInvalid, exactly, shipped
from reckon.harm.kinds import Kinds, kinds_in_force

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamShape:
    """How a stream sees a case: its share of the people harmed, its delay as a part of the lead, its steepness."""

    share: float
    delay: float
    steepness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Weeks of the year in which everybody's rate in some streams is multiplied."""

    weeks: tuple[int, ...]
    factor: float
    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShape:
    """How cases of a kind unfold over `lead` weeks from the first sign to the break-down."""

    lead: Span
    people: float
    streams: Mapping[str, StreamShape]
    season: Season | None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The generated world; each setting is explained in data/simulation.toml."""

    valid_from: str
    source: str
    weeks: int
    warm_up: int
    size_median: float
    size_spread: float
    between: float
    within: float
    case_share: float
    look_alike_share: float
    brigade_share: float
    large_brigade_share: float
    brigade_people: Span
    brigade_reports: Span
    brigade_weeks: Span
    large_brigade_people: Span
    look_alike_people: Span
    look_alike_weeks: Span
    cases: Mapping[str, CaseShape]


def world_from(data: Mapping[str, Any], *, kinds: Kinds) -> World:
    """A world from plain values. Raises DataInvalid."""
    exactly(data, keys={field.name for field in fields(World)}, where="simulation")
    exactly(data["cases"], keys=kinds.kinds, where="simulation, cases")
    spans = {name: _span(value, name) for name, value in data.items() if isinstance(value, list)}
    cases = {
        kind: _case(row, f"simulation, {kind}", set(kinds.kinds[kind].streams))
        for kind, row in data["cases"].items()
    }
    return World(**{**data, **spans, "valid_from": str(data["valid_from"]), "cases": cases})


def _span(value: list[int], where: str) -> Span:
    if len(value) != 2 or not 0 < value[0] <= value[1]:
        raise DataInvalid(f"simulation, {where}: {value} is not a span from less to more")
    return (value[0], value[1])


def _case(row: Mapping[str, Any], where: str, known: set[str]) -> CaseShape:
    exactly(
        {key: value for key, value in row.items() if key != "season"},
        keys=("lead", "people", "streams"),
        where=where,
    )
    strange = sorted(set(row["streams"]) - known)
    if strange:
        raise DataInvalid(f"{where}: unknown streams: {', '.join(strange)}")
    shapes = {
        name: StreamShape(share=share, delay=delay, steepness=steepness)
        for name, (share, delay, steepness) in row["streams"].items()
    }
    season = row.get("season")
    return CaseShape(
        lead=_span(row["lead"], where),
        people=row["people"],
        streams=shapes,
        season=_season(season) if season else None,
    )


def _season(row: Mapping[str, Any]) -> Season:
    return Season(weeks=tuple(row["weeks"]), factor=row["factor"], streams=tuple(row["streams"]))


@cache
def world_in_force() -> World:
    """The world shipped with the program."""
    return world_from(shipped(name="simulation.toml"), kinds=kinds_in_force())
