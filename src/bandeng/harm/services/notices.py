"""Word to the organisations that must act on an alert, each once per occasion."""

from collections.abc import Iterable
from datetime import datetime

from bandeng.areas.rules import Level as AreaLevel
from bandeng.core import clock
from bandeng.dispatch.services.notices import dispatcher_of
from bandeng.harm.models import Alert, AlertNotice
from bandeng.harm.rules import AlertState, NoticeKind
from bandeng.harm.selectors.visibility import visible_alerts
from bandeng.organisations.rules import Scope
from reckon.harm import Level

#: From this level on the district's centre is told as well.
DISTRICT_FROM = Level.ATTENTION


def alert_tell(*, alert: Alert, kind: NoticeKind, occasion: datetime) -> None:
    """Tell whoever must act, unless they were told on this occasion."""
    moment = clock.now()
    rows = [
        AlertNotice(
            alert=alert, organisation_id=each, kind=kind.value, occasion=occasion.isoformat(), created_at=moment
        )
        for each in sorted(_concerned(alert, kind))
    ]  # fmt: skip
    AlertNotice.objects.bulk_create(rows, ignore_conflicts=True)


def _concerned(alert: Alert, kind: NoticeKind) -> set[int]:
    """The department in charge, or whoever watches the area; the district where it is serious or late."""
    if kind is NoticeKind.ASSIGNED:
        return {alert.lead_id} if alert.lead_id else set()
    area = alert.enterprise.area_code
    watching = [dispatcher_of(area_code=area, level=AreaLevel.STREET)] if not alert.lead_id else []
    if alert.level >= DISTRICT_FROM or kind is NoticeKind.LATE:
        watching.append(dispatcher_of(area_code=area, level=AreaLevel.DISTRICT))
    found = {each.pk for each in watching if each is not None}
    return found | ({alert.lead_id} if alert.lead_id else set())


def late_tell() -> int:
    """Tell of every alert whose time has run out; returns how many there are."""
    rows = Alert.objects.exclude(state=AlertState.CLOSED.value).filter(due_at__lt=clock.now())
    late = list(rows.select_related("enterprise"))
    for alert in late:
        if alert.due_at is not None:
            alert_tell(alert=alert, kind=NoticeKind.LATE, occasion=alert.due_at)
    return len(late)


def notices_read(*, scope: Scope, keys: Iterable[int]) -> int:
    """Mark notices of one's own organisation as read; returns how many."""
    rows = AlertNotice.objects.filter(
        organisation_id=scope.organisation_id,
        read_at__isnull=True,
        pk__in=list(keys),
        alert__in=visible_alerts(scope).values("pk"),
    )
    return rows.update(read_at=clock.now())
