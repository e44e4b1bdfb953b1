"""What was done is checked: closed, sent back, or taken up again."""

from django.db import transaction

from bandeng.areas.rules import Level
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.rules import OPEN_TASK_STATES, NoticeKind, TaskState
from bandeng.dispatch.selectors.acts import Act
from bandeng.dispatch.selectors.refusals import Refusal, Refused, reason_checked
from bandeng.dispatch.selectors.reviews import review_open
from bandeng.dispatch.services.acting import children_open, matter_taken
from bandeng.dispatch.services.clocks import STEP_OVER, clock_fields, limits_of, step_begun
from bandeng.dispatch.services.notices import dispatcher_of, notice_create
from bandeng.dispatch.services.tasks import lead_task, tasks_follow, tasks_move, tasks_of
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import MatterState, StepKind, clean_text
from bandeng.matters.services.changing import matter_change
from bandeng.organisations.rules import Scope


@transaction.atomic
def matter_close(
    *, matter_id: int, actor: Actor, scope: Scope | None, result: str = "", note: str = ""
) -> Matter:
    """Verification passed: the matter is closed and the result told to its reporters.

    Without `result` the reporters read what the lead wrote; `note` is for staff.
    """
    matter = matter_taken(matter_id=matter_id, act=Act.CLOSE, scope=scope)
    _not_own_work(matter, actor, scope)
    if children_open(matter):
        raise Refused(Refusal.CHILDREN_OPEN)
    task = lead_task(matter)
    told = clean_text(result) or (task.result if task is not None else "")
    tasks_move(
        tasks=tasks_of(matter, OPEN_TASK_STATES), target=TaskState.CANCELLED, actor=actor, reason="closed"
    )
    if note.strip():
        matter_change(matter=matter, kind=StepKind.NOTED, actor=actor, note=clean_text(note))
    matter_change(
        matter=matter, kind=StepKind.CLOSED, actor=actor, target=MatterState.CLOSED, note=told, public=True,
        organisation_id=matter.lead_id, **STEP_OVER,
    )  # fmt: skip
    return matter


def _not_own_work(matter: Matter, actor: Actor, scope: Scope | None) -> None:
    """Who reported a matter settled does not verify it. Raises Refused."""
    if scope is None:
        return
    handled = Step.objects.filter(matter_id=matter.pk, kind=StepKind.HANDLED.value).order_by("-id").first()
    if handled is not None and handled.actor == actor.key:
        raise Refused(Refusal.OWN_WORK)


@transaction.atomic
def matter_send_back(*, matter_id: int, reason: str, actor: Actor, scope: Scope | None) -> Matter:
    """Verification failed: the lead goes on, by the same deadline."""
    told = reason_checked(clean_text(reason))
    matter = matter_taken(matter_id=matter_id, act=Act.SEND_BACK, scope=scope)
    _lead_goes_on(matter, actor, told)
    step = matter_change(
        matter=matter,
        kind=StepKind.SENT_BACK,
        actor=actor,
        target=MatterState.HANDLING,
        note=told,
        **STEP_OVER,
    )
    if matter.lead_id is not None:
        notice_create(
            matter=matter,
            organisation_id=matter.lead_id,
            kind=NoticeKind.RETURNED,
            occasion=f"sent back {step.pk}",
            text=told,
        )
    return matter


def _lead_goes_on(matter: Matter, actor: Actor, reason: str) -> None:
    task = lead_task(matter)
    if task is not None and task.state == TaskState.DONE.value:
        tasks_move(tasks=[task], target=TaskState.WORKING, actor=actor, reason=reason)


@transaction.atomic
def matter_reopen(*, matter_id: int, reason: str, actor: Actor, scope: Scope | None) -> Matter:
    """Staff take a closed matter up again with a new clock, or a rejected one back into the queue."""
    told = reason_checked(clean_text(reason))
    matter = matter_taken(matter_id=matter_id, act=Act.REOPEN, scope=scope)
    if review_open(matter.pk):
        raise Refused(Refusal.REVIEW_OPEN)
    reopened(matter=matter, reason=told, actor=actor)
    return matter


def reopened(*, matter: Matter, reason: str, actor: Actor, quoted: bool = True) -> None:
    """Reopen a locked matter that has ended: a new clock, the lead told; without a lead, the dispatcher.

    Unless `quoted`, the story that all reporters read leaves the reason out.
    """
    moment = clock.now()
    closed = matter.state == MatterState.CLOSED.value
    target = MatterState.DISPATCHED if closed else MatterState.RECEIVED
    fields = clock_fields(matter=matter, limit=limits_of(matter).handle or matter.limit, clock_from=moment)
    matter_change(
        matter=matter, kind=StepKind.REOPENED, actor=actor, target=target, note=reason if quoted else "", public=True,
        data={"from": "closed" if closed else "rejected"}, reopen_count=matter.reopen_count + 1, escalation_level=0,
        **step_begun(limits_of(matter).accept, start=moment), **fields,
    )  # fmt: skip
    _lead_goes_on(matter, actor, reason)
    tasks_follow(matter=matter, actor=actor)
    told = matter.lead_id
    if told is None:
        dispatcher = dispatcher_of(area_code=matter.area_code, level=Level.STREET)
        told = dispatcher.pk if dispatcher else None
    if told is not None:
        notice_create(
            matter=matter,
            organisation_id=told,
            kind=NoticeKind.REOPENED,
            occasion=f"reopening {matter.reopen_count}",
            text=reason,
        )
