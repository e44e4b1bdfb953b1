"""Statistics of whole months: one table of kinds by streets, small numbers hidden so that nothing gives them away.

Only whole months, each drawn up once (`services.publishing`), and only this table: two overlapping periods, two
versions of a month, or two tables that share a total could be taken from one another. Clues that accuse an office or
its staff are counted in the closed network, not here.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.areas.selectors import Place, atlas
from bandeng.clues import terms
from bandeng.clues.models import Accusation, Clue, PublishedMonth
from bandeng.clues.rules import ClueKind
from bandeng.clues.rules.suppression import Published, publish
from bandeng.core import clock

STREET = CODE_LENGTH[Level.STREET]
MONTHS_SHOWN = 24
DECEMBER = 12


@dataclass(frozen=True)
class MonthTable:
    """Rows are kinds, columns are streets and "not said", each with a total at the end."""

    month: date
    kinds: tuple[str, ...]
    streets: tuple[Place | None, ...]
    published: Published
    smallest: int


def months(*, today: date) -> tuple[date, ...]:
    """First days of the whole months behind us, the newest first."""
    found, month = [], today.replace(day=1)
    for _ in range(MONTHS_SHOWN):
        month = _before(month)
        found.append(month)
    return tuple(found)


def _before(month: date) -> date:
    return (
        month.replace(year=month.year - 1, month=DECEMBER)
        if month.month == 1
        else month.replace(month=month.month - 1)
    )


def _after(month: date) -> date:
    return (
        month.replace(year=month.year + 1, month=1)
        if month.month == DECEMBER
        else month.replace(month=month.month + 1)
    )


def month_table(month: date) -> MonthTable:
    """The table of a whole month. Raises ValueError for one that has not ended."""
    end = _after(month)
    if end > timezone.localdate(clock.now()) or month.day != 1:
        raise ValueError("only whole months are told")
    counts = _counts(month, end)
    kinds = tuple(kind.value for kind in ClueKind)
    streets: tuple[Place | None, ...] = (
        *sorted(
            (place for place in atlas().by_code.values() if place.level == Level.STREET),
            key=lambda place: place.code,
        ),
        None,
    )
    codes = [place.code if place else "" for place in streets]
    smallest = terms.number("smallest_count")
    published = publish([[counts[kind, code] for code in codes] for kind in kinds], smallest=smallest)
    return MonthTable(month, kinds, streets, published, smallest)


def published_months() -> tuple[date, ...]:
    """The months whose statistics are published, the newest first."""
    return tuple(PublishedMonth.objects.order_by("-month").values_list("month", flat=True)[:MONTHS_SHOWN])


def published_table(month: date) -> MonthTable:
    """The table of a month as it was published. Raises PublishedMonth.DoesNotExist."""
    row = PublishedMonth.objects.get(month=month)
    return MonthTable(
        month,
        tuple(row.kinds),
        tuple(atlas().by_code.get(code) for code in row.streets),
        Published(tuple(tuple(line) for line in row.cells)),
        row.smallest,
    )


def _counts(first: date, end: date) -> Counter[tuple[str, str]]:
    rows = Clue.objects.exclude(pk__in=Accusation.objects.values("clue_id"))
    rows = rows.filter(received_at__gte=_midnight(first), received_at__lt=_midnight(end))
    known = atlas().by_code
    return Counter(
        (kind, code[:STREET] if code[:STREET] in known and len(code) >= STREET else "")
        for kind, code in rows.values_list("kind", "area_code")
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.LOCAL)
