"""Who may do what to a matter, in which state: one table, asked by services and pages alike."""

from dataclasses import dataclass, field
from enum import StrEnum

from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, TaskRole
from bandeng.dispatch.selectors.refusals import Refusal, Refused
from bandeng.dispatch.selectors.visibility import covers, sees
from bandeng.matters.models import Matter
from bandeng.matters.rules import OPEN_STATES, MatterState
from bandeng.organisations.rules import Duty, DutyMissing, Scope


class Act(StrEnum):
    """What can be done to a matter."""

    ACCEPT = "accept"
    DISPATCH = "dispatch"
    REASSIGN = "reassign"  # to another lead
    ASSIGN = "assign"  # to a person of the lead
    ADD_CO_HANDLER = "add_co_handler"
    START = "start"
    NOTE = "note"
    REPLY = "reply"
    PHOTO = "photo"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    RETURN = "return"
    TASK_DONE = "task_done"
    TASK_RETURN = "task_return"
    TASK_CANCEL = "task_cancel"
    HANDLED = "handled"
    CLOSE = "close"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    RETYPE = "retype"
    MERGE = "merge"
    MERGE_UNDO = "merge_undo"
    SPLIT = "split"


class Party(StrEnum):
    """How a post stands to a matter."""

    AREA = "area"  # oversees the area in which it lies
    LEAD = "lead"  # belongs to the lead
    CO_HANDLER = "co_handler"  # belongs to a co-handler with an open task


@dataclass(frozen=True)
class ActRule:
    """In which states an act is possible, and for whom: any one of the (duty, party) pairs is enough."""

    states: frozenset[MatterState]
    who: tuple[tuple[Duty, Party], ...]
    while_paused: bool = False
    only_paused: bool = field(default=False)


S = MatterState
A, L, C = Party.AREA, Party.LEAD, Party.CO_HANDLER
UNDISPATCHED = frozenset({S.RECEIVED, S.ACCEPTED, S.RETURNED})
WORKED = frozenset({S.DISPATCHED, S.HANDLING})
RUNNING = UNDISPATCHED | WORKED
"""States in which the limit counts; in verification it does not."""
EVERYWHERE = frozenset(MatterState)
CHOOSES = ((Duty.DISPATCH, A),)
REGISTERS = ((Duty.INTAKE, A), (Duty.DISPATCH, A))
LEADS = ((Duty.HANDLE, L),)
OVERSEES = ((Duty.SUPERVISE, A), (Duty.SUPERVISE, L))
VERIFIES = ((Duty.VERIFY, A), (Duty.VERIFY, L))
WORKS = ((Duty.HANDLE, L), (Duty.HANDLE, C), (Duty.HANDLE, A))
CO_WORKS = ((Duty.HANDLE, C),)
SPEAKS = (*LEADS, (Duty.DISPATCH, L), *REGISTERS, *OVERSEES, *VERIFIES)

