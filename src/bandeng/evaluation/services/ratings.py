"""Forms on character and ability: who is asked, what is answered, what is let through."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from bandeng.core import audit, bulk
from bandeng.evaluation.models import Rating
from bandeng.evaluation.rules import CommentState, RatingState, Refused, Relation
from bandeng.evaluation.rules.ratings import check_answers
from bandeng.evaluation.selectors.counting import rule_of, rule_row_for
from bandeng.evaluation.selectors.forms import forms_closed
from bandeng.evaluation.selectors.persons import posts_ever
from bandeng.evaluation.services.versions import rule_row_locked
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Scope

Invitation = tuple[int, int, Relation]  # the rated, the rater, as what


@transaction.atomic
def ratings_invite(*, month: int, invitations: Sequence[Invitation], actor: str, seed: str = "") -> int:
    """Ask raters for forms, nobody twice or about themselves in another post. Returns how many were asked.

    Raises Refused for a month without rules.
    """
    rule_row_locked(month)
    known = set(Rating.objects.filter(month=month).values_list("post_id", "rater_id"))
    posts = {post for rated, rater, _ in invitations for post in (rated, rater)}
    person = dict(Post.objects.filter(pk__in=posts).values_list("pk", "user_id"))
    fresh = [
        Rating(
            month=month,
            post_id=rated,
            rater_id=rater,
            relation=relation.value,
            state=RatingState.INVITED.value,
        )
        for rated, rater, relation in dict.fromkeys(invitations)
        if (rated, rater) not in known and person[rated] != person[rater]
    ]
    bulk.insert(fresh)
    audit.record(
        action="evaluation.forms_sent",
        subject=("evaluation.rating", str(month)),
        actor=actor,
        after={"forms": len(fresh), "month": month, "seed": seed},
    )
    return len(fresh)


@transaction.atomic
def rating_give(
    *, rating_id: int, answers: Mapping[str, int], comment: str, posts: Sequence[int], actor: str
) -> Rating:
    """Fill a form in, once; the audit log tells that it was, not what it says. Raises Refused."""
    row = _own(rating_id, posts)
    rule = rule_row_for(row.month)
    if rule is None:
        raise Refused("rules_missing")
    if forms_closed(row.month):
        raise Refused("forms_closed")
    items = [item.code for item in rule_of(rule).settings.items]
    if not check_answers(answers, items=items):
        raise Refused("answers")
    text = comment.strip()
    row.answers, row.comment, row.state = dict(answers), text, RatingState.GIVEN.value
    row.comment_state = (CommentState.WAITING if text else CommentState.EMPTY).value
    row.save(update_fields=["answers", "comment", "state", "comment_state"])
    _tell(row, action="evaluation.form_given", actor=actor)
    return row


@transaction.atomic
def rating_decline(*, rating_id: int, posts: Sequence[int], actor: str) -> Rating:
    """Declare a conflict of interest: the form is left out, and nobody is asked why. Raises Refused."""
    row = _own(rating_id, posts)
    row.state = RatingState.CONFLICTED.value
    row.save(update_fields=["state"])
    _tell(row, action="evaluation.form_declined", actor=actor)
    return row


@transaction.atomic
def comment_judge(*, rating_id: int, shown: bool, scope: Scope) -> Rating:
    """Let a free text through to the rated, or not. Raises Refused, also for a text by or about oneself."""
    row = Rating.objects.select_for_update().get(pk=rating_id)
    if {row.post_id, row.rater_id} & posts_ever(scope.user_id):
        raise Refused("own_text")
    if row.comment_state != CommentState.WAITING.value:
        raise Refused("state")
    row.comment_state = (CommentState.SHOWN if shown else CommentState.HIDDEN).value
    row.save(update_fields=["comment_state"])
    _tell(row, action=f"evaluation.comment_{row.comment_state}", actor=scope.actor)
    return row


def _own(rating_id: int, posts: Sequence[int]) -> Rating:
    row = Rating.objects.select_for_update().get(pk=rating_id)
    if row.rater_id not in posts:
        raise Refused("not_invited")
    if row.state != RatingState.INVITED.value:
        raise Refused("state")
    return row


def _tell(row: Rating, *, action: str, actor: str) -> None:
    audit.record(action=action, subject=row, actor=actor, after={"month": row.month})
