"""Filters that a person keeps under a name, in an order of their own."""

from collections.abc import Sequence
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from bandeng.core import audit
from bandeng.core.rules import Actor
from bandeng.dispatch.models import SavedFilter
from bandeng.matters.rules import clean_text

NAME_LENGTH = 40
QUERY_LENGTH = 1000
MOST_FILTERS = 20  # the rail stays readable, and each costs a count


class FilterProblem(StrEnum):
    """Why a filter is not kept."""

    NAME = "name"
    TAKEN = "taken"
    MANY = "many"
    LONG = "long"
    UNKNOWN = "unknown"


MESSAGES = {
    FilterProblem.NAME: pgettext_lazy("saved filter", "The filter needs a name of at most 40 characters."),
    FilterProblem.TAKEN: pgettext_lazy("saved filter", "You have a filter of this name already. Choose another name."),
    FilterProblem.MANY: pgettext_lazy(
        "saved filter", "You have as many filters as there is room for. Delete one first."
    ),
    FilterProblem.LONG: pgettext_lazy("saved filter", "The filter has too many conditions to be kept."),
    FilterProblem.UNKNOWN: pgettext_lazy("saved filter", "This filter is gone. Look at the list again."),
}  # fmt: skip


class FilterRefused(Exception):
    """A filter that cannot be kept so; the text says why."""

    def __init__(self, code: FilterProblem) -> None:
        super().__init__(code.value)
        self.code = code

    def __str__(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        return str(MESSAGES[self.code])


def filters_of(user_id: int) -> QuerySet[SavedFilter]:
    """A person's filters in their order."""
    return SavedFilter.objects.filter(user_id=user_id).order_by("id")


@transaction.atomic
def filter_save(*, user_id: int, name: str, query: str, actor: Actor) -> SavedFilter:
    """Keep a query under a name; a filter of this name takes the new query. Raises FilterRefused."""
    called = _name_checked(name)
    if len(query) > QUERY_LENGTH:
        raise FilterRefused(FilterProblem.LONG)
    kept = list(filters_of(user_id).select_for_update())
    known = next((row for row in kept if row.name == called), None)
    if known is None and len(kept) >= MOST_FILTERS:
        raise FilterRefused(FilterProblem.MANY)
    row = known or SavedFilter(user_id=user_id, name=called)
    before = {"query": row.query} if known else {}
    row.query = query
    row.save()
    audit.record(
        action="saved_filter.kept",
        subject=row,
        actor=actor.key,
        before=before,
        after={"name": called, "query": query},
    )
    return row


def _name_checked(name: str) -> str:
    called = " ".join(clean_text(name).split())
    if not 1 <= len(called) <= NAME_LENGTH:
        raise FilterRefused(FilterProblem.NAME)
    return called


@transaction.atomic
def filter_rename(*, user_id: int, filter_id: int, name: str, actor: Actor) -> SavedFilter:
    """Call a filter by another name. Raises FilterRefused."""
    called = _name_checked(name)
    row = _own(user_id, filter_id)
    before, row.name = row.name, called
    try:
        with transaction.atomic():
            row.save(update_fields=["name"])
    except IntegrityError as taken:
        raise FilterRefused(FilterProblem.TAKEN) from taken
    audit.record(
        action="saved_filter.renamed",
        subject=row,
        actor=actor.key,
        before={"name": before},
        after={"name": called},
    )
    return row


@transaction.atomic
def filter_delete(*, user_id: int, filter_id: int, actor: Actor) -> None:
    """Forget a filter. Raises FilterRefused."""
    row = _own(user_id, filter_id)
    audit.record(
        action="saved_filter.deleted",
        subject=row,
        actor=actor.key,
        before={"name": row.name, "query": row.query},
    )
    row.delete()


def _own(user_id: int, filter_id: int) -> SavedFilter:
    row = filters_of(user_id).select_for_update().filter(pk=filter_id).first()
    if row is None:
        raise FilterRefused(FilterProblem.UNKNOWN)
    return row


@transaction.atomic
def filter_move(*, user_id: int, filter_id: int, by: int) -> None:
    """Move a filter up (negative) or down in the person's list; at its end it stays. Raises FilterRefused.

    The order is that of the keys, so the rows trade places: each keeps its key and takes the other's words.
    """
    rows = list(filters_of(user_id).select_for_update())
    at = next((place for place, row in enumerate(rows) if row.pk == filter_id), None)
    if at is None:
        raise FilterRefused(FilterProblem.UNKNOWN)
    to = min(max(at + by, 0), len(rows) - 1)
    words = [(row.name, row.query) for row in rows]
    words.insert(to, words.pop(at))
    _words_write(rows, words)


def _words_write(rows: Sequence[SavedFilter], words: Sequence[tuple[str, str]]) -> None:
    for row, (_, query) in zip(rows, words, strict=True):
        row.name, row.query = f"\x7f{row.pk}", query
    # Two steps: while half of the rows are renamed, a name must not stand twice.
    SavedFilter.objects.bulk_update(rows, ["name", "query"])
    for row, (name, _) in zip(rows, words, strict=True):
        row.name = name
    SavedFilter.objects.bulk_update(rows, ["name"])
