"""The demo's past for the look for surges: weekly counts of a former system, and a look at its newest week.

Clusters need no planting: the month's hot spots are some. The past has the rates of the month without them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import Count
from numpy.typing import NDArray

from bandeng.areas.models import Area
from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.core import bulk, clock
from bandeng.core.rules import SYSTEM
from bandeng.ledger.rules import LOCAL
from bandeng.matters.models import Matter
from bandeng.risk.clusters import WeekCount
from bandeng.risk.scan_rules import surge_settings
from bandeng.risk.services.scan import surveillance_run

SOURCE = "演示区：原系统周统计"
#: Weeks before the demo's month: these by grid, those before by street, so that the detector has three years.
WEEKS_OF_GRIDS, WEEKS_OF_STREETS = 12, 165
#: A grid's hot spot counts no more than this of one type, when the usual rate is looked for.
USUAL_MOST = 3
#: Each grid has at least so much of its street's rate, where the month had nothing.
LEAST = 0.5
SEASON, YEAR = 0.12, 52
#: Variance over mean of a street's weekly counts.
DISPERSION = 1.2
#: Fewer runs by chance than in service, so that the demo is there sooner.
RUNS = 199
Floats = NDArray[np.float64]
STREET = CODE_LENGTH[Level.STREET]


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Usual matters a week: groups × grids."""

    grids: tuple[str, ...]
    groups: tuple[str, ...]
    weekly: Floats
    first: date  # of the demo's own matters


def rates_of(*, until: datetime) -> Rates | None:
    """What the month lets expect of a usual week; None without matters."""
    opened = Matter.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
    grids = tuple(Area.objects.filter(level=Level.GRID.value).order_by("code").values_list("code", flat=True))
    if opened is None or not grids:
        return None
    counts = Matter.objects.values_list("area_code", "type_code").annotate(count=Count("id")).order_by()
    settings = surge_settings()
    busy, totals = Counter[str](), Counter[str]()
    for area, type_code, count in counts:
        usual = min(count, USUAL_MOST)
        busy[area] += usual
        for group in settings.groups:
            totals[group.code] += usual * group.holds(type_code)
    share = np.array([busy[grid] + LEAST for grid in grids])
    weeks = (until - opened) / timedelta(weeks=1)
    group_rate = np.array([totals[group.code] for group in settings.groups]) / weeks
    return Rates(
        grids=grids,
        groups=tuple(group.code for group in settings.groups),
        weekly=group_rate[:, None] * (share / share.sum())[None, :],
        first=opened.astimezone(LOCAL).date(),
    )


def register_rows(*, rates: Rates, random: np.random.Generator) -> Iterator[WeekCount]:
    """Counts of the weeks before the demo's month, the newest by grid."""
    streets = sorted({grid[:STREET] for grid in rates.grids})
    street = np.array([streets.index(grid[:STREET]) for grid in rates.grids])
    joint = np.eye(len(streets))[street]
    newest = rates.first - timedelta(days=rates.first.weekday())
    for back in range(WEEKS_OF_STREETS + WEEKS_OF_GRIDS):
        monday = newest - timedelta(weeks=back)
        days = rates.first.weekday() / 7 if back == 0 else 1.0
        season = 1.0 + SEASON * np.sin(2 * np.pi * monday.toordinal() / 7 / YEAR)
        # Of all grids of a street alike: a wet week, a busy week.
        shape = 1.0 / (DISPERSION - 1.0)
        by_street = np.maximum(rates.weekly @ joint, 1e-9) * shape
        mood = random.gamma(by_street) / by_street
        means = rates.weekly * season * days * mood[:, street]
        by_grid = back < WEEKS_OF_GRIDS
        counts = random.poisson(means if by_grid else means @ joint)
        codes = rates.grids if by_grid else streets
        for group, place in np.argwhere(counts > 0):
            yield WeekCount(
                group=rates.groups[group], monday=monday, area_code=codes[place],
                count=int(counts[group, place]), source=SOURCE,
            )  # fmt: skip


def surges_load(*, until: datetime, seed: int) -> None:
    """The register, and a look at its newest week."""
    rates = rates_of(until=until)
    if rates is None:
        return
    bulk.insert(list(register_rows(rates=rates, random=np.random.default_rng([seed, 7]))))
    with clock.fixed(until):
        surveillance_run(actor=SYSTEM, settings=replace(surge_settings(), runs=RUNS))
