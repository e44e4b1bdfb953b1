"""Ends other than closing: not accepted, withdrawn."""

from django.db import transaction

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.models import Pause
from bandeng.dispatch.rules import OPEN_TASK_STATES, TaskState
from bandeng.dispatch.selectors.acts import Act
from bandeng.dispatch.selectors.refusals import Refusal, Refused, reason_checked
from bandeng.dispatch.services.acting import children_open, matter_taken
from bandeng.dispatch.services.clocks import STEP_OVER
from bandeng.dispatch.services.tasks import tasks_move, tasks_of
from bandeng.matters.models import Matter
from bandeng.matters.rules import MatterState, StepKind, clean_text
from bandeng.matters.services.changing import matter_change
from bandeng.organisations.rules import Scope


@transaction.atomic
def matter_reject(*, matter_id: int, reason: str, actor: Actor, scope: Scope | None) -> Matter:
    """Refuse a matter that is not ours to handle; the reporters read the reason."""
    told = reason_checked(clean_text(reason))
    matter = matter_taken(matter_id=matter_id, act=Act.REJECT, scope=scope)
    ended(matter=matter, kind=StepKind.REJECTED, target=MatterState.REJECTED, actor=actor, reason=told)
    return matter


@transaction.atomic
def matter_withdraw(*, matter_id: int, reason: str, actor: Actor, scope: Scope | None) -> Matter:
    """Staff end a matter that its reporter no longer wants."""
    told = reason_checked(clean_text(reason))
    matter = matter_taken(matter_id=matter_id, act=Act.WITHDRAW, scope=scope)
    ended(matter=matter, kind=StepKind.WITHDRAWN, target=MatterState.WITHDRAWN, actor=actor, reason=told)
    return matter


def ended(*, matter: Matter, kind: StepKind, target: MatterState, actor: Actor, reason: str) -> None:
    """End a locked matter: open tasks cancelled, a pause over, no clock left. Raises Refused."""
    if children_open(matter):
        raise Refused(Refusal.CHILDREN_OPEN)
    tasks_move(
        tasks=tasks_of(matter, OPEN_TASK_STATES), target=TaskState.CANCELLED, actor=actor, reason=target.value
    )
    Pause.objects.filter(matter_id=matter.pk, ended_at__isnull=True).update(ended_at=clock.now())
    matter_change(
        matter=matter,
        kind=kind,
        actor=actor,
        target=target,
        note=reason,
        public=True,
        paused_at=None,
        **STEP_OVER,
    )