ACT_RULES: dict[Act, ActRule] = {
    Act.ACCEPT: ActRule(frozenset({S.RECEIVED}), REGISTERS),
    Act.DISPATCH: ActRule(UNDISPATCHED, CHOOSES),
    Act.REASSIGN: ActRule(WORKED, (*CHOOSES, (Duty.SUPERVISE, A))),
    Act.ASSIGN: ActRule(WORKED, (*LEADS, (Duty.DISPATCH, L), *CHOOSES), while_paused=True),
    Act.ADD_CO_HANDLER: ActRule(WORKED, (*CHOOSES, *LEADS, (Duty.DISPATCH, L))),
    Act.START: ActRule(frozenset({S.DISPATCHED}), LEADS),
    Act.NOTE: ActRule(EVERYWHERE, (*SPEAKS, *CO_WORKS, (Duty.HANDLE, A)), while_paused=True),
    Act.REPLY: ActRule(OPEN_STATES, SPEAKS, while_paused=True),
    Act.PHOTO: ActRule(OPEN_STATES, (*WORKS, *REGISTERS, (Duty.REPORT, A)), while_paused=True),
    Act.PAUSE: ActRule(RUNNING, (*OVERSEES, *LEADS)),
    Act.RESUME: ActRule(RUNNING, (*OVERSEES, *LEADS), while_paused=True, only_paused=True),
    Act.EXTEND: ActRule(RUNNING, OVERSEES),
    Act.RETURN: ActRule(WORKED, (*LEADS, (Duty.DISPATCH, L))),
    Act.TASK_DONE: ActRule(WORKED, CO_WORKS, while_paused=True),
    Act.TASK_RETURN: ActRule(WORKED, CO_WORKS, while_paused=True),
    Act.TASK_CANCEL: ActRule(WORKED, CHOOSES, while_paused=True),
    Act.HANDLED: ActRule(frozenset({S.HANDLING}), LEADS),
    Act.CLOSE: ActRule(frozenset({S.VERIFYING}), VERIFIES),
    Act.SEND_BACK: ActRule(frozenset({S.VERIFYING}), VERIFIES),
    Act.REOPEN: ActRule(frozenset({S.CLOSED, S.REJECTED}), (*OVERSEES, *CHOOSES)),
    Act.REJECT: ActRule(UNDISPATCHED, REGISTERS, while_paused=True),
    Act.WITHDRAW: ActRule(RUNNING, REGISTERS, while_paused=True),
    Act.RETYPE: ActRule(RUNNING, (*REGISTERS, *LEADS), while_paused=True),
    Act.MERGE: ActRule(RUNNING, CHOOSES, while_paused=True),
    Act.MERGE_UNDO: ActRule(frozenset({S.MERGED}), CHOOSES, while_paused=True),
    Act.SPLIT: ActRule(RUNNING, CHOOSES, while_paused=True),
}


def parties(matter: Matter, scope: Scope) -> frozenset[Party]:
    """How a post stands to a matter; asks the database only where a task could matter."""
    found = set()
    if covers(scope, matter):
        found.add(Party.AREA)
    if matter.lead_id == scope.organisation_id:
        found.add(Party.LEAD)
    elif scope.has(Duty.HANDLE) and _co_handles(matter, scope):
        found.add(Party.CO_HANDLER)
    return frozenset(found)


def _co_handles(matter: Matter, scope: Scope) -> bool:
    return Task.objects.filter(
        matter_id=matter.pk,
        organisation_id=scope.organisation_id,
        role=TaskRole.CO_HANDLER.value,
        state__in=[state.value for state in OPEN_TASK_STATES],
    ).exists()


def _permits(rule: ActRule, scope: Scope, found: frozenset[Party]) -> bool:
    return any(party in found and scope.has(duty) for duty, party in rule.who)


def refusal_of(*, act: Act, matter: Matter) -> Refusal | None:
    """Why the matter itself does not allow the act now, or None."""
    rule = ACT_RULES[act]
    if MatterState(matter.state) not in rule.states:
        return Refusal.STATE
    if matter.paused_at is not None and not rule.while_paused:
        return Refusal.PAUSED
    if matter.paused_at is None and rule.only_paused:
        return Refusal.NOT_PAUSED
    return None


def check_act(*, act: Act, matter: Matter, scope: Scope | None) -> None:
    """Raise DutyMissing or Refused unless the post (`None`: the house itself) may do the act now."""
    if scope is not None:
        rule = ACT_RULES[act]
        if not any(scope.has(duty) for duty, _ in rule.who) or not _permits(
            rule, scope, parties(matter, scope)
        ):
            raise DutyMissing(act.value)
    problem = refusal_of(act=act, matter=matter)
    if problem is not None:
        raise Refused(problem)


def allowed_acts(matter: Matter, scope: Scope) -> frozenset[Act]:
    """The acts that a page may offer to this post now; none for a matter that it does not see."""
    if not sees(scope, matter):
        return frozenset()
    found = parties(matter, scope)
    return frozenset(
        act
        for act, rule in ACT_RULES.items()
        if _permits(rule, scope, found) and refusal_of(act=act, matter=matter) is None
    )
