"""Stocks of areas on a day, from the numbers in force; and the files that they came from."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import pgettext
from numpy.typing import NDArray

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.areas.selectors import atlas
from bandeng.core import clock
from bandeng.documents.sheets import Cell
from bandeng.ledger.rules import LOCAL
from bandeng.risk.labels import STOCK_COLUMNS, STOCK_KINDS
from bandeng.risk.models import Stock, StockUpload
from bandeng.risk.rules import COMMUNITY, STREET, StockKind

Array = NDArray[np.float64]
MIDDLE = 15
"""The day of a month whose stock counts."""
FAR = 3.0
"""A number that is so many times the one before it, or so small a part of it, is pointed out."""


@dataclass(frozen=True)
class Series:
    """The numbers of one area in the order of their days."""

    days: tuple[date, ...]
    values: tuple[int, ...]

    def on(self, day: date) -> int | None:
        """The number in force on a day."""
        place = bisect_right(self.days, day)
        return self.values[place - 1] if place else None


def stocks_known(kind: str) -> dict[str, Series]:
    """The numbers in force of a kind, by area."""
    found: dict[str, tuple[list[date], list[int]]] = {}
    rows = Stock.objects.filter(kind=kind, superseded_at__isnull=True).order_by("valid_from")
    for code, day, value in rows.values_list("area_code", "valid_from", "value"):
        days, values = found.setdefault(code, ([], []))
        days.append(day)
        values.append(value)
    return {code: Series(tuple(days), tuple(values)) for code, (days, values) in found.items()}


def stock_months(kind: str, *, areas: Sequence[str], months: Sequence[int]) -> Array:
    """Months × areas of a stock, of the running month only the share that has passed; NaN where none is known."""
    known, below = stocks_known(kind), children()
    found = np.full((len(months), len(areas)), np.nan)
    for row, month in enumerate(months):
        day, share = date(month // 100, month % 100, MIDDLE), share_passed(month)
        for column, area in enumerate(areas):
            total = total_of(area, known=known, below=below, day=day)
            if total is not None:
                found[row, column] = total * share
    return found


def children() -> dict[str, list[str]]:
    """The areas right below each area."""
    levels = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)
    above = {CODE_LENGTH[lower]: CODE_LENGTH[upper] for upper, lower in pairwise(levels)}
    found: dict[str, list[str]] = {}
    for code in atlas().by_code:
        if len(code) in above:
            found.setdefault(code[: above[len(code)]], []).append(code)
    return found


def total_of(
    area: str, *, known: Mapping[str, Series], below: Mapping[str, Sequence[str]], day: date
) -> float | None:
    """An area's own number, or those of all areas right below it together; None while one of them lacks.

    A sum of some would make every rate of the area look higher than it is.
    """
    own = known[area].on(day) if area in known else None
    if own is not None:
        return float(own)
    parts = [total_of(code, known=known, below=below, day=day) for code in below.get(area, ())]
    told = [part for part in parts if part is not None]
    return sum(told) if told and len(told) == len(parts) else None


def share_passed(month: int) -> float:
    """1 for a month that is over; of the running month, the share of its days that has passed."""
    now = clock.now().astimezone(LOCAL)
    if month != now.year * 100 + now.month:
        return 1.0
    following = date(now.year + now.month // 12, now.month % 12 + 1, 1)
    length = (following - date(now.year, now.month, 1)).days
    return (now.day - 1 + now.hour / 24.0) / length or 1.0 / length


@dataclass(frozen=True, kw_only=True)
class StreetStocks:
    """A street's numbers today by kind; None where those of a community lack."""

    code: str
    totals: tuple[float | None, ...]
    lacking: tuple[int, ...]  # communities without a number, by kind

    @property
    def cells(self) -> list[tuple[str, float | None, int]]:
        """For each kind its word, the number, and how many communities stand in its way."""
        words = [str(STOCK_KINDS[kind.value]) for kind in StockKind]
        return list(zip(words, self.totals, self.lacking, strict=True))


