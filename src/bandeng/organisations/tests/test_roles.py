"""Roles are the district's to change, never beyond one's own, and somebody always administers."""

import pytest

from bandeng.areas.tests.factories import STREETS, area_tree
from bandeng.core.models import AuditEntry
from bandeng.organisations.models import Organisation, Role
from bandeng.organisations.rules import TOKEN_ROLE, Duty, OutOfReach, Reach, check_role_change, reach_of
from bandeng.organisations.selectors import scope_of
from bandeng.organisations.services.roles import role_change, role_create, roles_load
from bandeng.organisations.tests.factories import CENTRE, organisations, post, role

pytestmark = pytest.mark.django_db
ALL = Reach(user_id=0, actor="user:0", organisation_id=0, area_code="", whole_district=True)


@pytest.fixture
def offices() -> dict[str, Organisation]:
    roles_load()
    return organisations(area_tree())


def changed(row: Role, reach: Reach, *duties: Duty, seen: list[str] | None = None) -> Role:
    return role_change(
        role_id=row.pk, name=row.name, name_en=row.name_en, duties=[duty.value for duty in duties],
        seen=row.duties if seen is None else seen, reach=reach, reason="测试",
    )  # fmt: skip


def test_role_made_and_changed_counts_at_once_and_is_told(offices: dict[str, Organisation]) -> None:
    row = role_create(name="督导", name_en="Inspector", duties=["verify"], reach=ALL, reason="新设")
    held = post(Duty.HANDLE, organisation=offices["housing"])
    held.role = row
    held.save()
    changed(row, ALL, Duty.SUPERVISE, Duty.VERIFY)
    held.refresh_from_db()
    assert scope_of(held).duties == {"verify", "supervise"}
    entries = AuditEntry.objects.filter(subject_type="organisations.role").order_by("id")
    assert [entry.action for entry in entries] == ["role.created", "role.changed"]
    assert '"duties":["verify"]' in entries[1].content and '"reason":"测试"' in entries[1].content


def test_last_administrator_keeps_the_duty(offices: dict[str, Organisation]) -> None:
    held = post(Duty.ADMINISTER, organisation=offices[CENTRE])
    post(Duty.ADMINISTER, Duty.AUDIT, organisation=offices[STREETS[0]])  # a street's does not count
    with pytest.raises(OutOfReach, match="last_administrator"):
        changed(held.role, ALL, Duty.AUDIT)
    held.role.refresh_from_db()
    assert held.role.duties == ["administer"]


def test_a_locked_account_does_not_administer(offices: dict[str, Organisation]) -> None:
    held = post(Duty.ADMINISTER, organisation=offices[CENTRE])
    other = post(Duty.ADMINISTER, Duty.AUDIT, organisation=offices[CENTRE])
    other.user.is_active = False
    other.user.save()
    with pytest.raises(OutOfReach, match="last_administrator"):
        changed(held.role, ALL, Duty.AUDIT)
    other.user.is_active = True
    other.user.save()
    assert changed(held.role, ALL, Duty.AUDIT).duties == ["audit"]


def test_nobody_adds_to_their_own_role(offices: dict[str, Organisation]) -> None:
    held = post(Duty.ADMINISTER, organisation=offices[CENTRE])
    with pytest.raises(OutOfReach, match="own_role"):
        changed(held.role, reach_of(scope_of(held)), Duty.ADMINISTER, Duty.UNSEAL)


def test_somebody_else_was_first(offices: dict[str, Organisation]) -> None:
    row = role(Duty.HANDLE)
    with pytest.raises(OutOfReach, match="role_changed"):
        changed(row, ALL, Duty.HANDLE, Duty.VERIFY, seen=["report"])


@pytest.mark.parametrize(
    ("whole", "code", "after", "refusal"),
    [
        (False, "", {"handle"}, "roles"),
        (True, "", set(), "role_without_duty"),
        (True, TOKEN_ROLE, {"report", "unseal"}, "token_role"),
    ],
)
def test_what_a_role_cannot_be(whole: bool, code: str, after: set[str], refusal: str) -> None:
    reach = Reach(user_id=1, actor="user:1", organisation_id=1, area_code="", whole_district=whole)
    with pytest.raises(OutOfReach, match=refusal):
        check_role_change(reach=reach, code=code, before=frozenset(), after=frozenset(after), own=False)


def test_names_are_each_once(offices: dict[str, Organisation]) -> None:
    with pytest.raises(OutOfReach, match="role_name_taken"):
        role_create(name="网格员 ", name_en="", duties=["report"], reach=ALL, reason="测试")
