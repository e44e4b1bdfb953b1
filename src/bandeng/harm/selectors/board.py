"""The board: kinds by levels, and the list of alerts behind each figure."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.areas.selectors import Place, atlas
from bandeng.core import clock
from bandeng.harm.labels import kind_name
from bandeng.harm.models import Alert, Document
from bandeng.harm.rules import AlertState, DocumentKind
from bandeng.harm.selectors.visibility import visible_alerts
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory
from reckon.harm import kinds_in_force
from reckon.harm.levels import RAISED

STREET = CODE_LENGTH[Level.STREET]


@dataclass(frozen=True)
class AlertFilter:
    """What a list of alerts is narrowed by; empty: by nothing."""

    kind: str = ""
    level: int = 0
    state: str = "open"
    words: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether more is left out than the list leaves out by itself."""
        return bool(self.kind or self.level or self.words or self.state not in {"", "open"})


@dataclass(frozen=True)
class KindRow:
    """How many open alerts of one kind there are at each level, highest first."""

    code: str
    name: str
    counts: tuple[tuple[int, int], ...]
    total: int


@dataclass(frozen=True)
class Line:
    """One alert in a list."""

    id: int
    number: str
    name: str
    kind: str
    level: int
    state: str
    place: Place | None
    lead: str
    people: int
    raised_at: datetime
    due_at: datetime | None
    late: bool


def board_rows(scope: Scope) -> list[KindRow]:
    """Open alerts of every kind by level, as the post sees them."""
    rows = visible_alerts(scope).exclude(state=AlertState.CLOSED.value)
    counts = Counter(rows.values_list("kind", "level"))
    levels = [int(level) for level in reversed(RAISED)]
    return [
        KindRow(
            code=code,
            name=kind_name(code),
            counts=tuple((level, counts[code, level]) for level in levels),
            total=sum(counts[code, level] for level in levels),
        )
        for code in kinds_in_force().kinds
    ]


def alerts_listed(scope: Scope, chosen: AlertFilter) -> QuerySet[Alert]:
    """The alerts of a list: the highest level first, then what is due soonest."""
    rows = visible_alerts(scope)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.level:
        rows = rows.filter(level=chosen.level)
    if chosen.state == "open":
        rows = rows.exclude(state=AlertState.CLOSED.value)
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.words:
        named = Q(enterprise__name__icontains=chosen.words) | Q(enterprise__code__iexact=chosen.words)
        rows = rows.filter(named)
    return rows.select_related("enterprise").order_by("-level", "due_at", "pk")


def lines(alerts: list[Alert]) -> list[Line]:
    """Alerts as lines of a list."""
    moment, known = clock.now(), atlas().by_code
    return [
        Line(
            id=row.pk,
            number=row.enterprise.number,
            name=row.enterprise.name,
            kind=row.kind,
            level=row.level,
            state=row.state,
            place=known.get(row.enterprise.area_code[:STREET]),
            lead=directory().name(row.lead_id),
            people=row.people,
            raised_at=row.raised_at,
            due_at=row.due_at,
            late=bool(row.due_at and row.due_at < moment),
        )
        for row in alerts
    ]


def newest(kind: DocumentKind) -> Document | None:
    """The newest result of a kind."""
    return Document.objects.filter(kind=kind.value).order_by("-made_at").first()
