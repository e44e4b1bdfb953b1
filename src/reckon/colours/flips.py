"""How often colours flip although nothing changed, and how soon they show what did: how margins are chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reckon.colours.hysteresis import ColourState, next_colours
from reckon.colours.probability import stream
from reckon.colours.settings import Colour, Cuts
from reckon.colours.synthetic import SyntheticSettings, district_make, reference_make
from reckon.index import Declaration, assess, pooled

Array = NDArray[np.float64]
WINDOW = 12
"""Months put together; older ones weigh next to nothing."""
SETTLING = 6
"""First months not counted: a colour starts by the plain cuts and needs some months to find its band."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipStudy:
    """Colours of streets whose true rates never change. shares: of street-months in green … red."""

    cuts: Cuts
    street_months: int
    flips: int
    shares: tuple[float, ...]
    seed: int

    @property
    def rate(self) -> float:
        """Share of street-months whose colour differs from the month before."""
        return self.flips / self.street_months

    @property
    def error(self) -> float:
        """Standard error of the rate, as if street-months were independent."""
        return float(np.sqrt(self.rate * (1.0 - self.rate) / self.street_months))


@dataclass(frozen=True, kw_only=True)
class SteadyRisk:
    """Risk under known true rates, months × series: streets, or streets times dimensions or indicators."""

    master: Array
    dimension: Array
    indicator: Array


def steady_risk(
    *,
    declaration: Declaration,
    settings: SyntheticSettings,
    districts: int,
    months: int,
    seed: int,
    step: Mapping[str, float] | None = None,
) -> SteadyRisk:
    """Months of synthetic districts; each has its own frozen reference.

    step: from the middle month on, the true rates of these indicators are so many times what they were.
    """
    moved = np.ones((months + WINDOW - 1, len(declaration.codes)))
    for code, factor in (step or {}).items():
        moved[WINDOW - 1 + months // 2 :, declaration.codes.index(code)] = factor
    parts = [
        _district_risk(declaration, settings, moved=moved, random=stream("flips", str(seed), str(number)))
        for number in range(districts)
    ]
    return SteadyRisk(
        **{
            name: np.concatenate([getattr(part, name) for part in parts], axis=1)
            for name in ("master", "dimension", "indicator")
        }
    )


def flips_of(risk: Array, *, cuts: Cuts, seed: int) -> FlipStudy:
    """Count flips in months × streets of risk after the settling months."""
    state: ColourState | None = None
    history = []
    for month in risk:
        state = next_colours(risk=month, before=state, cuts=cuts)
        history.append(state.level)
    levels = np.stack(history)[SETTLING:]
    changed = levels[1:] != levels[:-1]
    shares = np.bincount(levels.ravel(), minlength=5) / levels.size
    return FlipStudy(
        cuts=cuts,
        street_months=int(changed.size),
        flips=int(changed.sum()),
        shares=tuple(float(share) for share in shares),
        seed=seed,
    )


def months_to_rise(risk: Array, *, cuts: Cuts) -> tuple[int | None, ...]:
    """For each series below red before the middle month, months from then until its colour rises; None: never."""
    middle = len(risk) // 2
    state: ColourState | None = None
    history = []
    for month in risk:
        state = next_colours(risk=month, before=state, cuts=cuts)
        history.append(state.level)
    levels = np.stack(history)
    risen = levels[middle:] > levels[middle - 1]
    first = np.where(risen.any(axis=0), risen.argmax(axis=0) + 1, 0)
    return tuple(int(months) or None for months in first[levels[middle - 1] < Colour.RED])


def margins_tried(
    risk: Array, *, cuts: Cuts, margins: Sequence[float], months: Sequence[int], seed: int
) -> tuple[FlipStudy, ...]:
    """The same months of risk under every pair of margin and months."""
    return tuple(
        flips_of(risk, cuts=replace(cuts, margin=margin, months=wait), seed=seed)
        for margin in margins
        for wait in months
    )


def _district_risk(
    declaration: Declaration, settings: SyntheticSettings, *, moved: Array, random: np.random.Generator
) -> SteadyRisk:
    district = district_make(declaration=declaration, settings=settings, random=random)
    reference = reference_make(district, random=random)
    record = np.stack([district.month(random=random, moved=month) for month in moved])
    exposure = np.broadcast_to(district.exposure, (WINDOW, *district.exposure.shape))
    areas = [f"{row}" for row in range(len(district.exposure))]
    assessments = []
    for last in range(len(moved) - WINDOW + 1):
        figures, cases = pooled(
            observed=record[last : last + WINDOW], exposure=exposure, declaration=declaration
        )
        assessments.append(
            assess(
                declaration=declaration, reference=reference, areas=areas, observed=figures, exposure=cases
            )
        )
    return SteadyRisk(
        master=np.stack([each.risk for each in assessments]),
        dimension=np.stack([each.dimension_risk.ravel() for each in assessments]),
        indicator=np.stack([each.indicator_risk.ravel() for each in assessments]),
    )
