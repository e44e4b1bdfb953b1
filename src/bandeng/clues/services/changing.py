"""The one way to change a clue: lock, ask the rule, write, add a step, record; and no record says what it is about."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bandeng.clues import terms
from bandeng.clues.contents import words_sealed
from bandeng.clues.models import Clue, ClueNotice, ClueStep
from bandeng.clues.rules import (
    ENDED_STATES,
    ActNotAllowed,
    ClueKind,
    ClueState,
    ClueStepKind,
    check_kind_for,
    check_transition,
    receives_clues,
)
from bandeng.clues.rules.reminding import Limit
from bandeng.clues.selectors.visibility import clue_for
from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.organisations.rules import Duty, DutyMissing, Scope

LIMIT_OF = {
    ClueState.RECEIVED: "decide",
    ClueState.ACCEPTED: "assign",
    ClueState.ASSIGNED: "handle",
    ClueState.HANDLED: "answer",
}
KEEP_OF = {
    ClueState.ANSWERED: "keep_days",
    ClueState.REJECTED: "rejected_keep_days",
    ClueState.TRANSFERRED: "transferred_keep_days",
}


def check_receiver(scope: Scope) -> None:
    """Raise DutyMissing unless the post receives clues."""
    if not receives_clues(scope):
        raise DutyMissing(Duty.CLUE_TRIAGE.value)


def check_handler(scope: Scope, clue: Clue) -> None:
    """Raise DutyMissing unless the post looks into clues, in the organisation that was given this one."""
    if not scope.has(Duty.CLUE_HANDLE) or clue.lead_id != scope.organisation_id:
        raise DutyMissing(Duty.CLUE_HANDLE.value)


def check_worker(scope: Scope, clue: Clue) -> None:
    """Raise DutyMissing unless the post receives clues or looks into this one; deciding about openings is neither."""
    if not receives_clues(scope):
        check_handler(scope, clue)


@transaction.atomic
def clue_as_seen(*, number: str, seen: str, scope: Scope, do: Callable[[], object]) -> None:
    """Do what was decided on a page, unless somebody has moved the clue since; `seen`: its `changed_at` there.

    Raises NotVisible, ActNotAllowed, and whatever the act raises.
    """
    clue = clue_lock(number=number, scope=scope)
    if seen and seen != clue.changed_at.isoformat():
        raise ActNotAllowed("changed")
    do()


def clue_lock(*, number: str, scope: Scope) -> Clue:
    """The clue, locked until the transaction ends. Raises NotVisible."""
    seen = clue_for(scope, number)
    return Clue.objects.select_for_update(of=("self",)).get(pk=seen.pk)


def clue_change(
    *,
    clue: Clue,
    target: ClueState,
    step: ClueStepKind,
    actor: Actor,
    note: str = "",
    fields: Mapping[str, Any] | None = None,
) -> Clue:
    """Move a locked clue to another state, with further fields. Raises StateNotAllowed, ActNotAllowed."""
    present = ClueState(clue.state)
    check_transition(present=present, target=target)
    check_kind_for(kind=ClueKind(clue.kind), target=target)
    moment = clock.now()
    limit = LIMIT_OF.get(target)
    values = {
        "state": target.value,
        "due_at": terms.due_after(limit, start=moment) if limit else None,
        "ended_at": moment if target in ENDED_STATES else None,
        "wipe_on": _wipe_on(target),
        "changed_at": moment,
        **(fields or {}),
    }
    for name, value in values.items():
        setattr(clue, name, value)
    clue.save(update_fields=list(values))
    step_write(clue=clue, kind=step, actor=actor, note=note, public=True)
    notices_settle(clue=clue, limit=Limit.STEP)
    if clue.fed_back_at is not None:
        notices_settle(clue=clue, limit=Limit.FEEDBACK)
    audit.record(
        action=f"clue.{step.value}", subject=clue, actor=actor.key, before={"state": present.value},
        after={"state": target.value},
    )  # fmt: skip
    return clue


def notices_settle(*, clue: Clue, limit: Limit) -> None:
    """What was asked for is done, so nobody needs to read of it any more."""
    open_ones = ClueNotice.objects.filter(clue=clue, occasion__startswith=f"{limit.value}@", read_at=None)
    open_ones.update(read_at=clock.now())


def _wipe_on(target: ClueState) -> Any:
    code = KEEP_OF.get(target)
    return timezone.localdate(clock.now()) + timedelta(days=terms.number(code)) if code else None


def step_write(
    *, clue: Clue, kind: ClueStepKind, actor: Actor, note: str = "", public: bool = False
) -> ClueStep:
    """Add a line to a clue's story; `public`: the reporter may know that it happened, not what the note says."""
    return ClueStep.objects.create(
        clue=clue, kind=kind.value, state=clue.state, at=clock.now(), actor=actor.key, actor_name=actor.name,
        organisation_id=actor.organisation_id, sealed=words_sealed(clue.number, "note", note), public=public,
    )  # fmt: skip


def noted(
    *, clue: Clue, kind: ClueStepKind, actor: Actor, note: str = "", after: Mapping[str, Any] | None = None
) -> None:
    """A step that changes no state, with its audit entry."""
    step_write(clue=clue, kind=kind, actor=actor, note=note)
    audit.record(action=f"clue.{kind.value}", subject=clue, actor=actor.key, after=after)
