"""Who is asked about whom: colleagues of the same office, drawn by a seed that stands in the audit log."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Sequence

from bandeng.evaluation.rules import Refused, Relation
from bandeng.evaluation.selectors.counting import rule_row_for, window_of
from bandeng.evaluation.selectors.forms import forms_closed
from bandeng.evaluation.services.ratings import Invitation, ratings_invite
from bandeng.evaluation.services.versions import this_month
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty
from bandeng.organisations.selectors import held_on, today

PEERS, SUPERVISORS = 5, 2
"""Asked at most about one post; the rules say how many must answer before anything is shown."""


def forms_send(*, month: int, actor: str, seed: str = "") -> int:
    """Ask about every seconded officer, nobody twice; returns how many were asked. Raises Refused.

    Nobody chooses their own raters, and whoever asks chooses none either.
    """
    if month > this_month():
        raise Refused("not_begun")
    if month < window_of(this_month(), 2)[0]:
        raise Refused("forms_late")
    if rule_row_for(month) is None:
        raise Refused("rules_missing")
    if forms_closed(month):
        raise Refused("forms_closed")
    drawn = seed or secrets.token_hex(16)
    return ratings_invite(month=month, invitations=_invitations(drawn), actor=actor, seed=drawn)


def _invitations(seed: str) -> list[Invitation]:
    by_office: dict[int, list[Post]] = defaultdict(list)
    heads: dict[int, list[Post]] = defaultdict(list)
    for post in Post.objects.filter(held_on(today())).select_related("role").order_by("id"):
        if post.seconded:
            by_office[post.organisation_id].append(post)
        if Duty.SUPERVISE.value in post.role.duties:
            heads[post.organisation_id].append(post)
    return [
        (rated.pk, rater.pk, relation)
        for office, posts in by_office.items()
        for rated in posts
        for relation, raters, count in (
            (Relation.SUPERVISOR, heads[office], SUPERVISORS),
            (Relation.PEER, [each for each in posts if each not in heads[office]], PEERS),
        )
        for rater in _drawn(seed, rated, raters)[:count]
    ]


def _drawn(seed: str, rated: Post, raters: Sequence[Post]) -> list[Post]:
    """Everybody else of the office, in an order that follows from the seed alone."""
    others = [each for each in raters if each.user_id != rated.user_id]
    return sorted(
        others, key=lambda each: hashlib.sha256(f"{seed}|{rated.pk}|{each.pk}".encode()).hexdigest()
    )
