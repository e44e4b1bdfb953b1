"""What waits for a post: alerts about enterprises that its organisation answers for."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import pgettext

from bandeng.harm.rules import AlertState
from bandeng.harm.selectors.visibility import visible_alerts
from bandeng.organisations.rules import Scope
from bandeng.organisations.waiting import Waiting


def waiting(scope: Scope) -> Iterator[Waiting]:
    """Open alerts that the post's organisation was given."""
    own = visible_alerts(scope).filter(lead_id=scope.organisation_id)
    yield Waiting(
        words=pgettext("waiting", "Alerts about enterprises"),
        count=own.exclude(state=AlertState.CLOSED.value).count(),
        address=reverse("desk-harm"),
    )
