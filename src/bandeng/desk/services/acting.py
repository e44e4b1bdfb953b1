"""One act on one matter from its page: refused if the matter changed meanwhile, harmless if sent twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.desk.selectors.versions import steps_since
from bandeng.desk.services.bulk import REPEATED_WITHIN
from bandeng.dispatch.selectors import Act
from bandeng.dispatch.selectors.acts import check_act
from bandeng.dispatch.services import (
    dispatching,
    ending,
    handling,
    merging,
    pausing,
    retyping,
    splitting,
    verifying,
)
from bandeng.dispatch.services.acting import matter_locked
from bandeng.dispatch.services.dispatching import CoHandler
from bandeng.dispatch.services.photos import matter_photos_add
from bandeng.dispatch.services.splitting import Part
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import StepKind, clean_text
from bandeng.matters.services.photos import Picture
from bandeng.organisations.rules import Duty, Scope


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was filled in with an act; what the act does not ask for stays empty."""

    text: str = ""
    note: str = ""
    lead_id: int = 0
    post_id: int = 0
    task_id: int = 0
    target_id: int = 0
    limit: str = ""
    type_code: str = ""
    phase: str = "after"
    co_handlers: Sequence[CoHandler] = ()
    parts: Sequence[Part] = ()
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True)
class Done:
    """What was done; `undo` tells how to take it back, where that can be."""

    repeated: bool = False
    undo: Mapping[str, Any] = field(default_factory=dict)


class ChangedMeanwhile(Exception):
    """The matter is not as it was when the page was shown."""


NEVER_TOO_LATE = frozenset({Act.NOTE, Act.PHOTO})
"""What is only added to the story does not mind what others did meanwhile."""
HARMLESS = frozenset(
    {StepKind.NOTED, StepKind.JOINED, StepKind.REMINDED, StepKind.ESCALATED, StepKind.RECOMPUTED}
)
"""What others did meanwhile that nobody needs to read again before acting."""
STEP_OF = {
    Act.ACCEPT: StepKind.ACCEPTED, Act.DISPATCH: StepKind.DISPATCHED, Act.REASSIGN: StepKind.REASSIGNED,
    Act.ASSIGN: StepKind.REASSIGNED, Act.ADD_CO_HANDLER: StepKind.CO_HANDLER_ADDED, Act.START: StepKind.STARTED,
    Act.NOTE: StepKind.NOTED, Act.REPLY: StepKind.REPLIED, Act.PHOTO: StepKind.NOTED, Act.PAUSE: StepKind.PAUSED,
    Act.RESUME: StepKind.RESUMED, Act.EXTEND: StepKind.EXTENDED, Act.RETURN: StepKind.RETURNED,
    Act.TASK_DONE: StepKind.TASK_DONE, Act.TASK_RETURN: StepKind.RETURNED, Act.TASK_CANCEL: StepKind.NOTED,
    Act.HANDLED: StepKind.HANDLED, Act.CLOSE: StepKind.CLOSED, Act.SEND_BACK: StepKind.SENT_BACK,
    Act.REOPEN: StepKind.REOPENED, Act.REJECT: StepKind.REJECTED, Act.WITHDRAW: StepKind.WITHDRAWN,
    Act.RETYPE: StepKind.RETYPED, Act.MERGE: StepKind.MERGED, Act.MERGE_UNDO: StepKind.MERGE_UNDONE,
    Act.SPLIT: StepKind.SPLIT,
}  # fmt: skip


@transaction.atomic
def act_do(*, act: Act, matter_id: int, version: str, given: Given, actor: Actor, scope: Scope) -> Done:
    """Do an act on the matter as it was shown.

    Raises ChangedMeanwhile, NotVisible, DutyMissing, Refused, StateNotAllowed, TaskStateNotAllowed, PhotoRefused.
    """
    # A merge locks two matters by the order of their keys; locking the child alone first could wait in a ring.
    both = {matter_id, given.target_id} if act is Act.MERGE else {matter_id}
    locked = {key: matter_locked(key) for key in sorted(both)}
    matter = locked[matter_id]
    since = steps_since(matter_id, version)
    if any(_repeats(act, step, given, actor) for step in since or ()):
        return Done(repeated=True)
    if act not in NEVER_TOO_LATE and (
        since is None or any(StepKind(step.kind) not in HARMLESS for step in since)
    ):
        check_act(act=act, matter=matter, scope=scope)
        raise ChangedMeanwhile
    return Done(undo=ACTS[act](matter, given, actor, scope) or {})


def _repeats(act: Act, step: Step, given: Given, actor: Actor) -> bool:
    """Whether a step since the page was shown is this very act a moment ago: the form was sent twice."""
    own = step.actor == actor.key and step.kind == STEP_OF[act].value
    return own and clock.now() - step.at < REPEATED_WITHIN and _same(act, step, given)


def _same(act: Act, step: Step, given: Given) -> bool:
    if act in (Act.NOTE, Act.REPLY):
        return bool(given.text) and step.note == clean_text(given.text)
    if act is Act.ADD_CO_HANDLER:
        return step.organisation_id in {each.organisation_id for each in given.co_handlers}
    if act is Act.TASK_CANCEL:
        return bool(step.data.get("task") == given.task_id)
    return act is not Act.PHOTO


Doing = Callable[[Matter, Given, Actor, Scope], Mapping[str, Any] | None]


