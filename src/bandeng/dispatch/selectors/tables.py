"""Reads of decision tables and of the calendar's rows, for the pages that edit them."""

from dataclasses import dataclass
from datetime import date, datetime

from bandeng.dispatch.models import CalendarYear, DecisionTable, WorkHours
from bandeng.dispatch.rules import TableStatus

VERSIONS_A_PAGE = 50


@dataclass(frozen=True)
class Version:
    """One version of the decision table, without its rules."""

    id: int
    number: int
    status: str
    status_name: str
    rules: int
    note: str
    author: str
    created_at: datetime
    published_by: str
    published_at: datetime | None
    revision: int

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited."""
        return self.status == TableStatus.DRAFT.value


@dataclass(frozen=True)
class YearRow:
    """A published year of the calendar."""

    year: int
    holidays: tuple[date, ...]
    makeup_days: tuple[date, ...]
    source: str


@dataclass(frozen=True)
class HoursRow:
    """Working hours in force from a date on."""

    valid_from: date
    sessions: tuple[tuple[str, str], ...]
    source: str


def version_of(row: DecisionTable) -> Version:
    """A stored version as pages show it."""
    return Version(
        id=row.pk,
        number=row.version,
        status=row.status,
        status_name=str(row.get_status_display()),
        rules=len(row.content.get("rules", ())),
        note=row.note,
        author=row.author,
        created_at=row.created_at,
        published_by=row.published_by,
        published_at=row.published_at,
        revision=row.revision,
    )


def versions(*, before: int | None = None) -> list[Version]:
    """Versions, newest first."""
    rows = DecisionTable.objects.order_by("-version")
    if before is not None:
        rows = rows.filter(version__lt=before)
    return [version_of(row) for row in rows[:VERSIONS_A_PAGE]]


def table_row(number: int) -> DecisionTable | None:
    """The stored version with this number."""
    return DecisionTable.objects.filter(version=number).first()


def calendar_years() -> list[YearRow]:
    """The years that are known, newest first."""
    return [
        YearRow(
            year=row.year,
            holidays=tuple(map(date.fromisoformat, row.holidays)),
            makeup_days=tuple(map(date.fromisoformat, row.makeup_days)),
            source=row.source,
        )
        for row in CalendarYear.objects.order_by("-year")[:50]
    ]


def work_hours() -> list[HoursRow]:
    """Working hours, newest first."""
    return [
        HoursRow(row.valid_from, tuple((opens, closes) for opens, closes in row.sessions), row.source)
        for row in WorkHours.objects.order_by("-valid_from")[:50]
    ]
