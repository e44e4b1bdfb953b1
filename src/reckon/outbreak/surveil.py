"""Judging a file of series: in a CSV of counts, out a CSV of bounds and alarms."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from reckon.outbreak.detector import SeriesUnfit, WeekUnfit, judge, judged_weeks, plan_for
from reckon.outbreak.discovery import discoveries
from reckon.outbreak.judgements import Judgements
from reckon.outbreak.series_file import Series, SeriesFileInvalid, read_series
from reckon.outbreak.settings import DetectorSettings
from reckon.outbreak.writing import write_whole

HEADER = "scenario,replicate,week,count,expected,upper_bound,alarm"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What was judged."""

    series: int
    judged: int
    alarms: int
    # Alarms that stand when all weeks of the run are looked at together, and the accepted share of false ones.
    discoveries: int
    discovery_rate: float
    # Judged weeks by method.
    methods: dict[str, int]
    # Fits that found no rest within the steps allowed.
    unconverged: int


def surveil(*, series_csv: Path, out_csv: Path, settings: DetectorSettings) -> Summary:
    """Judge the weeks of `settings` in every series and write the answers. Raises SeriesFileInvalid, OSError.

    Reads the columns scenario, replicate, week and count, whatever others there are; writes nothing if anything
    is wrong.
    """
    if out_csv.resolve() == series_csv.resolve():
        raise SeriesFileInvalid(
            f"{out_csv} is the file of series itself, which stays as it is. Name another file."
        )
    if not out_csv.parent.is_dir():
        raise SeriesFileInvalid(
            f"There is no folder {out_csv.parent} to write {out_csv.name} into. Make it first."
        )
    found = read_series(series_csv)
    for series in found:
        _check_reach(series=series, settings=settings, path=series_csv)
    answers: dict[int, tuple[Judgements, int]] = {}
    by_span = sorted(range(len(found)), key=lambda place: _span(found[place]))
    for _, alike in groupby(by_span, key=lambda place: _span(found[place])):
        places = list(alike)
        judgements = _judged([found[place] for place in places], settings=settings, path=series_csv)
        answers |= {place: (judgements, row) for row, place in enumerate(places)}
    lines = [HEADER]
    for place, series in enumerate(found):
        judgements, row = answers[place]
        lines += _lines(series=series, judgements=judgements, row=row)
    write_whole(path=out_csv, text="\n".join(lines) + "\n")
    return _summary(answers=answers, settings=settings)


def _span(series: Series) -> tuple[int, int]:
    return series.first_week, series.last_week


def _check_reach(*, series: Series, settings: DetectorSettings, path: Path) -> None:
    where = f"{path}, line {series.last_line}: scenario {series.scenario}, replicate {series.replicate}"
    if series.last_week < settings.last_week:
        raise SeriesFileInvalid(
            f"{where} ends with week {series.last_week}, and weeks {settings.first_week} to {settings.last_week} "
            "are to be judged. Give the rest of it, or judge other weeks."
        )
    try:
        plan_for(week=settings.first_week - series.first_week + 1, settings=settings)
    except SeriesUnfit as error:
        raise SeriesFileInvalid(
            f"{where} starts with week {series.first_week}: too short to judge week {settings.first_week}. {error}"
        ) from error


def _judged(alike: list[Series], *, settings: DetectorSettings, path: Path) -> Judgements:
    """Series with the same weeks. Raises SeriesFileInvalid, which names the series and the week."""
    first = alike[0].first_week
    try:
        return judge(
            counts=np.stack([series.counts for series in alike]),
            weeks=judged_weeks(settings=settings) - first + 1,
            settings=settings,
        )
    except WeekUnfit as error:
        series = alike[error.series]
        raise SeriesFileInvalid(
            f"{path}: scenario {series.scenario}, replicate {series.replicate}, week {error.week + first - 1}: "
            f"{error.REASON}"
        ) from error


def _lines(*, series: Series, judgements: Judgements, row: int) -> list[str]:
    name = f"{_quoted(series.scenario)},{_quoted(series.replicate)}"
    columns = zip(
        (judgements.weeks + series.first_week - 1).tolist(),
        judgements.counts[row].tolist(),
        judgements.expected[row].tolist(),
        judgements.upper_bound[row].tolist(),
        judgements.alarm[row].tolist(),
        strict=True,
    )
    return [
        f"{name},{week},{count},{expected:.15g},{bound},{int(alarm)}"
        for week, count, expected, bound, alarm in columns
    ]


def _quoted(text: str) -> str:
    if any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _summary(*, answers: dict[int, tuple[Judgements, int]], settings: DetectorSettings) -> Summary:
    runs = list({id(judgements): judgements for judgements, _ in answers.values()}.values())
    methods: Counter[str] = Counter()
    for run in runs:
        for method in run.methods:
            methods[method.value] += len(run.counts)
    p_values = np.concatenate([run.p_value.ravel() for run in runs])
    alarms = np.concatenate([run.alarm.ravel() for run in runs])
    stand = discoveries(p_values=p_values, rate=settings.discovery_rate).discovered & alarms
    return Summary(
        series=len(answers),
        judged=int(p_values.size),
        alarms=int(alarms.sum()),
        discoveries=int(stand.sum()),
        discovery_rate=settings.discovery_rate,
        methods=dict(methods),
        unconverged=sum(int((~run.table.converged).sum()) for run in runs),
    )
