"""What an administrator may do: the district's everything, a street's its own, nobody anything for themselves."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from bandeng.accounts.models import User
from bandeng.accounts.tests.factories import user
from bandeng.areas.models import Area
from bandeng.areas.tests.factories import COMMUNITIES, GRIDS, STREETS, area_tree
from bandeng.core.models import AuditEntry
from bandeng.organisations.models import Organisation, Post, Role
from bandeng.organisations.rules import Duty, DutyMissing, OutOfReach, Reach, reach_of
from bandeng.organisations.selectors import scope_of, today
from bandeng.organisations.selectors.administration import (
    account_page,
    accounts_within,
    organisation_named,
    organisations_within,
    posts_within,
)
from bandeng.organisations.services import posts, staff
from bandeng.organisations.services.roles import roles_load
from bandeng.organisations.tests.factories import CENTRE, organisations, post, role

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices() -> dict[str, Organisation]:
    """The small district's organisations."""
    return organisations(area_tree())


@pytest.fixture
def district(offices: dict[str, Organisation]) -> Reach:
    """An administrator of the district."""
    return reach_of(scope_of(post(Duty.ADMINISTER, organisation=offices[CENTRE])))


@pytest.fixture
def street(offices: dict[str, Organisation]) -> Reach:
    """An administrator of the first street."""
    return reach_of(scope_of(post(Duty.ADMINISTER, organisation=offices[STREETS[0]])))


def give(
    reach: Reach, *, where: Organisation, duties: tuple[Duty, ...] = (Duty.HANDLE,), area: Area | None = None
) -> Post:
    return posts.post_give(user_id=user().pk, organisation=where, role=role(*duties), area=area, reach=reach)


def test_reach_of_needs_the_duty(offices: dict[str, Organisation]) -> None:
    with pytest.raises(DutyMissing):
        reach_of(scope_of(post(Duty.SUPERVISE, organisation=offices[CENTRE])))


@pytest.mark.parametrize("code", [STREETS[0], COMMUNITIES[0], GRIDS[0]])
def test_street_gives_posts_in_its_own_area(
    offices: dict[str, Organisation], street: Reach, code: str
) -> None:
    given = give(street, where=offices[code])
    assert given.area == offices[code].area
    assert AuditEntry.objects.get(action="post.given").actor == street.actor


@pytest.mark.parametrize("code", [STREETS[1], COMMUNITIES[2], GRIDS[4], CENTRE, "housing"])
def test_street_gives_no_post_elsewhere(offices: dict[str, Organisation], street: Reach, code: str) -> None:
    with pytest.raises(OutOfReach):
        give(street, where=offices[code])


@pytest.mark.parametrize("duty", [Duty.UNSEAL, Duty.RULES, Duty.AUDIT, Duty.ADMINISTER])
def test_street_gives_no_duty_that_only_the_district_gives(
    offices: dict[str, Organisation], street: Reach, district: Reach, duty: Duty
) -> None:
    with pytest.raises(OutOfReach) as refusal:
        give(street, where=offices[STREETS[0]], duties=(Duty.HANDLE, duty))
    assert refusal.value.code == "duty"
    give(district, where=offices[STREETS[0]], duties=(Duty.HANDLE, duty))


def test_nobody_gives_a_post_to_themselves(
    offices: dict[str, Organisation], district: Reach, street: Reach
) -> None:
    for reach in (district, street):
        with pytest.raises(OutOfReach) as refusal:
            posts.post_give(
                user_id=reach.user_id,
                organisation=offices[STREETS[0]],
                role=role(Duty.UNSEAL),
                area=None,
                reach=reach,
            )
        assert refusal.value.code == "oneself"


def test_post_s_area_lies_in_its_organisation_s(offices: dict[str, Organisation], district: Reach) -> None:
    with pytest.raises(OutOfReach) as refusal:
        give(district, where=offices[STREETS[0]], area=offices[STREETS[1]].area)
    assert refusal.value.code == "area_elsewhere"
    assert (
        give(district, where=offices[STREETS[0]], area=offices[GRIDS[0]].area).area == offices[GRIDS[0]].area
    )


def test_office_without_an_area_gets_no_post_that_would_see_everything(district: Reach) -> None:
    nowhere = Organisation.objects.create(code="nowhere", kind="street_office", name="x", short_name="x")
    with pytest.raises(OutOfReach) as refusal:
        give(district, where=nowhere)
    assert refusal.value.code == "area_missing"


def test_department_administers_itself_alone(offices: dict[str, Organisation]) -> None:
    reach = reach_of(scope_of(post(Duty.ADMINISTER, organisation=offices["housing"])))
    assert not reach.whole_district
    give(reach, where=offices["housing"])
    for code in ("police", CENTRE, STREETS[0], GRIDS[0]):
        with pytest.raises(OutOfReach):
            give(reach, where=offices[code])


def test_post_end_at_once_takes_effect_today(offices: dict[str, Organisation], street: Reach) -> None:
    given = give(street, where=offices[GRIDS[0]])
    ended = posts.post_end(post_id=given.pk, reach=street, reason="wrong person")
    assert ended.until == today() - timedelta(days=1)
    assert "wrong person" in AuditEntry.objects.get(action="post.ended").content


