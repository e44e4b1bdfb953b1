"""Weeks of a small district in which one grid has more and more matters."""

from datetime import date, datetime, timedelta

import numpy as np

from bandeng.areas.tests.factories import GRIDS
from bandeng.core import bulk
from bandeng.core.rules import Actor
from bandeng.ledger.rules import LOCAL
from bandeng.matters.models import Matter
from bandeng.matters.rules import Channel, MatterState
from bandeng.matters.services.opening import Ruling, matters_open
from bandeng.matters.tests.factories import new_matter
from bandeng.risk.clusters import WeekCount

#: The newest whole week of tests, which run on the Monday after it.
MONDAY = date(2026, 11, 16)
NOON = timedelta(hours=12)
BUSY = GRIDS[0]
FACILITIES = "facilities"
CLERK = Actor("user:1", "方玲")
SOURCE = "测试：原系统"


def weeks_before(count: int, *, last: date = MONDAY, mean: float = 2.0, seed: int = 3) -> int:
    """Counts of a former system, by grid, up to the week before `last`; returns how many rows."""
    random = np.random.default_rng(seed)
    rows = [
        WeekCount(group=FACILITIES, monday=last - timedelta(weeks=back), area_code=grid, count=found, source=SOURCE)
        for back in range(1, count + 1)
        for grid in GRIDS
        if (found := int(random.poisson(mean)))
    ]  # fmt: skip
    bulk.insert(rows)
    return len(rows)


def matters(
    count: int, *, grid: str = BUSY, monday: date = MONDAY, type_code: str = "01.01.01"
) -> list[Matter]:
    """So many matters of a week in a grid."""
    moment = datetime.combine(monday, datetime.min.time(), LOCAL) + NOON
    news = [
        new_matter(title=f"路灯不亮 {number}", channel=Channel.PHONE, reported_at=moment)
        for number in range(count)
    ]
    rows = [
        opened.matter
        for opened in matters_open(
            items=[(new, Ruling(state=MatterState.RECEIVED)) for new in news], actor=CLERK
        )
    ]
    Matter.objects.filter(pk__in=[row.pk for row in rows]).update(area_code=grid, type_code=type_code)
    return rows
