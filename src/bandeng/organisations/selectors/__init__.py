"""Reads of organisations, posts and what they may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from bandeng.areas.models import Area
from bandeng.areas.rules import CODE_LENGTH, code_range
from bandeng.core import clock
from bandeng.core.remembered import Remembered
from bandeng.organisations.models import Organisation, Post, Role
from bandeng.organisations.rules import AREA_KINDS, Duty, Reach, Scope, covers_organisation


@dataclass(frozen=True)
class Directory:
    """All organisations but enterprises, in memory."""

    by_code: dict[str, Organisation]
    by_id: dict[int, Organisation]

    def name(self, organisation_id: int | None) -> str:
        """Short name in the reader's language, or an empty text."""
        found = self.by_id.get(organisation_id or 0)
        return found.called if found else ""

    def official_name(self, organisation_id: int | None) -> str:
        """Short name in Chinese, whoever asks: for other systems, messages and what is kept."""
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
    held = Post.objects.filter(held_on(today()), user_id=user_id, organisation__active=True)
    return held.select_related("organisation__area", "role", "area", "user").order_by("id")


def today() -> date:
    """The day that it is in the district; the moment's own date would be that of Greenwich."""
    return timezone.localdate(clock.now())


def held_on(day: date) -> Q:
    """Posts held on a day."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))


def scope_of(post: Post) -> Scope:
    """What a post may see and do; a post without an area of its own has its organisation's."""
    area = post.area or post.organisation.area
    return Scope(
        user_id=post.user_id,
        actor=f"user:{post.user_id}",
        post_id=post.pk,
        organisation_id=post.organisation_id,
        organisation_name=post.organisation.short_name,
        kind=post.organisation.kind,
        area_code=area.code if area else "",
        duties=frozenset(post.role.duties),
    )


def code_of(area: Area | None) -> str:
    """An area's code; empty for none."""
    return area.code if area else ""


def reaches(*, reach: Reach, organisation: Organisation) -> bool:
    """Whether an organisation lies in an administrator's reach."""
    return covers_organisation(
        reach=reach,
        organisation_id=organisation.pk,
        kind=organisation.kind,
        area_code=code_of(organisation.area),
    )


def within_reach(reach: Reach, *, prefix: str = "") -> Q:
    """The same as a condition on organisations, or with prefix "organisation__" on what belongs to them."""
    if reach.whole_district:
        return Q()
    own = Q(**{f"{prefix}id": reach.organisation_id})
    if not reach.area_code:
        return own
    low, high = code_range(reach.area_code)
    return own | Q(
        **{
            f"{prefix}kind__in": sorted(AREA_KINDS),
            f"{prefix}area__code__gte": low,
            f"{prefix}area__code__lt": high,
        }
    )


@dataclass(frozen=True)
class Holder:
    """A person in a post, as lists of assignees and notices need them."""

    user_id: int
    name: str
    post_id: int
    title: str
    organisation_id: int
    organisation_name: str
    area_code: str


def holders(*, duty: Duty, organisation_id: int | None = None, area_code: str = "") -> tuple[Holder, ...]:
    """Who holds a duty today: in one organisation, or over an area (its own posts and those above)."""
    held = Post.objects.filter(held_on(today()), user__is_active=True, organisation__active=True)
    held = held.filter(role_id__in=[role.pk for role in Role.objects.all() if duty.value in role.duties])
    if organisation_id is not None:
        held = held.filter(organisation_id=organisation_id)
    if area_code:
        above = [area_code[:length] for length in CODE_LENGTH.values() if length <= len(area_code)]
        held = held.filter(organisation__kind__in=sorted(AREA_KINDS)).filter(
            Q(area__code__in=above) | Q(area__isnull=True, organisation__area__code__in=above)
        )
    rows = held.select_related("user", "organisation__area", "area").order_by(
        "organisation__code", "user__name", "id"
    )
    return tuple(
        Holder(
            row.user_id, row.user.get_full_name(), row.pk, row.title, row.organisation_id,
            row.organisation.short_name, code_of(row.area or row.organisation.area),
        )
        for row in rows
    )  # fmt: skip


def may_manage(*, reach: Reach, posts: Sequence[Post]) -> bool:
    """Whether an administrator may lock an account or reset its password: all its posts are in reach."""
    if reach.whole_district:
        return True
    return bool(posts) and all(
        reaches(reach=reach, organisation=post.organisation) and frozenset(post.role.duties) <= reach.duties
        for post in posts
    )
