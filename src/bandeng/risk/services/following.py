"""Following an alert up: self-examination, a responsible body, measures, joint supervision, review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from bandeng.core import audit, clock
from bandeng.core.outbox import publish
from bandeng.core.rules import Actor
from bandeng.dispatch.calendar import due
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory
from bandeng.risk.events import AlertChanged
from bandeng.risk.models import Alert, AlertStep, AlertTask, Supervision
from bandeng.risk.rules import (
    COMMUNITY,
    AlertState,
    AlertTaskKind,
    AlertTaskState,
    NotAllowed,
    NotYours,
    SupervisionState,
    check_closable,
    check_examined,
    check_reviewable,
    check_transition,
    handles_for,
    leads_street,
    may_publish,
    settings_in_force,
)
from bandeng.risk.selectors.alerts import standing_of
from reckon.colours import Colour

FEWEST_DEPARTMENTS = 2
"""Supervision by one department alone is not joint."""


@dataclass(frozen=True, kw_only=True)
class Examination:
    """What a street found when it looked at itself."""

    cause: str
    communities: tuple[str, ...]
    body_id: int | None


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """A measure or a visit: what, by whom, until when."""

    title: str
    organisation_id: int
    due_at: datetime | None


@transaction.atomic
def alert_take_up(*, alert_id: int, actor: Actor, scope: Scope) -> Alert:
    """The street begins its self-examination. Raises NotYours, NotAllowed."""
    alert = _locked(alert_id)
    _check_street(scope, alert)
    return _moved(alert, AlertState.EXAMINING, actor, act="taken_up")


@transaction.atomic
def alert_examine(*, alert_id: int, found: Examination, actor: Actor, scope: Scope) -> Alert:
    """The street tells cause and communities, and who is responsible from now on. Raises NotYours, NotAllowed."""
    alert = _locked(alert_id)
    _check_street(scope, alert)
    known = found.body_id in directory().by_id
    check_examined(cause=found.cause, communities=len(found.communities), body_named=known)
    if any(len(code) != COMMUNITY or not code.startswith(alert.area_code) for code in found.communities):
        raise NotAllowed("outside")
    alert.cause, alert.communities, alert.body_id = found.cause, list(found.communities), found.body_id
    alert.save(update_fields=["cause", "communities", "body"])
    moved = _moved(alert, AlertState.ACTING, actor, act="examined", text=found.cause)
    alert.tasks.filter(kind=AlertTaskKind.EXAMINATION.value, state=AlertTaskState.OPEN.value).update(
        state=AlertTaskState.DONE.value, done_at=clock.now(), finding=found.cause
    )
    return moved


@transaction.atomic
def measure_add(*, alert_id: int, new: NewTask, actor: Actor, scope: Scope) -> AlertTask:
    """Set a measure of an alert that is being acted on. Raises NotYours, NotAllowed."""
    alert = _locked(alert_id)
    _check_street(scope, alert)
    if alert.state != AlertState.ACTING.value:
        raise NotAllowed("state")
    return _task(alert, new, AlertTaskKind.MEASURE, actor)


@transaction.atomic
def task_report(*, task_id: int, finding: str, actor: Actor, scope: Scope) -> AlertTask:
    """The organisation tells what it did or found; the district may do so for it. Raises NotYours, NotAllowed."""
    alert = _locked(AlertTask.objects.values_list("alert_id", flat=True).get(pk=task_id))
    task = AlertTask.objects.select_for_update().get(pk=task_id)
    if not (handles_for(scope, task.organisation_id) or may_publish(scope)):
        raise NotYours("task")
    if task.state != AlertTaskState.OPEN.value or task.kind == AlertTaskKind.EXAMINATION.value:
        raise NotAllowed("state")
    if not finding.strip():
        raise NotAllowed("text_missing")
    task.state, task.finding, task.done_at = AlertTaskState.DONE.value, finding, clock.now()
    task.save(update_fields=["state", "finding", "done_at"])
    is_visit = task.kind == AlertTaskKind.VISIT.value
    if is_visit:
        Supervision.objects.filter(alert=alert, state=SupervisionState.PLANNED.value).update(
            state=SupervisionState.VISITING.value
        )
    _told(alert, actor, act="visited" if is_visit else "task_done", text=f"{task.title}\n{finding}")
    return task


@transaction.atomic
def supervision_plan(
    *, alert_id: int, plan: str, visits: Sequence[NewTask], actor: Actor, scope: Scope
) -> Supervision:
    """Plan the joint supervision of a red street: what, and which departments visit. Raises NotYours, NotAllowed."""
    alert = _locked(alert_id)
    _check_district(scope)
    if alert.level < Colour.RED:
        raise NotAllowed("not_red")
    if alert.state == AlertState.CLOSED.value:
        raise NotAllowed("state")
    if not plan.strip():
        raise NotAllowed("text_missing")
    if len({visit.organisation_id for visit in visits}) < FEWEST_DEPARTMENTS:
        raise NotAllowed("visits_missing")
    if _under_way(alert).exists():
        raise NotAllowed("planned_already")
    made = Supervision.objects.create(alert=alert, plan=plan, planned_at=clock.now())
    _told(alert, actor, act="planned", text=plan)
    limit = settings_in_force().visit_limit
    for visit in visits:
        until = visit.due_at or due(start=clock.now(), limit=limit).at
        dated = NewTask(title=visit.title, organisation_id=visit.organisation_id, due_at=until)
        _task(alert, dated, AlertTaskKind.VISIT, actor, is_told=False)
    return made


@transaction.atomic
def supervision_release(*, alert_id: int, reason: str, actor: Actor, scope: Scope) -> Supervision:
    """End joint supervision once every department has told its findings. Raises NotYours, NotAllowed."""
    alert = _locked(alert_id)
    _check_district(scope)
    row = _under_way(alert).select_for_update().first()
    if row is None:
        raise NotAllowed("state")
    if not reason.strip():
        raise NotAllowed("reason_missing")
    if alert.tasks.filter(kind=AlertTaskKind.VISIT.value, state=AlertTaskState.OPEN.value).exists():
        raise NotAllowed("tasks_open")
    row.state, row.release_reason, row.released_at = SupervisionState.RELEASED.value, reason, clock.now()
    row.save(update_fields=["state", "release_reason", "released_at"])
    _told(alert, actor, act="released", text=reason)
    return row


@transaction.atomic
def alert_put_up(*, alert_id: int, text: str, actor: Actor, scope: Scope) -> Alert:
    """The street puts an alert up for review once all tasks are done. Raises NotYours, NotAllowed."""
    alert = _locked(alert_id)
    _check_street(scope, alert)
    check_transition(present=AlertState(alert.state), target=AlertState.REVIEWING)
    check_reviewable(standing_of(alert))
    return _moved(alert, AlertState.REVIEWING, actor, act="reviewed", text=text)


@transaction.atomic
def alert_send_back(*, alert_id: int, reason: str, actor: Actor, scope: Scope) -> Alert:
    """The district asks for more measures. Raises NotYours, NotAllowed."""
    alert = _locked(alert_id)
    _check_district(scope)
    if not reason.strip():
        raise NotAllowed("reason_missing")
    return _moved(alert, AlertState.ACTING, actor, act="sent_back", text=reason)


@transaction.atomic
def alert_close(*, alert_id: int, reason: str, actor: Actor, scope: Scope) -> Alert:
    """The district closes an alert whose level has fallen. Raises NotYours, NotAllowed."""
    alert = _locked(alert_id)
    _check_district(scope)
    check_transition(present=AlertState(alert.state), target=AlertState.CLOSED)
    if not reason.strip():
        raise NotAllowed("reason_missing")
    check_closable(standing_of(alert))
    alert.closed_at = clock.now()
    return _moved(alert, AlertState.CLOSED, actor, act="closed", text=reason)


def _under_way(alert: Alert) -> QuerySet[Supervision]:
    """The joint supervision that has not been released: one at a time."""
    return Supervision.objects.filter(alert=alert).exclude(state=SupervisionState.RELEASED.value)


def _locked(alert_id: int) -> Alert:
    return Alert.objects.select_for_update().get(pk=alert_id)


def _check_street(scope: Scope, alert: Alert) -> None:
    if not leads_street(scope, alert.area_code):
        raise NotYours("street")


def _check_district(scope: Scope) -> None:
    if not may_publish(scope):
        raise NotYours("district")


def _moved(alert: Alert, target: AlertState, actor: Actor, *, act: str, text: str = "") -> Alert:
    check_transition(present=AlertState(alert.state), target=target)
    before, alert.state = alert.state, target.value
    alert.save(update_fields=["state", "closed_at"])
    _told(alert, actor, act=act, text=text, before=before)
    return alert


def _task(
    alert: Alert, new: NewTask, kind: AlertTaskKind, actor: Actor, *, is_told: bool = True
) -> AlertTask:
    if not new.title.strip():
        raise NotAllowed("text_missing")
    if new.organisation_id not in directory().by_id:
        raise NotAllowed("body_missing")
    same = alert.tasks.filter(
        kind=kind.value, title=new.title[:200], organisation_id=new.organisation_id, due_at=new.due_at,
        state=AlertTaskState.OPEN.value,
    ).first()  # fmt: skip
    if same is not None:  # a button pressed twice
        return same
    row = AlertTask.objects.create(
        alert=alert, kind=kind.value, title=new.title[:200], organisation_id=new.organisation_id,
        due_at=new.due_at, created_at=clock.now(),
    )  # fmt: skip
    if is_told:
        _told(alert, actor, act="task_added", text=row.title)
    return row


def _told(alert: Alert, actor: Actor, *, act: str, text: str = "", before: str = "") -> None:
    """A line of the story, and the audit entry."""
    AlertStep.objects.create(
        alert=alert,
        at=clock.now(),
        actor=actor.key,
        name=actor.name[:80],
        state=alert.state,
        act=act,
        text=text,
    )
    audit.record(
        action=f"risk.alert_{act}", subject=alert, actor=actor.key, before={"state": before or alert.state},
        after={"state": alert.state}, reason=text,
    )  # fmt: skip
    publish(AlertChanged(alert_id=alert.pk, state=alert.state))
