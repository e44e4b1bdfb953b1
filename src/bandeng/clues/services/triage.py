"""What officers do with a clue: accept, reject, transfer, assign, look into, answer, take up again."""

from django.db import transaction

from bandeng.clues.contents import content_of, original_of, words_sealed
from bandeng.clues.models import Clue
from bandeng.clues.rules import (
    CLOSED_NETWORK_KINDS,
    ActNotAllowed,
    ClueKind,
    ClueState,
    ClueStepKind,
    StateNotAllowed,
    check_reason,
)
from bandeng.clues.rules.masking import plain
from bandeng.clues.rules.reminding import Limit
from bandeng.clues.selectors.visibility import can_handle, in_conflict
from bandeng.clues.services.changing import (
    check_handler,
    check_receiver,
    check_worker,
    clue_change,
    clue_lock,
    notices_settle,
)
from bandeng.clues.services.mailbox import letter_post
from bandeng.clues.services.retention import clue_wipe
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.organisations.models import Organisation
from bandeng.organisations.rules import Scope

REFERENCE_LENGTH = 60


@transaction.atomic
def clue_accept(*, number: str, actor: Actor, scope: Scope) -> Clue:
    """Accept a clue. Raises NotVisible, DutyMissing, StateNotAllowed."""
    check_receiver(scope)
    clue = clue_lock(number=number, scope=scope)
    _check_state(clue, ClueState.RECEIVED, target=ClueState.ACCEPTED)
    return clue_change(clue=clue, target=ClueState.ACCEPTED, step=ClueStepKind.ACCEPTED, actor=actor)


@transaction.atomic
def clue_reject(*, number: str, reason: str, actor: Actor, scope: Scope) -> Clue:
    """Not accept a clue; the reporter reads why. Raises NotVisible, DutyMissing, StateNotAllowed, ActNotAllowed."""
    check_receiver(scope)
    words = check_reason(reason)
    clue = clue_lock(number=number, scope=scope)
    clue_change(
        clue=clue, target=ClueState.REJECTED, step=ClueStepKind.REJECTED, actor=actor, note=words,
        fields=_fed_back(clue),
    )  # fmt: skip
    letter_post(clue=clue, text=words, actor=actor, from_reporter=False)
    return clue


@transaction.atomic
def clue_transfer(*, number: str, reference: str, holder: str, actor: Actor, scope: Scope) -> Clue:
    """Record that a clue went into the closed network: its number there, and who holds it now.

    Only for kinds that the law moves. The content here goes on the day that the rules of retention give: the same
    day, so with this act.
    Raises NotVisible, DutyMissing, StateNotAllowed, ActNotAllowed.
    """
    check_receiver(scope)
    known, whose = reference.strip()[:REFERENCE_LENGTH], holder.strip()[:REFERENCE_LENGTH]
    if not known or not whose:
        raise ActNotAllowed("reason_short")
    clue = clue_lock(number=number, scope=scope)
    clue_change(
        clue=clue, target=ClueState.TRANSFERRED, step=ClueStepKind.TRANSFERRED, actor=actor,
        fields={"reference": known, "reference_holder": whose, "lead_id": None, **_fed_back(clue)},
    )  # fmt: skip
    clue_wipe(clue_id=clue.pk)
    return clue


@transaction.atomic
def clue_assign(*, number: str, organisation_id: int, note: str, actor: Actor, scope: Scope) -> Clue:
    """Give a clue to an organisation that is neither accused nor above or below who is.

    Raises NotVisible, DutyMissing, StateNotAllowed, ActNotAllowed.
    """
    check_receiver(scope)
    clue = clue_lock(number=number, scope=scope)
    chosen = Organisation.objects.filter(pk=organisation_id, active=True).exclude(kind="enterprise").first()
    if chosen is None:
        raise ActNotAllowed("no_such_organisation")
    if in_conflict(clue_id=clue.pk, organisation=chosen):
        raise ActNotAllowed("conflict")
    if not can_handle(clue_id=clue.pk, organisation_id=chosen.pk):
        raise ActNotAllowed("nobody_there")
    return clue_change(
        clue=clue, target=ClueState.ASSIGNED, step=ClueStepKind.ASSIGNED, actor=actor, note=note.strip(),
        fields={"lead_id": chosen.pk},
    )  # fmt: skip


@transaction.atomic
def clue_return(*, number: str, reason: str, actor: Actor, scope: Scope) -> Clue:
    """Hand a clue back that is not one's own to handle.

    Raises NotVisible, DutyMissing, StateNotAllowed, ActNotAllowed.
    """
    words = check_reason(reason)
    clue = clue_lock(number=number, scope=scope)
    check_handler(scope, clue)
    _check_state(clue, ClueState.ASSIGNED, target=ClueState.ACCEPTED)
    return clue_change(
        clue=clue, target=ClueState.ACCEPTED, step=ClueStepKind.RETURNED, actor=actor, note=words,
        fields={"lead_id": None},
    )  # fmt: skip


