"""Whom a matter can be given to."""

from django.utils.translation import pgettext

from bandeng.areas.rules import is_within
from bandeng.organisations.models import Post
from bandeng.organisations.rules import AREA_KINDS, Duty
from bandeng.organisations.selectors import directory, held_on, today

MOST_POSTS = 2_000
Option = tuple[str, str]


def handlers_of(organisation_id: int) -> list[Option]:
    """The posts of an organisation that handle matters today, by name: one query."""
    held = Post.objects.filter(held_on(today()), organisation_id=organisation_id, user__is_active=True)
    rows = held.select_related("user", "role").order_by("user__name", "id")[:MOST_POSTS]
    return [(str(row.pk), _called(row)) for row in rows if Duty.HANDLE.value in row.role.duties]


def _called(row: Post) -> str:
    title = row.title or row.role.name
    return pgettext("person", "%(name)s, %(title)s") % {"name": row.user.name, "title": title}


def organisations_for(area_codes: frozenset[str]) -> list[Option]:
    """Active departments and centres, then the streets and communities in which all of these places lie."""
    everywhere, local = [], []
    for each in directory().by_id.values():
        if not each.active:
            continue
        if not (each.kind in AREA_KINDS and each.code.isdecimal()):
            everywhere.append((str(each.pk), each.called))
        elif area_codes and all(code and is_within(code=code, area=each.code) for code in area_codes):
            local.append((str(each.pk), each.name))
    return [*everywhere, *sorted(local, key=lambda option: option[1])]
