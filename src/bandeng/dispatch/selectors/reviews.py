"""Reviews of answers: whether one may be asked for, who may decide it, and where it stands."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from bandeng.dispatch.models import Task
from bandeng.dispatch.selectors.refusals import Refusal
from bandeng.dispatch.selectors.review_rules import reviewing
from bandeng.dispatch.selectors.visibility import NotVisible, covers, sees
from bandeng.matters.labels import REVIEW_BODIES, REVIEW_STAGES
from bandeng.matters.models import Matter, Review, Step
from bandeng.matters.rules import ReviewBody, ReviewOutcome, StepKind
from bandeng.matters.selectors import within_access
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.selectors import directory

WORKED = (
    StepKind.STARTED, StepKind.REPLIED, StepKind.PAUSED, StepKind.RESUMED, StepKind.EXTENDED, StepKind.TASK_DONE,
    StepKind.HANDLED, StepKind.SENT_BACK, StepKind.CLOSED,
)  # fmt: skip
"""Steps by which somebody has had a hand in an answer, and so does not review it."""

OUTSIDE = frozenset({ReviewBody.CITY.value, ReviewBody.PROVINCE.value})
"""Bodies that decide on paper; the platform keeps the file and enters what they decide."""


def reviews_of(matter_id: int) -> list[Review]:
    """All reviews of a matter's answers, the oldest first."""
    rows = Review.objects.filter(matter_id=matter_id).select_related("organisation", "answered_by")
    return list(rows.order_by("id"))


def review_open(matter_id: int) -> bool:
    """Whether an answer of the matter is being reviewed."""
    return Review.objects.filter(matter_id=matter_id, decided_at__isnull=True).exists()


def reopening_barred(matter: Matter, reviews: Sequence[Review]) -> Refusal | None:
    """Why a reporter may not have the matter reopened: its answer is being reviewed, or was for the last time.

    信访工作条例第三十六条第三款: after the second review the same facts and reasons are not taken up again.
    """
    if any(row.decided_at is None for row in reviews):
        return Refusal.REVIEW_OPEN
    last = reviewing().stages
    ended = any(row.stage >= last and row.answered_at == matter.closed_at for row in reviews)
    return Refusal.REVIEW_LAST if ended else None


def review_for(scope: Scope, review_id: int) -> Review:
    """A review, if the post may see its matter. Raises NotVisible."""
    rows = Review.objects.select_related("matter", "organisation", "answered_by")
    row = rows.filter(pk=review_id).first()
    if row is None or not sees(scope, row.matter):
        raise NotVisible(review_id)
    return row


def decides(scope: Scope, review: Review) -> bool:
    """Whether the post belongs to the body and has the duty to supervise."""
    return scope.organisation_id == review.organisation_id and scope.has(Duty.SUPERVISE)


def enters(scope: Scope, matter: Matter) -> bool:
    """Whether the post may write down a request for somebody: it registers matters of the area."""
    return scope.has(Duty.INTAKE) and covers(scope, matter) and sees(scope, matter)


def in_conflict(review: Review, actor: str) -> bool:
    """Whether somebody had a hand in the answer or decided the review before, and so stands aside.

    信访工作条例第二十八条第三款 has whoever has a stake stand aside; that this takes in one's own work is our reading.
    """
    worked = Step.objects.filter(
        matter_id=review.matter_id, actor=actor, kind__in=[kind.value for kind in WORKED]
    )
    if worked.exists():
        return True
    user = actor.removeprefix("user:")
    if user.isdecimal() and Task.objects.filter(matter_id=review.matter_id, post__user_id=int(user)).exists():
        return True
    same = Review.objects.filter(matter_id=review.matter_id, answered_at=review.answered_at, examiner=actor)
    return same.exclude(pk=review.pk).exists()


def overturned(outcome: str) -> bool:
    """Whether a decision did not leave the answer as it was."""
    return outcome in (ReviewOutcome.CHANGED.value, ReviewOutcome.SET_ASIDE.value)


def judged(matter_ids: Iterable[int]) -> dict[int, bool]:
    """Matters with a decided review, and whether any of their answers was overturned: one query."""
    rows = Review.objects.filter(matter_id__in=list(matter_ids), decided_at__isnull=False)
    found: dict[int, bool] = {}
    for matter_id, outcome in rows.values_list("matter_id", "outcome"):
        found[matter_id] = found.get(matter_id, False) or overturned(outcome)
    return found


def reviews_kept(scope: Scope) -> QuerySet[Review]:
    """The reviews of the post's organisation, as far as it may see their matters."""
    return _seen(Review.objects.filter(organisation_id=scope.organisation_id), scope)


def reviews_of_answers(scope: Scope) -> QuerySet[Review]:
    """The reviews of what the post's organisation answered."""
    return _seen(Review.objects.filter(answered_by_id=scope.organisation_id), scope)


def _seen(rows: QuerySet[Review], scope: Scope) -> QuerySet[Review]:
    # Asked for each review: SQLite would gather the keys of all matters for an IN.
    return rows.filter(Exists(within_access(Matter.objects.filter(pk=OuterRef("matter_id")), scope)))


def reviews_waiting(scope: Scope) -> int:
    """How many reviews the post has to decide; none without the duty."""
    if not scope.has(Duty.SUPERVISE):
        return 0
    return reviews_kept(scope).filter(decided_at__isnull=True).count()


def stage_name(stage: int) -> str:
    """复查 or 复核, in the reader's language."""
    return str(dict(REVIEW_STAGES)[stage])


def body_name(review: Review) -> str:
    """Who decides: an organisation of this platform by its name, a body outside by what it is."""
    if review.body in OUTSIDE:
        return str(dict(REVIEW_BODIES)[review.body])
    return directory().name(review.organisation_id)
