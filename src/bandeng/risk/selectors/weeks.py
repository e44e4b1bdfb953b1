"""Weekly counts of confirmed matters by street, for the detector."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
from django.db.models import Count, Q
from django.db.models.functions import Substr, TruncWeek
from numpy.typing import NDArray

from bandeng.core import clock
from bandeng.ledger.rules import LOCAL
from bandeng.matters.models import Matter
from bandeng.matters.rules import MatterState
from bandeng.risk.rules import STREET
from reckon.index import Indicator

CONFIRMED = (MatterState.VERIFYING.value, MatterState.CLOSED.value)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """Counts of areas × whole weeks, the newest last; `monday` begins the newest."""

    areas: tuple[str, ...]
    monday: datetime
    counts: NDArray[np.int64]


def weeks_read(indicator: Indicator, *, areas: Sequence[str], most: int) -> Weeks:
    """Confirmed matters of an indicator's types by street and week, from the first such matter on."""
    today = clock.now().astimezone(LOCAL).date()
    ahead = datetime.combine(today - timedelta(days=today.weekday()), time(), LOCAL)
    kinds = Q()
    for code in indicator.numerator.category:
        kinds |= Q(type_code=code) | Q(type_code__startswith=f"{code}.")
    rows = (
        Matter.objects.filter(
            kinds, state__in=CONFIRMED, opened_at__lt=ahead, opened_at__gte=ahead - most * WEEK
        )
        .annotate(street=Substr("area_code", 1, STREET), week=TruncWeek("opened_at", tzinfo=LOCAL))
        .values("street", "week")
        .annotate(count=Count("id"))
        .order_by()
    )
    known = [(row["street"], round((ahead - row["week"]) / WEEK), row["count"]) for row in rows]
    length = max((back for _, back, _ in known), default=0)
    counts = np.zeros((len(areas), length), dtype=np.int64)
    places = {area: place for place, area in enumerate(areas)}
    for street, back, count in known:
        if street in places:
            counts[places[street], length - back] = count
    return Weeks(areas=tuple(areas), monday=ahead - WEEK, counts=counts)