def _accept(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    handling.matter_accept(matter_id=matter.pk, note=given.text, actor=actor, scope=scope)


def _dispatch(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    dispatching.matter_dispatch(
        matter_id=matter.pk, lead_id=given.lead_id, co_handlers=given.co_handlers, limit=given.limit, note=given.text,
        actor=actor, scope=scope,
    )  # fmt: skip


def _reassign(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    dispatching.matter_reassign(
        matter_id=matter.pk, lead_id=given.lead_id, reason=given.text, actor=actor, scope=scope
    )


def _assign(matter: Matter, given: Given, actor: Actor, scope: Scope) -> Mapping[str, Any] | None:
    former = matter.lead_post_id
    dispatching.matter_assign(
        matter_id=matter.pk, post_id=given.post_id, note=given.text, actor=actor, scope=scope
    )
    changed = former is not None and former != given.post_id
    return {"kind": "assign", "matter": matter.pk, "key": former} if changed else None


def _add_co_handlers(matter: Matter, given: Given, actor: Actor, scope: Scope) -> Mapping[str, Any] | None:
    tasks = dispatching.co_handlers_add(
        matter_id=matter.pk, co_handlers=given.co_handlers, actor=actor, scope=scope
    )
    may_undo = len(tasks) == 1 and scope.sees_area and scope.has(Duty.DISPATCH)
    return {"kind": "co_handler", "matter": matter.pk, "key": tasks[0].pk} if may_undo else None


def _start(matter: Matter, _: Given, actor: Actor, scope: Scope) -> None:
    handling.matter_start(matter_id=matter.pk, actor=actor, scope=scope)


def _note(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    if given.text or not given.pictures:
        handling.matter_note(matter_id=matter.pk, text=given.text, actor=actor, scope=scope)
    _photos(matter, given, actor, scope, "")


def _photo(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    _photos(matter, given, actor, scope, given.text)


def _photos(matter: Matter, given: Given, actor: Actor, scope: Scope, note: str) -> None:
    if given.pictures:
        matter_photos_add(
            matter_id=matter.pk,
            pictures=given.pictures,
            phase=given.phase,
            note=note,
            actor=actor,
            scope=scope,
        )


def _reply(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    handling.matter_reply(matter_id=matter.pk, text=given.text, actor=actor, scope=scope)


def _pause(matter: Matter, given: Given, actor: Actor, scope: Scope) -> Mapping[str, Any]:
    pausing.matter_pause(matter_id=matter.pk, reason=given.text, actor=actor, scope=scope)
    return {"kind": "pause", "matter": matter.pk, "key": 0}


def _resume(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    pausing.matter_resume(matter_id=matter.pk, note=given.text, actor=actor, scope=scope)


def _extend(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    pausing.matter_extend(
        matter_id=matter.pk, extension=given.limit, reason=given.text, actor=actor, scope=scope
    )


def _return(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    handling.matter_return(matter_id=matter.pk, reason=given.text, actor=actor, scope=scope)


def _task_done(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    handling.task_done(matter_id=matter.pk, result=given.text, actor=actor, scope=scope)


def _task_return(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    handling.task_return(matter_id=matter.pk, reason=given.text, actor=actor, scope=scope)


def _task_cancel(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    handling.task_cancel(
        matter_id=matter.pk, task_id=given.task_id, reason=given.text, actor=actor, scope=scope
    )


def _handled(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    _photos(matter, given, actor, scope, "")
    handling.matter_handled(
        matter_id=matter.pk, result=given.text, unfinished_reason=given.note, actor=actor, scope=scope
    )


def _close(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    verifying.matter_close(matter_id=matter.pk, result=given.text, note=given.note, actor=actor, scope=scope)


def _send_back(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    verifying.matter_send_back(matter_id=matter.pk, reason=given.text, actor=actor, scope=scope)


def _reopen(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    verifying.matter_reopen(matter_id=matter.pk, reason=given.text, actor=actor, scope=scope)


def _reject(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    ending.matter_reject(matter_id=matter.pk, reason=given.text, actor=actor, scope=scope)


def _withdraw(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    ending.matter_withdraw(matter_id=matter.pk, reason=given.text, actor=actor, scope=scope)


def _retype(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    retyping.matter_retype(
        matter_id=matter.pk, type_code=given.type_code, note=given.text, actor=actor, scope=scope
    )


def _merge(matter: Matter, given: Given, actor: Actor, scope: Scope) -> Mapping[str, Any]:
    merging.matter_merge(
        child_id=matter.pk, target_id=given.target_id, note=given.text, actor=actor, scope=scope
    )
    return {"kind": "merge", "matter": matter.pk, "key": 0}


def _merge_undo(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    merging.merge_undo(child_id=matter.pk, note=given.text, actor=actor, scope=scope)


def _split(matter: Matter, given: Given, actor: Actor, scope: Scope) -> None:
    splitting.matter_split(matter_id=matter.pk, parts=given.parts, actor=actor, scope=scope)


ACTS: dict[Act, Doing] = {
    Act.ACCEPT: _accept, Act.DISPATCH: _dispatch, Act.REASSIGN: _reassign, Act.ASSIGN: _assign,
    Act.ADD_CO_HANDLER: _add_co_handlers, Act.START: _start, Act.NOTE: _note, Act.REPLY: _reply, Act.PHOTO: _photo,
    Act.PAUSE: _pause, Act.RESUME: _resume, Act.EXTEND: _extend, Act.RETURN: _return, Act.TASK_DONE: _task_done,
    Act.TASK_RETURN: _task_return, Act.TASK_CANCEL: _task_cancel, Act.HANDLED: _handled, Act.CLOSE: _close,
    Act.SEND_BACK: _send_back, Act.REOPEN: _reopen, Act.REJECT: _reject, Act.WITHDRAW: _withdraw,
    Act.RETYPE: _retype, Act.MERGE: _merge, Act.MERGE_UNDO: _merge_undo, Act.SPLIT: _split,
}  # fmt: skip
