"""The legal limit of a review goes on: reminders before it, a word to the level above after it, each once."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from bandeng.areas.rules import Level
from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.dispatch.models import Notice
from bandeng.dispatch.rules import NoticeKind
from bandeng.dispatch.services.acting import matter_locked
from bandeng.dispatch.services.notices import notice_create, organisation_at
from bandeng.dispatch.services.review_deciding import due_fields
from bandeng.dispatch.services.reviews import SUBJECT
from bandeng.dispatch.services.stages import HUNDRED, escalation
from bandeng.matters.models import Review
from bandeng.matters.rules import ReviewState

CHUNK = 500


def reviews_remind(*, now: datetime | None = None) -> int:
    """Tell what is due of open reviews at a moment and was not told yet; returns how many notices were written."""
    moment, told = now or clock.now(), 0
    for rows in _open():
        known = _told(rows)
        for row in rows:
            stage = _stage(row, moment)
            if stage is not None and (row.pk, *stage) not in known:
                told += _tell(row.pk, *stage)
    return told


def reviews_recompute(*, actor: Actor = SYSTEM) -> int:
    """Reckon the deadlines of open reviews anew, as after a change of the calendar; returns how many moved."""
    return sum(_recomputed(row, actor) for rows in _open() for row in rows if _differs(row))


def _open() -> Iterator[list[Review]]:
    """Open reviews by key, in chunks."""
    last = 0
    rows = Review.objects.filter(decided_at__isnull=True).order_by("pk")
    while found := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield found
        last = found[-1].pk


def _told(rows: Sequence[Review]) -> set[tuple[int, NoticeKind, str]]:
    """What was told of some reviews before."""
    keys = {(row.matter_id, row.organisation_id): row.pk for row in rows}
    found = Notice.objects.filter(
        matter_id__in=[row.matter_id for row in rows], occasion__startswith="review "
    ).values_list("matter_id", "organisation_id", "kind", "occasion")
    return {
        (keys[matter, organisation], NoticeKind(kind), occasion)
        for matter, organisation, kind, occasion in found
        if (matter, organisation) in keys
    }


def _stage(row: Review, moment: datetime) -> tuple[NoticeKind, str] | None:
    """What the limit asks for now: the highest reminder whose share has passed, or that it is over."""
    if row.due_at is None:
        return None
    day = f"{row.due_at:%Y-%m-%dT%H:%M%z}"
    if moment > row.due_at:
        return NoticeKind.OVERDUE, f"review {row.pk} due@{day}"
    passed = HUNDRED * (moment - row.asked_at) / (row.due_at - row.asked_at)
    shares = [share for share in escalation().reminders if passed >= share]
    return (NoticeKind.REMINDER, f"review {row.pk} {shares[-1]}%@{day}") if shares else None


@transaction.atomic
def _tell(review_id: int, kind: NoticeKind, occasion: str) -> int:
    """Tell the body, and of a late street office the district too, unless it was decided or told meanwhile."""
    matter = matter_locked(Review.objects.values_list("matter_id", flat=True).get(pk=review_id))
    row = Review.objects.get(pk=review_id)
    if row.state == ReviewState.DECIDED.value or (row.pk, kind, occasion) in _told([row]):
        return 0
    notice_create(matter=matter, organisation_id=row.organisation_id, kind=kind, occasion=occasion)
    above = organisation_at(area_code=matter.area_code, level=Level.DISTRICT)
    climbs = kind is NoticeKind.OVERDUE and above is not None and above.pk != row.organisation_id
    if climbs and above is not None:
        notice_create(matter=matter, organisation_id=above.pk, kind=NoticeKind.ESCALATED, occasion=occasion)
    audit.record(
        action=f"review.{kind.value}",
        subject=(SUBJECT, str(row.pk)),
        actor=SYSTEM.key,
        after={"told": occasion},
    )
    return 1 + climbs


def _differs(row: Review) -> bool:
    return any(getattr(row, name) != value for name, value in due_fields(row).items())


@transaction.atomic
def _recomputed(row: Review, actor: Actor) -> bool:
    matter_locked(row.matter_id)
    row = Review.objects.get(pk=row.pk)
    if row.state == ReviewState.DECIDED.value or not _differs(row):
        return False
    fields = due_fields(row)
    before = {name: getattr(row, name) for name in fields}
    Review.objects.filter(pk=row.pk).update(**fields)
    audit.record(
        action="review.recomputed",
        subject=(SUBJECT, str(row.pk)),
        actor=actor.key,
        before=before,
        after=fields,
    )
    return True
