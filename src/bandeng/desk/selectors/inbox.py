"""Notices of an organisation, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from bandeng.dispatch.labels import NOTICE_KINDS
from bandeng.dispatch.models import Notice
from bandeng.matters.models import Matter
from bandeng.matters.selectors import within_access
from bandeng.organisations.rules import Scope

PAGE_SIZE = 50
KIND_WORDS = dict(NOTICE_KINDS)


@dataclass(frozen=True)
class NoticeLine:
    """One notice as the inbox shows it."""

    id: int
    kind: str
    kind_name: str
    number: str
    title: str
    text: str
    at: datetime
    read: bool


@dataclass(frozen=True)
class InboxPage:
    """Notices, the newest first; `before` asks for the next page."""

    lines: Sequence[NoticeLine]
    newest: int
    before: int | None


def inbox_page(scope: Scope, *, every: bool, before: int | None = None) -> InboxPage:
    """One page of the organisation's notices on matters that the post may see: one query."""
    found = Notice.objects.filter(organisation_id=scope.organisation_id)
    if not every:
        found = found.filter(read_at__isnull=True)
    if before is not None:
        found = found.filter(pk__lt=before)
    # Asked for each notice: SQLite would gather the keys of all matters for an IN.
    seen = within_access(Matter.objects.filter(pk=OuterRef("matter_id")), scope)
    rows = list(
        found.filter(Exists(seen))
        .select_related("matter")
        .only("kind", "text", "created_at", "read_at", "matter__title")
        .order_by("-id")[: PAGE_SIZE + 1]
    )
    lines = [_line(row) for row in rows[:PAGE_SIZE]]
    newest = lines[0].id if lines else 0
    return InboxPage(lines, newest, lines[-1].id if len(rows) > PAGE_SIZE else None)


def _line(row: Notice) -> NoticeLine:
    return NoticeLine(
        id=row.pk,
        kind=row.kind,
        kind_name=str(KIND_WORDS[row.kind]),
        number=row.matter.number,
        title=row.matter.title,
        text=row.text,
        at=row.created_at,
        read=row.read_at is not None,
    )
