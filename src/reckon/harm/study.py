"""The study: thresholds chosen on one set of seeds, what they do reported on another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from reckon.harm.alerts import lifted
from reckon.harm.assessment import Assessment, Flags, LevelsFound, assess, levels_of
from reckon.harm.kinds import Kinds
from reckon.harm.levels import RAISED, Level, Levels
from reckon.harm.simulator import Role, Simulation, simulate
from reckon.harm.triggers import TriggerTable, fired
from reckon.harm.worlds import World

GRID = np.arange(-8.0, 25.0, 0.1)
"""Thresholds tried, in log-odds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is run: enterprises in each world, seeds to choose by and, none of them the same, seeds to report."""

    enterprises: int
    choosing: tuple[int, ...]
    reporting: tuple[int, ...]

    def __post_init__(self) -> None:
        """Raises ValueError if a seed serves both ends."""
        if set(self.choosing) & set(self.reporting) or not (self.choosing and self.reporting):
            raise ValueError("seeds to choose by and seeds to report must both be given and differ")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFindings:
    """Findings for one kind over all reporting seeds.

    `delays` are weeks from the first sign of a case to its first level, `remaining` weeks from there to the break-down,
    for cases found before it. `false_alarms` are per enterprise and year among enterprises without harm (plain ones and
    look-alikes); `raised` is the share of enterprises of a role that reached a level at any time judged.
    """

    kind: str
    thresholds: Mapping[Level, float]
    cases: int
    found: Mapping[Level, int]
    delays: tuple[int, ...]
    remaining: tuple[int, ...]
    years: float
    false_alarms: Mapping[Level, float]
    raised: Mapping[Role, Mapping[Level, float]]


def chosen_levels(*, plan: Plan, kinds: Kinds, world: World, levels: Levels) -> Levels:
    """The levels with thresholds that keep false alarms at `per_year` in the worlds to choose by."""
    thresholds = {kind: _thresholds(kind, plan, kinds, world, levels) for kind in kinds.kinds}
    return replace(levels, thresholds=thresholds)


def _thresholds(kind: str, plan: Plan, kinds: Kinds, world: World, levels: Levels) -> dict[Level, float]:
    paths: dict[Level, list[npt.NDArray[np.float64]]] = {level: [] for level in RAISED}
    for simulation, assessment in _worlds(kind, plan.choosing, plan.enterprises, kinds, world):
        harmless = _harmless(simulation)
        for level in RAISED:
            able = assessment.families >= levels.families[level]
            paths[level].append(np.where(able, assessment.log_odds, -np.inf)[:, harmless])
    chosen: dict[Level, float] = {}
    for level in RAISED:
        joined = np.concatenate(paths[level], axis=1)
        lowest = chosen.get(Level(level - 1), GRID[0]) if level > Level.WATCH else GRID[0]
        chosen[level] = max(lowest, _least(joined, levels.per_year[level], kinds.merge_weeks, world.warm_up))
    return chosen


def _least(path: npt.NDArray[np.float64], per_year: float, quiet: int, warm_up: int) -> float:
    """The least threshold of the grid with no more alarms than wanted; bisected, for alarms thin out as it rises."""
    years = path.shape[1] * (path.shape[0] - warm_up) / 52.0
    low, high = 0, len(GRID) - 1
    while low < high:
        middle = (low + high) // 2
        if starts(raised=path >= GRID[middle], quiet=quiet)[warm_up:].sum() / years <= per_year:
            high = middle
        else:
            low = middle + 1
    # Adding zero makes of minus zero a plain one.
    return float(round(GRID[low], 1)) + 0.0


def starts(*, raised: Flags, quiet: int) -> Flags:
    """Where an alarm begins: a raised week with none in the `quiet` + 1 weeks before it. [week, enterprise]"""
    found = raised.copy()
    for back in range(1, quiet + 2):
        found[back:] &= ~raised[:-back]
    return found


def _worlds(
    kind: str, seeds: Sequence[int], enterprises: int, kinds: Kinds, world: World
) -> Iterator[tuple[Simulation, Assessment]]:
    for seed in seeds:
        simulation = simulate(kind=kind, enterprises=enterprises, seed=seed, kinds=kinds, world=world)
        yield simulation, assess(evidence=simulation.evidence, kinds=kinds)


def _harmless(simulation: Simulation) -> Flags:
    return np.isin(simulation.roles, (Role.PLAIN, Role.LOOK_ALIKE))


def findings(
    *, plan: Plan, kinds: Kinds, world: World, levels: Levels, table: TriggerTable
) -> tuple[KindFindings, ...]:
    """What the levels do in the worlds to report, kind by kind."""
    return tuple(_findings(kind, plan, kinds, world, levels, table) for kind in kinds.kinds)


def _findings(
    kind: str, plan: Plan, kinds: Kinds, world: World, levels: Levels, table: TriggerTable
) -> KindFindings:
    rows = {trigger.id: trigger for trigger in table.triggers}
    runs: list[tuple[Simulation, LevelsFound]] = []
    for simulation, assessment in _worlds(kind, plan.reporting, plan.enterprises, kinds, world):
        fires = fired(table=table, evidence=simulation.evidence, signals={})
        runs.append(
            (
                simulation,
                lifted(found=levels_of(assessment=assessment, levels=levels), fires=fires, rows=rows),
            )
        )
    waits = [wait for simulation, found in runs for wait in _waits(simulation, found)]
    years = sum(int(_harmless(one).sum()) for one, _ in runs) * (world.weeks - world.warm_up) / 52.0
    inside = [(first[Level.WATCH], lead) for first, lead in waits if 0 <= first[Level.WATCH] <= lead]
    return KindFindings(
        kind=kind,
        thresholds=levels.thresholds[kind],
        cases=len(waits),
        found={level: sum(0 <= first[level] <= lead for first, lead in waits) for level in RAISED},
        delays=tuple(sorted(first for first, _ in inside)),
        remaining=tuple(sorted(lead - first for first, lead in inside)),
        years=years,
        false_alarms={level: _alarms(runs, level, kinds, world) / years for level in RAISED},
        raised={role: {level: _raised(runs, role, level, world) for level in RAISED} for role in Role},
    )


def _waits(simulation: Simulation, found: LevelsFound) -> Iterator[tuple[dict[Level, int], int]]:
    """For each case: weeks to the first week at each level (-1: never), and weeks to the break-down."""
    for place in np.flatnonzero(simulation.roles == Role.CASE).tolist():
        after = found[simulation.onset[place] :, place]
        first = {level: _first(after >= level) for level in RAISED}
        yield first, int(simulation.collapse[place] - simulation.onset[place])


def _first(flags: Flags) -> int:
    return int(flags.argmax()) if flags.any() else -1


def _alarms(runs: Sequence[tuple[Simulation, LevelsFound]], level: Level, kinds: Kinds, world: World) -> int:
    return sum(
        int(starts(raised=found[:, _harmless(one)] >= level, quiet=kinds.merge_weeks)[world.warm_up :].sum())
        for one, found in runs
    )


def _raised(runs: Sequence[tuple[Simulation, LevelsFound]], role: Role, level: Level, world: World) -> float:
    reached = [(found[world.warm_up :, one.roles == role] >= level).any(axis=0) for one, found in runs]
    return float(np.concatenate(reached).mean()) if any(part.size for part in reached) else 0.0
