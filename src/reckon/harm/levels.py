"""Levels of an alert. A level opens a check by a person; none is a sanction."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

from reckon.harm.documents import DataInvalid, exactly, shipped, within
from reckon.harm.kinds import Kinds, kinds_in_force

NEXT_STEP = "verify"
"""What every level asks for: that a person looks."""


class Level(IntEnum):
    """How soon a person should look; higher is sooner."""

    NONE = 0
    WATCH = 1
    ATTENTION = 2
    URGENT = 3


RAISED = (Level.WATCH, Level.ATTENTION, Level.URGENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """`families`: independent families that must speak; `thresholds`: log-odds; `per_year`: false alarms aimed at."""

    valid_from: str
    source: str
    families: Mapping[Level, int]
    per_year: Mapping[Level, float]
    thresholds: Mapping[str, Mapping[Level, float]]


def levels_from(data: Mapping[str, Any], *, kinds: Kinds) -> Levels:
    """Levels from plain values. Raises DataInvalid, also if a kind has no thresholds or they do not rise."""
    exactly(data, keys=("valid_from", "source", "families", "per_year", "thresholds"), where="levels")
    exactly(data["thresholds"], keys=kinds.kinds, where="levels, thresholds")
    return Levels(
        valid_from=str(data["valid_from"]),
        source=data["source"],
        families={
            level: int(value) for level, value in _by_level(data["families"], "families", 1, 10).items()
        },
        per_year=_by_level(data["per_year"], "per_year", 0, 52),
        thresholds={kind: _rising(row, kind) for kind, row in data["thresholds"].items()},
    )


def _by_level(row: Mapping[str, Any], where: str, low: float, high: float) -> dict[Level, float]:
    exactly(row, keys=[level.name.lower() for level in RAISED], where=f"levels, {where}")
    return {
        level: within(row[level.name.lower()], low=low, high=high, where=f"levels, {where}")
        for level in RAISED
    }


def _rising(row: Mapping[str, Any], kind: str) -> dict[Level, float]:
    values = _by_level(row, f"thresholds of {kind}", -50, 50)
    if not values[Level.WATCH] <= values[Level.ATTENTION] <= values[Level.URGENT]:
        raise DataInvalid(f"levels: the thresholds of {kind} do not rise from watch to urgent")
    return values


@cache
def levels_in_force() -> Levels:
    """The levels shipped with the program, chosen by the study on its own seeds."""
    return levels_from(shipped(name="levels.toml"), kinds=kinds_in_force())


HEAD = """\
# Levels in force from the day below. `per_year`: false alarms per enterprise and year for each kind that the
# thresholds were chosen for, on generated enterprises without harm. `families`: independent families of streams that
# must speak.
"""


def levels_text(*, levels: Levels) -> str:
    """The levels as TOML, as `levels_from` reads them."""
    rows = [f"{kind} = {_inline(row)}" for kind, row in levels.thresholds.items()]
    return (
        f'{HEAD}valid_from = {levels.valid_from}\nsource = "{levels.source}"\n'
        f"families = {_inline(levels.families)}\nper_year = {_inline(levels.per_year)}\n\n"
        "[thresholds]\n" + "\n".join(rows) + "\n"
    )


def _inline(row: Mapping[Level, float]) -> str:
    return "{ " + ", ".join(f"{level.name.lower()} = {row[level]:g}" for level in RAISED) + " }"
