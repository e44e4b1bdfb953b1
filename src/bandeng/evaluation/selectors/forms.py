"""Forms on character and ability as their readers may see them."""

from dataclasses import dataclass

from bandeng.evaluation.models import Rating
from bandeng.evaluation.rules import CommentState, RatingState, Relation
from bandeng.evaluation.rules.ratings import GivenForm, SideFigure, leniency, sides_of
from bandeng.evaluation.rules.settings import Settings


@dataclass(frozen=True)
class PostRatings:
    """What peers and supervisors said of a post: figures, and texts that were let through, in no one's order."""

    sides: list[SideFigure]
    comments: list[str]


def given_forms(month: int) -> list[GivenForm]:
    """All forms of a month that were filled in."""
    rows = Rating.objects.filter(month=month, state=RatingState.GIVEN.value)
    return [
        GivenForm(post=row.post_id, rater=row.rater_id, relation=Relation(row.relation), answers=row.answers)
        for row in rows
    ]


def ratings_of(*, month: int, post_id: int, settings: Settings) -> PostRatings:
    """Figures and texts of one post; below the least number of peers neither says anything."""
    forms = given_forms(month)
    sides = sides_of(
        post=post_id, forms=forms, lenient=leniency(forms, prior=settings.leniency_prior), settings=settings
    )
    peers = sum(form.post == post_id and form.relation is Relation.PEER for form in forms)
    if peers < settings.peers_least:
        return PostRatings(sides, [])
    shown = Rating.objects.filter(month=month, post_id=post_id, comment_state=CommentState.SHOWN.value)
    return PostRatings(sides, sorted(shown.values_list("comment", flat=True)))


def invitations_of(post_ids: list[int]) -> list[Rating]:
    """The forms that some posts are asked to fill in, open ones first."""
    rows = Rating.objects.filter(rater_id__in=post_ids).select_related(
        "post__user", "post__organisation", "post__area"
    )
    return sorted(rows, key=lambda row: (row.state != RatingState.INVITED.value, -row.month, row.pk))


def comments_waiting(month: int | None = None) -> list[Rating]:
    """Texts that a moderator has to look through; neither the rater nor the rated is told to the moderator."""
    rows = Rating.objects.filter(comment_state=CommentState.WAITING.value).order_by("comment")
    return list(rows if month is None else rows.filter(month=month))


def leniency_spread(month: int, settings: Settings) -> list[float]:
    """How mild or strict the raters of a month were, in order, without their names."""
    return sorted(leniency(given_forms(month), prior=settings.leniency_prior).values())
