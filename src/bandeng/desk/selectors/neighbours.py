"""The list that an officer works through: where a matter stands in it, what comes before and after."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import pgettext

from bandeng.desk.labels import QUEUE_NAMES
from bandeng.desk.selectors.conditions import query_of
from bandeng.dispatch.selectors import Queue, QueueFilter, matters_found
from bandeng.matters.rules import number_of
from bandeng.organisations.rules import Scope

LOOKED_THROUGH = 2_000
QUERY_LENGTH = 1_000


@dataclass(frozen=True)
class Neighbours:
    """A place in a list; numbers are empty at its ends, and outside of it."""

    query: str
    name: str
    position: int = 0
    total: str = ""
    previous: str = ""
    following: str = ""


def filter_in(query: str) -> QueueFilter | None:
    """The filter behind a query string that names a list, or None."""
    given = QueryDict(query[:QUERY_LENGTH]).dict()
    if "queue" not in given:
        return None
    return QueueFilter.parse({name: str(value) for name, value in given.items()})


def neighbours_of(scope: Scope, matter_id: int, query: str) -> Neighbours | None:
    """What stands around a matter in the list of a query string: one bounded query; None without a list."""
    filters = filter_in(query)
    if filters is None:
        return None
    written = query_of(filters, page=filters.page)
    name = (
        pgettext("queue", "Search")
        if filters.queue is Queue.ALL and filters.text
        else str(QUEUE_NAMES[filters.queue])
    )
    keys = list(matters_found(scope, filters).values_list("pk", flat=True)[: LOOKED_THROUGH + 1])
    total = f"{LOOKED_THROUGH}+" if len(keys) > LOOKED_THROUGH else str(len(keys))
    if matter_id not in keys:
        following = number_of(keys[0]) if keys else ""
        return Neighbours(written, name, total=total, following=following)
    at = keys.index(matter_id)
    return Neighbours(
        written, name, at + 1, total,
        previous=number_of(keys[at - 1]) if at > 0 else "",
        following=number_of(keys[at + 1]) if at + 1 < len(keys) else "",
    )  # fmt: skip
