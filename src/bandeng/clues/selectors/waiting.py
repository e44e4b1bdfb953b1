"""What waits for a post: reminders of clues."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import pgettext

from bandeng.clues.rules import CLUE_DUTIES
from bandeng.clues.selectors.notices import unread_count
from bandeng.organisations.rules import Scope
from bandeng.organisations.waiting import Waiting


def waiting(scope: Scope) -> Iterator[Waiting]:
    """Limits of clues that end soon or have ended."""
    if not scope.duties.isdisjoint(CLUE_DUTIES):
        yield Waiting(
            words=pgettext("waiting", "Reminders of clues"),
            count=unread_count(scope),
            address=reverse("desk-clue-notices"),
        )
