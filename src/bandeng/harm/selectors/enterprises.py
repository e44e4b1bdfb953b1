"""The list of enterprises and an enterprise's page."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from bandeng.harm.labels import stream_name
from bandeng.harm.models import Alert, Enterprise, StreamRecord
from bandeng.harm.rules import CLUES, MATTERS, AlertState
from bandeng.harm.selectors.visibility import visible_alerts, visible_enterprises
from bandeng.organisations.rules import Scope


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
    records = list(StreamRecord.objects.filter(enterprise=row).exclude(stream=CLUES))
    # Names are shown by how many documents or matters use them; contents stay where they are.
    names = Counter(one.name for one in records)
    newest: dict[str, date] = {}
    counts: Counter[str] = Counter()
    for one in records:
        counts[one.stream] += 1
        newest[one.stream] = max(newest.get(one.stream, one.happened_on), one.happened_on)
    papers = [one for one in records if one.stream != MATTERS]
    return EnterprisePage(
        enterprise=row,
        names=tuple(names.most_common(10)),
        addresses=tuple(sorted({one.address for one in papers if one.address})),
        phones=tuple(sorted({one.phone for one in papers if one.phone})),
        streams=tuple(StreamCount(stream_name(code), counts[code], newest[code]) for code in sorted(counts)),
        alerts=tuple(visible_alerts(scope).filter(enterprise=row).order_by("-raised_at")),
        branches=tuple(visible_enterprises(scope).filter(parent=row).order_by("name")),
    )
