"""The records behind a figure, as far as a post may see them."""

from dataclasses import dataclass
from datetime import datetime

from bandeng.dispatch.selectors import visible
from bandeng.ledger import selectors as ledger
from bandeng.matters.rules import number_of
from bandeng.organisations.rules import Scope
from reckon.index import Indicator

MATTERS = "matters"
PAGE = 50
LONGEST_LIST = 100_000


def start_of(text: str) -> int:
    """Where a page of records begins, from an address."""
    return min(int(text), LONGEST_LIST) if text.isascii() and text.isdecimal() and len(text) < 8 else 0


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A matter behind a figure that the post may see."""

    number: str
    title: str
    area_code: str
    state: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class Records:
    """One page of the records behind a figure: those to be seen, and how many others there are on it."""

    seen: tuple[Seen, ...]
    hidden: int
    registers: int  # of registers that were brought in whole and have no pages
    start: int
    is_last: bool


def records_behind(indicator: Indicator, *, area: str, month: int, scope: Scope, start: int = 0) -> Records:
    """The records that an indicator counts in an area and month; for a median the matters that it is of."""
    measure = indicator.denominator if indicator.numerator.is_span else indicator.numerator
    found = ledger.behind(measure, area=area, month=month, start=start, count=PAGE + 1)
    page = found[:PAGE]
    keys = [row.subject for row in page if row.source == MATTERS]
    rows = {row.pk: row for row in visible(scope).filter(pk__in=keys).defer("text", "answers")}
    return Records(
        seen=tuple(
            Seen(
                number=number_of(key), title=rows[key].title, area_code=rows[key].area_code,
                state=rows[key].state, opened_at=rows[key].opened_at,
            )
            for key in keys
            if key in rows
        ),
        hidden=len(keys) - len(rows),
        registers=len(page) - len(keys),
        start=start,
        is_last=len(found) <= PAGE,
    )  # fmt: skip
