"""What an administrator does to accounts and organisations within reach."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from bandeng.accounts.models import User
from bandeng.accounts.services import staff
from bandeng.accounts.services.passwords import password_reset
from bandeng.areas.models import Area
from bandeng.core import audit
from bandeng.organisations.models import Organisation, Post, Role
from bandeng.organisations.rules import TOKEN_ROLE, OrganisationKind, OutOfReach, Reach
from bandeng.organisations.selectors import code_of, directory, may_manage, reaches, today
from bandeng.organisations.services.posts import post_give


@dataclass(frozen=True)
class NewPost:
    """What an account is opened for."""

    organisation: Organisation
    role: Role
    area: Area | None
    title: str = ""
    seconded: bool = False
    since: date | None = None
    until: date | None = None


@transaction.atomic
def account_open(*, username: str, name: str, email: str, post: NewPost, reach: Reach) -> tuple[User, str]:
    """Open an account with its first post; with its one-time password. Raises OutOfReach, ValidationError."""
    signs_in = post.role.code != TOKEN_ROLE
    user, password = staff.account_create(
        username=username, name=name, email=email, actor=reach.actor, signs_in=signs_in
    )
    post_give(
        user_id=user.pk, organisation=post.organisation, role=post.role, area=post.area, title=post.title,
        seconded=post.seconded, since=post.since, until=post.until, reach=reach,
    )  # fmt: skip
    return user, password


def check_manages(*, user_id: int, reach: Reach) -> User:
    """The account. Raises OutOfReach for oneself and for accounts with a post beyond reach."""
    user = User.objects.get(pk=user_id)
    if user_id == reach.user_id:
        raise OutOfReach("oneself")
    posts = Post.objects.filter(user_id=user_id).filter(Q(until__isnull=True) | Q(until__gte=today()))
    if not may_manage(reach=reach, posts=list(posts.select_related("organisation__area", "role"))):
        raise OutOfReach("account")
    return user


@transaction.atomic
def account_edit(*, user_id: int, name: str, email: str, reach: Reach) -> User:
    """Change an account's name or address. Raises OutOfReach."""
    check_manages(user_id=user_id, reach=reach)
    return staff.account_change(user_id=user_id, name=name, email=email, actor=reach.actor)


@transaction.atomic
def account_active_set(*, user_id: int, active: bool, reason: str, reach: Reach) -> User:
    """Lock or unlock an account. Raises OutOfReach."""
    check_manages(user_id=user_id, reach=reach)
    change = staff.account_unlock if active else staff.account_lock
    return change(user_id=user_id, actor=reach.actor, reason=reason)


@transaction.atomic
def account_password_reset(*, user_id: int, reason: str, reach: Reach) -> str:
    """Give a one-time password. Raises OutOfReach."""
    return password_reset(user=check_manages(user_id=user_id, reach=reach), actor=reach.actor, reason=reason)


@transaction.atomic
def account_second_factor_remove(*, user_id: int, reason: str, reach: Reach) -> None:
    """Take a lost second factor away. Raises OutOfReach."""
    check_manages(user_id=user_id, reach=reach)
    staff.second_factor_remove(user_id=user_id, actor=reach.actor, reason=reason)


@transaction.atomic
def organisation_create(
    *, code: str, kind: str, name: str, short_name: str, name_en: str, short_name_en: str = "",
    area: Area | None, reach: Reach,
) -> Organisation:  # fmt: skip
    """Create an organisation. Raises OutOfReach, and ValidationError for a code that is taken."""
    row = Organisation(
        code=code.strip(), kind=OrganisationKind(kind).value, area=area,
        name=name.strip(), short_name=short_name.strip(), name_en=name_en.strip(),
        short_name_en=short_name_en.strip(),
    )  # fmt: skip
    if not reaches(reach=reach, organisation=row):
        raise OutOfReach("organisation")
    row.full_clean(exclude=["name_en", "short_name_en", "area"])
    row.save()
    directory.forget()
    audit.record(action="organisation.created", subject=row, actor=reach.actor, after=organisation_facts(row))
    return row


@transaction.atomic
def organisation_change(
    *, organisation_id: int, name: str, short_name: str, name_en: str, short_name_en: str = "", active: bool,
    reach: Reach,
) -> Organisation:  # fmt: skip
    """Rename an organisation, or put it out of use; its code, kind and area stay. Raises OutOfReach."""
    row = Organisation.objects.select_for_update(of=("self",)).select_related("area").get(pk=organisation_id)
    if not reaches(reach=reach, organisation=row):
        raise OutOfReach("organisation")
    if not active and row.pk == reach.organisation_id:
        raise OutOfReach("oneself")
    before = organisation_facts(row)
    row.name, row.short_name, row.active = name.strip(), short_name.strip(), active
    row.name_en, row.short_name_en = name_en.strip(), short_name_en.strip()
    row.full_clean(exclude=["name_en", "short_name_en", "area"])
    row.save(update_fields=["name", "short_name", "name_en", "short_name_en", "active"])
    directory.forget()
    audit.record(
        action="organisation.changed",
        subject=row,
        actor=reach.actor,
        before=before,
        after=organisation_facts(row),
    )
    return row


def organisation_facts(row: Organisation) -> dict[str, object]:
    """What the audit log keeps of an organisation."""
    return {
        "code": row.code, "kind": row.kind, "area": code_of(row.area), "active": row.active,
        "name": row.name, "short_name": row.short_name, "name_en": row.name_en,
        "short_name_en": row.short_name_en,
    }  # fmt: skip
