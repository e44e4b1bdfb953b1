"""Colours from risk: up at a cut, down only when risk has stayed well below it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.colours.settings import Colour, Cuts

Levels = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class ColourState:
    """A month's colours (`Colour` as numbers), and for how many months running each could have fallen."""

    level: Levels
    waiting: Levels


def plain_colours(risk: ArrayLike, cuts: Cuts, *, lowered: float = 0.0) -> Levels:
    """Colours by the cuts alone, each cut lowered by so much; NONE where risk is NaN."""
    values = np.asarray(risk, dtype=np.float64)
    levels = np.searchsorted(np.array(cuts.cuts) - lowered, values, side="right")
    return np.where(np.isnan(values), Colour.NONE.value, levels)


def next_colours(*, risk: ArrayLike, before: ColourState | None, cuts: Cuts) -> ColourState:
    """This month's colours; `before` is last month's state of the same areas, None in the first month.

    An area without a risk has no colour this month, and starts afresh with its next one.
    """
    plain = plain_colours(risk, cuts)
    if before is None:
        return ColourState(level=plain, waiting=np.zeros_like(plain))
    fallen = plain_colours(risk, cuts, lowered=cuts.margin)
    could_fall = fallen < before.level
    fresh = (plain == Colour.NONE) | (before.level == Colour.NONE)
    waiting = np.where(could_fall & ~fresh, before.waiting + 1, 0)
    falls = waiting >= cuts.months
    level = np.where(falls, fallen, np.maximum(plain, before.level))
    return ColourState(level=np.where(fresh, plain, level), waiting=np.where(falls, 0, waiting))
