"""One act on many matters: each by its own service in its own transaction, so that one refusal stops no other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.desk.labels import BULK_NAMES
from bandeng.dispatch.rules import TaskStateNotAllowed
from bandeng.dispatch.selectors import Act, NotVisible, Party, Refused
from bandeng.dispatch.selectors.acts import ACT_RULES
from bandeng.dispatch.services import dispatching, handling, merging, verifying
from bandeng.dispatch.services.acting import matter_locked
from bandeng.dispatch.services.dispatching import CoHandler
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import MatterState, StateNotAllowed, StepKind, number_of
from bandeng.organisations.rules import Duty, DutyMissing, Scope

MOST_ROWS = 200
REPEATED_WITHIN = timedelta(minutes=2)
"""A form sent twice arrives within seconds; the second finds that its own act has changed the matter."""
KEYS = {
    Act.ASSIGN: "a", Act.ACCEPT: "t", Act.DISPATCH: "d", Act.ADD_CO_HANDLER: "c", Act.MERGE: "m", Act.RETURN: "r",
    Act.SEND_BACK: "b", Act.START: "s", Act.HANDLED: "h", Act.CLOSE: "e",
}  # fmt: skip
"""The acts in the order of the bar, each with its key."""
MAIN = (Act.START, Act.DISPATCH, Act.CLOSE, Act.ACCEPT)
"""The first of these that is offered stands last and largest."""
DONE_BY = {
    Act.ASSIGN: StepKind.REASSIGNED, Act.ACCEPT: StepKind.ACCEPTED, Act.DISPATCH: StepKind.DISPATCHED,
    Act.ADD_CO_HANDLER: StepKind.CO_HANDLER_ADDED, Act.MERGE: StepKind.MERGED, Act.RETURN: StepKind.RETURNED,
    Act.SEND_BACK: StepKind.SENT_BACK, Act.START: StepKind.STARTED, Act.HANDLED: StepKind.HANDLED,
    Act.CLOSE: StepKind.CLOSED,
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """An act that the bar offers."""

    act: str
    name: str
    key: str
    main: bool


@dataclass(frozen=True)
class Order:
    """One matter of a bulk act, as it was when it was chosen."""

    matter_id: int
    version: str


@dataclass(frozen=True, kw_only=True)
class Words:
    """What was asked for with the act."""

    post_id: int = 0
    organisation_id: int = 0
    target_id: int = 0
    limit: str = ""
    text: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one matter: done, or refused with a reason; `undo` tells how to take it back."""

    number: str
    done: bool
    reason: str = ""
    undo: Mapping[str, Any] | None = None


class ChangedSince(Exception):
    """The matter is not as it was when it was chosen."""


class DoneAlready(Exception):
    """The same person did the same a moment ago: the form was sent twice."""


def bulk_acts(scope: Scope, states: frozenset[MatterState]) -> list[Offer]:
    """The acts that a post's duties allow on some matter in one of these states."""
    fitting = [act for act in KEYS if ACT_RULES[act].states & states and may_ever(act, scope)]
    main = next((act for act in MAIN if act in fitting), None)
    fitting.sort(key=lambda act: act is main)
    return [Offer(act.value, str(BULK_NAMES[act]), KEYS[act], act is main) for act in fitting]


def may_ever(act: Act, scope: Scope) -> bool:
    """Whether the post's duties allow the act on some matter."""
    return any(
        scope.has(duty) and (party is not Party.AREA or scope.sees_area) for duty, party in ACT_RULES[act].who
    )


def bulk_run(*, act: Act, orders: Sequence[Order], words: Words, actor: Actor, scope: Scope) -> list[Outcome]:
    """Do the act on every matter, in order; what is refused is told and changes nothing."""
    outcomes = []
    for order in orders[:MOST_ROWS]:
        if act is Act.MERGE and order.matter_id == words.target_id:
            continue
        number = number_of(order.matter_id)
        try:
            outcomes.append(Outcome(number, True, undo=_one(act, order, words, actor, scope)))
        except DoneAlready:
            outcomes.append(Outcome(number, True))
        except REFUSALS as problem:
            outcomes.append(Outcome(number, False, reason_of(problem)))
    return outcomes


REFUSALS = (NotVisible, DutyMissing, Refused, StateNotAllowed, TaskStateNotAllowed, ChangedSince)
REASONS = {
    NotVisible: pgettext_lazy("bulk act", "You may no longer see this matter."),
    DutyMissing: pgettext_lazy("bulk act", "This is not for your post to do here."),
    StateNotAllowed: pgettext_lazy("bulk act", "Its state does not allow this."),
    TaskStateNotAllowed: pgettext_lazy("bulk act", "Its state does not allow this."),
    ChangedSince: pgettext_lazy("bulk act", "It has changed since you chose it. Look at it again."),
}


def reason_of(problem: Exception) -> str:
    """Why a matter was refused, in the reader's language."""
    return str(problem) if isinstance(problem, Refused) else str(REASONS[type(problem)])


