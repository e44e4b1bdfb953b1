"""Judging weeks of many series: the flexible Farrington method where the past is long enough, EARS else."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.outbreak.baseline import baseline_of
from reckon.outbreak.criteria import bounds, p_values
from reckon.outbreak.ears import fit_short, gap_for
from reckon.outbreak.farrington import Fits, fit_baselines
from reckon.outbreak.judgements import Counts, Judgements, Method, Table
from reckon.outbreak.settings import DetectorSettings, weeks_before

# Fits whose past is in memory at the same time, and weeks of past at most.
BLOCK = 8192
PAST = 4_000_000


class SeriesUnfit(ValueError):
    """Series that cannot be judged; the message says why."""


class WeekUnfit(SeriesUnfit):
    """The past of one week admits no answer; names the series (from 0) and the week (from 1)."""

    def __init__(self, *, series: int, week: int) -> None:
        """The message counts series from 1, as people do."""
        super().__init__(f"Series {series + 1}, week {week}: {self.REASON}")
        self.series, self.week = series, week

    REASON = (
        "what was to be expected cannot be calculated from the weeks before it. Look for a mistyped count among "
        "them, or judge with the shipped settings."
    )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one judged week is judged, for all series alike."""

    week: int
    method: Method
    # Years of baseline for Farrington, weeks left out for EARS.
    reach: int

    def baseline(self, *, settings: DetectorSettings) -> tuple[int, int]:
        """First and last week of the baseline."""
        if self.method is Method.FARRINGTON:
            first = self.week - weeks_before(settings=settings, years=self.reach)
            return first, self.week - settings.weeks_left_out - 1
        last = self.week - self.reach - 1
        return last - settings.ears_baseline + 1, last


def plan_for(*, week: int, settings: DetectorSettings) -> Plan:
    """The best method that the weeks before `week` (from 1) allow. Raises SeriesUnfit."""
    years = (week - 1 - settings.half_window) // settings.season_weeks
    if years >= settings.years_least:
        return Plan(week=week, method=Method.FARRINGTON, reach=min(years, settings.years_back))
    gap = gap_for(weeks_before=week - 1, settings=settings)
    if gap is None:
        raise SeriesUnfit(
            f"Week {week} has {week - 1} weeks before it, and the shortest baseline takes {settings.ears_baseline}. "
            "Judge later weeks, or give longer series."
        )
    return Plan(week=week, method=Method.EARS_C2 if gap else Method.EARS_C1, reach=gap)


def judge(*, counts: ArrayLike, weeks: ArrayLike, settings: DetectorSettings) -> Judgements:
    """Judge `weeks` (from 1, rising) of `counts` (series, weeks) or (weeks,), whole numbers. Raises SeriesUnfit."""
    table = _checked_counts(counts)
    judged = _checked_weeks(weeks, length=table.shape[1])
    plans = [plan_for(week=int(week), settings=settings) for week in judged]
    parts = [
        _judge_alike(counts=table, plans=list(alike), settings=settings)
        for _, alike in groupby(plans, key=lambda plan: (plan.method, plan.reach))
    ]
    return Judgements(
        weeks=judged,
        methods=tuple(plan.method for plan in plans),
        baselines=tuple(plan.baseline(settings=settings) for plan in plans),
        counts=table[:, judged - 1],
        table=Table.beside(parts, axis=1),
    )


def judged_weeks(*, settings: DetectorSettings) -> Counts:
    """Weeks to judge, from 1."""
    return np.arange(settings.first_week, settings.last_week + 1)


def _checked_counts(counts: ArrayLike) -> Counts:
    given = np.atleast_2d(np.asarray(counts))
    if given.ndim != 2 or not given.size:
        raise SeriesUnfit(f"Counts must be a table of series and weeks; these have the shape {given.shape}.")
    numeric = given.dtype.kind in "iuf" and bool(np.isfinite(given).all())
    if not numeric or (given != np.floor(given)).any() or (given < 0).any():
        raise SeriesUnfit("Counts must be whole numbers from 0. Correct the series and judge again.")
    return given.astype(np.int64)


def _checked_weeks(weeks: ArrayLike, *, length: int) -> NDArray[np.int64]:
    judged = np.atleast_1d(np.asarray(weeks)).astype(np.int64)
    if not judged.size or judged[0] < 1 or judged[-1] > length or (np.diff(judged) <= 0).any():
        raise SeriesUnfit(f"Judged weeks must rise and lie within 1 to {length}, the length of the series.")
    return judged


