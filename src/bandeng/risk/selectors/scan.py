"""Weekly counts of matters for the look for surges: from this system, and from a former one's register."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import Substr, TruncWeek

from bandeng.areas.models import Area
from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.core import clock
from bandeng.ledger.rules import LOCAL
from bandeng.matters.models import Matter
from bandeng.matters.rules import AccessClass, MatterState
from bandeng.risk.clusters import WeekCount
from bandeng.risk.rules import STREET
from bandeng.risk.scan_calculation import Inputs
from bandeng.risk.scan_rules import Group, SurgeSettings
from bandeng.risk.selectors.figures import streets_known

GRID = CODE_LENGTH[Level.GRID]
WEEK = timedelta(weeks=1)
#: Counted elsewhere, or nothing to count.
LEFT_OUT = (MatterState.MERGED.value, MatterState.REJECTED.value)
EARTH = 6_371_008.8
Row = tuple[str, str, date, int]
"""Area, group, Monday and count."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The grids with a place, in order of code."""

    codes: tuple[str, ...]
    points: tuple[tuple[float, float], ...]
    households: tuple[int, ...]


def newest_monday(*, hour: int) -> date:
    """Monday of the newest week that is over; until an hour of its first day the week before still counts."""
    day = (clock.now().astimezone(LOCAL) - timedelta(hours=hour)).date()
    return day - timedelta(days=day.weekday() + 7)


def inputs_read(settings: SurgeSettings, *, monday: date) -> Inputs:
    """All that a run looks at, up to the week that begins on `monday`."""
    first = _first_monday(settings, monday=monday)
    grids, streets = _ground(), streets_known()
    known = set(streets)
    length = 0 if first is None else (monday - first).days // 7 + 1
    series = [[[0] * length for _ in streets] for _ in settings.groups]
    if first is not None:
        places = {code: place for place, code in enumerate(streets)}
        groups = {group.code: place for place, group in enumerate(settings.groups)}
        for area, group, week, count in _rows(settings, first=first, last=monday, length=STREET):
            if area in known:
                series[groups[group]][places[area]][(week - first).days // 7] += count
    window = monday - (settings.weeks - 1) * WEEK
    return Inputs(
        monday=monday.isoformat(),
        streets=streets,
        grids=grids.codes,
        points=grids.points,
        households=grids.households,
        series=tuple(tuple(tuple(weeks) for weeks in areas) for areas in series),
        recent=_recent(settings, grids, first=window, last=monday),
        reference=_reference(settings, grids, before=window, start=first),
    )


def _first_monday(settings: SurgeSettings, *, monday: date) -> date | None:
    """The first whole week that is known of, not further back than wanted; None without any."""
    opened = Matter.objects.aggregate(first=Min("opened_at"))["first"]
    register = WeekCount.objects.aggregate(first=Min("monday"))["first"]
    starts: list[date] = []
    if opened is not None:
        day = opened.astimezone(LOCAL).date()
        # Work begins somewhere within a week: the next one is whole.
        starts.append(day + timedelta(days=-day.weekday() % 7))
    if register is not None:
        starts.append(register)
    first = min(starts, default=None)
    if first is None or first > monday:
        return None
    return max(first, monday - (settings.series_weeks - 1) * WEEK)


def _ground() -> Ground:
    rows = list(
        Area.objects.filter(level=Level.GRID.value, longitude__isnull=False, latitude__isnull=False)
        .order_by("code")
        .values_list("code", "longitude", "latitude", "households")
    )
    known = set(streets_known())
    kept = [
        (code, float(longitude), float(latitude), households)
        for code, longitude, latitude, households in rows
        if longitude is not None and latitude is not None and code[:STREET] in known
    ]
    # Metres on a plane through the district's middle: good to a few metres over tens of kilometres.
    middle = math.radians(sum(row[2] for row in kept) / len(kept)) if kept else 0.0
    degree = math.radians(EARTH)
    points = [(round(row[1] * degree * math.cos(middle), 1), round(row[2] * degree, 1)) for row in kept]
    return Ground(
        codes=tuple(row[0] for row in kept), points=tuple(points), households=tuple(row[3] for row in kept)
    )


def _rows(settings: SurgeSettings, *, first: date, last: date, length: int) -> list[Row]:
    """Counts by area (so many digits of its code), group and week, from both sources."""
    found: Counter[tuple[str, str, date]] = Counter()
    matters = (
        counted(settings.groups, first=first, last=last)
        .annotate(area_part=Substr("area_code", 1, length), week=TruncWeek("opened_at", tzinfo=LOCAL))
        .values_list("area_part", "type_code", "week")
        .annotate(count=Count("id"))
        .order_by()
    )
    for area, type_code, week, count in matters:
        found[area, _group_of(settings, type_code), week.date()] += count
    register = (
        WeekCount.objects.filter(
            monday__gte=first, monday__lte=last, group__in=[group.code for group in settings.groups]
        )
        .annotate(area_part=Substr("area_code", 1, length))
        .values_list("area_part", "group", "monday")
        .annotate(total=Sum("count"))
        .order_by()
    )
    for area, group, week, count in register:
        found[area, group, week] += count
    return [(area, group, week, count) for (area, group, week), count in sorted(found.items())]


def counted(groups: tuple[Group, ...], *, first: date, last: date) -> Any:
    """The matters of some groups and weeks that count: no duplicate, none rejected, none under seal."""
    kinds = Q()
    for group in groups:
        for code in group.category:
            kinds |= Q(type_code=code) | Q(type_code__startswith=f"{code}.")
    since, until = (datetime.combine(day, time(), LOCAL) for day in (first, last + WEEK))
    return Matter.objects.filter(kinds, opened_at__gte=since, opened_at__lt=until).exclude(
        Q(state__in=LEFT_OUT) | Q(access_class=AccessClass.SEALED.value)
    )


def _group_of(settings: SurgeSettings, type_code: str) -> str:
    return next(group.code for group in settings.groups if group.holds(type_code))


def _recent(
    settings: SurgeSettings, grids: Ground, *, first: date, last: date
) -> tuple[tuple[tuple[int, int, int], ...], ...]:
    places = {code: place for place, code in enumerate(grids.codes)}
    found: dict[str, list[tuple[int, int, int]]] = {group.code: [] for group in settings.groups}
    for area, group, week, count in _rows(settings, first=first, last=last, length=GRID):
        if area in places:
            found[group].append((places[area], (week - first).days // 7, count))
    return tuple(tuple(sorted(found[group.code])) for group in settings.groups)


def _reference(
    settings: SurgeSettings, grids: Ground, *, before: date, start: date | None
) -> tuple[tuple[tuple[int, int], ...], ...]:
    places = {code: place for place, code in enumerate(grids.codes)}
    sums: dict[str, Counter[int]] = {group.code: Counter() for group in settings.groups}
    first = before - settings.reference_weeks * WEEK
    if start is not None:
        for area, group, _, count in _rows(
            settings, first=max(first, start), last=before - WEEK, length=GRID
        ):
            if area in places:
                sums[group][places[area]] += count
    return tuple(tuple(sorted(sums[group.code].items())) for group in settings.groups)
