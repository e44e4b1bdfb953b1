"""What the detector says about each series and week, with its working."""

from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reckon.outbreak.baseline import Floats

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


class Method(StrEnum):
    """How a week was judged."""

    FARRINGTON = "farrington"
    EARS_C1 = "ears_c1"
    EARS_C2 = "ears_c2"


@dataclass(frozen=True, kw_only=True)
class Table:
    """Answers for some weeks: arrays of (series, weeks)."""

    expected: Floats
    upper_bound: Counts
    # The count is above the bound, and there are cases enough to speak of.
    alarm: Flags
    # P of what was seen or more, corrected for two criteria; 1 where there are too few cases to speak of.
    p_value: Floats
    # Variance over mean, at least 1.
    dispersion: Floats
    # Standard error of the logarithm of `expected`; NaN for EARS.
    log_error: Floats
    # Growth of the logarithm in a year; 0 where no trend was kept.
    slope: Floats
    trend_kept: Flags
    converged: Flags
    # Past weeks that counted less, because they looked like outbreaks.
    reduced: Counts

    @classmethod
    def beside(cls, parts: "list[Table]", *, axis: int) -> "Table":
        """Parts put together: axis 0 more series, axis 1 more weeks."""
        names = [field.name for field in fields(cls)]
        return cls(
            **{name: np.concatenate([getattr(part, name) for part in parts], axis=axis) for name in names}
        )


@dataclass(frozen=True, kw_only=True)
class Working:
    """Everything behind the answer for one series and week, in plain values."""

    week: int
    method: Method
    # First and last week of the baseline.
    baseline_first: int
    baseline_last: int
    count: int
    expected: float
    upper_bound: int
    alarm: bool
    p_value: float
    dispersion: float
    growth_per_year: float
    trend_kept: bool
    converged: bool
    reduced_weeks: int


@dataclass(frozen=True, kw_only=True)
class Judgements:
    """Answers for all series and judged weeks; `counts` and the table's arrays are (series, weeks)."""

    weeks: NDArray[np.int64]
    methods: tuple[Method, ...]
    baselines: tuple[tuple[int, int], ...]
    counts: Counts
    table: Table

    @property
    def expected(self) -> Floats:
        """Counts that were to be expected."""
        return self.table.expected

    @property
    def upper_bound(self) -> Counts:
        """Counts above this are alarms."""
        return self.table.upper_bound

    @property
    def alarm(self) -> Flags:
        """Which weeks alarm."""
        return self.table.alarm

    @property
    def p_value(self) -> Floats:
        """P of what was seen or more."""
        return self.table.p_value

    @property
    def dispersion(self) -> Floats:
        """Variance over mean, at least 1."""
        return self.table.dispersion

    def working(self, *, series: int, week: int) -> Working:
        """Why the answer for a series (from 0) and week is what it is. Raises KeyError for a week not judged."""
        found = np.flatnonzero(self.weeks == week)
        if not found.size:
            raise KeyError(f"Week {week} was not judged.")
        column, table = int(found[0]), self.table
        at = (series, column)
        return Working(
            week=week,
            method=self.methods[column],
            baseline_first=self.baselines[column][0],
            baseline_last=self.baselines[column][1],
            count=int(self.counts[at]),
            expected=float(table.expected[at]),
            upper_bound=int(table.upper_bound[at]),
            alarm=bool(table.alarm[at]),
            p_value=float(table.p_value[at]),
            dispersion=float(table.dispersion[at]),
            growth_per_year=float(table.slope[at]),
            trend_kept=bool(table.trend_kept[at]),
            converged=bool(table.converged[at]),
            reduced_weeks=int(table.reduced[at]),
        )
