"""Forms on character and ability as their readers may see them."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from bandeng.evaluation.models import Evaluation, Rating
from bandeng.evaluation.rules import CommentState, EvaluationState, Kind, RatingState, Relation
from bandeng.evaluation.rules.ratings import GivenForm, SideFigure, leniency, sides_of
from bandeng.evaluation.rules.settings import Settings
from bandeng.evaluation.selectors.naming import month_called
from bandeng.evaluation.selectors.persons import posts_ever

FORMS_LISTED = 200


@dataclass(frozen=True)
class PostRatings:
    """What peers and supervisors said of a post: figures, and texts that were let through, in no one's order.

    Closed: whether forms are still taken, so that there are no figures yet.
    """

    sides: list[SideFigure]
    comments: list[str]
    closed: bool


def given_forms(month: int) -> list[GivenForm]:
    """All forms of a month that were filled in."""
    rows = Rating.objects.filter(month=month, state=RatingState.GIVEN.value)
    return [
        GivenForm(post=row.post_id, rater=row.rater_id, relation=Relation(row.relation), answers=row.answers)
        for row in rows
    ]


def ratings_of(*, month: int, post_id: int, settings: Settings) -> PostRatings:
    """Figures and texts of one post once the forms are closed; with too few peers neither says anything."""
    if not forms_closed(month):
        return PostRatings([], [], False)
    forms = given_forms(month)
    sides = sides_of(
        post=post_id, forms=forms, lenient=leniency(forms, prior=settings.leniency_prior), settings=settings
    )
    peers = sum(form.post == post_id and form.relation is Relation.PEER for form in forms)
    if peers < settings.peers_least:
        return PostRatings(sides, [], True)
    shown = Rating.objects.filter(month=month, post_id=post_id, comment_state=CommentState.SHOWN.value)
    return PostRatings(sides, sorted(shown.values_list("comment", flat=True)), True)


@dataclass(frozen=True)
class Invitation:
    """A form that a post is asked to fill in; open until it is given or declined, or the month is signed."""

    rating: Rating
    month: str
    is_open: bool

    @property
    def is_missed(self) -> bool:
        """Whether it was not filled in and cannot be any more."""
        return self.rating.state == RatingState.INVITED.value and not self.is_open


def invitations_of(post_ids: list[int]) -> list[Invitation]:
    """The forms that some posts were asked to fill in within two years, open ones first, then the newest."""
    rows = Rating.objects.filter(rater_id__in=post_ids).select_related("post__user").order_by("-month", "pk")
    signed = set(months_signed())
    found = [
        Invitation(
            row, month_called(row.month), row.state == RatingState.INVITED.value and row.month not in signed
        )
        for row in rows[:FORMS_LISTED]
    ]
    return sorted(found, key=lambda each: not each.is_open)


def invitation_for(post_ids: list[int], rating_id: int) -> Invitation | None:
    """One of them."""
    row = Rating.objects.filter(rater_id__in=post_ids, pk=rating_id).select_related("post__user").first()
    if row is None:
        return None
    is_open = row.state == RatingState.INVITED.value and not forms_closed(row.month)
    return Invitation(row, month_called(row.month), is_open)


def forms_closed(month: int) -> bool:
    """Whether the month's evaluation of posts is signed: no form is taken any more, and figures may be shown.

    Figures that moved with every form would tell what the last one said.
    """
    return months_signed().filter(month=month).exists()


def months_signed() -> QuerySet[Evaluation, int]:
    """The months whose evaluation of posts was signed."""
    done = [EvaluationState.SIGNED.value, EvaluationState.PUBLISHED.value, EvaluationState.SUPERSEDED.value]
    rows = Evaluation.objects.filter(kind=Kind.POSTS.value, signed_at__isnull=False, state__in=done)
    return rows.values_list("month", flat=True)


@dataclass(frozen=True)
class MonthOfForms:
    """How many forms of a month were sent, and what became of them; never of a single rater."""

    month: str
    sent: int
    given: int
    conflicted: int
    closed: bool


def months_of_forms() -> list[MonthOfForms]:
    """The newest two years of forms."""
    rows = Rating.objects.values("month").annotate(
        sent=Count("id"),
        given=Count("id", filter=Q(state=RatingState.GIVEN.value)),
        conflicted=Count("id", filter=Q(state=RatingState.CONFLICTED.value)),
    )
    return [
        MonthOfForms(
            month_called(row["month"]),
            row["sent"],
            row["given"],
            row["conflicted"],
            forms_closed(row["month"]),
        )
        for row in rows.order_by("-month")[:24]
    ]


def comments_waiting(user_id: int) -> QuerySet[Rating]:
    """Texts that a moderator has to look through, none by or about themselves in any post; nobody's name is told."""
    posts = posts_ever(user_id)
    rows = Rating.objects.filter(comment_state=CommentState.WAITING.value)
    return rows.exclude(post_id__in=posts).exclude(rater_id__in=posts).order_by("comment", "pk")


def leniency_spread(month: int, settings: Settings) -> list[float]:
    """How mild or strict the raters of a month were, in order, without their names."""
    return sorted(leniency(given_forms(month), prior=settings.leniency_prior).values())
