"""Objections and appeals as those concerned see them."""

from django.db.models import QuerySet

from bandeng.evaluation.models import Objection, Score
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


def objection_for(scope: Scope, objection_id: int) -> Objection | None:
    """One of them."""
    return objections_supervised(scope).filter(pk=objection_id).first()
