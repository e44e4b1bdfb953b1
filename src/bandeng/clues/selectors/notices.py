"""Notices of late clues, for the office that has them; of a clue that accuses the reader there is none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from bandeng.clues.contents import content_of
from bandeng.clues.models import Clue, ClueNotice
from bandeng.clues.rules import OPEN_STATES, ClueState, receives_clues
from bandeng.clues.rules.reminding import ClueNoticeKind, Limit
from bandeng.clues.selectors.visibility import visible_clues
from bandeng.core import clock
from bandeng.organisations.rules import Duty, Scope


@dataclass(frozen=True)
class NoticeLine:
    """One notice; `limit` names what ends."""

    kind: str
    limit: str
    office: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """One notice in an office's list."""

    number: str
    title: str
    kind: str
    state: str
    limit: str
    at: datetime
    due_at: datetime | None
    late: bool
    unread: bool


def notices_for(scope: Scope) -> QuerySet[ClueNotice]:
    """The notices to a post: to its office, on clues that it sees; what is escalated only to those who supervise."""
    rows = ClueNotice.objects.filter(organisation_id=scope.organisation_id)
    if not scope.has(Duty.SUPERVISE):
        if not (receives_clues(scope) or scope.has(Duty.CLUE_HANDLE)):
            return rows.none()
        rows = rows.exclude(kind=ClueNoticeKind.ESCALATED.value)
    return rows.filter(clue_id__in=visible_clues(scope).values("pk")).select_related("clue").order_by("-pk")


def unread_count(scope: Scope) -> int:
    """How many notices nobody of the office has read."""
    return notices_for(scope).filter(read_at__isnull=True).count()


def notice_rows(notices: list[ClueNotice]) -> list[NoticeRow]:
    """Notices as rows of a list."""
    return [
        NoticeRow(
            number=each.clue.number, title=content_of(each.clue).title, kind=each.kind, state=each.clue.state,
            limit=each.occasion.partition("@")[0], at=each.created_at, unread=each.read_at is None, **_limit(each),
        )
        for each in notices
    ]  # fmt: skip


def _limit(notice: ClueNotice) -> dict[str, Any]:
    """When the limit ends that a notice speaks of, and whether it is late now."""
    clue = notice.clue
    if not notice.occasion.startswith(Limit.FEEDBACK.value):
        return {"due_at": clue.due_at, "late": is_late(clue, clue.due_at)}
    due = clue.feedback_due_at
    return {"due_at": due, "late": clue.fed_back_at is None and is_late(clue, due)}


def is_late(clue: Clue, due: datetime | None) -> bool:
    """Whether a limit of an open clue has passed."""
    return due is not None and ClueState(clue.state) in OPEN_STATES and due < clock.now()


def notice_lines(clue: Clue) -> tuple[NoticeLine, ...]:
    """What was sent about one clue, the newest first."""
    rows = ClueNotice.objects.filter(clue=clue).select_related("organisation").order_by("-pk")
    return tuple(
        NoticeLine(row.kind, row.occasion.partition("@")[0], row.organisation.called, row.created_at)
        for row in rows
    )
