"""The demo's past: a register of earlier months for the five-colour map, and maps published from it.

Rates are those of the demo's own month, so that the past and the present fit together; streets differ by factors that
change slowly. Three streets have a story (`stories.py`): fraud in four communities of one, most of all its
industrial park, until somebody is responsible and the level falls; hazards in another, red and jointly supervised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
from django.db.models import Count
from numpy.typing import NDArray

from bandeng.areas.models import Area
from bandeng.core import clock
from bandeng.core.rules import SYSTEM
from bandeng.demo.stories import Stories, supervisor_of
from bandeng.dispatch.models import Task
from bandeng.ledger.rules import FLAG_COLUMNS, LOCAL, MOST_DAYS, SCHEMA, TEXTS, months_from
from bandeng.ledger.services import entries_write, figures_count, table_write, touch, touched_take
from bandeng.matters.models import Matter
from bandeng.organisations.rules import OrganisationKind
from bandeng.risk.rules import StockKind
from bandeng.risk.services.declaring import indicator_set_load
from bandeng.risk.services.maps import map_draft, map_publish
from bandeng.risk.services.stocks import StockRow, stocks_bring

MONTHS = 14
#: Past months with a published map, and how many of them raise alerts.
PUBLISHED, ALARMING = 9, 7
#: Our own guesses for a made-up district.
PREMISES_PER_HOUSEHOLD, FOOD_PREMISES_PER_HOUSEHOLD = 0.09, 0.02
STOCK_SOURCE = "演示区：按户数推算"
SOURCE = "history"
FRAUD, OFFENCES, PETITION = "11.01.02", "11.01.01", "13.04"
HAZARDS, FOOD = ("06.01.04", "11.03", "14.03"), ("07.03",)
#: Months before the end: fraud rises and falls in one street; hazards and food faults rise in another.
FRAUD_RISES, FRAUD_FALLS, HAZARDS_RISE = 9, 7, 4
Array = NDArray[np.float64]
Whole = NDArray[np.int64]
#: Least events of a type in the district and a month, so that a small demo has every indicator.
LEAST = 6.0
#: How far streets lie apart in what they do late or have to do again.
SPREADS = {"late": 0.3, "reopened": 0.25}


@dataclass(frozen=True, kw_only=True)
class Past:
    """What the earlier months are made of."""

    months: tuple[int, ...]
    communities: tuple[str, ...]
    types: tuple[str, ...]
    means: Array  # months × communities × types


def month_of(moment: datetime) -> int:
    """A month such as 202611."""
    return moment.year * 100 + moment.month


def months_before(until: datetime, count: int) -> tuple[int, ...]:
    """The months before that of `until`."""
    start = until.year * 12 + until.month - 1 - count
    return tuple(months_from(start // 12 * 100 + start % 12 + 1, count))


def history_write(*, until: datetime, seed: int) -> Past:
    """Write the register of earlier months to the ledger, and have it look at the demo's own matters and tasks."""
    random = np.random.default_rng([seed, 5])
    past = _past(until=until, random=random)
    table_write(_table(past, until=until, random=random))
    figures_count()
    first = datetime(until.year, until.month, 1, tzinfo=LOCAL)
    touch("matters", Matter.objects.filter(opened_at__lt=first).values_list("pk", flat=True))
    while touched_take():
        pass
    entries_write()
    figures_count()
    # The rest is the worker's, which looks at what has changed all day.
    touch("matters", Matter.objects.filter(opened_at__gte=first).values_list("pk", flat=True))
    touch("tasks", Task.objects.values_list("pk", flat=True))
    return past


def story_street(communities: Sequence[str]) -> str:
    """The street of the story: the one with the industrial park."""
    return sorted({code[:9] for code in communities})[1]


def red_street(communities: Sequence[str]) -> str:
    """The street that turns red: of the others the last but one, or the only one."""
    others = {code[:9] for code in communities} - {story_street(communities)}
    return sorted(others)[-2:][0]


