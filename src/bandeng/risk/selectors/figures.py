"""From the ledger's figures and the stocks to the arrays that a map is made of."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bandeng.areas.selectors import atlas
from bandeng.core import clock
from bandeng.ledger import selectors as ledger
from bandeng.ledger.rules import LOCAL, months_from
from bandeng.risk.calculation import Figures
from bandeng.risk.rules import COMMUNITY, STREET
from bandeng.risk.selectors.stocks import stock_months
from reckon.colours import ColourRules, colour_rules_from
from reckon.index import Declaration, declaration_from, log_spread, median_days

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A declaration as it is calculated with."""

    declaration: Declaration
    colours: ColourRules


@lru_cache(maxsize=8)
def declared(*, indicators: str, colours: str) -> Declared:
    """A declaration from its words. Raises DeclarationInvalid."""
    return Declared(
        declaration=declaration_from(tomllib.loads(indicators)),
        colours=colour_rules_from(tomllib.loads(colours)),
    )


def streets_known() -> tuple[str, ...]:
    """Codes of all streets, in order."""
    return tuple(sorted(code for code in atlas().by_code if len(code) == STREET))


def communities_known() -> tuple[str, ...]:
    """Codes of all communities, in order."""
    return tuple(sorted(code for code in atlas().by_code if len(code) == COMMUNITY))


def months_back(*, until: int, count: int, ahead: int = 0) -> list[int]:
    """`count` months of which the last is `until`, and `ahead` more."""
    start = until // 100 * 12 + until % 100 - count
    return months_from(start // 12 * 100 + start % 12 + 1, count + ahead)


def present_month() -> int:
    """The month that it is in the district."""
    day = clock.now().astimezone(LOCAL)
    return day.year * 100 + day.month


def figures_read(declaration: Declaration, *, areas: Sequence[str], months: Sequence[int]) -> Figures:
    """What the ledger knows of these areas and months, months × areas × indicators."""
    window = ledger.Window(areas=areas, months=months)
    rows = declaration.indicators
    events = ledger.counted(
        {
            each
            for row in rows
            for each in (row.numerator, row.denominator)
            if not each.is_span and not each.is_stock
        },
        window,
    )
    spans = ledger.waited({row.numerator for row in rows if row.numerator.is_span}, window)
    stocks = {
        kind: stock_months(kind, areas=areas, months=months)
        for kind in {row.denominator.records for row in rows if row.denominator.is_stock}
    }
    shape = (len(months), len(areas), len(rows))
    observed, exposure = np.full(shape, np.nan), np.full(shape, np.nan)
    for place, row in enumerate(rows):
        top, below = row.numerator, row.denominator
        observed[:, :, place] = _medians(spans[top]) if top.is_span else events[top].T
        exposure[:, :, place] = stocks[below.records] if below.is_stock else events[below].T
    return Figures(areas=tuple(areas), months=tuple(months), observed=observed, exposure=exposure)


def days_spread(declaration: Declaration, *, areas: Sequence[str], months: Sequence[int]) -> dict[str, float]:
    """For each indicator that is a median of days, how far the days of the whole district lie apart."""
    spans = [row for row in declaration.indicators if row.numerator.is_span]
    found = ledger.waited({row.numerator for row in spans}, ledger.Window(areas=areas, months=months))
    least = declaration.method.least_spread
    totals = {row.code: found[row.numerator].sum(axis=(0, 1)) for row in spans}
    return {code: log_spread(total, least=least) for code, total in totals.items() if total.sum() > 0}


def _medians(histograms: NDArray[np.int64]) -> Array:
    """Months × areas of medians; NaN where nothing was closed."""
    areas, months, days = histograms.shape
    return median_days(histograms.reshape(areas * months, days)).reshape(areas, months).T
