"""The lead's and co-handlers' road through a matter: start, notes, replies, tasks, return, handled."""

from django.db import transaction

from bandeng.areas.rules import Level
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, NoticeKind, TaskRole, TaskState
from bandeng.dispatch.selectors.acts import Act
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.selectors.refusals import Refusal, Refused, reason_checked
from bandeng.dispatch.services.acting import children_open, matter_taken
from bandeng.dispatch.services.clocks import STEP_OVER, limits_of, step_begun
from bandeng.dispatch.services.notices import dispatcher_of, notice_create
from bandeng.dispatch.services.tasks import lead_task, tasks_move, tasks_of
from bandeng.matters.models import Matter
from bandeng.matters.rules import MatterState, StepKind, clean_text
from bandeng.matters.services.changing import matter_change
from bandeng.organisations.rules import Scope


@transaction.atomic
def matter_accept(*, matter_id: int, actor: Actor, scope: Scope | None, note: str = "") -> Matter:
    """Accept a received matter; it then waits for dispatch."""
    matter = matter_taken(matter_id=matter_id, act=Act.ACCEPT, scope=scope)
    matter_change(
        matter=matter, kind=StepKind.ACCEPTED, actor=actor, target=MatterState.ACCEPTED, note=note.strip(), public=True,
        **STEP_OVER,
    )  # fmt: skip
    return matter


@transaction.atomic
def matter_start(*, matter_id: int, actor: Actor, scope: Scope | None) -> Matter:
    """The lead takes its task up; whoever does it is the person in charge unless one was named."""
    matter = matter_taken(matter_id=matter_id, act=Act.START, scope=scope)
    task = lead_task(matter)
    if task is not None and task.state == TaskState.ASSIGNED.value:
        tasks_move(tasks=[task], target=TaskState.WORKING, actor=actor)
    matter_change(
        matter=matter, kind=StepKind.STARTED, actor=actor, target=MatterState.HANDLING, public=True,
        lead_post_id=matter.lead_post_id or (scope.post_id if scope else None), **STEP_OVER,
    )  # fmt: skip
    return matter


@transaction.atomic
def matter_note(*, matter_id: int, text: str, actor: Actor, scope: Scope | None) -> Matter:
    """Write a note that only staff read."""
    matter = matter_taken(matter_id=matter_id, act=Act.NOTE, scope=scope)
    matter_change(matter=matter, kind=StepKind.NOTED, actor=actor, note=reason_checked(clean_text(text)))
    return matter


@transaction.atomic
def matter_reply(*, matter_id: int, text: str, actor: Actor, scope: Scope | None) -> Matter:
    """Write to the reporters."""
    matter = matter_taken(matter_id=matter_id, act=Act.REPLY, scope=scope)
    matter_change(
        matter=matter, kind=StepKind.REPLIED, actor=actor, note=reason_checked(clean_text(text)), public=True
    )
    return matter


@transaction.atomic
def matter_return(*, matter_id: int, reason: str, actor: Actor, scope: Scope | None) -> Matter:
    """The lead gives the matter back to dispatch, with its reason; repeated returns are told further up."""
    told = reason_checked(clean_text(reason))
    matter = matter_taken(matter_id=matter_id, act=Act.RETURN, scope=scope)
    task, lead_id = lead_task(matter), matter.lead_id
    if task is not None:
        tasks_move(tasks=[task], target=TaskState.RETURNED, actor=actor, reason=told, result=told)
    count = matter.return_count + 1
    level = _level_after_returns(count)
    matter_change(
        matter=matter, kind=StepKind.RETURNED, actor=actor, target=MatterState.RETURNED, note=told,
        organisation_id=lead_id, data={"lead": lead_id, "count": count}, return_count=count, lead_id=None,
        lead_post_id=None, escalation_level=level.value if level else matter.escalation_level,
        **step_begun(limits_of(matter).accept, start=clock.now()),
    )  # fmt: skip
    dispatcher = dispatcher_of(area_code=matter.area_code, level=level or Level.STREET)
    if dispatcher is not None:
        notice_create(
            matter=matter,
            organisation_id=dispatcher.pk,
            kind=NoticeKind.RETURNED,
            occasion=f"return {count}",
            text=told,
        )
    return matter


def _level_after_returns(count: int) -> Level | None:
    """Who is told of a matter that was returned so often; None while it is the ordinary dispatcher's."""
    if count >= procedure().returns_to_district:
        return Level.DISTRICT
    return Level.STREET if count >= procedure().returns_to_street else None


