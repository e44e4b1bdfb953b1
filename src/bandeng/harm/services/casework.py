"""The work on an alert: verify, talk, act, close; each act by a named person, guarded and written down."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.harm.models import Alert, AlertStep, StreamRecord
from bandeng.harm.rules import (
    FACTS,
    ActNotAllowed,
    AlertState,
    AlertStepKind,
    NoticeKind,
    Outcome,
    check_closing,
    check_transition,
    covers,
    works,
)
from bandeng.harm.selectors.joining import letters_of
from bandeng.harm.selectors.visibility import NotVisible, alert_for
from bandeng.harm.services.handing import has_open_twin
from bandeng.harm.services.notices import alert_tell
from bandeng.harm.services.raising import alerts_raise
from bandeng.harm.sources import voice
from bandeng.harm.terms import LIMIT_OF_STATE, due_after
from bandeng.organisations.models import Organisation
from bandeng.organisations.rules import OrganisationKind, Scope
from reckon.harm import triggers_in_force

STEP_OF = {
    AlertState.VERIFYING: AlertStepKind.VERIFYING,
    AlertState.TALKING: AlertStepKind.TALKING,
    AlertState.ACTING: AlertStepKind.ACTING,
}
SHORTEST_NOTE = 4
MOST_CASES = 10_000


def alert_lock(*, alert_id: int, scope: Scope, seen: int | None = None) -> Alert:
    """The alert, locked until the transaction ends. Raises NotVisible for whoever may not see it, or not work on it.

    `seen` is the newest step that the person had before them: raises ActNotAllowed where another has acted since.
    """
    visible = alert_for(scope, alert_id)
    row = Alert.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=visible.pk)
    if not (covers(scope, row.enterprise.area_code) or works(scope, lead_id=row.lead_id)):
        raise NotVisible
    if seen is not None and AlertStep.objects.filter(alert=row, pk__gt=seen).exists():
        raise ActNotAllowed("moved_on")
    return row


def step_write(*, alert: Alert, kind: AlertStepKind, actor: Actor, note: str = "", **told: Any) -> AlertStep:
    """Add a line to an alert's story, and an entry to the log."""
    step = AlertStep.objects.create(
        alert=alert, kind=kind.value, state=alert.state, level=alert.level, note=note, actor=actor.key,
        actor_name=actor.name, organisation_id=actor.organisation_id, at=clock.now(),
    )  # fmt: skip
    audit.record(
        action=f"harm.alert_{kind.value}", subject=alert, actor=actor.key, after={"state": alert.state, **told},
        reason=note[:500],
    )  # fmt: skip
    return step


def _checked(note: str) -> str:
    words = note.strip()
    if len(words) < SHORTEST_NOTE:
        raise ActNotAllowed("note_missing")
    return words


def _moved(alert: Alert, target: AlertState, scope: Scope) -> None:
    check_transition(present=AlertState(alert.state), target=target)
    alert.state, alert.changed_at = target.value, clock.now()
    alert.person_id = scope.user_id
    limit = LIMIT_OF_STATE.get(target)
    alert.due_at = due_after(limit, start=clock.now()) if limit else None
    alert.save(update_fields=["state", "changed_at", "person", "due_at"])


@transaction.atomic
def alert_assign(
    *, alert_id: int, organisation_id: int, note: str, actor: Actor, scope: Scope, seen: int | None = None
) -> Alert:
    """Give an alert to the department that the law makes competent. Raises NotVisible, ActNotAllowed."""
    alert = alert_lock(alert_id=alert_id, scope=scope, seen=seen)
    if not covers(scope, alert.enterprise.area_code):
        raise NotVisible
    office = Organisation.objects.filter(
        pk=organisation_id, kind=OrganisationKind.DEPARTMENT.value, active=True
    ).first()
    if office is None:
        raise ActNotAllowed("no_department")
    if alert.state == AlertState.CLOSED:
        raise ActNotAllowed("closed")
    if alert.lead_id == office.pk:
        raise ActNotAllowed("same_department")
    alert.lead, alert.changed_at = office, clock.now()
    alert.save(update_fields=["lead", "changed_at"])
    step = step_write(alert=alert, kind=AlertStepKind.ASSIGNED, actor=actor, note=note, lead=office.code)
    alert_tell(alert=alert, kind=NoticeKind.ASSIGNED, occasion=step.at)
    return alert


@transaction.atomic
def alert_move(
    *, alert_id: int, target: AlertState, note: str, actor: Actor, scope: Scope, seen: int | None = None
) -> Alert:
    """Begin to verify, talk or act. Raises NotVisible, StateNotAllowed, ActNotAllowed."""
    alert = alert_lock(alert_id=alert_id, scope=scope, seen=seen)
    words = _checked(note)
    reopened = alert.state == AlertState.CLOSED
    if target not in STEP_OF:
        raise ActNotAllowed("target")
    if reopened and has_open_twin(alert, alert.enterprise):
        raise ActNotAllowed("open_twin")
    if reopened:
        alert.outcome, alert.closed_at, alert.closed_level = "", None, None
    _moved_or_reopened(alert, target, scope, reopened)
    kind = AlertStepKind.REOPENED if reopened else STEP_OF[target]
    step_write(alert=alert, kind=kind, actor=actor, note=words)
    return alert