def test_post_of_another_street_is_neither_ended_nor_changed(
    offices: dict[str, Organisation], street: Reach
) -> None:
    other = post(Duty.HANDLE, organisation=offices[STREETS[1]])
    with pytest.raises(OutOfReach):
        posts.post_end(post_id=other.pk, reach=street)
    with pytest.raises(OutOfReach):
        posts.post_change(post_id=other.pk, title="x", seconded=False, reach=street)


def test_street_does_not_take_over_an_account_that_reaches_further(
    offices: dict[str, Organisation], street: Reach
) -> None:
    """Resetting the password of somebody with a second, greater post would be a way to that post."""
    person = post(Duty.HANDLE, organisation=offices[GRIDS[0]]).user
    staff.account_password_reset(user_id=person.pk, reason="", reach=street)
    later = post(Duty.HANDLE, organisation=offices["housing"], user=person)
    Post.objects.filter(pk=later.pk).update(since=today() + timedelta(days=9))
    for act in (
        lambda: staff.account_password_reset(user_id=person.pk, reason="", reach=street),
        lambda: staff.account_active_set(user_id=person.pk, active=False, reason="", reach=street),
        lambda: staff.account_second_factor_remove(user_id=person.pk, reason="", reach=street),
        lambda: staff.account_edit(user_id=person.pk, name="x", email="x@example.org", reach=street),
    ):
        with pytest.raises(OutOfReach):
            act()
    page = account_page(user_id=person.pk, reach=street)
    assert page is not None
    assert not page.manageable


def test_street_does_not_manage_its_own_fellow_administrator(
    offices: dict[str, Organisation], street: Reach
) -> None:
    fellow = post(Duty.ADMINISTER, organisation=offices[STREETS[0]]).user
    with pytest.raises(OutOfReach):
        staff.account_password_reset(user_id=fellow.pk, reason="", reach=street)


def test_account_without_any_post_is_the_district_s(street: Reach, district: Reach) -> None:
    alone = user()
    assert account_page(user_id=alone.pk, reach=street) is None
    with pytest.raises(OutOfReach):
        staff.account_password_reset(user_id=alone.pk, reason="", reach=street)
    assert staff.account_password_reset(user_id=alone.pk, reason="", reach=district)


def test_nobody_locks_themselves_out(district: Reach) -> None:
    with pytest.raises(OutOfReach):
        staff.account_active_set(user_id=district.user_id, active=False, reason="", reach=district)


def test_lists_hold_what_is_in_reach_and_nothing_else(
    offices: dict[str, Organisation], street: Reach
) -> None:
    inside = post(Duty.HANDLE, organisation=offices[GRIDS[0]])
    outside = post(Duty.HANDLE, organisation=offices[GRIDS[7]])
    assert inside.user in accounts_within(reach=street)
    assert outside.user not in accounts_within(reach=street)
    assert inside in posts_within(reach=street)
    assert outside not in posts_within(reach=street)
    codes = set(organisations_within(reach=street).values_list("code", flat=True))
    assert codes == {code for code in offices if code.startswith(STREETS[0])}
    assert organisation_named(STREETS[1], reach=street) is None
    assert organisation_named("住建", reach=street) is None


def test_account_open_gives_a_password_once_and_undoes_all_if_the_post_is_refused(
    offices: dict[str, Organisation], street: Reach
) -> None:
    wanted = staff.NewPost(organisation=offices[GRIDS[0]], role=role(Duty.REPORT), area=None)
    made, password = staff.account_open(username="New.One", name="新人", email="", post=wanted, reach=street)
    assert made.username == "new.one"
    assert made.check_password(password)
    assert made.must_change_password
    assert not any(password in entry.content for entry in AuditEntry.objects.all())
    beyond = staff.NewPost(organisation=offices[STREETS[1]], role=role(Duty.REPORT), area=None)
    with pytest.raises(OutOfReach):
        staff.account_open(username="another", name="x", email="", post=beyond, reach=street)
    assert not User.objects.filter(username="another").exists()
    with pytest.raises(ValidationError):
        staff.account_open(username="NEW.ONE", name="x", email="", post=wanted, reach=street)


def test_organisations_created_and_put_out_of_use_within_reach(
    offices: dict[str, Organisation], street: Reach, district: Reach
) -> None:
    area = offices[GRIDS[0]].area
    facts = {"name": "走访站", "short_name": "走访站", "name_en": ""}
    made = staff.organisation_create(code="visits", kind="grid_team", area=area, reach=street, **facts)
    with pytest.raises(ValidationError):
        staff.organisation_create(code="visits", kind="grid_team", area=area, reach=street, **facts)
    with pytest.raises(OutOfReach):
        staff.organisation_create(code="water", kind="department", area=area, reach=street, **facts)
    with pytest.raises(OutOfReach):
        staff.organisation_change(organisation_id=offices[STREETS[1]].pk, active=False, reach=street, **facts)
    assert not staff.organisation_change(organisation_id=made.pk, active=False, reach=street, **facts).active
    with pytest.raises(OutOfReach):
        staff.organisation_change(
            organisation_id=district.organisation_id, active=False, reach=district, **facts
        )


def test_shipped_roles_are_there_and_stay_as_the_district_made_them() -> None:
    roles_load()
    Role.objects.filter(code="clerk").update(duties=["intake", "verify"])
    roles_load()
    assert Role.objects.get(code="clerk").duties == ["intake", "verify"]
    assert set(Role.objects.get(code="street_chief").duties) == {"intake", "dispatch", "verify", "supervise"}
