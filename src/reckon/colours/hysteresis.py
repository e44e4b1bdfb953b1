"""Colours from risk: up at a cut, down only when risk has stayed well below it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.colours.settings import Colour, Cuts

Levels = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class ColourState:
    """A month's colours (`Colour` as numbers), and for how many months running risk was well below each cut.

    `waiting` has one more axis than `level`, the cuts from low to high; under `CutsTogether` it has not.
    """

    level: Levels
    waiting: Levels


def plain_colours(risk: ArrayLike, cuts: Cuts, *, lowered: float = 0.0) -> Levels:
    """Colours by the cuts alone, each cut lowered by so much; NONE where risk is NaN."""
    values = np.asarray(risk, dtype=np.float64)
    levels = np.searchsorted(np.array(cuts.cuts) - lowered, values, side="right")
    return np.where(np.isnan(values), Colour.NONE.value, levels)


def next_colours(*, risk: ArrayLike, before: ColourState | None, cuts: Cuts) -> ColourState:
    """This month's colours; `before` is last month's state of the same areas, None in the first month.

    Every cut counts its own months, so that of two areas the one that was never at less risk never has the lower
    colour. An area without a risk has no colour this month, and starts afresh with its next one.
    """
    if not cuts.apart:
        return _next_together(risk=risk, before=before, cuts=cuts)
    plain = plain_colours(risk, cuts)
    each = (*plain.shape, len(cuts.cuts))
    if before is None:
        return ColourState(level=plain, waiting=np.zeros(each, dtype=np.int64))
    fresh = (plain == Colour.NONE) | (before.level == Colour.NONE)
    place = np.arange(len(cuts.cuts))
    held = place < before.level[..., None]
    below = place >= plain_colours(risk, cuts, lowered=cuts.margin)[..., None]
    waiting = np.where(held & below & ~fresh[..., None], _counted(before) + 1, 0)
    stays = held & (waiting < cuts.months)
    level = np.where(fresh, plain, np.maximum(plain, stays.sum(axis=-1)))
    return ColourState(level=level, waiting=np.where(stays, waiting, 0))


def _counted(before: ColourState) -> Levels:
    """Months of each cut. Where all were counted together, the count was that of the colour's own cut."""
    if before.waiting.ndim > before.level.ndim:
        return before.waiting
    own = np.arange(Colour.RED) == before.level[..., None] - 1
    return np.where(own, before.waiting[..., None], 0)


def _next_together(*, risk: ArrayLike, before: ColourState | None, cuts: Cuts) -> ColourState:
    """As `CutsTogether` says."""
    plain = plain_colours(risk, cuts)
    if before is None:
        return ColourState(level=plain, waiting=np.zeros_like(plain))
    counted = before.waiting
    if counted.ndim > before.level.ndim:
        # Of the colour's own cut; the one below it for the lowest colour and for none is 0 anyway.
        own = np.maximum(before.level - 1, 0)[..., None]
        counted = np.take_along_axis(counted, own, axis=-1)[..., 0]
    fallen = plain_colours(risk, cuts, lowered=cuts.margin)
    could_fall = fallen < before.level
    fresh = (plain == Colour.NONE) | (before.level == Colour.NONE)
    waiting = np.where(could_fall & ~fresh, counted + 1, 0)
    falls = waiting >= cuts.months
    level = np.where(falls, fallen, np.maximum(plain, before.level))
    return ColourState(level=np.where(fresh, plain, level), waiting=np.where(falls, 0, waiting))
