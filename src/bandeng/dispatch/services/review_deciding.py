"""The body takes a review up, hears if it must, and decides; an overturned answer goes back to who gave it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.dispatch.rules import NoticeKind
from bandeng.dispatch.selectors.refusals import Refusal, Refused, reason_checked
from bandeng.dispatch.selectors.reviews import OUTSIDE, decides, in_conflict, overturned, reviews_of
from bandeng.dispatch.selectors.visibility import NotVisible, sees
from bandeng.dispatch.services.acting import matter_locked
from bandeng.dispatch.services.clocks import due_with
from bandeng.dispatch.services.notices import notice_create
from bandeng.dispatch.services.reviews import SUBJECT
from bandeng.dispatch.services.verifying import reopened
from bandeng.matters.models import Matter, Review
from bandeng.matters.rules import (
    LAST_STAGE,
    NEXT_REVIEW_STATES,
    ReviewOutcome,
    ReviewState,
    StepKind,
    clean_text,
)
from bandeng.matters.services.changing import matter_change
from bandeng.organisations.rules import Duty, DutyMissing, Scope
from reckon.deadlines.limits import Pause as Standstill


@transaction.atomic
def review_take(*, review_id: int, actor: Actor, scope: Scope, from_examiner: str = "") -> Review:
    """Become the examiner; over from somebody else only where `from_examiner` names who it is now."""
    matter, row = _taken(review_id, actor, scope, ReviewState.EXAMINING)
    if row.examiner == actor.key:
        return row
    if row.examiner != from_examiner:
        raise Refused(Refusal.REVIEW_STATE)
    first = not row.examiner
    fields = {"state": ReviewState.EXAMINING.value, "examiner": actor.key, "examiner_name": actor.name[:60]}
    _write(row, "taken", actor, fields | ({"taken_at": clock.now()} if first else {}))
    if first:
        _step(matter, row, StepKind.REVIEW_TAKEN, actor)
    return row


@transaction.atomic
def review_decide(
    *, review_id: int, outcome: ReviewOutcome, decision: str, actor: Actor, scope: Scope, document: str = ""
) -> Review:
    """Decide with reasons. Unless the answer stands, the matter is open again, by a new clock."""
    told, number = reason_checked(clean_text(decision)), clean_text(document)[:100]
    matter, row = _taken(review_id, actor, scope, ReviewState.DECIDED)
    if row.examiner != actor.key:
        raise Refused(Refusal.REVIEW_EXAMINER)
    if row.hearing_from is not None and row.hearing_to is None:
        raise Refused(Refusal.REVIEW_HEARING)
    if row.body in OUTSIDE and not number:
        raise Refused(Refusal.REVIEW_DOCUMENT)
    fields = {
        "state": ReviewState.DECIDED.value, "outcome": outcome.value, "decision": told, "document": number,
        "decided_at": clock.now(),
    }  # fmt: skip
    _write(row, "decided", actor, fields, reason=told)
    _step(matter, row, StepKind.REVIEW_DECIDED, actor)
    if overturned(row.outcome):
        reopened(matter=matter, reason=told, actor=actor, quoted=False)
    _decision_tell(matter, row)
    return row


@transaction.atomic
def hearing_begin(*, review_id: int, actor: Actor, scope: Scope) -> Review:
    """A hearing begins: its time is not counted (信访工作条例第三十六条第二款)."""
    _, row = _taken(review_id, actor, scope, ReviewState.EXAMINING)
    _own(row, actor)
    if row.stage != LAST_STAGE or row.hearing_from is not None:
        raise Refused(Refusal.REVIEW_HEARING)
    row.hearing_from = clock.now()
    _write(row, "hearing_begun", actor, {"hearing_from": row.hearing_from, **due_fields(row)})
    return row


@transaction.atomic
def hearing_end(*, review_id: int, actor: Actor, scope: Scope) -> Review:
    """The hearing is over: the limit goes on."""
    _, row = _taken(review_id, actor, scope, ReviewState.EXAMINING)
    _own(row, actor)
    if row.hearing_from is None or row.hearing_to is not None:
        raise Refused(Refusal.REVIEW_HEARING)
    row.hearing_to = clock.now()
    _write(row, "hearing_ended", actor, {"hearing_to": row.hearing_to, **due_fields(row)})
    return row


def due_fields(row: Review) -> dict[str, Any]:
    """The review's deadline from its request, limit and hearing."""
    hearing = [Standstill(row.hearing_from, row.hearing_to, "hearing")] if row.hearing_from else []
    known = due_with(start=row.asked_at, limit=row.limit, pauses=hearing)
    return {"due_at": known.at, "due_unknown": known.unknown_year}


def _own(row: Review, actor: Actor) -> None:
    if row.state != ReviewState.EXAMINING.value or row.examiner != actor.key:
        raise Refused(Refusal.REVIEW_EXAMINER)


def _taken(review_id: int, actor: Actor, scope: Scope, target: ReviewState) -> tuple[Matter, Review]:
    """The review with its matter locked, open to this person. Raises NotVisible, DutyMissing, Refused.

    The matter's lock is the review's too: every write of either holds it, so the order of locks is always the same.
    """
    found = Review.objects.filter(pk=review_id).values_list("matter_id", flat=True).first()
    if found is None:
        raise NotVisible(review_id)
    matter = matter_locked(found)
    if not sees(scope, matter):
        raise NotVisible(review_id)
    row = Review.objects.get(pk=review_id)
    if not decides(scope, row):
        raise DutyMissing(Duty.SUPERVISE.value)
    if target not in NEXT_REVIEW_STATES[ReviewState(row.state)]:
        raise Refused(Refusal.REVIEW_STATE)
    if in_conflict(row, actor.key):
        raise Refused(Refusal.REVIEW_CONFLICT)
    return matter, row


def _write(row: Review, act: str, actor: Actor, fields: Mapping[str, Any], *, reason: str = "") -> None:
    before = {name: getattr(row, name) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=[*fields])
    audit.record(
        action=f"review.{act}",
        subject=(SUBJECT, str(row.pk)),
        actor=actor.key,
        before=before,
        after=dict(fields),
        reason=reason,
    )


def _step(matter: Matter, row: Review, kind: StepKind, actor: Actor) -> None:
    """A public line without the words of the file: those are for whoever asked."""
    data: dict[str, object] = {"review": row.pk, "stage": row.stage}
    if row.outcome:
        data["outcome"] = row.outcome
    matter_change(
        matter=matter, kind=kind, actor=actor, public=True, organisation_id=row.organisation_id, data=data
    )


def _decision_tell(matter: Matter, row: Review) -> None:
    """Whoever answered, and whoever reviewed it before, read the decision."""
    before = {each.organisation_id for each in reviews_of(matter.pk) if each.answered_at == row.answered_at}
    for key in {row.answered_by_id, *before} - {None, row.organisation_id}:
        assert key is not None
        notice_create(
            matter=matter, organisation_id=key, kind=NoticeKind.REVIEWED, occasion=f"review {row.pk}", text=row.decision
        )  # fmt: skip