@transaction.atomic
def task_done(
    *, matter_id: int, result: str, actor: Actor, scope: Scope | None, task_id: int | None = None
) -> Task:
    """A co-handler has done its part; `task_id` is needed only where no scope tells the organisation."""
    told = reason_checked(clean_text(result))
    matter = matter_taken(matter_id=matter_id, act=Act.TASK_DONE, scope=scope)
    task = _own_task(matter, scope, task_id)
    tasks_move(tasks=[task], target=TaskState.DONE, actor=actor, result=told)
    _task_step(matter, task, StepKind.TASK_DONE, actor, told)
    return task


@transaction.atomic
def task_return(
    *, matter_id: int, reason: str, actor: Actor, scope: Scope | None, task_id: int | None = None
) -> Task:
    """A co-handler declines its part, with the reason; the lead and the dispatcher see it in the story."""
    told = reason_checked(clean_text(reason))
    matter = matter_taken(matter_id=matter_id, act=Act.TASK_RETURN, scope=scope)
    task = _own_task(matter, scope, task_id)
    tasks_move(tasks=[task], target=TaskState.RETURNED, actor=actor, reason=told, result=told)
    _task_step(matter, task, StepKind.RETURNED, actor, told)
    if matter.lead_id is not None:
        notice_create(
            matter=matter,
            organisation_id=matter.lead_id,
            kind=NoticeKind.RETURNED,
            occasion=f"task {task.pk}",
            text=told,
        )
    return task


@transaction.atomic
def task_cancel(*, matter_id: int, task_id: int, reason: str, actor: Actor, scope: Scope | None) -> Task:
    """Dispatch takes a co-handler out of the matter."""
    told = reason_checked(clean_text(reason))
    matter = matter_taken(matter_id=matter_id, act=Act.TASK_CANCEL, scope=scope)
    task = _own_task(matter, None, task_id)
    tasks_move(tasks=[task], target=TaskState.CANCELLED, actor=actor, reason=told)
    _task_step(matter, task, StepKind.NOTED, actor, told)
    return task


def _task_step(matter: Matter, task: Task, kind: StepKind, actor: Actor, note: str) -> None:
    matter_change(
        matter=matter, kind=kind, actor=actor, note=note, organisation_id=task.organisation_id,
        data={"task": task.pk, "task_state": task.state},
    )  # fmt: skip


def _own_task(matter: Matter, scope: Scope | None, task_id: int | None) -> Task:
    """The open co-handler's task of the acting organisation, or the one named. Raises Refused."""
    for task in tasks_of(matter, OPEN_TASK_STATES):
        mine = task.organisation_id == scope.organisation_id if scope else task.pk == task_id
        if mine and task.role == TaskRole.CO_HANDLER.value and task_id in (None, task.pk):
            return task
    raise Refused(Refusal.NO_TASK)


@transaction.atomic
def matter_handled(
    *, matter_id: int, result: str, actor: Actor, scope: Scope | None, unfinished_reason: str = ""
) -> Matter:
    """The lead reports the matter settled; it is then verified. Co-handlers must have ended, or a reason is given."""
    told = reason_checked(clean_text(result))
    matter = matter_taken(matter_id=matter_id, act=Act.HANDLED, scope=scope)
    if children_open(matter):
        raise Refused(Refusal.CHILDREN_OPEN)
    lead, others = _handled_tasks(matter)
    if others and not unfinished_reason.strip():
        raise Refused(Refusal.TASKS_OPEN)
    tasks_move(tasks=others, target=TaskState.CANCELLED, actor=actor, reason=unfinished_reason.strip())
    tasks_move(tasks=lead, target=TaskState.DONE, actor=actor, result=told)
    moment = clock.now()
    matter_change(
        matter=matter, kind=StepKind.HANDLED, actor=actor, target=MatterState.VERIFYING, note=told,
        data={"due_at": matter.due_at.isoformat() if matter.due_at else "", "unfinished": unfinished_reason.strip(),
              "late": matter.due_at is not None and moment > matter.due_at},
        **step_begun(limits_of(matter).verify, start=moment),
    )  # fmt: skip
    return matter


def _handled_tasks(matter: Matter) -> tuple[list[Task], list[Task]]:
    open_tasks = tasks_of(matter, OPEN_TASK_STATES)
    lead = [task for task in open_tasks if task.role == TaskRole.LEAD.value]
    return lead, [task for task in open_tasks if task.role != TaskRole.LEAD.value]