def streets_stocked(streets: Iterable[str]) -> list[StreetStocks]:
    """Present numbers of each street, kinds in the order of `StockKind`."""
    day, below = clock.now().astimezone(LOCAL).date(), children()
    series = [stocks_known(kind.value) for kind in StockKind]

    def lacks(code: str, known: Mapping[str, Series]) -> bool:
        return total_of(code, known=known, below=below, day=day) is None

    return [
        StreetStocks(
            code=street,
            totals=tuple(total_of(street, known=known, below=below, day=day) for known in series),
            lacking=tuple(
                sum(lacks(code, known) for code in below.get(street, ())) if lacks(street, known) else 0
                for known in series
            ),
        )
        for street in streets
    ]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A line of an upload beside the number that it follows."""

    area_code: str
    kind: str
    valid_from: date
    value: int
    source: str
    present: int | None  # in force on that day by now: the area's own, or those below it together
    is_same: bool
    is_far: bool
    is_bare: bool  # 0, or nothing before it that it could be compared with
    overruled_by: str  # the nearest area above with a number of its own, which counts in place of this one

    @property
    def is_to_check(self) -> bool:
        """Whether somebody had better look at it again."""
        return self.is_far or self.is_bare

    @property
    def is_void(self) -> bool:
        """Whether it counts nowhere: a grid's own, where its community has a number."""
        return len(self.overruled_by) == COMMUNITY


def changes_of(upload: StockUpload) -> list[Change]:
    """Every line of an upload, those that had better be checked first."""
    known = {kind: stocks_known(kind) for kind in {row["kind"] for row in upload.rows}}
    below, coming = children(), {kind: dict[str, date]() for kind in known}
    for row in upload.rows:
        day, first = date.fromisoformat(row["valid_from"]), coming[row["kind"]].get(row["area_code"])
        coming[row["kind"]][row["area_code"]] = min(day, first or day)
    lines = []
    for row in upload.rows:
        series, code, day = known[row["kind"]], row["area_code"], date.fromisoformat(row["valid_from"])
        total, own = total_of(code, known=series, below=below, day=day), _own(series, code, day)
        present, value = None if total is None else int(total), row["value"]
        lines.append(
            Change(
                **(row | {"valid_from": day}),
                present=present,
                is_same=own == value,
                is_far=bool(present) and not 1.0 / FAR <= value / (present or 1) <= FAR,
                is_bare=not value or not present,
                overruled_by=_overruling(code, day=day, known=series, coming=coming[row["kind"]]),
            )
        )
    return sorted(lines, key=lambda line: (not line.is_to_check, line.is_same))


def _overruling(code: str, *, day: date, known: Mapping[str, Series], coming: Mapping[str, date]) -> str:
    """The nearest area above with a number of its own on a day, in force or in the same file; "" for none."""
    for length in (COMMUNITY, STREET):
        above = code[:length]
        if length < len(code) and (_own(known, above, day) is not None or coming.get(above, date.max) <= day):
            return above
    return ""


def _own(known: Mapping[str, Series], code: str, day: date) -> int | None:
    return known[code].on(day) if code in known else None


def uploads() -> QuerySet[StockUpload]:
    """All files, the newest first, without their rows."""
    return StockUpload.objects.defer("rows").order_by("-id")


def upload_of(number: int) -> StockUpload | None:
    """One file."""
    return StockUpload.objects.filter(pk=number).first()


def template_rows(*, valid_from: date) -> Iterator[list[Cell]]:
    """A heading, then one line for each community and kind with its present number; what is left empty is not read."""
    yield [*(str(name) for name in STOCK_COLUMNS.values()), pgettext("stock column", "Area")]
    known = {kind: stocks_known(kind.value) for kind in StockKind}
    for code, place in sorted(atlas().by_code.items()):
        if len(code) != COMMUNITY:
            continue
        name = f"{atlas().name(code[:STREET])} {place.called}".strip()
        for kind in StockKind:
            series = known[kind].get(code)
            value = series.on(valid_from) if series else None
            number: Cell = "" if value is None else value
            cells: list[Cell] = [code, str(STOCK_KINDS[kind.value]), valid_from.isoformat(), number]
            yield [*cells, "", name]
