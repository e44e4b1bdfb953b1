"""A person's saved filters as the rail lists them."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from bandeng.dispatch.models import SavedFilter
from bandeng.dispatch.selectors import QueueFilter, matters_found
from bandeng.organisations.rules import Scope

COUNTED_UP_TO = 999


@dataclass(frozen=True)
class SavedLine:
    """A saved filter: its address, its name, and how many matters it finds where that was asked."""

    id: int
    name: str
    query: str
    address: str
    current: bool
    count: str | None = None


def saved_lines(user_id: int, *, current: str = "", counted_for: Scope | None = None) -> list[SavedLine]:
    """The filters in the person's order; counts cost a bounded query each and are asked for apart."""
    return [
        SavedLine(
            id=row.pk,
            name=row.name,
            query=row.query,
            address=f"{reverse('desk-queue')}?{row.query}&saved={row.pk}",
            current=str(row.pk) == current,
            count=counted(counted_for, row.query) if counted_for else None,
        )
        for row in SavedFilter.objects.filter(user_id=user_id).order_by("id")
    ]


def counted(scope: Scope, query: str) -> str:
    """How many matters a filter finds; "999+" where there are more."""
    filters = QueueFilter.parse(QueryDict(query).dict())
    found = matters_found(scope, filters).order_by()[: COUNTED_UP_TO + 1].values("id").count()
    return f"{COUNTED_UP_TO}+" if found > COUNTED_UP_TO else str(found)
