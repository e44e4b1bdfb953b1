"""Who may see whose score: whoever is scored, and those who supervise the area or the department; nobody else."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from bandeng.areas.rules import CODE_LENGTH, Level, code_range
from bandeng.evaluation.models import Evaluation, Score
from bandeng.evaluation.rules import EvaluationState
from bandeng.evaluation.selectors.persons import own
from bandeng.organisations.rules import Duty, OrganisationKind, Scope

__all__ = [
    "Evaluation",
    "Score",
    "evaluations_seen",
    "is_own",
    "manages",
    "own_scores",
    "score_seen",
    "supervised",
]


#: Drafts that nobody was asked about: not opened yet, or set aside before they were.
UNOPENED = Q(state__in=[EvaluationState.DRAFT.value, EvaluationState.DROPPED.value])


def manages(scope: Scope) -> bool:
    """Whether the post prepares, answers, signs and publishes: supervision at the district's centre."""
    return (
        scope.has(Duty.SUPERVISE)
        and scope.kind == OrganisationKind.CENTRE.value
        and len(scope.area_code) <= CODE_LENGTH[Level.DISTRICT]
    )


def supervised(scope: Scope) -> QuerySet[Score]:
    """The scores that a post supervises: its area's, or in a department its own organisation's."""
    if not scope.has(Duty.SUPERVISE):
        return Score.objects.none()
    if not scope.sees_area:
        return Score.objects.filter(organisation_id=scope.organisation_id)
    if not scope.area_code:
        return Score.objects.none()
    low, high = code_range(scope.area_code)
    return Score.objects.filter(area_code__gte=low, area_code__lt=high)


def score_seen(scope: Scope, score_id: int) -> Score | None:
    """The score if the post may see it: own, or supervised; drafts not yet opened only for those who prepare them."""
    score = (
        Score.objects.select_related("evaluation__rule", "evaluation__reference").filter(pk=score_id).first()
    )
    if score is None:
        return None
    if not manages(scope) and score.evaluation.state in {EvaluationState.DRAFT, EvaluationState.DROPPED}:
        return None
    return score if score_id in seen_among(scope, [score]) else None


def seen_among(scope: Scope, scores: Sequence[Score]) -> frozenset[int]:
    """Which of some scores, of opened evaluations, the post may open; by key."""
    keys = [each.pk for each in scores]
    rows = supervised(scope).filter(pk__in=keys).values_list("pk", flat=True)
    mine = Score.objects.filter(own(scope.user_id), pk__in=keys).values_list("pk", flat=True)
    return frozenset([*rows, *mine])


def is_own(scope: Scope, score: Score) -> bool:
    """Whether the score is the person's own, in whichever post, or of a grid in whose team they stand or stood."""
    return Score.objects.filter(own(scope.user_id), pk=score.pk).exists()


def evaluations_seen(scope: Scope) -> QuerySet[Evaluation]:
    """The evaluations that a supervisor looks at, newest first."""
    rows = Evaluation.objects.select_related("rule", "reference").order_by("-month", "kind", "-version")
    return rows if manages(scope) else rows.exclude(UNOPENED)


def own_scores(scope: Scope) -> Sequence[Score]:
    """The person's own scores in all posts of theirs, newest first."""
    rows = Score.objects.filter(own(scope.user_id)).exclude(
        evaluation__in=Evaluation.objects.filter(UNOPENED)
    )
    rows = rows.select_related("evaluation").order_by("-evaluation__month", "-evaluation__version", "id")
    return list(rows[:60])