@transaction.atomic
def _one(act: Act, order: Order, words: Words, actor: Actor, scope: Scope) -> Mapping[str, Any] | None:
    # A merge locks two matters by the order of their keys; locking the child alone first could wait in a ring.
    both = {order.matter_id, words.target_id} if act is Act.MERGE else {order.matter_id}
    locked = {key: matter_locked(key) for key in sorted(both)}
    matter = locked[order.matter_id]
    if matter.changed_at.isoformat() != order.version:
        raise DoneAlready if _repeated(act, order, actor) else ChangedSince
    return ACTS[act](matter, words, actor, scope)


def _repeated(act: Act, order: Order, actor: Actor) -> bool:
    seen = parse_datetime(order.version)
    last = Step.objects.filter(matter_id=order.matter_id).order_by("-id").first()
    if last is None or seen is None or (last.actor, last.kind) != (actor.key, DONE_BY[act].value):
        return False
    return last.at > seen and clock.now() - last.at < REPEATED_WITHIN


Doing = Callable[[Matter, Words, Actor, Scope], Mapping[str, Any] | None]


def _assign(matter: Matter, words: Words, actor: Actor, scope: Scope) -> Mapping[str, Any] | None:
    former = matter.lead_post_id
    dispatching.matter_assign(
        matter_id=matter.pk, post_id=words.post_id, note=words.text, actor=actor, scope=scope
    )
    return (
        {"kind": "assign", "matter": matter.pk, "key": former} if former and former != words.post_id else None
    )


def _add_co_handler(matter: Matter, words: Words, actor: Actor, scope: Scope) -> Mapping[str, Any] | None:
    asked = CoHandler(organisation_id=words.organisation_id, limit=words.limit, request=words.text)
    tasks = dispatching.co_handlers_add(matter_id=matter.pk, co_handlers=[asked], actor=actor, scope=scope)
    may_undo = scope.sees_area and scope.has(Duty.DISPATCH)
    return {"kind": "co_handler", "matter": matter.pk, "key": tasks[0].pk} if may_undo else None


def _merge(matter: Matter, words: Words, actor: Actor, scope: Scope) -> Mapping[str, Any] | None:
    merging.matter_merge(
        child_id=matter.pk, target_id=words.target_id, note=words.text, actor=actor, scope=scope
    )
    return {"kind": "merge", "matter": matter.pk, "key": 0}


def _dispatch(matter: Matter, words: Words, actor: Actor, scope: Scope) -> None:
    dispatching.matter_dispatch(
        matter_id=matter.pk,
        lead_id=words.organisation_id,
        limit=words.limit,
        note=words.text,
        actor=actor,
        scope=scope,
    )


def _accept(matter: Matter, _: Words, actor: Actor, scope: Scope) -> None:
    handling.matter_accept(matter_id=matter.pk, actor=actor, scope=scope)


def _start(matter: Matter, _: Words, actor: Actor, scope: Scope) -> None:
    handling.matter_start(matter_id=matter.pk, actor=actor, scope=scope)


def _return(matter: Matter, words: Words, actor: Actor, scope: Scope) -> None:
    handling.matter_return(matter_id=matter.pk, reason=words.text, actor=actor, scope=scope)


def _handled(matter: Matter, words: Words, actor: Actor, scope: Scope) -> None:
    handling.matter_handled(matter_id=matter.pk, result=words.text, actor=actor, scope=scope)


def _send_back(matter: Matter, words: Words, actor: Actor, scope: Scope) -> None:
    verifying.matter_send_back(matter_id=matter.pk, reason=words.text, actor=actor, scope=scope)


def _close(matter: Matter, words: Words, actor: Actor, scope: Scope) -> None:
    verifying.matter_close(matter_id=matter.pk, result=words.text, actor=actor, scope=scope)


ACTS: dict[Act, Doing] = {
    Act.ACCEPT: _accept, Act.DISPATCH: _dispatch, Act.ASSIGN: _assign, Act.ADD_CO_HANDLER: _add_co_handler,
    Act.MERGE: _merge, Act.RETURN: _return, Act.START: _start, Act.HANDLED: _handled, Act.SEND_BACK: _send_back,
    Act.CLOSE: _close,
}  # fmt: skip


def bulk_undo(*, items: Sequence[Mapping[str, Any]], actor: Actor, scope: Scope) -> list[Outcome]:
    """Take back what can be taken back, the last first; a second time it is refused and changes nothing."""
    outcomes = []
    for item in reversed(items):
        number = number_of(item["matter"])
        try:
            _undo_one(item, actor, scope)
        except REFUSALS as problem:
            outcomes.append(Outcome(number, False, reason_of(problem)))
        else:
            outcomes.append(Outcome(number, True))
    return outcomes


def _undo_one(item: Mapping[str, Any], actor: Actor, scope: Scope) -> None:
    matter_id, why = item["matter"], pgettext("bulk act", "Taken back at once")
    if item["kind"] == "merge":
        merging.merge_undo(child_id=matter_id, note=why, actor=actor, scope=scope)
    elif item["kind"] == "co_handler":
        handling.task_cancel(matter_id=matter_id, task_id=item["key"], reason=why, actor=actor, scope=scope)
    else:
        dispatching.matter_assign(
            matter_id=matter_id, post_id=item["key"], note=why, actor=actor, scope=scope
        )