def _moved_or_reopened(alert: Alert, target: AlertState, scope: Scope, reopened: bool) -> None:
    check_transition(present=AlertState(alert.state), target=target)
    if reopened:
        # State and outcome change together, as the table's constraint asks.
        alert.state = target.value
        alert.save(update_fields=["state", "outcome", "closed_at", "closed_level"])
        alert.person_id, alert.due_at = scope.user_id, due_after("talk", start=clock.now())
        alert.save(update_fields=["person", "due_at"])
        return
    _moved(alert, target, scope)


@transaction.atomic
def alert_note(*, alert_id: int, note: str, actor: Actor, scope: Scope, seen: int | None = None) -> Alert:
    """Write something down."""
    alert = alert_lock(alert_id=alert_id, scope=scope, seen=seen)
    step_write(alert=alert, kind=AlertStepKind.NOTED, actor=actor, note=_checked(note))
    return alert


@transaction.atomic
def alert_close(
    *, alert_id: int, outcome: Outcome, note: str, actor: Actor, scope: Scope, seen: int | None = None
) -> Alert:
    """Close with an outcome; a false alarm is counted against the method. Raises StateNotAllowed, ActNotAllowed."""
    alert = alert_lock(alert_id=alert_id, scope=scope, seen=seen)
    words = _checked(note)
    check_transition(present=AlertState(alert.state), target=AlertState.CLOSED)
    letters = list(letters_of(alert).filter(withdrawn_at__isnull=True))
    moment = clock.now()
    check_closing(
        outcome=outcome,
        unconsidered=any(one.answered_at and not one.considered_at for one in letters),
        heard=any(one.considered_at or (one.answer_by and one.answer_by < moment) for one in letters),
        talked=AlertStep.objects.filter(alert=alert, kind=AlertStepKind.TALKING.value).exists(),
    )
    alert.state, alert.outcome = AlertState.CLOSED.value, outcome.value
    alert.closed_at = alert.changed_at = moment
    alert.closed_level, alert.due_at, alert.person_id = alert.level, None, scope.user_id
    alert.save(
        update_fields=["state", "outcome", "closed_at", "changed_at", "closed_level", "due_at", "person"]
    )
    step_write(alert=alert, kind=AlertStepKind.CLOSED, actor=actor, note=words, outcome=outcome.value)
    return alert


@transaction.atomic
def fact_confirm(
    *,
    alert_id: int,
    fact: str,
    note: str,
    actor: Actor,
    scope: Scope,
    cases: int = 1,
    seen: int | None = None,
) -> Alert:
    """Confirm a fact of the decision table, with how it is known; the alert is judged again at once.

    A fact that stands is not confirmed twice: two officers who learn of one illness would make two of it.
    """
    alert = alert_lock(alert_id=alert_id, scope=scope, seen=seen)
    words = _checked(note)
    if fact not in triggers_in_force().signals or not 1 <= cases <= MOST_CASES:
        raise ActNotAllowed("fact")
    today = timezone.localdate(clock.now(), clock.LOCAL)
    since = today - timedelta(weeks=_weeks_of(fact, alert.kind))
    standing = StreamRecord.objects.filter(
        enterprise=alert.enterprise, stream=FACTS, kind=alert.kind, fact=fact, happened_on__gte=since
    )
    if standing.exists():
        raise ActNotAllowed("fact_stands")
    key = f"{FACTS}:{secrets.token_hex(16)}"
    StreamRecord.objects.create(
        key=key, stream=FACTS, kind=alert.kind, fact=fact, name=alert.enterprise.name, code=alert.enterprise.code,
        token=voice(FACTS, key), people=cases, happened_on=today, area_code=alert.enterprise.area_code,
        enterprise=alert.enterprise,
    )  # fmt: skip
    step_write(
        alert=alert,
        kind=AlertStepKind.FACT_CONFIRMED,
        actor=actor,
        note=_named(fact, words),
        fact=fact,
        cases=cases,
    )
    return _judged_again(alert)


def _weeks_of(fact: str, kind: str) -> int:
    """For how long a fact counts in any trigger of a kind."""
    rows = (row for row in triggers_in_force().triggers if row.kind == kind)
    return max((one.weeks for row in rows for one in row.when if one.fact == fact), default=1)


def _named(fact: str, words: str) -> str:
    """The fact in front of the words: the story is read long after the table has changed."""
    return f"{triggers_in_force().signals[fact].name_zh}：{words}"


def _judged_again(alert: Alert) -> Alert:
    alerts_raise(kinds=[alert.kind], enterprise_id=alert.enterprise_id)
    alert.refresh_from_db()
    return alert


@transaction.atomic
def fact_withdraw(
    *, alert_id: int, record_id: int, note: str, actor: Actor, scope: Scope, seen: int | None = None
) -> Alert:
    """Take a confirmed fact back; the alert is judged again at once, and its level may fall."""
    alert = alert_lock(alert_id=alert_id, scope=scope, seen=seen)
    words = _checked(note)
    found = StreamRecord.objects.filter(
        pk=record_id, stream=FACTS, enterprise=alert.enterprise, kind=alert.kind
    ).first()
    if found is None:
        raise ActNotAllowed("fact_gone")
    fact, day = found.fact, found.happened_on
    found.delete()
    step_write(
        alert=alert, kind=AlertStepKind.FACT_WITHDRAWN, actor=actor, note=_named(fact, words), fact=fact,
        confirmed_on=day.isoformat(),
    )  # fmt: skip
    return _judged_again(alert)
