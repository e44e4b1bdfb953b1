"""The demo's past: a register of earlier months for the five-colour map, and maps published from it.

Rates are those of the demo's own month, so that the past and the present fit together; streets differ by factors that
change slowly. One street has a story: fraud in four of
its communities, most of all its industrial park.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.models import Count
from numpy.typing import NDArray

from bandeng.areas.models import Area
from bandeng.core import clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.dispatch.models import Task
from bandeng.ledger.rules import FLAG_COLUMNS, LOCAL, MOST_DAYS, SCHEMA, TEXTS, months_from
from bandeng.ledger.services import entries_write, figures_count, table_write, touch, touched_take
from bandeng.matters.models import Matter
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, OrganisationKind, Scope
from bandeng.organisations.selectors import directory, scope_of
from bandeng.risk.models import Alert
from bandeng.risk.rules import StockKind
from bandeng.risk.services import following
from bandeng.risk.services.declaring import StockRow, indicator_set_load, stocks_bring
from bandeng.risk.services.maps import map_draft, map_publish

MONTHS = 14
#: Past months with a published map, and how many of them raise alerts.
PUBLISHED, ALARMING = 5, 2
#: Our own guesses for a made-up district.
PREMISES_PER_HOUSEHOLD, FOOD_PREMISES_PER_HOUSEHOLD = 0.09, 0.02
STOCK_SOURCE = "演示区：按户数推算"
MOST_ASKED = 400
CAUSE = (
    "近三个月电信网络诈骗警情集中在四个社区，工业园最多：新入职员工多、流动大，入职反诈提醒没有人负责，"
    "园区管理方、社区和派出所都以为是对方的事。"
)
MEASURES = (
    ("工业园企业新员工入职反诈提醒和宣讲", 12, True),
    ("四个社区入户发放防骗提示", 20, False),
    ("园区每月通报发案情况", 40, False),
)
FINDING = "已到园区 46 家企业宣讲，新员工入职当天签收防骗提示。"
SOURCE = "history"
FRAUD, OFFENCES, PETITION = "11.01.02", "11.01.01", "13.04"
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
    level[streets.index(story_street(communities))] = 0.08
    steps = random.normal(0.0, 0.03, (len(months), len(streets), len(groups))).cumsum(axis=0)
    factors = np.exp(level[None] + steps)
    street = [streets.index(code[:9]) for code in communities]
    group = [groups.index(code[:5]) for code in types]
    wide = factors[:, street][:, :, group]
    for code, share in ((FRAUD, 1.0), (OFFENCES, 0.3)):
        if code in types:
            wide[:, :, types.index(code)] *= _stories(months, communities) ** share
    return np.asarray(wide)


def _stories(months: Sequence[int], communities: Sequence[str]) -> Array:
    """Factors of fraud: four communities of a street rise, most of all the industrial park, its third."""
    factors = np.ones((len(months), len(communities)))
    street = story_street(communities)
    places = [place for place, code in enumerate(communities) if code.startswith(street)]
    chosen = [places[2 % len(places)], *[place for place in places if place != places[2 % len(places)]]]
    for place, factor in zip(chosen[:4], (24.0, 6.0, 5.0, 4.0), strict=False):
        factors[-3:, place] *= factor
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
        apart[names.tolist().index(story_street(names.tolist()))] = SPREADS.get(name, 0.0) / 2.0
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
    centre = _supervisor(kind=OrganisationKind.CENTRE, area="")
    if centre is None:
        return
    for month in past.months[-PUBLISHED:]:
        at = _published_at(month)
        with clock.fixed(at):
            map_draft(month=month, actor=SYSTEM)
            map_publish(
                month=month, actor=centre.actor, scope=centre.scope, alerts=month in past.months[-ALARMING:]
            )
    _story(street=story_street(past.communities), centre=centre, since=_published_at(past.months[-1]))


def _published_at(month: int) -> datetime:
    """The third day of the following month, in the morning."""
    following = months_from(month, 2)[1]
    return datetime(following // 100, following % 100, 3, 9, 30, tzinfo=LOCAL)


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Somebody who may supervise, with the scope of the post."""

    actor: Actor
    scope: Scope


def _supervisor(*, kind: OrganisationKind, area: str) -> Signer | None:
    posts = Post.objects.filter(organisation__kind=kind.value).select_related(
        "user", "role", "organisation__area", "area"
    )
    for post in posts.order_by("id")[:MOST_ASKED]:
        scope = scope_of(post)
        if scope.has(Duty.SUPERVISE) and scope.area_code.startswith(area):
            return Signer(actor=Actor(scope.actor, post.user.get_full_name()), scope=scope)
    return None


def _story(*, street: str, centre: Signer, since: datetime) -> None:
    """The street of the story looks at itself, names who is responsible, and sets measures; one is done."""
    alert = Alert.objects.filter(area_code=street, closed_at__isnull=True).first()
    lead = _supervisor(kind=OrganisationKind.STREET_OFFICE, area=street)
    if alert is None or lead is None:
        return
    communities = [code for code in sorted(_shares()) if code.startswith(street)][:4]
    park = communities[2 % len(communities)]
    bodies = {row.code: row.pk for row in directory().by_code.values()}
    body = bodies.get("police") or bodies[street]
    who: dict[str, Any] = {"alert_id": alert.pk, "actor": lead.actor, "scope": lead.scope}
    with clock.fixed(since + timedelta(hours=4)):
        following.alert_take_up(**who)
    with clock.fixed(since + timedelta(days=2)):
        found = following.Examination(
            cause=CAUSE, communities=tuple(communities), body_id=bodies.get(park, body)
        )
        following.alert_examine(**who, found=found)
        tasks = [
            following.measure_add(
                **who,
                new=following.NewTask(
                    title=title, organisation_id=body if at_police else bodies.get(park, body),
                    due_at=since + timedelta(days=days),
                ),
            )
            for title, days, at_police in MEASURES
        ]  # fmt: skip
    with clock.fixed(since + timedelta(days=9)):
        following.task_report(task_id=tasks[0].pk, finding=FINDING, actor=centre.actor, scope=centre.scope)
