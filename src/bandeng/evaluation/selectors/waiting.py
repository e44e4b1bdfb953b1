"""What waits for a post: a score that can be objected to, forms to fill in, objections to answer."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import pgettext

from bandeng.core import clock
from bandeng.evaluation.models import Objection, Rating, Score
from bandeng.evaluation.rules import EvaluationState, ObjectionState, RatingState
from bandeng.evaluation.selectors.access import manages
from bandeng.evaluation.selectors.forms import months_signed
from bandeng.evaluation.selectors.objections import objections_supervised
from bandeng.evaluation.selectors.persons import own
from bandeng.organisations.rules import Scope
from bandeng.organisations.waiting import Waiting


def waiting(scope: Scope) -> Iterator[Waiting]:
    """One's own part, then what one answers as a manager."""
    mine = reverse("evaluation-mine")
    drafts = Score.objects.filter(own(scope.user_id), evaluation__state=EvaluationState.OBJECTING.value)
    drafts = drafts.filter(evaluation__objections_until__gt=clock.now())
    said = Objection.objects.filter(score__in=drafts.values("pk")).values("score_id")
    yield Waiting(
        words=pgettext("waiting", "Drafts of my score: look at them, object if need be"),
        count=drafts.exclude(pk__in=said).count(),
        address=mine,
    )
    forms = Rating.objects.filter(rater_id=scope.post_id, state=RatingState.INVITED.value)
    yield Waiting(
        words=pgettext("waiting", "Forms on colleagues"),
        count=forms.exclude(month__in=months_signed()).count(),
        address=mine,
    )
    if manages(scope):
        asked = objections_supervised(scope).filter(state=ObjectionState.RAISED.value)
        yield Waiting(
            words=pgettext("waiting", "Objections to scores"),
            count=asked.count(),
            address=reverse("evaluation-objections"),
        )
