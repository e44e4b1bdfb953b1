"""Figures that are rounded to be read and still add up. No Django."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

UNIT = Decimal("0.1")


def rounded(value: float) -> Decimal:
    """A figure to one digit."""
    return Decimal(repr(float(value))).quantize(UNIT, ROUND_HALF_EVEN)


def apportioned(*, parts: Sequence[float], total: float) -> tuple[Decimal, ...]:
    """The parts to one digit so that they add up to the total to one digit, each off by less than a unit.

    Rounded down, and the units that are then missing given to those that lost most (largest remainders). `total` is
    the sum of the parts; what a part differs by is less than what the page shows.
    """
    exact = [Decimal(repr(float(part))) for part in parts]
    floors = [part.quantize(UNIT, ROUND_FLOOR) for part in exact]
    missing = int((rounded(total) - sum(floors, Decimal(0))) / UNIT)
    most = sorted(range(len(parts)), key=lambda place: (floors[place] - exact[place], place))
    gains = set(most[: max(0, missing)])
    return tuple(floor + UNIT if place in gains else floor for place, floor in enumerate(floors))
