"""A small district with a year of figures, and maps made of them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.areas.selectors import atlas
from bandeng.areas.tests.factories import COMMUNITIES, STREETS
from bandeng.core.rules import Actor
from bandeng.dispatch.tests.factories import House, calendar_year, house
from bandeng.ledger.rules import FLAG_COLUMNS, LOCAL, months_from, table_of
from bandeng.ledger.services import figures_count, table_write
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.tests.factories import organisation
from bandeng.risk.models import RiskMap
from bandeng.risk.services.declaring import indicator_set_load
from bandeng.risk.services.maps import map_draft, map_publish
from bandeng.risk.services.stocks import StockRow, stocks_bring

NOW = datetime(2026, 11, 23, 10, tzinfo=LOCAL)
MONTHS = tuple(months_from(202508, 15))
LAST = 202610
ACTOR = Actor("user:1", "方玲")
FRAUD = "11.01.02"
#: Mean events of a community and a month, by type.
MEANS = {
    FRAUD: 4.0, "11.01.01": 3.0, "06.01.04": 6.0, "11.03.04": 5.0, "07.03.01": 7.0, "03.01.01": 6.0,
    "03.03.01": 6.0, "13.02.01": 4.0, "13.04.01": 8.0, "01.01.01": 20.0,
}  # fmt: skip
#: The street of the story, and its industrial park.
STREET, PARK = STREETS[1], f"{STREETS[1]}003"
MORE = {PARK: "工业园社区", f"{STREETS[1]}004": "长堤社区", f"{STREETS[1]}005": "柳桥社区"}
WAVE = (202608, 202609)
Boost = Callable[[int, str, str], float]


def flat(month: int, community: str, kind: str) -> float:
    """Nothing happens."""
    return 1.0


def fraud_wave(month: int, community: str, kind: str) -> float:
    """Fraud and theft in four communities of a street, most of all its industrial park; less when all take care."""
    if not (community.startswith(STREET) and kind.startswith("11.01")) or month < WAVE[0]:
        return 1.0
    if month not in WAVE:
        return 0.4
    return 8.0 if community == PARK else 2.2 if community != f"{STREET}005" else 1.0


def district(*, more: bool = False) -> House:
    """The small house, with stocks and declared indicators; `more`: with three more communities."""
    built = house()
    calendar_year(year=2025)
    calendar_year(year=2027)
    indicator_set_load()
    if more:
        parent = Area.objects.get(code=STREET)
        for code, name in MORE.items():
            row = Area.objects.create(
                code=code, level=Level.COMMUNITY.value, name=name, name_en=f"Community {code[6:]}", parent=parent,
                longitude=120.0, latitude=30.0, households=500,
            )  # fmt: skip
            built.organisations[code] = organisation(
                code=code, kind=OrganisationKind.COMMUNITY_COMMITTEE, name=name, area=row
            )
        atlas.forget()
    stocks_bring(rows=stocks(), actor=ACTOR)
    return built


def communities() -> list[str]:
    """Codes of all communities of the district."""
    return sorted(Area.objects.filter(level=Level.COMMUNITY.value).values_list("code", flat=True))


def stocks() -> list[StockRow]:
    """The same numbers for every community."""
    values = {"population": 5_000, "premises": 300, "food_premises": 60}
    return [
        StockRow(area_code=code, kind=kind, valid_from=date(2025, 1, 1), value=value, source="测试")
        for code in communities()
        for kind, value in values.items()
    ]


def history(*, boost: Boost = flat, seed: int = 1, months: Sequence[int] = MONTHS) -> int:
    """Events of past months into the ledger; returns how many."""
    random = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for month in months:
        for community in communities():
            for kind, mean in MEANS.items():
                for _ in range(random.poisson(mean * boost(month, community, kind))):
                    rows.append(_row(len(rows) + 1, month, community, kind, random))
    table_write(table_of(rows))
    figures_count()
    return len(rows)


def _row(subject: int, month: int, community: str, kind: str, random: np.random.Generator) -> dict[str, Any]:
    chance = {"confirmed": 0.9, "late": 0.1, "reopened": 0.08}
    reviewed = kind.startswith("13.04") and random.random() < 0.5
    flags = {name: bool(random.random() < share) for name, share in chance.items()}
    flags |= {"reviewed": reviewed, "overturned": reviewed and bool(random.random() < 0.3)}
    return {
        "sign": 1, "recorded": 0, "subject": subject, "source": "history", "records": "matters",
        "area_code": community, "category": kind, "channel": "", "severity": "normal", "outcome": "closed",
        "organisation": "", "post": None, "opened_month": month, "accepted_month": month, "due_month": month,
        "closed_month": month, "opened_hour": 9, "days_to_accept": 0, "days_to_close": int(random.gamma(2.0, 5.0)),
        "is_counted": True, **{name: flags.get(name, False) for name in FLAG_COLUMNS},
    }  # fmt: skip


def published(month: int = LAST, *, alerts: bool = True) -> RiskMap:
    """A month's map, drafted and signed."""
    map_draft(month=month, actor=ACTOR)
    return map_publish(month=month, actor=ACTOR, scope=None, alerts=alerts)


__all__ = [
    "ACTOR",
    "COMMUNITIES",
    "LAST",
    "MONTHS",
    "NOW",
    "PARK",
    "STREET",
    "district",
    "history",
    "published",
]
