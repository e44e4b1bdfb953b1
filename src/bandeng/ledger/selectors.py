"""What others read of the ledger: figures, and the records behind a figure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Sum
from django.db.models.functions import Substr
from numpy.typing import NDArray

from bandeng.ledger import expressions, files
from bandeng.ledger.models import Cell, CountedMeasure, Segment
from bandeng.ledger.rules import MOST_DAYS, PLAIN
from reckon.index import Measure


@dataclass(frozen=True)
class Behind:
    """A record behind a figure."""

    source: str
    subject: int
    category: str
    area_code: str


@dataclass(frozen=True)
class Window:
    """Areas × months that somebody asks for: codes of one length, months such as 202611."""

    areas: Sequence[str]
    months: Sequence[int]

    @property
    def length(self) -> int:
        """How many digits of an area's code count."""
        return len(self.areas[0]) if self.areas else 0


def counted(measures: Iterable[Measure], window: Window) -> dict[Measure, NDArray[np.int64]]:
    """Figures of areas × months, nought where nothing was counted. KeyError for a measure that nobody declared."""
    wanted, places = _wanted(measures), _places(window)
    found = {
        measure: np.zeros((len(window.areas), len(window.months)), dtype=np.int64)
        for measure in wanted.values()
    }
    for key, area, month, value in _sums(wanted, window, "measure__key", "area", "month"):
        if area in places[0]:
            found[wanted[key]][places[0][area], places[1][month]] = value
    return found


def waited(measures: Iterable[Measure], window: Window) -> dict[Measure, NDArray[np.int64]]:
    """Of spans: areas × months × days, how many records took so many days."""
    wanted, places = _wanted(measures), _places(window)
    shape = (len(window.areas), len(window.months), MOST_DAYS + 1)
    found = {measure: np.zeros(shape, dtype=np.int64) for measure in wanted.values()}
    for key, area, month, days, value in _sums(wanted, window, "measure__key", "area", "month", "days"):
        if area in places[0] and days != PLAIN:
            found[wanted[key]][places[0][area], places[1][month], days] = value
    return found


def behind(measure: Measure, *, area: str, month: int, start: int = 0, count: int = 50) -> list[Behind]:
    """One page of the records that a figure counts, the newest first."""
    names = list(Segment.objects.order_by("id").values_list("file", flat=True))
    if not names:
        return []
    page = expressions.behind(measure, area=area, month=month).limit(count, offset=start)
    with files.opened(names) as engine:
        rows = files.fetch(engine, page).to_pylist()
    return [Behind(row["source"], row["subject"], row["category"], row["area_code"]) for row in rows]


def months_known() -> list[int]:
    """The months for which there are figures, in order."""
    return sorted(set(Cell.objects.values_list("month", flat=True).distinct()))


def _wanted(measures: Iterable[Measure]) -> dict[str, Measure]:
    wanted = {expressions.key_of(measure): measure for measure in measures}
    there = set(CountedMeasure.objects.filter(key__in=wanted).values_list("key", flat=True))
    missing = [measure for key, measure in wanted.items() if key not in there]
    if missing:
        raise KeyError(f"not declared to the ledger: {missing}")
    return wanted


def _places(window: Window) -> tuple[dict[str, int], dict[int, int]]:
    areas = {area: place for place, area in enumerate(window.areas)}
    return areas, {month: place for place, month in enumerate(window.months)}


def _sums(wanted: Mapping[str, Measure], window: Window, *by: str) -> list[tuple[Any, ...]]:
    cells = Cell.objects.filter(measure__key__in=list(wanted), month__in=list(window.months))
    grouped = (
        cells.annotate(area=Substr("area_code", 1, window.length)).values(*by).annotate(total=Sum("value"))
    )
    rows: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in grouped.values_list(*by, "total"):
        rows[row[:-1]] = row[-1]
    return [(*key, value) for key, value in rows.items()]