def _past(*, until: datetime, random: np.random.Generator) -> Past:
    months = months_before(until, MONTHS)
    shares = _shares()
    communities = tuple(sorted(shares))
    counted = dict(
        Matter.objects.values("type_code").annotate(count=Count("id")).values_list("type_code", "count")
    )
    types = tuple(sorted(counted))
    base = np.maximum([counted[code] for code in types], LEAST)
    share = np.array([shares[code] for code in communities])
    means = share[None, :, None] * base[None, None, :] * _wander(months, communities, types, random)
    # The last of these months holds matters of the demo itself from its first day on.
    first = Matter.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
    if first is not None and month_of(first) == months[-1]:
        means[-1] *= (first.day - 1) / 31.0
    return Past(months=months, communities=communities, types=types, means=means)


def _shares() -> dict[str, float]:
    households = {
        code: float(count or 1)
        for code, count in Area.objects.filter(code__regex=r"^\d{12}$").values_list("code", "households")
    }
    total = sum(households.values())
    return {code: count / total for code, count in households.items()}


def _wander(
    months: Sequence[int], communities: Sequence[str], types: Sequence[str], random: np.random.Generator
) -> Array:
    """Factors of months × communities × types: of streets and groups of types, changing slowly."""
    streets = sorted({code[:9] for code in communities})
    groups = sorted({code[:5] for code in types})
    level = random.normal(0.0, 0.20, (len(streets), len(groups)))
    level[streets.index(story_street(communities))] = 0.0
    level[streets.index(red_street(communities))] = 0.1
    steps = random.normal(0.0, 0.03, (len(months), len(streets), len(groups))).cumsum(axis=0)
    factors = np.exp(level[None] + steps)
    street = [streets.index(code[:9]) for code in communities]
    group = [groups.index(code[:5]) for code in types]
    wide = factors[:, street][:, :, group]
    for code, share in ((FRAUD, 1.0), (OFFENCES, 1.0)):
        if code in types:
            wide[:, :, types.index(code)] *= _fraud(months, communities) ** share
    for place, code in enumerate(types):
        if code.startswith(HAZARDS + FOOD):
            wide[:, :, place] *= _hazards(
                months, communities, factor=5.0 if code.startswith(HAZARDS) else 4.0
            )
    return np.asarray(wide)


def _fraud(months: Sequence[int], communities: Sequence[str]) -> Array:
    """Factors: four communities of a street rise, most of all the industrial park, its third; then all take care."""
    factors = np.ones((len(months), len(communities)))
    street = story_street(communities)
    places = [place for place, code in enumerate(communities) if code.startswith(street)]
    chosen = [places[2 % len(places)], *[place for place in places if place != places[2 % len(places)]]]
    for place, factor in zip(chosen[:4], (24.0, 6.0, 5.0, 4.0), strict=False):
        factors[-FRAUD_RISES:-FRAUD_FALLS, place] *= factor
    factors[-FRAUD_FALLS:, places] *= 0.2
    return factors


def _hazards(months: Sequence[int], communities: Sequence[str], *, factor: float) -> Array:
    """Factors: hazards of firms rise in the whole of a street."""
    factors = np.ones((len(months), len(communities)))
    street = red_street(communities)
    places = [place for place, code in enumerate(communities) if code.startswith(street)]
    factors[-HAZARDS_RISE:, places] *= factor
    return factors


