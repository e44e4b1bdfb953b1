"""Opening an identity takes two persons: one asks with a reason, another approves, the first reads for some minutes.

Each step is in the audit log, and the reporter sees in the mailbox how often and when.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from bandeng.clues import terms
from bandeng.clues.contents import Identity, identity_of, original_of, words_sealed
from bandeng.clues.models import Clue, Opening
from bandeng.clues.rules import ActNotAllowed, OpeningState, check_reason, may_approve_openings
from bandeng.clues.selectors.visibility import NotVisible, shut_out, visible_clues
from bandeng.clues.services.changing import clue_lock
from bandeng.clues.services.triage import hides_more
from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.organisations.rules import Duty, DutyMissing, Scope, check_duty


@dataclass(frozen=True)
class Opened:
    """What an opening shows."""

    identity: Identity
    text: str
    accused: str
    letters: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Nothing: what is printed ends in logs."""
        return "Opened(…)"


@transaction.atomic
def opening_request(*, number: str, reason: str, actor: Actor, scope: Scope) -> Opening:
    """Ask to open an identity and the reporter's own words; whose request still waits is given that one.

    Raises NotVisible, DutyMissing, ActNotAllowed.
    """
    check_duty(scope=scope, duty=Duty.CLUE_IDENTITY)
    words = check_reason(reason)
    clue = clue_lock(number=number, scope=scope)
    if clue.wiped_at is not None:
        raise ActNotAllowed("wiped")
    if not hides_more(clue):
        raise ActNotAllowed("anonymous")
    waiting = Opening.objects.filter(
        clue=clue, requester_id=scope.user_id, state=OpeningState.REQUESTED.value, requested_at__gt=_lapsed_before()
    ).first()  # fmt: skip
    if waiting is not None:
        return waiting
    opening = Opening.objects.create(
        clue=clue, state=OpeningState.REQUESTED.value, requester_id=scope.user_id,
        requester_office_id=scope.organisation_id, sealed_reason=words_sealed(clue.number, "reason", words),
        requested_at=clock.now(),
    )  # fmt: skip
    _recorded("opening.requested", opening, actor)
    return opening


@transaction.atomic
def opening_decide(*, opening_id: int, approved: bool, actor: Actor, scope: Scope) -> Opening:
    """A second person approves or refuses. Raises NotVisible, DutyMissing, ActNotAllowed."""
    if not may_approve_openings(scope):
        raise DutyMissing(Duty.SUPERVISE.value)
    opening = _locked(opening_id)
    if shut_out(scope.user_id, opening.clue_id) or not _sees(scope, opening):
        raise NotVisible
    if opening.requester_id == scope.user_id:
        raise ActNotAllowed("oneself")
    moment = clock.now()
    if opening.state != OpeningState.REQUESTED or opening.requested_at <= _lapsed_before():
        raise ActNotAllowed("decided")
    opening.state = (OpeningState.APPROVED if approved else OpeningState.REFUSED).value
    opening.approver_id, opening.decided_at = scope.user_id, moment
    if approved:
        opening.open_until = moment + timedelta(minutes=terms.number("opening_minutes"))
    opening.save(update_fields=["state", "approver", "decided_at", "open_until"])
    _recorded(f"opening.{opening.state}", opening, actor)
    return opening


def opening_read(*, opening_id: int, actor: Actor, scope: Scope) -> Opened:
    """Read what was approved, within its minutes, each time recorded, as is a reading that is refused to a post.

    Raises NotVisible, DutyMissing, ActNotAllowed.
    """
    try:
        return _opened(opening_id, actor, scope)
    except DutyMissing:
        _refusal_record(opening_id, actor)
        raise


@transaction.atomic
def _opened(opening_id: int, actor: Actor, scope: Scope) -> Opened:
    opening = _locked(opening_id)
    if not _sees(scope, opening):
        raise NotVisible
    if opening.requester_id != scope.user_id:
        raise ActNotAllowed("not_the_requester")
    _check_reader(scope, opening)
    moment = clock.now()
    if opening.open_until is None or moment > opening.open_until:
        raise ActNotAllowed("not_open_for_view")
    clue = Clue.objects.get(pk=opening.clue_id)
    if clue.wiped_at is not None:
        raise ActNotAllowed("wiped")
    opening.reads = min(opening.reads + 1, 32_000)
    opening.first_read_at = opening.first_read_at or moment
    opening.save(update_fields=["reads", "first_read_at"])
    _recorded("opening.read", opening, actor)
    original = original_of(clue)
    return Opened(identity_of(clue), original.text, original.accused, tuple(original.letters.values()))


def _check_reader(scope: Scope, opening: Opening) -> None:
    """Raise DutyMissing unless the post has the duty now and belongs to the office for which it was asked."""
    check_duty(scope=scope, duty=Duty.CLUE_IDENTITY)
    if scope.organisation_id != opening.requester_office_id:
        raise DutyMissing(Duty.CLUE_IDENTITY.value)


@transaction.atomic
def _refusal_record(opening_id: int, actor: Actor) -> None:
    """The refusal stands though nothing else is written."""
    _recorded("opening.reading_refused", _locked(opening_id), actor)


def _locked(opening_id: int) -> Opening:
    opening = Opening.objects.select_for_update(of=("self",)).filter(pk=opening_id).first()
    if opening is None:
        raise NotVisible
    return opening


def _sees(scope: Scope, opening: Opening) -> bool:
    return visible_clues(scope).filter(pk=opening.clue_id).exists()


def _lapsed_before() -> datetime:
    """A request that was made then or earlier has lapsed."""
    return clock.now() - timedelta(hours=terms.number("opening_request_hours"))


def _recorded(action: str, opening: Opening, actor: Actor) -> None:
    """The reason stays sealed: it may say who the reporter is."""
    audit.record(
        action=action, subject=opening, actor=actor.key,
        after={"clue": opening.clue_id, "state": opening.state, "reads": opening.reads},
    )  # fmt: skip
