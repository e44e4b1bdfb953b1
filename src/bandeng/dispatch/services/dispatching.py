"""A person chooses who handles a matter: lead, co-handlers, person in charge."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from bandeng.areas.selectors import atlas
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, NoticeKind, TaskRole, TaskState
from bandeng.dispatch.selectors.acts import Act
from bandeng.dispatch.selectors.refusals import Refusal, Refused, reason_checked
from bandeng.dispatch.services.acting import matter_taken
from bandeng.dispatch.services.clocks import clock_fields, limit_checked, limits_of, step_begun
from bandeng.dispatch.services.notices import notice_create
from bandeng.dispatch.services.tasks import (
    ACTIVE,
    organisation_checked,
    task_change,
    task_row,
    tasks_create,
    tasks_follow,
    tasks_move,
    tasks_of,
)
from bandeng.matters.models import Matter
from bandeng.matters.rules import MatterState, StepKind, clean_text
from bandeng.matters.services.changing import matter_change
from bandeng.organisations.models import Organisation, Post
from bandeng.organisations.rules import AREA_KINDS, Scope


@dataclass(frozen=True, kw_only=True)
class CoHandler:
    """One organisation asked to take part, what for, and within what time (empty: the matter's)."""

    organisation_id: int
    limit: str = ""
    request: str = ""


@transaction.atomic
def matter_dispatch(
    *,
    matter_id: int,
    lead_id: int,
    actor: Actor,
    scope: Scope | None,
    co_handlers: Sequence[CoHandler] = (),
    limit: str = "",
    note: str = "",
) -> Matter:
    """Give a matter to a lead and any number of co-handlers; an empty limit keeps the one it has."""
    matter = matter_taken(matter_id=matter_id, act=Act.DISPATCH, scope=scope)
    lead = organisation_checked(organisation_id=lead_id, matter=matter)
    asked = _asked(matter, co_handlers, lead_id)
    told = clean_text(note)
    written = limit_checked(limit)
    matter_change(
        matter=matter, kind=StepKind.DISPATCHED, actor=actor, target=MatterState.DISPATCHED, note=told, public=True,
        organisation_id=lead.pk, data={"why": {"by": "officer"}, "lead": lead.pk,
                                       "co_handlers": [each.organisation_id for each in asked]},
        lead_id=lead.pk, lead_post_id=None, **step_begun(limits_of(matter).accept, start=clock.now()),
        **(clock_fields(matter=matter, limit=written) if written and written != matter.limit else {}),
        **_place_of(lead, matter),
    )  # fmt: skip
    lead_and_co_handlers(matter=matter, lead_id=lead.pk, co_handlers=asked, actor=actor, request=told)
    return matter


def lead_and_co_handlers(
    *, matter: Matter, lead_id: int, co_handlers: Sequence[CoHandler], actor: Actor, request: str
) -> None:
    """Write the tasks of a locked matter that has just been given to a lead."""
    _lead_tasks(matter, lead_id, actor, request)
    _co_handlers_create(matter, co_handlers, actor)


def _place_of(lead: Organisation, matter: Matter) -> dict[str, object]:
    """A matter without a place takes that of the street, community or grid which leads it."""
    place = atlas().by_code.get(lead.code) if lead.kind in AREA_KINDS else None
    return {} if matter.area_code or place is None else {"area_id": place.id, "area_code": place.code}


def _asked(matter: Matter, co_handlers: Sequence[CoHandler], lead_id: int) -> list[CoHandler]:
    """The co-handlers, each once and none the lead. Raises Refused."""
    taken = {lead_id}
    for each in co_handlers:
        organisation_checked(organisation_id=each.organisation_id, matter=matter)
        limit_checked(each.limit)
        if each.organisation_id in taken:
            raise Refused(Refusal.ALREADY_TAKES_PART)
        taken.add(each.organisation_id)
    return list(co_handlers)


def _lead_tasks(matter: Matter, lead_id: int, actor: Actor, request: str) -> None:
    """The lead's task, made or promoted from its co-handler's task; a former lead's is cancelled."""
    active = tasks_of(matter, ACTIVE)
    former = [task for task in active if task.role == TaskRole.LEAD.value and task.organisation_id != lead_id]
    tasks_move(tasks=former, target=TaskState.CANCELLED, actor=actor, reason="reassigned")
    mine = next((task for task in active if task.organisation_id == lead_id), None)
    if mine is None:
        tasks_create(
            tasks=[task_row(matter=matter, organisation_id=lead_id, role=TaskRole.LEAD, request=request)],
            actor=actor,
        )
    elif mine.state == TaskState.DONE.value:
        tasks_move(tasks=[mine], target=TaskState.WORKING, actor=actor)
    if mine is not None:
        task_change(task=mine, action="promoted", actor=actor, role=TaskRole.LEAD.value)
    tasks_follow(matter=matter, actor=actor)
    notice_create(
        matter=matter,
        organisation_id=lead_id,
        kind=NoticeKind.ASSIGNED,
        occasion=matter.changed_at.isoformat(),
        text=request,
    )


def _co_handlers_create(matter: Matter, asked: Sequence[CoHandler], actor: Actor) -> list[Task]:
    present = {task.organisation_id for task in tasks_of(matter, ACTIVE)}
    tasks = [
        task_row(
            matter=matter, organisation_id=each.organisation_id, role=TaskRole.CO_HANDLER,
            limit=limit_checked(each.limit), request=clean_text(each.request),
        )
        for each in asked
        if each.organisation_id not in present
    ]  # fmt: skip
    tasks_create(tasks=tasks, actor=actor)
    for task in tasks:
        notice_create(
            matter=matter, organisation_id=task.organisation_id, kind=NoticeKind.ASSIGNED,
            occasion=f"task {task.pk}", text=task.request,
        )  # fmt: skip
    return tasks


@transaction.atomic
def matter_reassign(
    *, matter_id: int, lead_id: int, reason: str, actor: Actor, scope: Scope | None
) -> Matter:
    """Give a matter that is under way to another lead; co-handlers and clock stay."""
    told = reason_checked(clean_text(reason))
    matter = matter_taken(matter_id=matter_id, act=Act.REASSIGN, scope=scope)
    if lead_id == matter.lead_id:
        raise Refused(Refusal.ALREADY_TAKES_PART)
    lead = organisation_checked(organisation_id=lead_id, matter=matter)
    former = matter.lead_id
    matter_change(
        matter=matter, kind=StepKind.REASSIGNED, actor=actor, target=MatterState.DISPATCHED, note=told,
        organisation_id=lead.pk, data={"from": former, "to": lead.pk}, lead_id=lead.pk, lead_post_id=None,
        **step_begun(limits_of(matter).accept, start=clock.now()),
    )  # fmt: skip
    _lead_tasks(matter, lead.pk, actor, told)
    return matter


@transaction.atomic
def matter_assign(
    *, matter_id: int, post_id: int, actor: Actor, scope: Scope | None, note: str = ""
) -> Matter:
    """Name the person of the lead who is in charge."""
    matter = matter_taken(matter_id=matter_id, act=Act.ASSIGN, scope=scope)
    post = _post_held(post_id)
    if post is None or post.organisation_id != matter.lead_id:
        raise Refused(Refusal.POST_ELSEWHERE)
    former = matter.lead_post_id
    matter_change(
        matter=matter, kind=StepKind.REASSIGNED, actor=actor, note=clean_text(note),
        data={"from_post": former, "to_post": post.pk, "name": post.user.name}, lead_post_id=post.pk,
    )  # fmt: skip
    task = next(
        (task for task in tasks_of(matter, OPEN_TASK_STATES) if task.role == TaskRole.LEAD.value), None
    )
    if task is not None:
        task_change(task=task, action="post_named", actor=actor, post_id=post.pk)
    return matter


def _post_held(post_id: int) -> Post | None:
    """The post, if somebody holds it today."""
    today = timezone.localdate(clock.now())
    post = Post.objects.filter(pk=post_id, since__lte=today).select_related("user").first()
    return post if post is not None and (post.until is None or post.until >= today) else None


@transaction.atomic
def co_handlers_add(
    *, matter_id: int, co_handlers: Sequence[CoHandler], actor: Actor, scope: Scope | None
) -> list[Task]:
    """Ask more organisations to take part."""
    matter = matter_taken(matter_id=matter_id, act=Act.ADD_CO_HANDLER, scope=scope)
    asked = _asked(matter, co_handlers, matter.lead_id or 0)
    present = {task.organisation_id for task in tasks_of(matter, ACTIVE)}
    if present & {each.organisation_id for each in asked}:
        raise Refused(Refusal.ALREADY_TAKES_PART)
    for each in asked:
        matter_change(
            matter=matter, kind=StepKind.CO_HANDLER_ADDED, actor=actor, note=clean_text(each.request),
            organisation_id=each.organisation_id, data={"limit": limit_checked(each.limit)},
        )  # fmt: skip
    return _co_handlers_create(matter, asked, actor)
