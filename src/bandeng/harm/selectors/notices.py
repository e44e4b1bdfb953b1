"""Word that waits for an organisation about the alerts that its post may see."""

from django.db.models import QuerySet

from bandeng.harm.models import AlertNotice
from bandeng.harm.selectors.visibility import visible_alerts
from bandeng.organisations.rules import Scope

SHOWN = 10


def notices_unread(scope: Scope) -> QuerySet[AlertNotice]:
    """What the organisation has not marked as read, the newest first."""
    rows = AlertNotice.objects.filter(organisation_id=scope.organisation_id, read_at__isnull=True)
    rows = rows.filter(alert__in=visible_alerts(scope).values("pk"))
    return rows.select_related("alert__enterprise").order_by("-pk")
