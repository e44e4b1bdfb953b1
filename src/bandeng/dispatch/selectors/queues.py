"""Queues and their counts: one query a group."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OrderBy, OuterRef, Q, QuerySet

from bandeng.core import clock
from bandeng.dispatch.models import Notice
from bandeng.dispatch.rules import TaskRole
from bandeng.dispatch.selectors.filters import WEEK, Queue, QueueFilter, Sort, queue_conditions, task_matters
from bandeng.dispatch.selectors.visibility import visible
from bandeng.matters.models import IS_OPEN, Matter
from bandeng.matters.selectors import within_access
from bandeng.organisations.rules import Scope

PAGE_SIZE = 50
LAST_PAGE = 200
COUNTED_UP_TO = 10_000
"""Beyond this a list's length is told as "more than"; counting on would cost more than it tells."""


@dataclass(frozen=True)
class Listed:
    """One page of a list."""

    rows: Sequence[Matter]
    page: int
    has_next: bool


def base(scope: Scope, filters: QueueFilter) -> QuerySet[Matter]:
    """What the filter starts from: what the post may see; in its own queues, all its tasks wherever they lie."""
    if filters.queue in (Queue.MINE, Queue.CO_HANDLED):
        return within_access(Matter.objects.all(), scope)
    return visible(scope)


def matters_found(scope: Scope, filters: QueueFilter) -> QuerySet[Matter]:
    """All matters of the filter in its order, for exports and for bulk acts."""
    return filters.narrow(base(scope, filters), scope).order_by(*_order(filters))


def _order(filters: QueueFilter) -> tuple[str | OrderBy, ...]:
    down = filters.descending
    if filters.sort is Sort.NUMBER:
        return ("-id",) if down else ("id",)
    if filters.sort is Sort.OPENED:
        return ("-opened_at", "-id") if down else ("opened_at", "id")
    if filters.queue is Queue.CLOSED_WEEK:
        return ("-closed_at", "-id")
    if not filters.only_open:
        # A deadline says nothing about what has ended, and no index holds it: the newest come first.
        return ("-id",)
    # A matter without a date comes after those with one, in both directions.
    due = F("due_at").desc(nulls_last=True) if down else F("due_at").asc(nulls_last=True)
    return (due, "-id") if down else (due, "id")


def listed(scope: Scope, filters: QueueFilter) -> Listed:
    """One page of the filter's matters, without a count: that is `length_of`."""
    page = min(filters.page, LAST_PAGE)
    start = (page - 1) * PAGE_SIZE
    rows = list(matters_found(scope, filters).defer("text", "answers")[start : start + PAGE_SIZE + 1])
    return Listed(rows[:PAGE_SIZE], page, len(rows) > PAGE_SIZE and page < LAST_PAGE)


def length_of(scope: Scope, filters: QueueFilter) -> int:
    """How many matters the filter finds, counted up to COUNTED_UP_TO + 1."""
    return filters.narrow(base(scope, filters), scope).order_by()[: COUNTED_UP_TO + 1].values("id").count()


def queue_counts(scope: Scope) -> dict[Queue, int]:
    """How many matters lie in each queue of a post: three queries."""
    seen = visible(scope)
    conditions = queue_conditions()
    asked = {
        queue.value: Count("id", filter=condition) for queue, condition in conditions.items() if condition
    }
    found = seen.filter(IS_OPEN).aggregate(open=Count("id"), **asked)
    counts = {queue: found[queue.value] for queue in conditions}
    counts[Queue.CLOSED_WEEK] = seen.filter(closed_at__gte=clock.now() - WEEK).count()
    return counts | _own_counts(scope)


def _own_counts(scope: Scope) -> dict[Queue, int]:
    """The queues of the organisation's own tasks."""
    tasks = task_matters(scope, TaskRole.LEAD, TaskRole.CO_HANDLER)
    within = within_access(Matter.objects.filter(IS_OPEN, pk=OuterRef("matter_id")), scope)
    found = tasks.filter(Exists(within)).aggregate(
        mine=Count("id", filter=Q(role=TaskRole.LEAD.value)),
        co_handled=Count("id", filter=Q(role=TaskRole.CO_HANDLER.value)),
    )
    return {Queue.MINE: found["mine"], Queue.CO_HANDLED: found["co_handled"]}


def notices_unread(scope: Scope, *, limit: int = 50) -> list[Notice]:
    """The newest unread notices of the post's organisation on matters that it may see."""
    unread = Notice.objects.filter(organisation_id=scope.organisation_id, read_at__isnull=True)
    # Asked for each notice: SQLite would gather the keys of all matters for an IN.
    seen = within_access(Matter.objects.filter(pk=OuterRef("matter_id")), scope)
    return list(unread.filter(Exists(seen)).select_related("matter").order_by("-id")[:limit])
