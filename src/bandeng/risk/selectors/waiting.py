"""What waits for a post: tasks of alerts."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import pgettext

from bandeng.organisations.rules import Scope
from bandeng.organisations.waiting import Waiting
from bandeng.risk.selectors.alerts import tasks_waiting


def waiting(scope: Scope) -> Iterator[Waiting]:
    """Tasks that the post's organisation was given after a warning."""
    yield Waiting(
        words=pgettext("waiting", "Tasks after warnings of the map"),
        count=tasks_waiting(scope),
        address=f"{reverse('risk-alerts')}?state=open",
    )
