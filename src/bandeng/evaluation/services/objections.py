"""Objections against a draft and appeals against what was published."""

from dataclasses import dataclass

from django.db import transaction

from bandeng.core import audit, clock
from bandeng.evaluation.models import Evaluation, Objection, Score
from bandeng.evaluation.rules import EvaluationState, ObjectionKind, ObjectionState, Refused
from bandeng.evaluation.selectors.counting import rule_of
from bandeng.evaluation.selectors.drilling import has_record
from bandeng.evaluation.selectors.persons import is_scored
from bandeng.evaluation.services.evaluations import evaluation_revise, versions_hold
from bandeng.organisations.rules import Scope


@dataclass(frozen=True, kw_only=True)
class Point:
    """What is objected to: a duty, and the record in question if one is named."""

    duty: str
    text: str
    source: str = ""
    subject: int | None = None


@transaction.atomic
def objection_raise(*, score_id: int, point: Point, scope: Scope, own: bool) -> Objection:
    """Object, or appeal once it is published; `own`: whether the acting person is scored there.

    Raises Refused for another's score, after the period, without a reason, or for a record that does not count.
    """
    versions_hold(evaluation_id=Score.objects.values_list("evaluation", flat=True).get(pk=score_id))
    score = Score.objects.select_related("evaluation__rule").get(pk=score_id)
    evaluation = score.evaluation
    if not own:
        raise Refused("not_own")
    kind = _kind_now(evaluation)
    if not point.text.strip():
        raise Refused("no_text")
    rule = rule_of(score.evaluation.rule)
    if point.duty not in rule.declaration.codes:
        raise Refused("unknown_record")
    if point.subject is not None and not _counts(score, point):
        raise Refused("unknown_record")
    same = Objection.objects.filter(
        score=score,
        duty=point.duty,
        source=point.source,
        subject=point.subject,
        state=ObjectionState.RAISED.value,
    )
    if same.exists():
        raise Refused("duplicate")
    if _answered(score, point, kind):
        raise Refused("answered")
    row = Objection.objects.create(
        score=score,
        kind=kind.value,
        state=ObjectionState.RAISED.value,
        duty=point.duty,
        source=point.source,
        subject=point.subject,
        text=point.text.strip(),
        raised_by=scope.actor,
        raised_at=clock.now(),
    )
    audit.record(
        action=f"evaluation.{kind.value}_raised",
        subject=row,
        actor=scope.actor,
        after={"score": score_id, "duty": point.duty, "source": point.source, "subject": point.subject},
        reason=row.text,
    )
    return row


@transaction.atomic
def objection_withdraw(*, objection_id: int, scope: Scope) -> Objection:
    """Take one's own objection back while nobody has answered it; it can be raised again within the period."""
    row = Objection.objects.select_for_update().get(pk=objection_id)
    if row.raised_by != scope.actor:
        raise Refused("not_own")
    if row.state != ObjectionState.RAISED.value:
        raise Refused("state")
    row.state, row.answered_by, row.answered_at = ObjectionState.WITHDRAWN.value, scope.actor, clock.now()
    row.save(update_fields=["state", "answered_by", "answered_at"])
    audit.record(
        action="evaluation.objection_withdrawn",
        subject=row,
        actor=scope.actor,
        before={"state": ObjectionState.RAISED.value},
        after={"state": row.state},
    )
    return row


