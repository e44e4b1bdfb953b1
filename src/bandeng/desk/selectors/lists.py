"""A filter's list, read so that its cost is bounded whatever the filter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Max

from bandeng.dispatch.selectors import Queue, QueueFilter, Sort, matters_found
from bandeng.matters.models import Matter
from bandeng.matters.rules import id_of
from bandeng.matters.search import hits_up_to, holding
from bandeng.organisations.rules import Scope

PAGE_SIZE = 50
LAST_PAGE = 200
COUNTED_OPEN = 10_000
COUNTED_ALL = 1_000
"""Lists are counted up to here: what is open is worked through, what has ended is only looked up."""
NEWEST = 100_000
"""Common words are looked for among this many of the newest matters alone; the page says so."""
MOST_HITS = 10_000
"""Words that stand in more matters than this are common: of all matters only the newest are searched for them, and a
list with them is not counted."""
UNCONDITIONAL = {"queue", "sort", "page"}


@dataclass(frozen=True)
class Page:
    """One page of a list: its matters, its number, and whether more follows."""

    matters: Sequence[Matter]
    number: int
    has_next: bool
    newest_only: bool = False  # the words are so common that only the newest matters were searched
    total: int | None = None  # how long the list is, where finding the page has told it
    is_counted: bool = True  # counting a list with common words would cost more than it tells


@dataclass(frozen=True)
class Keys:
    """The first keys of a list, and what finding them has told of the rest."""

    first: Sequence[int]
    newest_only: bool = False
    total: int | None = None
    is_counted: bool = True


def settled(filters: QueueFilter) -> QueueFilter:
    """The filter in an order that its list can have: everything that ever came in has no deadline order."""
    if filters.queue is Queue.ALL and filters.sort is Sort.DUE:
        return replace(filters, sort=Sort.NUMBER, descending=True)
    return filters


def is_plain(filters: QueueFilter) -> bool:
    """Whether nothing but the list itself is asked for."""
    return set(filters.pairs()) <= UNCONDITIONAL


def counted_up_to(filters: QueueFilter) -> int:
    """How far a list is counted."""
    return COUNTED_ALL if filters.queue is Queue.ALL else COUNTED_OPEN


def page_of(scope: Scope, filters: QueueFilter) -> Page:
    """One page of the list: keys first, by indexes alone where one holds them all, then the rows of the page."""
    page = min(filters.page, LAST_PAGE)
    start = (page - 1) * PAGE_SIZE
    keys = _keys(scope, filters, start + PAGE_SIZE + 1)
    shown = keys.first[start : start + PAGE_SIZE]
    rows = Matter.objects.filter(pk__in=shown).defer("text", "answers").in_bulk()
    more = len(keys.first) > start + PAGE_SIZE and page < LAST_PAGE
    matters = [rows[key] for key in shown if key in rows]
    return Page(matters, page, more, keys.newest_only, keys.total, keys.is_counted)


def _keys(scope: Scope, filters: QueueFilter, upto: int) -> Keys:
    """The first keys of the list."""
    if has_words(filters):
        common = hits_up_to(filters.text, MOST_HITS + 1) > MOST_HITS
        return _with_common_words(scope, filters, upto) if common else _with_words(scope, filters, upto)
    return Keys(list(matters_found(scope, filters).values_list("pk", flat=True)[:upto]))


def _with_words(scope: Scope, filters: QueueFilter, upto: int) -> Keys:
    keys = matters_found(scope, filters).values_list("pk", flat=True)
    if filters.queue is not Queue.ALL:
        return Keys(list(keys[:upto]))
    # Without a limit: a planner takes it for a reason to walk through everything until enough is found, and where
    # rare words never stand where the post may look, that is a walk to the end.
    found = list(keys)
    return Keys(found[:upto], total=len(found))


def _with_common_words(scope: Scope, filters: QueueFilter, upto: int) -> Keys:
    """A walk in the list's order is soon at the end of a page; counting would be a walk to the end of the list."""
    after = None
    if filters.queue is Queue.ALL:
        after = (Matter.objects.aggregate(last=Max("id"))["last"] or 0) - NEWEST
    walk = holding(matters_found(scope, replace(filters, text="")), filters.text, after=after)
    first = list(walk.values_list("pk", flat=True)[:upto])
    if len(first) == upto:
        return Keys(first, is_counted=False)
    return Keys(first, newest_only=after is not None and after > 0, total=len(first))


def has_words(filters: QueueFilter) -> bool:
    """Whether words are looked for, and not a number."""
    return bool(filters.text) and id_of(filters.text) is None
