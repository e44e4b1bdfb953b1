"""Giving and ending posts. A post is not rewritten into another: one ends, the next begins."""

from datetime import date, timedelta

from django.db import transaction

from bandeng.areas.models import Area
from bandeng.core import audit
from bandeng.organisations.models import Organisation, Post, Role
from bandeng.organisations.rules import OutOfReach, Reach, check_grant, check_post_area
from bandeng.organisations.selectors import code_of, reaches, today


def post_facts(post: Post) -> dict[str, object]:
    """What the audit log keeps of a post."""
    return {
        "user": post.user_id, "organisation": post.organisation.code, "role": post.role.code,
        "area": post.area.code if post.area else "", "title": post.title, "seconded": post.seconded,
        "since": post.since, "until": post.until,
    }  # fmt: skip


@transaction.atomic
def post_give(
    *, user_id: int, organisation: Organisation, role: Role, area: Area | None, title: str = "",
    seconded: bool = False, since: date | None = None, until: date | None = None, reach: Reach,
) -> Post:  # fmt: skip
    """Give a post. Raises OutOfReach beyond the administrator's area, duties, or to themselves."""
    check_grant(reach=reach, user_id=user_id, duties=frozenset(role.duties))
    if not reaches(reach=reach, organisation=organisation):
        raise OutOfReach("organisation")
    check_post_area(
        kind=organisation.kind, organisation_area=code_of(organisation.area),
        area_code=code_of(area or organisation.area),
    )  # fmt: skip
    begins = since or today()
    if until is not None and until < begins:
        raise OutOfReach("ends_before_it_begins")
    post = Post.objects.create(
        user_id=user_id, organisation=organisation, role=role, area=area or organisation.area,
        title=title.strip(), seconded=seconded, since=begins, until=until,
    )  # fmt: skip
    audit.record(action="post.given", subject=post, actor=reach.actor, after=post_facts(post))
    return post


def _covered(*, post_id: int, reach: Reach) -> Post:
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("organisation__area", "role", "area")
        .get(pk=post_id)
    )
    if not reaches(reach=reach, organisation=post.organisation):
        raise OutOfReach("organisation")
    check_grant(reach=reach, user_id=post.user_id, duties=frozenset(post.role.duties))
    return post


@transaction.atomic
def post_change(*, post_id: int, title: str, seconded: bool, reach: Reach) -> Post:
    """Change what a post is called. Raises OutOfReach."""
    post = _covered(post_id=post_id, reach=reach)
    before = post_facts(post)
    post.title, post.seconded = title.strip(), seconded
    post.save(update_fields=["title", "seconded"])
    audit.record(
        action="post.changed", subject=post, actor=reach.actor, before=before, after=post_facts(post)
    )
    return post


@transaction.atomic
def post_end(*, post_id: int, last_day: date | None = None, reach: Reach, reason: str = "") -> Post:
    """End a post after a day, by default at once; an ended post is left as it is. Raises OutOfReach."""
    post = _covered(post_id=post_id, reach=reach)
    before = post_facts(post)
    end = last_day or today() - timedelta(days=1)
    if post.until is not None and post.until < today():
        return post
    # A post given today and taken back must not last until midnight; the audit log keeps the true days.
    post.since, post.until = min(post.since, end), end
    post.save(update_fields=["since", "until"])
    audit.record(
        action="post.ended",
        subject=post,
        actor=reach.actor,
        before=before,
        after=post_facts(post),
        reason=reason,
    )
    return post
