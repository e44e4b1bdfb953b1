"""Objections and appeals as those concerned see them."""

from datetime import datetime

from django.db.models import QuerySet

from bandeng.core import clock
from bandeng.evaluation.models import Evaluation, Objection, Score
from bandeng.evaluation.rules import EvaluationState, ObjectionKind, ObjectionState
from bandeng.evaluation.selectors.access import supervised
from bandeng.organisations.rules import Scope


def objections_of(score: Score) -> list[Objection]:
    """Everything said against a unit's score of this month, in whichever version."""
    rows = Objection.objects.filter(
        score__unit=score.unit,
        score__evaluation__kind=score.evaluation.kind,
        score__evaluation__month=score.evaluation.month,
    )
    return list(rows.order_by("-raised_at"))


def objection_raised_by(scope: Scope, objection_id: int) -> Objection | None:
    """One of one's own."""
    return Objection.objects.filter(pk=objection_id, raised_by=scope.actor).first()


def objections_supervised(scope: Scope) -> QuerySet[Objection]:
    """What was said against the scores that a post supervises, open ones first."""
    rows = Objection.objects.filter(score__in=supervised(scope).values("pk"))
    return rows.select_related("score__evaluation__rule").order_by("answered_at", "-raised_at")


def waits_until(evaluation: Evaluation) -> datetime | None:
    """Until when the period for objections cannot be ended yet; None where its time is over, or it is not open."""
    ends = evaluation.objections_until
    is_open = evaluation.state == EvaluationState.OBJECTING.value and ends is not None
    return ends if is_open and ends is not None and clock.now() < ends else None


def period_of(evaluation: Evaluation) -> tuple[str, datetime | None]:
    """Whether one objects or appeals now, and until when."""
    if evaluation.state == EvaluationState.PUBLISHED.value:
        return ObjectionKind.APPEAL.value, evaluation.appeals_until
    return ObjectionKind.OBJECTION.value, evaluation.objections_until


def unanswered(evaluation: Evaluation) -> int:
    """How many objections to an evaluation wait for their answer."""
    return Objection.objects.filter(score__evaluation=evaluation, state=ObjectionState.RAISED.value).count()


def objection_for(scope: Scope, objection_id: int) -> Objection | None:
    """One of them."""
    return objections_supervised(scope).filter(pk=objection_id).first()