def _table(past: Past, *, until: datetime, random: np.random.Generator) -> pa.Table:
    """Signed rows, one an event."""
    counts = random.poisson(past.means)
    month, community, kind = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    total = len(month)
    codes = np.array(past.types)[kind]
    is_petition = np.char.startswith(codes, "13")
    days = np.clip(random.gamma(2.0, np.where(is_petition, 6.0, 2.5)), 0, MOST_DAYS).astype(np.int64)
    first = past.months[0] // 100 * 12 + past.months[0] % 100 - 1
    start = random.integers(0, 30, total)
    columns: dict[str, object] = {
        "sign": np.ones(total, np.int8),
        "recorded": np.full(total, int(until.timestamp() * 1000)),
        "subject": np.arange(1, total + 1),
        **{name: pa.array([""] * total) for name in TEXTS},
        "source": pa.array([SOURCE] * total),
        "records": pa.array(["matters"] * total),
        "area_code": np.array(past.communities)[community],
        "category": codes,
        "severity": pa.array(["normal"] * total),
        "outcome": pa.array(["closed"] * total),
        "post": pa.nulls(total, pa.int64()),
        "opened_month": _month(first + month),
        "accepted_month": _month(first + month),
        "due_month": _month(first + month + (start + 14) // 30),
        "closed_month": _month(first + month + (start + days) // 30),
        "opened_hour": random.integers(7, 22, total).astype(np.int8),
        "days_to_accept": np.zeros(total, np.int64),
        "days_to_close": days,
        "is_counted": np.ones(total, bool),
        **_flags(codes, np.array([code[:9] for code in past.communities])[community], random),
    }
    arrays = [pa.array(columns[field.name]).cast(field.type) for field in SCHEMA]
    table = pa.Table.from_arrays(arrays, schema=SCHEMA)
    return table.sort_by([("opened_month", "ascending"), ("area_code", "ascending")])


def _flags(
    codes: NDArray[np.str_], streets: NDArray[np.str_], random: np.random.Generator
) -> dict[str, NDArray[np.bool_]]:
    """Whether each event was late, reopened and so on; how often differs from street to street."""
    total = len(codes)
    reviewed = np.char.startswith(codes, PETITION) & (random.random(total) < 0.35)
    names, street = np.unique(streets, return_inverse=True)
    chance = {"confirmed": 0.85, "late": 0.06, "reopened": 0.05, "returned": 0.03, "found_by_grid": 0.3}
    flags: dict[str, NDArray[np.bool_]] = {}
    for name, share in chance.items():
        apart = random.normal(0.0, SPREADS.get(name, 0.0), len(names))
        apart[names.tolist().index(story_street(names.tolist()))] = SPREADS.get(name, 0.0) * 0.6
        apart[names.tolist().index(red_street(names.tolist()))] = SPREADS.get(name, 0.0) * 1.2
        flags[name] = random.random(total) < np.minimum(share * np.exp(apart), 0.95)[street]
    flags |= {"reviewed": reviewed, "overturned": reviewed & (random.random(total) < 0.15)}
    return {name: flags.get(name, np.zeros(total, bool)) for name in FLAG_COLUMNS}


def _month(number: Whole) -> Whole:
    """Months such as 202611 from months counted since year 0."""
    return number // 12 * 100 + number % 12 + 1


def stocks_of(past: Past, *, residents_per_household: float = 1.92) -> list[StockRow]:
    """People and premises of each community, from its households."""
    factors = {
        StockKind.POPULATION: residents_per_household,
        StockKind.PREMISES: PREMISES_PER_HOUSEHOLD,
        StockKind.FOOD_PREMISES: FOOD_PREMISES_PER_HOUSEHOLD,
    }
    households = Area.objects.filter(code__in=past.communities).values_list("code", "households")
    day = date(past.months[0] // 100, past.months[0] % 100, 1)
    return [
        StockRow(
            area_code=code,
            kind=kind.value,
            valid_from=day,
            value=max(round((count or 1) * factor), 1),
            source=STOCK_SOURCE,
        )
        for code, count in households
        for kind, factor in factors.items()
    ]


def five_colours_load(*, until: datetime, seed: int) -> None:
    """The register of earlier months, the maps published from it, and the story of one street."""
    indicator_set_load()
    past = history_write(until=until, seed=seed)
    stocks_bring(rows=stocks_of(past), actor=SYSTEM)
    centre = supervisor_of(kind=OrganisationKind.CENTRE, area="")
    if centre is None:
        return
    stories = Stories(centre=centre, ended=story_street(past.communities), red=red_street(past.communities))
    for month in past.months[-PUBLISHED:]:
        at = _published_at(month)
        with clock.fixed(at):
            map_draft(month=month, actor=SYSTEM)
            map_publish(
                month=month, actor=centre.actor, scope=centre.scope, alerts=month in past.months[-ALARMING:]
            )
        stories.go_on(at=at)


def _published_at(month: int) -> datetime:
    """The third day of the following month, in the morning."""
    following = months_from(month, 2)[1]
    return datetime(following // 100, following % 100, 3, 9, 30, tzinfo=LOCAL)
