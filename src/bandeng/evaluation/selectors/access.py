"""Who may see whose score: whoever is scored, and those who supervise the area or the department; nobody else."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from bandeng.areas.rules import CODE_LENGTH, Level, code_range
from bandeng.evaluation.models import Evaluation, Score
from bandeng.evaluation.rules import EvaluationState, Kind
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


def own(scope: Scope) -> Q:
    """The scores of the acting post itself, and of the grid in whose team it stands."""
    mine = Q(post_id=scope.post_id)
    if scope.kind == OrganisationKind.GRID_TEAM.value:
        mine |= Q(evaluation__kind=Kind.GRIDS.value, unit=scope.area_code)
    return mine


def is_own(scope: Scope, score: Score) -> bool:
    """Whether the score is the acting post's own or its grid's."""
    if score.post_id is not None:
        return score.post_id == scope.post_id
    return scope.kind == OrganisationKind.GRID_TEAM.value and score.unit == scope.area_code


def score_seen(scope: Scope, score_id: int) -> Score | None:
    """The score if the post may see it: own, or supervised; drafts not yet opened only for those who prepare them."""
    score = (
        Score.objects.select_related("evaluation__rule", "evaluation__reference").filter(pk=score_id).first()
    )
    if score is None:
        return None
    if not manages(scope) and score.evaluation.state in {EvaluationState.DRAFT, EvaluationState.DROPPED}:
        return None
    if is_own(scope, score) or supervised(scope).filter(pk=score_id).exists():
        return score
    return None


def seen_among(scope: Scope, scores: Sequence[Score]) -> frozenset[int]:
    """Which of some scores, of opened evaluations, the post may open; by key."""
    rows = supervised(scope).filter(pk__in=[each.pk for each in scores])
    return frozenset(
        [*rows.values_list("pk", flat=True), *(each.pk for each in scores if is_own(scope, each))]
    )


def evaluations_seen(scope: Scope) -> QuerySet[Evaluation]:
    """The evaluations that a supervisor looks at, newest first."""
    rows = Evaluation.objects.select_related("rule", "reference").order_by("-month", "kind", "-version")
    return rows if manages(scope) else rows.exclude(UNOPENED)


def own_scores(scope: Scope) -> Sequence[Score]:
    """The acting post's own scores, newest first."""
    rows = Score.objects.filter(own(scope)).exclude(evaluation__in=Evaluation.objects.filter(UNOPENED))
    rows = rows.select_related("evaluation").order_by("-evaluation__month", "-evaluation__version", "id")
    return list(rows[:60])
