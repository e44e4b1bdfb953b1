"""Why an area's risk changed: parts that add up to the change, to the last digit that doubles have."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reckon.index import Assessment, risk_parts

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One indicator's part in a change of risk, above 0 when it made things worse.

    by_observed: through what happened; by_expected: through what was to be expected (more people, more cases); they
    add up to `change`. z_before, z_after: spreads from the reference year, higher is worse.
    """

    code: str
    name_zh: str
    name_en: str
    dimension: str
    change: float
    by_observed: float
    by_expected: float
    observed_before: float
    observed_after: float
    expected_before: float
    expected_after: float
    z_before: float
    z_after: float
    newly_missing: bool
    newly_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An area's risk before and after, and its drivers, the strongest first; their changes add up to `change`."""

    area: str
    before: float
    after: float
    change: float
    drivers: tuple[Driver, ...]

    @property
    def worse(self) -> tuple[Driver, ...]:
        """Those that raised the risk."""
        return tuple(driver for driver in self.drivers if driver.change > 0.0)

    @property
    def better(self) -> tuple[Driver, ...]:
        """Those that lowered it."""
        return tuple(driver for driver in self.drivers if driver.change < 0.0)


def why(*, before: Assessment, after: Assessment, area: str) -> Explanation:
    """What changed between two months of one area.

    Raises ValueError if the months were assessed by different rules or the area has no risk in one of them.
    """
    if before.declaration != after.declaration or before.reference != after.reference:
        raise ValueError(
            "The two months were assessed by different rules, so their difference has no cause in the record. "
            "Assess the earlier month by the later rules first."
        )
    old, new = before.place(area), after.place(area)
    if not (before.scored[old] and after.scored[new]):
        raise ValueError(f"Area {area} has no risk in one of the months: too many figures are missing.")
    changes = risk_parts(
        declaration=after.declaration,
        before=before.scores[old : old + 1],
        after=after.scores[new : new + 1],
    )[0]
    drivers = [
        _driver(before, after, old=old, new=new, column=column, change=float(changes[column]))
        for column in range(len(changes))
    ]
    drivers.sort(key=lambda driver: (-abs(driver.change), driver.code))
    return Explanation(
        area=area,
        before=float(before.risk[old]),
        after=float(after.risk[new]),
        change=float(after.risk[new] - before.risk[old]),
        drivers=tuple(drivers),
    )


def _driver(
    before: Assessment, after: Assessment, *, old: int, new: int, column: int, change: float
) -> Driver:
    indicator = after.declaration.indicators[column]
    share = _observed_share(before, after, old=old, new=new, column=column)
    gone, had = bool(after.missing[new, column]), bool(before.missing[old, column])
    return Driver(
        code=indicator.code,
        name_zh=indicator.name_zh,
        name_en=indicator.name_en,
        dimension=indicator.dimension,
        change=change,
        by_observed=change * share,
        by_expected=change * (1.0 - share),
        observed_before=float(before.observed[old, column]),
        observed_after=float(after.observed[new, column]),
        expected_before=float(before.expected[old, column]),
        expected_after=float(after.expected[new, column]),
        z_before=float(before.z[old, column]),
        z_after=float(after.z[new, column]),
        newly_missing=gone and not had,
        newly_known=had and not gone,
    )


def _observed_share(before: Assessment, after: Assessment, *, old: int, new: int, column: int) -> float:
    """How much of ln((O + a)/(E + a)) moved through O; all of it where nothing moved."""
    shape = after.reference.row("shape")[column]
    observed = np.log((after.observed[new, column] + shape) / (before.observed[old, column] + shape))
    expected = np.log((after.expected[new, column] + shape) / (before.expected[old, column] + shape))
    moved = observed - expected
    return float(observed / moved) if abs(moved) > 1e-12 else 1.0
