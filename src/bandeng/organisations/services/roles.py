"""Roles: the shipped ones that an empty database begins with, and how a district makes them its own."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from bandeng.core import audit
from bandeng.organisations.models import Post, Role
from bandeng.organisations.rules import Duty, OutOfReach, Reach, check_role_change, reach_of
from bandeng.organisations.selectors import held_on, scope_of, today

ROLES_FILE = Path(__file__).parent.parent / "data" / "roles.toml"


def roles_load() -> None:
    """Create the shipped roles that are missing; one that exists is the district's own."""
    for entry in tomllib.loads(ROLES_FILE.read_text(encoding="utf-8"))["role"]:
        duties = [Duty(duty).value for duty in entry["duties"]]
        Role.objects.get_or_create(
            code=entry["code"],
            defaults={"name": entry["name"], "name_en": entry["name_en"], "duties": duties},
        )


@transaction.atomic
def role_create(*, name: str, name_en: str, duties: Iterable[str], reach: Reach, reason: str) -> Role:
    """Make a role. Raises OutOfReach below the district, without duties, or for a name that is taken."""
    wanted = _duties(duties)
    check_role_change(reach=reach, code="", before=frozenset(), after=frozenset(wanted), own=False)
    held = _locked()
    row = Role(code=f"role_{max((each.pk for each in held), default=0) + 1}", duties=wanted)
    _name(row, held, name=name, name_en=name_en)
    row.save()
    audit.record(
        action="role.created", subject=row, actor=reach.actor, after=role_facts(row), reason=reason.strip()
    )
    return row


@transaction.atomic
def role_change(
    *, role_id: int, name: str, name_en: str, duties: Iterable[str], seen: Iterable[str], reach: Reach,
    reason: str,
) -> Role:  # fmt: skip
    """Rename a role or change its duties, at once for everybody who holds it; `seen` are the duties as shown.

    Raises OutOfReach below the district, for a duty more in one's own role, when somebody else was first,
    and where nobody would be left who administers the district.
    """
    held = _locked()
    row = next(each for each in held if each.pk == role_id)
    before, wanted = role_facts(row), _duties(duties)
    check_role_change(
        reach=reach, code=row.code, before=frozenset(row.duties), after=frozenset(wanted),
        own=_held_by(user_id=reach.user_id, role=row),
    )  # fmt: skip
    if frozenset(seen) != frozenset(row.duties):
        raise OutOfReach("role_changed")
    row.duties = wanted
    _name(row, held, name=name, name_en=name_en)
    row.save(update_fields=["name", "name_en", "duties"])
    taken = frozenset(before["duties"]) - frozenset(wanted)
    if Duty.ADMINISTER.value in taken and not _administered():
        raise OutOfReach("last_administrator")
    audit.record(
        action="role.changed", subject=row, actor=reach.actor, before=before, after=role_facts(row),
        reason=reason.strip(),
    )  # fmt: skip
    return row


def role_facts(row: Role) -> dict[str, Any]:
    """What the audit log keeps of a role."""
    return {"code": row.code, "name": row.name, "name_en": row.name_en, "duties": sorted(row.duties)}


def _locked() -> list[Role]:
    """All roles, held: two administrators must not each take the duty from the other's role."""
    return list(Role.objects.select_for_update().order_by("id"))


def _duties(wanted: Iterable[str]) -> list[str]:
    """The duties in their order. Raises ValueError for what is none."""
    given = {Duty(each) for each in wanted}
    return [duty.value for duty in Duty if duty in given]


def _name(row: Role, held: list[Role], *, name: str, name_en: str) -> None:
    if name.strip() != row.name and any(other.name == name.strip() for other in held):
        raise OutOfReach("role_name_taken")
    row.name, row.name_en = name.strip(), name_en.strip()


def _held_by(*, user_id: int, role: Role) -> bool:
    return Post.objects.filter(held_on(today()), user_id=user_id, role=role).exists()


def _administered() -> bool:
    """Whether somebody who can sign in still administers the whole district."""
    roles = [row.pk for row in Role.objects.all() if Duty.ADMINISTER.value in row.duties]
    posts = Post.objects.filter(
        held_on(today()), role_id__in=roles, user__is_active=True, organisation__active=True
    )
    rows = posts.select_related("organisation__area", "area", "role").iterator(chunk_size=200)
    return any(reach_of(scope_of(post)).whole_district for post in rows)
