"""A house ready to take matters in: areas, organisations, types, calendar and a published table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bandeng.areas.models import Area
from bandeng.areas.tests.factories import area_tree
from bandeng.dispatch.calendar import work_calendar
from bandeng.dispatch.knowledge import in_force
from bandeng.dispatch.models import CalendarYear, DecisionTable, WorkHours
from bandeng.dispatch.rules import TableStatus
from bandeng.matters.models import MatterType
from bandeng.matters.tests.factories import matter_types
from bandeng.organisations.models import Organisation
from bandeng.organisations.tests.factories import organisations

EARLY = datetime(2026, 1, 1, tzinfo=UTC)
#: A made-up year with two days off and one Sunday worked.
HOLIDAYS = ("2026-10-01", "2026-10-02")
MAKEUP_DAYS = ("2026-10-11",)
RULES: tuple[Mapping[str, Any], ...] = (
    {"id": "lamps", "cells": {"category": {"in": ["01.01.01"]}}, "outputs": {"lead": "city_management"}},
    {
        "id": "roads",
        "cells": {"category": {"in": ["01.01.02"]}},
        "outputs": {"lead": "housing", "co_handlers": ["city_management", "police"], "limits": "fast"},
    },
    {"id": "rest", "cells": {}, "outputs": {"lead": "police"}},
)


@dataclass(frozen=True)
class House:
    """What `house` has saved, each by code."""

    areas: dict[str, Area]
    organisations: dict[str, Organisation]
    types: dict[str, MatterType]


def calendar_year(*, year: int = 2026) -> CalendarYear:
    """The made-up year, published."""
    days = (
        {"holidays": list(HOLIDAYS), "makeup_days": list(MAKEUP_DAYS)}
        if year == 2026
        else {"holidays": [], "makeup_days": []}
    )
    row, _ = CalendarYear.objects.update_or_create(
        year=year, defaults={**days, "source": "测试", "changed_at": EARLY}
    )
    work_calendar.forget()
    return row


def work_hours() -> WorkHours:
    """08:30 to 12:00 and 13:30 to 17:30."""
    sessions = [["08:30", "12:00"], ["13:30", "17:30"]]
    row, _ = WorkHours.objects.update_or_create(valid_from=date(2026, 1, 1), defaults={"sessions": sessions})
    work_calendar.forget()
    return row


def published_table(rules: Sequence[Mapping[str, Any]] = RULES) -> DecisionTable:
    """A new version with these rules, in force in place of the one before."""
    DecisionTable.objects.filter(status=TableStatus.PUBLISHED.value).update(status=TableStatus.RETIRED.value)
    last = DecisionTable.objects.order_by("-version").first()
    row = DecisionTable.objects.create(
        version=last.version + 1 if last else 1,
        status=TableStatus.PUBLISHED.value,
        content={
            "key": "dispatch", "name": "分派规则", "hit_policy": "first",
            "inputs": [{"key": "category", "kind": "category"}, {"key": "area", "kind": "area"}],
            "outputs": [{"kind": "lead"}, {"kind": "co_handlers"}, {"kind": "limits"}],
            "rules": list(rules),
        },
        author="system", created_at=EARLY, published_by="system", published_at=EARLY,
    )  # fmt: skip
    in_force.forget()
    return row


def house() -> House:
    """Everything that intake needs: the small district, its organisations, types, a calendar and a table."""
    areas = area_tree()
    built = House(areas, organisations(areas), matter_types())
    calendar_year()
    work_hours()
    published_table()
    return built
