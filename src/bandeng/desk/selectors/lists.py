"""A filter's list, read so that its cost is bounded whatever the filter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Max

from bandeng.dispatch.selectors import Queue, QueueFilter, Sort, matters_found
from bandeng.matters.models import Matter
from bandeng.matters.rules import id_of
from bandeng.matters.search import found
from bandeng.organisations.rules import Scope

PAGE_SIZE = 50
LAST_PAGE = 200
COUNTED_OPEN = 10_000
COUNTED_ALL = 1_000
"""Lists are counted up to here: what is open is worked through, what has ended is only looked up."""
NEWEST = 100_000
"""Words are looked for among this many of the newest matters first: where they are common, that is enough."""
FEW_HITS = 3_000
"""Words in no more matters than this are looked up there alone."""
MOST_HITS = 20_000
"""Words that stand in more matters than this are looked for among the newest alone; the page says so."""
UNCONDITIONAL = {"queue", "sort", "page"}


@dataclass(frozen=True)
class Page:
    """One page of a list: its matters, its number, and whether more follows."""

    matters: Sequence[Matter]
    number: int
    has_next: bool
    newest_only: bool = False  # the words are so common that only the newest matters were searched
    total: int | None = None  # how long the list is, where finding the page has told it


@dataclass(frozen=True)
class Keys:
    """The first keys of a list, and what finding them has told of the rest."""

    first: Sequence[int]
    newest_only: bool = False
    total: int | None = None


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
    return Page([rows[key] for key in shown if key in rows], page, more, keys.newest_only, keys.total)


def _keys(scope: Scope, filters: QueueFilter, upto: int) -> Keys:
    """The first keys of the list."""
    everything = matters_found(scope, filters).values_list("pk", flat=True)
    if not looks_up_words(filters):
        return Keys(list(everything[:upto]))
    hits = _hits(filters, FEW_HITS)
    if len(hits) <= FEW_HITS:
        return _among(scope, filters, hits, upto)
    last = Matter.objects.aggregate(last=Max("id"))["last"] or 0
    newest = list(everything.filter(pk__gt=last - NEWEST)[:upto])
    if len(newest) == upto:
        return Keys(newest)
    if last <= NEWEST:
        return Keys(newest, total=len(newest))
    hits = _hits(filters, MOST_HITS)
    if len(hits) > MOST_HITS:
        return Keys(newest, newest_only=True, total=len(newest))
    return _among(scope, filters, hits, upto)


def _hits(filters: QueueFilter, bound: int) -> list[int]:
    """Keys of matters that hold the words, one more than `bound` if there are more, in any order."""
    return list(
        found(Matter.objects.all(), filters.text).order_by().values_list("pk", flat=True)[: bound + 1]
    )


def _among(scope: Scope, filters: QueueFilter, hits: Sequence[int], upto: int) -> Keys:
    """The keys of the list among some hits.

    From the hits, not from what the post may see: the planner takes the two for independent and guesses how many
    matters hold a word that it has no figure for, so it may walk through everything to find nothing.
    """
    within = matters_found(scope, replace(filters, text="")).filter(pk__in=hits)
    keys = list(within.values_list("pk", flat=True))
    return Keys(keys[:upto], total=len(keys))


def looks_up_words(filters: QueueFilter) -> bool:
    """Whether words are looked for in everything, the newest first."""
    newest_first = filters.sort is Sort.NUMBER and filters.descending
    return bool(filters.text) and filters.queue is Queue.ALL and newest_first and id_of(filters.text) is None
