"""The list of enterprises and an enterprise's page."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from bandeng.harm.labels import stream_name
from bandeng.harm.models import Alert, Enterprise, StreamRecord
from bandeng.harm.rules import CLUES, MATTERS, AlertState
from bandeng.harm.selectors.visibility import visible_alerts, visible_enterprises
from bandeng.organisations.rules import Scope

MOST_SHOWN = 10


@dataclass(frozen=True)
class StreamCount:
    """What one stream says of an enterprise: how many records, the newest day."""

    name: str
    records: int
    newest: date


@dataclass(frozen=True)
class EnterprisePage:
    """Everything on an enterprise's page."""

    enterprise: Enterprise
    names: tuple[tuple[str, int], ...]
    addresses: tuple[str, ...]
    phones: tuple[str, ...]
    streams: tuple[StreamCount, ...]
    alerts: tuple[Alert, ...]
    branches: tuple[Enterprise, ...]


def enterprises_listed(scope: Scope, *, words: str) -> QuerySet[Enterprise]:
    """Enterprises, those with an open alert first."""
    rows = visible_enterprises(scope)
    if words:
        records = StreamRecord.objects.filter(name__icontains=words).exclude(stream=CLUES)
        rows = rows.filter(
            Q(name__icontains=words) | Q(code__iexact=words) | Q(pk__in=records.values("enterprise_id"))
        )
    alerting = visible_alerts(scope).exclude(state=AlertState.CLOSED.value)
    rows = rows.annotate(alerting=Exists(alerting.filter(enterprise_id=OuterRef("pk"))))
    return rows.order_by("-alerting", "name", "pk")


def open_levels(scope: Scope, rows: list[Enterprise]) -> dict[int, tuple[int, int]]:
    """Highest level and number of open alerts, by enterprise."""
    found = visible_alerts(scope).exclude(state=AlertState.CLOSED.value).filter(enterprise__in=rows)
    counts = found.order_by().values("enterprise_id").annotate(top=Max("level"), open=Count("pk"))
    return {row["enterprise_id"]: (row["top"], row["open"]) for row in counts}


def enterprise_page(row: Enterprise, *, scope: Scope) -> EnterprisePage:
    """The page of an enterprise that the post was found to see; clues are not on it."""
    records = StreamRecord.objects.filter(enterprise=row).exclude(stream=CLUES).order_by()
    # Names are shown by how many documents or matters use them; contents stay where they are.
    names = records.values_list("name").annotate(used=Count("pk")).order_by("-used", "name")
    streams = (
        records.values("stream").annotate(used=Count("pk"), newest=Max("happened_on")).order_by("stream")
    )
    papers = records.exclude(stream=MATTERS)
    return EnterprisePage(
        enterprise=row,
        names=tuple(names[:MOST_SHOWN]),
        addresses=_commonest(papers, "address"),
        phones=_commonest(papers, "phone"),
        streams=tuple(StreamCount(stream_name(one["stream"]), one["used"], one["newest"]) for one in streams),
        alerts=tuple(visible_alerts(scope).filter(enterprise=row).order_by("-raised_at")),
        branches=tuple(visible_enterprises(scope).filter(parent=row).order_by("name")),
    )


def _commonest(records: QuerySet[StreamRecord], column: str) -> tuple[str, ...]:
    rows = records.exclude(**{column: ""}).values_list(column).annotate(used=Count("pk"))
    return tuple(value for value, _ in rows.order_by("-used", column)[:MOST_SHOWN])