@transaction.atomic
def clue_handle(*, number: str, outcome: str, actor: Actor, scope: Scope) -> Clue:
    """Write down what was found. Raises NotVisible, DutyMissing, StateNotAllowed, ActNotAllowed."""
    words = check_reason(outcome)
    clue = clue_lock(number=number, scope=scope)
    check_handler(scope, clue)
    sealed = words_sealed(clue.number, "outcome", words)
    return clue_change(
        clue=clue, target=ClueState.HANDLED, step=ClueStepKind.HANDLED, actor=actor,
        fields={"sealed_outcome": sealed},
    )  # fmt: skip


@transaction.atomic
def clue_send_back(*, number: str, reason: str, actor: Actor, scope: Scope) -> Clue:
    """Have it looked into again. Raises NotVisible, DutyMissing, StateNotAllowed, ActNotAllowed."""
    check_receiver(scope)
    words = check_reason(reason)
    clue = clue_lock(number=number, scope=scope)
    if clue.lead is not None and in_conflict(clue_id=clue.pk, organisation=clue.lead):
        raise ActNotAllowed("conflict")
    if clue.lead_id is None or not can_handle(clue_id=clue.pk, organisation_id=clue.lead_id):
        raise ActNotAllowed("nobody_there")
    return clue_change(
        clue=clue, target=ClueState.ASSIGNED, step=ClueStepKind.SENT_BACK, actor=actor, note=words
    )


@transaction.atomic
def clue_answer(*, number: str, text: str, actor: Actor, scope: Scope) -> Clue:
    """Tell the reporter what came of it; that closes the clue.

    Raises NotVisible, DutyMissing, StateNotAllowed, ActNotAllowed.
    """
    check_receiver(scope)
    words = check_reason(text)
    clue = clue_lock(number=number, scope=scope)
    clue_change(
        clue=clue, target=ClueState.ANSWERED, step=ClueStepKind.ANSWERED, actor=actor, fields=_fed_back(clue)
    )
    letter_post(clue=clue, text=words, actor=actor, from_reporter=False)
    return clue


@transaction.atomic
def clue_reopen(*, number: str, reason: str, actor: Actor, scope: Scope) -> Clue:
    """Take a closed clue up again. Raises NotVisible, DutyMissing, StateNotAllowed, ActNotAllowed."""
    check_receiver(scope)
    words = check_reason(reason)
    clue = clue_lock(number=number, scope=scope)
    if clue.wiped_at is not None:
        raise ActNotAllowed("wiped")
    return clue_change(
        clue=clue, target=ClueState.RECEIVED, step=ClueStepKind.REOPENED, actor=actor, note=words,
        fields={"lead_id": None},
    )  # fmt: skip


@transaction.atomic
def clue_reply(*, number: str, text: str, actor: Actor, scope: Scope, key: str = "") -> Clue:
    """Write to the reporter's mailbox; `key` is the form's, so that a letter sent twice is one.

    Raises NotVisible, DutyMissing, ActNotAllowed.
    """
    words = text.strip()
    clue = clue_lock(number=number, scope=scope)
    check_worker(scope, clue)
    if clue.wiped_at is not None:
        raise ActNotAllowed("wiped")
    if not words:
        raise ActNotAllowed("reason_short")
    letter_post(clue=clue, text=words, actor=actor, from_reporter=False, key=key)
    fields = _fed_back(clue)
    for name, value in fields.items():
        setattr(clue, name, value)
    clue.save(update_fields=list(fields))
    notices_settle(clue=clue, limit=Limit.FEEDBACK)
    return clue


def _check_state(clue: Clue, wanted: ClueState, *, target: ClueState) -> None:
    """Raise StateNotAllowed: another act leads from other states to the same one."""
    if clue.state != wanted:
        raise StateNotAllowed(ClueState(clue.state), target)


def _fed_back(clue: Clue) -> dict[str, object]:
    """The first moment at which a person told the reporter something, kept."""
    return {"fed_back_at": clue.fed_back_at or clock.now()}


def hides_more(clue: Clue) -> bool:
    """Whether an opening would show anything that the masked text does not."""
    if clue.wiped_at is not None:
        return False
    original, shown = original_of(clue), content_of(clue)
    written = (plain(original.text), plain(original.accused))
    return clue.named or bool(original.letters) or written != (shown.text, shown.accused)


def moves_to_closed_network(clue: Clue) -> bool:
    """Whether the law moves this kind of clue elsewhere."""
    return ClueKind(clue.kind) in CLOSED_NETWORK_KINDS
