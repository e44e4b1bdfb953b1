"""Lists for administrators, each cut to what their post covers."""

from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from bandeng.accounts.models import User
from bandeng.accounts.rules import ACCOUNT_TRIES, folded
from bandeng.accounts.services.lockout import locked_until
from bandeng.areas.models import Area
from bandeng.organisations.models import ApiToken, Organisation, Post, Role
from bandeng.organisations.rules import TOKEN_ROLE, Reach
from bandeng.organisations.selectors import held_on, may_manage, reaches, today, within_reach

PAGE_SIZE = 50


@dataclass(frozen=True)
class AccountRow:
    """One line of the list of accounts."""

    user: User
    posts: tuple[Post, ...]
    has_factor: bool


@dataclass(frozen=True)
class AccountPage:
    """Everything on the page of one account."""

    user: User
    posts: tuple[Post, ...]
    past: tuple[Post, ...]
    has_factor: bool
    locked_until: object
    manageable: bool


def not_ended() -> Q:
    """Posts of today and those to come."""
    return Q(until__isnull=True) | Q(until__gte=today())


def accounts_within(*, reach: Reach, search: str = "") -> QuerySet[User]:
    """Accounts with a post in reach, in the district all; found by user name, name or e-mail."""
    found = User.objects.order_by("username")
    if not reach.whole_district:
        posts = Post.objects.filter(within_reach(reach, prefix="organisation__")).filter(not_ended())
        found = found.filter(pk__in=posts.values("user_id"))
    if search:
        words = Q(username__icontains=search) | Q(name__icontains=search) | Q(email__icontains=search)
        found = found.filter(words)
    return found


def account_rows(users: list[User]) -> list[AccountRow]:
    """The users with their posts and second factors; two queries."""
    keys = [user.pk for user in users]
    posts: dict[int, list[Post]] = {key: [] for key in keys}
    held = (
        Post.objects.filter(user_id__in=keys)
        .filter(not_ended())
        .select_related("organisation", "role", "area")
    )
    for post in held.order_by("id"):
        posts[post.user_id].append(post)
    factors = Authenticator.objects.filter(user_id__in=keys, type=Authenticator.Type.TOTP)
    with_factor = set(factors.values_list("user_id", flat=True))
    return [AccountRow(user, tuple(posts[user.pk]), user.pk in with_factor) for user in users]


def account_page(*, user_id: int, reach: Reach) -> AccountPage | None:
    """One account, or None beyond the administrator's reach; one's own is shown but not managed."""
    user = accounts_within(reach=reach).filter(pk=user_id).first()
    if user is None:
        return None
    posts = list(
        Post.objects.filter(user_id=user_id)
        .select_related("organisation__area", "role", "area")
        .order_by("-since", "-id")
    )
    day = today()
    present = tuple(post for post in posts if post.until is None or post.until >= day)
    return AccountPage(
        user=user, posts=present, past=tuple(post for post in posts if post not in present),
        has_factor=Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists(),
        locked_until=locked_until(limit=ACCOUNT_TRIES, subject=folded(user.username)),
        manageable=user.pk != reach.user_id and may_manage(reach=reach, posts=present),
    )  # fmt: skip


def posts_within(*, reach: Reach, search: str = "", on: date | None = None) -> QuerySet[Post]:
    """Posts in reach that are held on a day, by default all that have not ended."""
    found = Post.objects.filter(within_reach(reach, prefix="organisation__")).filter(
        held_on(on) if on else not_ended()
    )
    if search:
        found = found.filter(
            Q(user__name__icontains=search) | Q(user__username__icontains=search) | Q(title__icontains=search)
            | Q(organisation__name__icontains=search) | Q(organisation__code=search) | Q(area__code=search)
        )  # fmt: skip
    return found.select_related("user", "organisation", "role", "area").order_by("organisation__code", "id")


def post_within(*, post_id: int, reach: Reach) -> Post | None:
    """One post in reach, or None."""
    found = Post.objects.filter(within_reach(reach, prefix="organisation__"), pk=post_id)
    return found.select_related("user", "organisation__area", "role", "area").first()


def organisations_within(*, reach: Reach, search: str = "") -> QuerySet[Organisation]:
    """Organisations in reach, found by code or name."""
    found = Organisation.objects.filter(within_reach(reach)).select_related("area").order_by("kind", "code")
    if search:
        found = found.filter(
            Q(code__startswith=search) | Q(name__icontains=search) | Q(short_name__icontains=search)
        )
    return found


def organisation_named(name: str, *, reach: Reach) -> Organisation | None:
    """The active organisation in reach with this code, or else the only one with this name."""
    known = name.strip()
    found = Organisation.objects.filter(active=True, code=known).select_related("area").first()
    if found is not None:
        return found if reaches(reach=reach, organisation=found) else None
    rows = organisations_within(reach=reach).filter(Q(name=known) | Q(short_name=known), active=True)[:2]
    return rows[0] if len(rows) == 1 else None


def area_named(code: str) -> Area | None:
    """The area with this code, or None."""
    return Area.objects.filter(code=code).first()


def role_named(code: str) -> Role:
    """The role with this code. Raises Role.DoesNotExist."""
    return Role.objects.get(code=code)


def grantable_roles(reach: Reach) -> list[Role]:
    """The roles that an administrator may give."""
    return [role for role in Role.objects.order_by("id") if frozenset(role.duties) <= reach.duties]


def token_posts(reach: Reach) -> QuerySet[Post]:
    """Posts in reach that may hold tokens."""
    return posts_within(reach=reach, on=today()).filter(role__code=TOKEN_ROLE)


def tokens_within(*, reach: Reach, search: str = "") -> QuerySet[ApiToken]:
    """Tokens of posts in reach, the newest first."""
    found = ApiToken.objects.filter(within_reach(reach, prefix="post__organisation__"))
    if search:
        found = found.filter(
            Q(name__icontains=search) | Q(prefix=search) | Q(post__user__name__icontains=search)
        )
    return found.select_related("post__user", "post__organisation").order_by("-id")


def paginator(
    rows: "QuerySet[User] | QuerySet[Post] | QuerySet[Organisation] | QuerySet[ApiToken]",
) -> "Paginator[object]":
    """A list in pages."""
    return Paginator(rows, PAGE_SIZE)
