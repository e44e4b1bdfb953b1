"""Enterprises with their everyday noise, planted cases, look-alikes and brigades; seeded, the truth known."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from reckon.harm.kinds import PEOPLE, Kind, Kinds
from reckon.harm.tally import Counts, Evidence, Report, distinct
from reckon.harm.worlds import CaseShape, Span, World


class Role(IntEnum):
    """What was planted in an enterprise."""

    PLAIN = 0
    CASE = 1
    LOOK_ALIKE = 2
    BRIGADE = 3
    LARGE_BRIGADE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Evidence of one kind with the truth: role, and for cases the weeks of the first sign and of the break-down."""

    evidence: Evidence
    roles: npt.NDArray[np.int8]
    onset: npt.NDArray[np.int32]
    collapse: npt.NDArray[np.int32]


def simulate(*, kind: str, enterprises: int, seed: int, kinds: Kinds, world: World) -> Simulation:
    """One generated world of one kind; the same seed gives the same world."""
    place = sorted(kinds.kinds).index(kind)
    draw = np.random.default_rng([seed, place])
    declared, shape = kinds.kinds[kind], world.cases[kind]
    exposure = world.size_median * draw.lognormal(0.0, world.size_spread, enterprises)
    counts = _noise(draw, declared, shape, exposure, world)
    roles = _roles(draw, enterprises, world)
    onset = np.full(enterprises, -1, dtype=np.int32)
    collapse = np.full(enterprises, -1, dtype=np.int32)
    for number in np.flatnonzero(roles == Role.CASE):
        lead = _between(draw, shape.lead)
        onset[number] = draw.integers(world.warm_up, world.weeks - lead)
        collapse[number] = onset[number] + lead
        counts[:, :, number] += _case(
            draw, declared, shape, int(onset[number]), lead, float(exposure[number]), world
        )
    for number in np.flatnonzero(roles == Role.LOOK_ALIKE):
        counts[:, :, number] += _look_alike(draw, declared, kinds, world)
    for number in np.flatnonzero(roles >= Role.BRIGADE):
        counts[:, :, number] += _brigade(
            draw, declared, kinds, world, large=roles[number] == Role.LARGE_BRIGADE
        )
    evidence = Evidence(
        kind=kind,
        streams=tuple(declared.streams),
        enterprises=tuple(f"s{number:06d}" for number in range(enterprises)),
        counts=counts,
        exposure=exposure,
    )
    return Simulation(evidence=evidence, roles=roles, onset=onset, collapse=collapse)


def _noise(
    draw: np.random.Generator, kind: Kind, shape: CaseShape, exposure: npt.NDArray[np.float64], world: World
) -> Counts:
    """Everyday reports: rates differ between enterprises, and from week to week, more than Poisson allows."""
    means = np.array([row.mean for row in kind.streams.values()])[None, :, None]
    own = draw.gamma(world.between, 1.0 / world.between, (1, len(kind.streams), len(exposure)))
    size = (world.weeks, len(kind.streams), len(exposure))
    weekly = draw.gamma(world.within, 1.0 / world.within, size)
    rates = means * own * exposure[None, None, :] * weekly
    if shape.season:
        rows = [place for place, name in enumerate(kind.streams) if name in shape.season.streams]
        weeks = [week for week in range(world.weeks) if week % 52 + 1 in shape.season.weeks]
        rates[np.ix_(weeks, rows)] *= shape.season.factor
    return draw.poisson(rates).astype(np.int32)


def _roles(draw: np.random.Generator, enterprises: int, world: World) -> npt.NDArray[np.int8]:
    shares = (world.case_share, world.look_alike_share, world.brigade_share, world.large_brigade_share)
    roles = np.zeros(enterprises, dtype=np.int8)
    order = draw.permutation(enterprises)
    start = 0
    for role, share in zip(list(Role)[1:], shares, strict=True):
        stop = start + round(share * enterprises)
        roles[order[start:stop]] = role
        start = stop
    return roles


def _between(draw: np.random.Generator, span: Span) -> int:
    return int(draw.integers(span[0], span[1] + 1))


def _case(
    draw: np.random.Generator,
    kind: Kind,
    shape: CaseShape,
    onset: int,
    lead: int,
    exposure: float,
    world: World,
) -> Counts:
    """What a case adds: every stream begins after its delay, grows until the break-down and ends four weeks later."""
    found = np.zeros((world.weeks, len(kind.streams)), dtype=np.int32)
    # Larger enterprises harm more people, but not in proportion; and cases differ.
    people = shape.people * (exposure / world.size_median) ** 0.5 * draw.lognormal(0.0, 0.5)
    after = np.arange(world.weeks) - onset
    for row, name in enumerate(kind.streams):
        if name not in shape.streams:
            continue
        own = shape.streams[name]
        start = own.delay * lead
        part = np.clip((after - start) / max(lead - start, 1.0), 0.0, 1.0) ** own.steepness
        part[(after < start) | (after > lead + 4)] = 0.0
        known = part[(after >= 0) & (after <= lead)].sum()
        if known > 0:
            found[:, row] = draw.poisson(people * own.share * part / known)
    return found


def _look_alike(draw: np.random.Generator, kind: Kind, kinds: Kinds, world: World) -> Counts:
    found = np.zeros((world.weeks, len(kind.streams)), dtype=np.int32)
    rows = _people_rows(kind, kinds)
    weeks = _between(draw, world.look_alike_weeks)
    start = int(draw.integers(world.warm_up, world.weeks - weeks))
    people = _between(draw, world.look_alike_people)
    np.add.at(found[:, int(draw.choice(rows))], draw.integers(start, start + weeks, people), 1)
    return found


def _brigade(draw: np.random.Generator, kind: Kind, kinds: Kinds, world: World, *, large: bool) -> Counts:
    """A few people who report again and again in every stream open to them; a large one keeps to one stream."""
    rows = _people_rows(kind, kinds)
    weeks = _between(draw, world.brigade_weeks)
    start = int(draw.integers(world.warm_up, world.weeks - weeks))
    people = _between(draw, world.large_brigade_people if large else world.brigade_people)
    used = [int(draw.choice(rows))] if large else rows
    names = list(kind.streams)
    reports = [
        Report(
            enterprise="", kind=kind.code, stream=names[int(draw.choice(used))],
            week=int(draw.integers(start, start + weeks)), source=f"p{person}",
        )
        for person in range(people)
        for _ in range(_between(draw, world.brigade_reports))
    ]  # fmt: skip
    found = np.zeros((world.weeks, len(names)), dtype=np.int32)
    for (_, _, stream, week), count in distinct(reports=reports, kinds=kinds).items():
        found[week, names.index(stream)] += count
    return found


def _people_rows(kind: Kind, kinds: Kinds) -> list[int]:
    return [row for row, name in enumerate(kind.streams) if kinds.family(stream=name) == PEOPLE]
