"""Alerts that go on in another one, and the letters that are answered and considered there."""

from django.db.models import QuerySet

from bandeng.harm.models import Alert, Letter
from bandeng.harm.rules import Outcome

MOST_JOINED = 5
"""How far a chain of joined alerts is followed."""


def letters_of(alert: Alert) -> QuerySet[Letter]:
    """The letters of an alert and of those that go on in it."""
    return Letter.objects.filter(alert_id__in=joined_in(alert.pk))


def joined_in(alert_id: int) -> list[int]:
    """An alert and all that go on in it."""
    found, fresh = [alert_id], [alert_id]
    for _ in range(MOST_JOINED):
        rows = Alert.objects.filter(goes_on_in__in=fresh, outcome=Outcome.MERGED.value)
        fresh = list(rows.exclude(pk__in=found).values_list("pk", flat=True)) if fresh else []
        found += fresh
    return found


def goes_on_in(alert_id: int) -> int:
    """The alert where the work goes on: itself, unless it was joined to another."""
    for _ in range(MOST_JOINED):
        rows = Alert.objects.filter(pk=alert_id, outcome=Outcome.MERGED.value, goes_on_in__isnull=False)
        following = rows.values_list("goes_on_in", flat=True).first()
        if following is None:
            break
        alert_id = following
    return alert_id