@transaction.atomic
def objection_answer(
    *,
    objection_id: int,
    upheld: bool,
    answer: str,
    scope: Scope,
    record: tuple[str, int] | None = None,
    from_all_duties: bool = False,
) -> Objection:
    """Answer with a reason; what is upheld leaves the record out of the reckoning, an appeal makes a new version.

    `record`: which one, where the objection itself names none; `from_all_duties`: it counts in none of the unit's
    duties, as it is not its work at all. Raises Refused for whoever is scored there, without a reason, answered
    already, or upheld without a record that counts.
    """
    versions_hold(
        evaluation_id=Objection.objects.values_list("score__evaluation", flat=True).get(pk=objection_id)
    )
    row = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("score__evaluation__rule")
        .get(pk=objection_id)
    )
    evaluation = row.score.evaluation
    if is_scored(evaluation, user_id=scope.user_id) or row.raised_by == scope.actor:
        raise Refused("own_score")
    if not answer.strip():
        raise Refused("no_text")
    if row.state != ObjectionState.RAISED.value:
        raise Refused("state")
    if upheld and row.subject is None:
        _name_record(row, record)
    row.state = (ObjectionState.UPHELD if upheld else ObjectionState.REFUSED).value
    row.from_all_duties = upheld and from_all_duties
    row.answer, row.answered_by, row.answered_at = answer.strip(), scope.actor, clock.now()
    row.save(
        update_fields=[
            "state", "answer", "answered_by", "answered_at", "source", "subject", "from_all_duties",
        ]
    )  # fmt: skip
    audit.record(
        action="evaluation.objection_answered",
        subject=row,
        actor=scope.actor,
        before={"state": ObjectionState.RAISED.value},
        after={
            "state": row.state,
            "source": row.source,
            "subject": row.subject,
            "from_all_duties": row.from_all_duties,
        },
        reason=row.answer,
    )
    if upheld:
        _reckon_in(row, evaluation, actor=scope.actor)
    return row


def _name_record(row: Objection, record: tuple[str, int] | None) -> None:
    """Whoever upholds says which record was wrong: the promise is that what is upheld is reckoned in."""
    if record is None:
        raise Refused("record_missing")
    source, subject = record
    if not _counts(row.score, Point(duty=row.duty, text=row.text, source=source, subject=subject)):
        raise Refused("unknown_record")
    row.source, row.subject = source, subject


def _answered(score: Score, point: Point, kind: ObjectionKind) -> bool:
    """Whether this very point of the month was decided before, in whichever version: deadlines must end some day."""
    decided = Objection.objects.filter(
        state__in=[ObjectionState.UPHELD.value, ObjectionState.REFUSED.value],
        score__unit=score.unit,
        score__evaluation__kind=score.evaluation.kind,
        score__evaluation__month=score.evaluation.month,
        kind=kind.value,
        duty=point.duty,
        source=point.source,
        subject=point.subject,
    )
    return point.subject is not None and decided.exists()


def _reckon_in(row: Objection, evaluation: Evaluation, *, actor: str) -> None:
    excluded = [row.leaves_out]
    if row.kind == ObjectionKind.APPEAL.value:
        evaluation_revise(published=evaluation, excluded=excluded, reason=row.answer, actor=actor)
        return
    evaluation.excluded = [*evaluation.excluded, *excluded]
    evaluation.save(update_fields=["excluded"])


def is_open(evaluation: Evaluation) -> bool:
    """Whether whoever is scored can object or appeal at this moment."""
    try:
        _kind_now(evaluation)
    except Refused:
        return False
    return True


def _kind_now(evaluation: Evaluation) -> ObjectionKind:
    """Which of the two is possible now. Raises Refused for neither."""
    now = clock.now()
    if evaluation.state == EvaluationState.OBJECTING.value:
        if evaluation.objections_until is not None and now >= evaluation.objections_until:
            raise Refused("too_late")
        return ObjectionKind.OBJECTION
    if evaluation.state == EvaluationState.PUBLISHED.value:
        if evaluation.appeals_until is None or now >= evaluation.appeals_until:
            raise Refused("too_late")
        return ObjectionKind.APPEAL
    raise Refused("state")


def _counts(score: Score, point: Point) -> bool:
    rule = rule_of(score.evaluation.rule)
    duty = next(each for each in rule.declaration.duties if each.code == point.duty)
    return has_record(score, duty=duty, record=(point.source, point.subject or 0))
