"""What the machine's holder does from the command line: begin a district, let somebody in again."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from bandeng.accounts.models import User
from bandeng.accounts.services import staff as accounts
from bandeng.accounts.services.passwords import password_reset
from bandeng.areas.models import Area
from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.core import audit
from bandeng.organisations.models import Organisation, Post, Role
from bandeng.organisations.rules import OrganisationKind, Reach
from bandeng.organisations.selectors import held_on, today
from bandeng.organisations.services.posts import post_give
from bandeng.organisations.services.roles import roles_load

ACTOR = "console"
CENTRE = "governance_centre"
CONSOLE_REACH = Reach(user_id=0, actor=ACTOR, organisation_id=0, area_code="", whole_district=True)


class BeginningRefused(ValueError):
    """The account cannot be made as asked; the message says what is missing."""


@transaction.atomic
def account_begin(
    *, username: str, name: str, role_code: str, organisation_code: str, district: Sequence[str]
) -> str:
    """Open an account with a post, and the district and its centre where missing; the one-time password.

    Raises BeginningRefused, OutOfReach, ValidationError.
    """
    roles_load()
    role = Role.objects.filter(code=role_code).first()
    if role is None:
        known = ", ".join(Role.objects.order_by("id").values_list("code", flat=True))
        raise BeginningRefused(f"no role {role_code}; there are: {known} / 没有这个角色")
    organisation = _organisation(organisation_code, district=_district(district))
    user, password = accounts.account_create(username=username, name=name or username, actor=ACTOR)
    post_give(user_id=user.pk, organisation=organisation, role=role, area=None, reach=CONSOLE_REACH)
    return password


def _district(wanted: Sequence[str]) -> Area:
    present = Area.objects.filter(level=Level.DISTRICT.value).first()
    if present is not None:
        return present
    if not wanted:
        raise BeginningRefused(
            "no district yet; add --district CODE NAME / 还没有区划，请加 --district 代码 名称"
        )
    code, name = wanted
    if not (code.isascii() and code.isdecimal() and len(code) == CODE_LENGTH[Level.DISTRICT]):
        raise BeginningRefused("a district's code has 6 digits (GB/T 2260) / 区划代码为 6 位数字")
    area = Area.objects.create(code=code, level=Level.DISTRICT.value, name=name)
    audit.record(action="area.created", subject=area, actor=ACTOR, after={"code": code, "name": name})
    return area


def _organisation(code: str, *, district: Area) -> Organisation:
    found = Organisation.objects.filter(code=code or CENTRE).select_related("area").first()
    if found is None and not code:
        centres = Organisation.objects.filter(kind=OrganisationKind.CENTRE.value, area=district)
        found = centres.select_related("area").order_by("id").first()
    if found is not None:
        return found
    if code:
        raise BeginningRefused(f"no organisation {code} / 没有这个单位")
    row = Organisation.objects.create(
        code=CENTRE, kind=OrganisationKind.CENTRE.value, area=district,
        name=f"{district.name}社会治理中心", short_name="治理中心",
        name_en="Governance centre", short_name_en="Centre",
    )  # fmt: skip
    audit.record(action="organisation.created", subject=row, actor=ACTOR, after={"code": CENTRE})
    return row


@transaction.atomic
def account_recover(*, username: str, second_factor: bool) -> str:
    """Unlock an account and give it a one-time password. Raises BeginningRefused for an unknown one."""
    user = User.objects.filter(username__iexact=username.strip()).first()
    if user is None:
        raise BeginningRefused(f"no account {username} / 没有这个账号")
    accounts.account_unlock(user_id=user.pk, actor=ACTOR)
    if second_factor:
        accounts.second_factor_remove(user_id=user.pk, actor=ACTOR)
    return password_reset(user=User.objects.get(pk=user.pk), actor=ACTOR)


def account_lines(*, role_code: str) -> Iterator[str]:
    """One line an account and post: user name, name, role, organisation, state."""
    posts = Post.objects.filter(held_on(today())).select_related("user", "role", "organisation")
    posts = posts.filter(role__code=role_code) if role_code else posts
    for post in posts.order_by("user__username", "id").iterator(chunk_size=500):
        state = "" if post.user.is_active else "  locked / 已锁定"
        yield f"{post.user.username}  {post.user.name}  {post.role.code}  {post.organisation.name}{state}"
