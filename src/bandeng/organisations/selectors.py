"""Reads of organisations, posts and what they may see."""

from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from bandeng.core import clock
from bandeng.core.remembered import Remembered
from bandeng.organisations.models import Organisation, Post
from bandeng.organisations.rules import Scope


@dataclass(frozen=True)
class Directory:
    """All organisations but enterprises, in memory."""

    by_code: dict[str, Organisation]
    by_id: dict[int, Organisation]

    def name(self, organisation_id: int | None) -> str:
        """Short name, or an empty text."""
        found = self.by_id.get(organisation_id or 0)
        return found.short_name if found else ""


def _stamp() -> tuple[int, int]:
    found = Organisation.objects.aggregate(count=Count("id"), last=Max("id"))
    return found["count"], found["last"] or 0


def _read() -> Directory:
    rows = list(Organisation.objects.exclude(kind="enterprise").order_by("id"))
    return Directory({row.code: row for row in rows}, {row.pk: row for row in rows})


directory = Remembered(stamp=_stamp, read=_read)
"""The organisations as they are: `directory()`."""


def posts_held(user_id: int) -> QuerySet[Post]:
    """The posts that a person holds today."""
    today = clock.now().date()
    held = Post.objects.filter(user_id=user_id, since__lte=today).filter(Q(until__isnull=True) | Q(until__gte=today))
    return held.select_related("organisation", "role", "area", "user").order_by("id")


def scope_of(post: Post) -> Scope:
    """What a post may see and do."""
    return Scope(
        user_id=post.user_id,
        actor=f"user:{post.user_id}",
        post_id=post.pk,
        organisation_id=post.organisation_id,
        organisation_name=post.organisation.short_name,
        kind=post.organisation.kind,
        area_code=post.area.code if post.area else "",
        duties=frozenset(post.role.duties),
    )
