"""Reads of matters, always within what somebody may see."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from bandeng.areas.rules import code_range
from bandeng.core import clock
from bandeng.core.remembered import Remembered
from bandeng.matters.models import HAS_SOURCE_KEY, Matter, MatterType, Report
from bandeng.matters.rules import AccessClass
from bandeng.organisations.rules import Duty, Scope

WORKING_DUTIES = (Duty.INTAKE, Duty.DISPATCH, Duty.HANDLE, Duty.VERIFY, Duty.SUPERVISE)


@dataclass(frozen=True)
class Taxonomy:
    """The matter types in force today."""

    by_code: dict[str, MatterType]
    by_name: dict[str, MatterType]

    def find(self, label: str) -> MatterType | None:
        """The type with this code or name; a first-level name wins over a deeper one."""
        return self.by_code.get(label) or self.by_name.get(label)

    def path(self, code: str) -> list[MatterType]:
        """The types from the first level down to `code`."""
        parts = code.split(".")
        codes = [".".join(parts[: depth + 1]) for depth in range(len(parts))]
        return [self.by_code[each] for each in codes if each in self.by_code]

    def name(self, code: str) -> str:
        """A type's name in the reader's language; nothing for one that is not in force."""
        found = self.by_code.get(code)
        return found.called if found else ""


def _stamp() -> tuple[int, int, object]:
    found = MatterType.objects.aggregate(count=Count("id"), last=Max("id"))
    return found["count"], found["last"] or 0, timezone.localdate(clock.now())


def _read() -> Taxonomy:
    today = timezone.localdate(clock.now())
    valid = Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    rows = list(MatterType.objects.filter(valid).order_by("-level", "code", "valid_from"))
    return Taxonomy({row.code: row for row in rows}, {row.name: row for row in rows})


taxonomy = Remembered(stamp=_stamp, read=_read)
"""The matter types in force: `taxonomy()`."""


#: A list as one parameter: Django prepares every member of an IN by itself.
UNPACKED = {
    "postgresql": "SELECT value FROM jsonb_array_elements_text(%s::jsonb)",
    "sqlite": "SELECT value FROM json_each(%s)",
}


def reports_of_source(source: str, keys: Sequence[str]) -> QuerySet[Report]:
    """The reports that another system's keys have opened."""
    unpacked = RawSQL(UNPACKED[connection.vendor], [json.dumps(list(keys))])  # noqa: S611 (bound parameter)
    return Report.objects.filter(HAS_SOURCE_KEY, source=source, source_key__in=unpacked)


def within_access(matters: QuerySet[Matter], scope: Scope) -> QuerySet[Matter]:
    """Narrow to the access classes that a post's duties allow."""
    if not scope.has(Duty.UNSEAL):
        matters = matters.exclude(access_class=AccessClass.SEALED.value)
    if not any(scope.has(duty) for duty in WORKING_DUTIES):
        matters = matters.exclude(access_class=AccessClass.RESTRICTED.value)
    return matters


def within_area(matters: QuerySet[Matter], area_code: str) -> QuerySet[Matter]:
    """Narrow to an area and everything below it; the district itself (or an empty code) narrows nothing."""
    if len(area_code) <= 6:
        return matters
    start, end = code_range(area_code)
    return matters.filter(area_code__gte=start, area_code__lt=end)
