"""Roles with what they let people do and who holds them, for administrators."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from bandeng.organisations.labels import duty_names
from bandeng.organisations.models import Post, Role
from bandeng.organisations.rules import Reach, needs_second_factor
from bandeng.organisations.selectors.administration import posts_within


@dataclass(frozen=True)
class RoleRow:
    """One line of the list of roles."""

    role: Role
    duties: tuple[str, ...]
    holders: int  # posts in the administrator's reach that have not ended
    needs_factor: bool


def role_rows(*, reach: Reach, search: str = "") -> list[RoleRow]:
    """All roles in the order in which they came, or those whose name or duty is searched for; two queries."""
    counted = dict(
        posts_within(reach=reach).order_by().values_list("role_id").annotate(count=Count("id")).order_by()
    )
    rows = [_row(role, counted.get(role.pk, 0)) for role in Role.objects.order_by("id")]
    return [row for row in rows if not search or _says(row, search.casefold())]


def _row(role: Role, holders: int) -> RoleRow:
    duties = frozenset(role.duties)
    return RoleRow(role, tuple(duty_names(duties)), holders, needs_second_factor(duties))


def _says(row: RoleRow, word: str) -> bool:
    return any(word in text.casefold() for text in (row.role.name, row.role.name_en, *row.duties))


def role_known(role_id: int) -> Role | None:
    """One role, or None."""
    return Role.objects.filter(pk=role_id).first()


def role_holders(*, role_id: int, reach: Reach) -> QuerySet[Post]:
    """The posts in reach with this role that have not ended."""
    return posts_within(reach=reach).filter(role_id=role_id)