def _judge_alike(*, counts: Counts, plans: list[Plan], settings: DetectorSettings) -> Table:
    """Weeks with the same pattern of baseline, in blocks of series."""
    most = _fits_at_once(plan=plans[0], settings=settings)
    if len(plans) > most:
        halves = (plans[: len(plans) // 2], plans[len(plans) // 2 :])
        sides = [_judge_alike(counts=counts, plans=half, settings=settings) for half in halves]
        return Table.beside(sides, axis=1)
    step = max(1, min(BLOCK, most) // len(plans))
    act = _by_farrington if plans[0].method is Method.FARRINGTON else _by_ears
    parts = []
    for start in range(0, len(counts), step):
        block = counts[start : start + step]
        parts.append(act(counts=block, first=start, plans=plans, settings=settings))
    return Table.beside(parts, axis=0)


def _fits_at_once(*, plan: Plan, settings: DetectorSettings) -> int:
    first, last = plan.baseline(settings=settings)
    return max(1, PAST // (last - first + 1))


def _by_farrington(*, counts: Counts, first: int, plans: list[Plan], settings: DetectorSettings) -> Table:
    """The judged weeks of a block of series that begins with the series `first`. Raises WeekUnfit."""
    years = plans[0].reach
    weeks = np.array([plan.week for plan in plans])
    ages = baseline_of(settings=settings, years=years).ages
    shape = (len(counts), len(weeks))
    history = counts[:, weeks[:, None] - 1 - ages].reshape(-1, len(ages))
    fits = fit_baselines(history=history, years=years, settings=settings)
    _check_finite(fits=fits, weeks=weeks, first=first)
    now = counts[:, weeks - 1]
    before = counts[:, weeks - 2].ravel()
    bound = bounds(before=before, fits=fits, settings=settings).reshape(shape)
    p_value = p_values(counts=now.ravel(), before=before, fits=fits, settings=settings).reshape(shape)
    enough = enough_cases(counts=counts, weeks=weeks, settings=settings)
    return Table(
        expected=fits.expected.reshape(shape),
        upper_bound=bound,
        alarm=(now > bound) & enough,
        p_value=np.where(enough, p_value, 1.0),
        dispersion=fits.dispersion.reshape(shape),
        log_error=fits.log_error.reshape(shape),
        slope=fits.slope.reshape(shape),
        trend_kept=fits.trend_kept.reshape(shape),
        converged=fits.converged.reshape(shape),
        reduced=fits.reduced.reshape(shape),
    )


def _check_finite(*, fits: Fits, weeks: NDArray[np.int64], first: int) -> None:
    wrong = np.flatnonzero(~fits.finite)
    if wrong.size:
        row, column = divmod(int(wrong[0]), len(weeks))
        raise WeekUnfit(series=first + row, week=int(weeks[column]))


def _by_ears(*, counts: Counts, first: int, plans: list[Plan], settings: DetectorSettings) -> Table:
    """The same for `first`, which no answer of EARS depends on."""
    weeks = np.array([plan.week for plan in plans])
    ages = np.arange(settings.ears_baseline, 0, -1) + plans[0].reach
    shape = (len(counts), len(weeks))
    fits = fit_short(history=counts[:, weeks[:, None] - 1 - ages].reshape(-1, len(ages)), settings=settings)
    now = counts[:, weeks - 1]
    enough = enough_cases(counts=counts, weeks=weeks, settings=settings)
    bound = fits.upper_bound.reshape(shape)
    spread = fits.deviation**2 / np.maximum(fits.expected, settings.ears_least_deviation)
    return Table(
        expected=fits.expected.reshape(shape),
        upper_bound=bound,
        alarm=(now > bound) & enough,
        p_value=np.where(enough, fits.tail(counts=now.ravel()).reshape(shape), 1.0),
        dispersion=np.maximum(spread, 1.0).reshape(shape),
        log_error=np.full(shape, np.nan),
        slope=np.zeros(shape),
        trend_kept=np.zeros(shape, dtype=np.bool_),
        converged=np.ones(shape, dtype=np.bool_),
        reduced=np.zeros(shape, dtype=np.int64),
    )


def enough_cases(
    *, counts: Counts, weeks: NDArray[np.int64], settings: DetectorSettings
) -> NDArray[np.bool_]:
    """Whether the latest weeks together have cases enough to speak of."""
    running = np.hstack([np.zeros((len(counts), 1), dtype=np.int64), counts.cumsum(axis=1)])
    first = np.maximum(weeks - settings.minimum_weeks, 0)
    recent: NDArray[np.int64] = running[:, weeks] - running[:, first]
    return recent >= settings.minimum_cases
