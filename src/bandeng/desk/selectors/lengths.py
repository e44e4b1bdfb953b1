"""How long a list is, and its groups by deadline: counted up to a bound, never a million rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from bandeng.core import clock
from bandeng.desk.selectors.lists import LAST_PAGE, PAGE_SIZE, counted_up_to
from bandeng.desk.selectors.rows import Band, RowPage
from bandeng.dispatch.selectors import Queue, QueueFilter, Sort, matters_found
from bandeng.dispatch.selectors.acts import RUNNING
from bandeng.dispatch.selectors.filters import day_start, is_overdue, queue_conditions
from bandeng.matters.models import Matter
from bandeng.matters.rules import MatterState
from bandeng.organisations.rules import Scope


@dataclass(frozen=True)
class Length:
    """How many matters a list holds; where it is longer than `bound`, only that it is."""

    total: int
    bound: int
    past: int = 0
    late: int = 0  # of those past their date, the ones whose clock runs
    today: int = 0
    due_today: int = 0  # of those due today, the ones whose clock runs

    @property
    def beyond(self) -> bool:
        """Whether the list is longer than was counted."""
        return self.total > self.bound

    @property
    def later(self) -> int:
        """Due tomorrow or after, or without a date."""
        return self.total - self.past - self.today

    @property
    def groups(self) -> dict[str, tuple[int, int]]:
        """By group of the list: how many matters its name counts, and how many stand there only to be verified."""
        return {
            Band.PAST.value: (self.late, max(0, self.past - self.late)),
            Band.TODAY.value: (self.due_today, max(0, self.today - self.due_today)),
            Band.LATER.value: (self.later, 0),
        }


def length_of(scope: Scope, filters: QueueFilter, page: RowPage) -> Length:
    """The length of a list whose page is known, with its groups where it is sorted by deadline: one bounded query."""
    bound = counted_up_to(filters)
    if page.total is not None:
        return Length(page.total, max(bound, page.total))
    shown = (page.page - 1) * PAGE_SIZE + len(page.rows)
    if not page.has_next and page.page < LAST_PAGE and (page.rows or page.page == 1):
        if page.page == 1:
            return _of_whole_list(page.matters, bound)
        if not _banded(filters):
            return Length(shown, bound)
    if not page.is_counted:
        return Length(shown + 1, shown)
    some = matters_found(scope, filters).order_by()[: bound + 1]
    if not _banded(filters):
        return Length(some.values("id").count(), bound)
    moment = clock.now()
    tomorrow = day_start(timezone.localdate(moment) + timedelta(days=1))
    found = some.values("id", "due_at", "state", "step_due_at").aggregate(
        total=Count("id"),
        past=Count("id", filter=Q(due_at__lt=moment)),
        late=Count("id", filter=Q(due_at__lt=moment) & queue_conditions()[Queue.OVERDUE]),
        today=Count("id", filter=Q(due_at__gte=moment, due_at__lt=tomorrow)),
        due_today=Count("id", filter=queue_conditions()[Queue.DUE_TODAY]),
    )
    return Length(bound=bound, **found)


def _of_whole_list(matters: Sequence[Matter], bound: int) -> Length:
    """The length of a list that one page holds."""
    moment = clock.now()
    tomorrow = day_start(timezone.localdate(moment) + timedelta(days=1))
    past = [matter for matter in matters if matter.due_at is not None and matter.due_at < moment]
    today = [matter for matter in matters if matter.due_at is not None and moment <= matter.due_at < tomorrow]
    return Length(
        total=len(matters),
        bound=bound,
        past=len(past),
        late=sum(is_overdue(matter, moment) for matter in past),
        today=len(today),
        due_today=sum(MatterState(matter.state) in RUNNING for matter in today),
    )


def _banded(filters: QueueFilter) -> bool:
    """Whether the list is sorted by deadline, and so stands in groups."""
    return filters.sort is Sort.DUE and filters.queue not in (Queue.ALL, Queue.CLOSED_WEEK)
