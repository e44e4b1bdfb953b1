"""The pages of administration and of one's own account, driven as in a browser without script."""

import re
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from pytest_django import Settings

from bandeng.accounts.models import User
from bandeng.accounts.tests.factories import PASSWORD
from bandeng.areas.tests.factories import GRIDS, STREETS, area_tree
from bandeng.core.models import AuditEntry
from bandeng.organisations.models import ApiToken, Organisation, Post
from bandeng.organisations.rules import Duty
from bandeng.organisations.services.roles import roles_load
from bandeng.organisations.tests.factories import CENTRE, organisations, post

pytestmark = pytest.mark.django_db
LISTS = ["/admin/accounts/", "/admin/posts/", "/admin/roles/", "/admin/organisations/", "/admin/tokens/"]
FORMS = ["/admin/accounts/new/", "/admin/roles/new/", "/admin/organisations/new/", "/admin/tokens/new/"]


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    """The second factor has tests of its own."""
    settings.DEMO = True


@pytest.fixture
def offices() -> dict[str, Organisation]:
    """The small district's organisations."""
    roles_load()
    return organisations(area_tree())


def signed_in(held: Post) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.post("/account/login/", {"login": held.user.username, "password": PASSWORD})
    return client


def secret_of(response: Any) -> str:
    found = re.search(r"data-secret>([^<]+)<", response.content.decode())
    assert found
    return found.group(1)


@pytest.fixture
def district(offices: dict[str, Organisation]) -> Client:
    """The district's administrator at work."""
    return signed_in(post(Duty.ADMINISTER, organisation=offices[CENTRE]))


@pytest.fixture
def street(offices: dict[str, Organisation]) -> Client:
    """A street's administrator at work."""
    return signed_in(post(Duty.ADMINISTER, organisation=offices[STREETS[0]]))


@pytest.mark.parametrize("path", [*LISTS, *FORMS])
def test_pages_open_for_administrators_and_for_nobody_else(
    offices: dict[str, Organisation], district: Client, path: str
) -> None:
    page = district.get(path)
    assert page.status_code == 200
    assert not re.search(r"<[^>]+ style=|<script(?![^>]*src=)|<[^>]+ on[a-z]+=", page.content.decode())
    assert "no-store" in page.headers["Cache-Control"]
    others = signed_in(post(Duty.SUPERVISE, Duty.AUDIT, Duty.RULES, organisation=offices[CENTRE]))
    assert others.get(path).status_code == 403
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", ["?page=99999", "?page=x", "?q=%00%27%22%3Cscript%3E", "?q=" + "9" * 500])
def test_lists_bear_any_address(district: Client, path: str, query: str) -> None:
    page = district.get(path + query)
    assert page.status_code == 200
    assert b"<script>" not in page.content


def test_account_opened_by_a_street_and_its_password_shown_once(
    offices: dict[str, Organisation], street: Client
) -> None:
    data = {"username": "grid.worker", "name": "新网格员", "organisation": GRIDS[0], "role": "grid_worker"}
    answer = street.post("/admin/accounts/new/", data)
    password = secret_of(answer)
    made = User.objects.get(username="grid.worker")
    assert made.check_password(password)
    assert Post.objects.get(user=made).area == offices[GRIDS[0]].area
    assert password not in street.get(f"/admin/accounts/{made.pk}/").content.decode()
    newcomer = Client()
    newcomer.post("/account/login/", {"login": "grid.worker", "password": password})
    assert newcomer.get("/admin/").headers["Location"] == "/account/password/"


@pytest.mark.parametrize(
    "change",
    [
        {"organisation": STREETS[1]}, {"organisation": "housing"}, {"role": "auditor"}, {"role": "administrator"},
        {"role": "nothing"}, {"area": STREETS[1]}, {"area": "x"}, {"since": "2026-02-02", "until": "2026-02-01"},
        {"username": "a b"}, {"name": ""}, {"email": "x"},
    ],
)  # fmt: skip
def test_account_beyond_the_street_refused_on_the_form(
    offices: dict[str, Organisation], street: Client, change: dict[str, str]
) -> None:
    data = {"username": "new", "name": "新", "organisation": GRIDS[0], "role": "grid_worker", **change}
    assert street.post("/admin/accounts/new/", data).status_code == 422
    assert not User.objects.filter(name="新").exists()


@pytest.mark.parametrize("act", ["", "lock/", "password/", "second-factor/", "posts/new/"])
def test_accounts_of_another_street_do_not_exist_for_this_one(
    offices: dict[str, Organisation], street: Client, act: str
) -> None:
    other = post(Duty.HANDLE, organisation=offices[STREETS[1]]).user
    assert street.post(f"/admin/accounts/{other.pk}/{act}", {"name": "x"}).status_code == 404
    assert street.post(f"/admin/accounts/{10**30}/{act}", {"name": "x"}).status_code == 404
    other.refresh_from_db()
    assert other.is_active
    assert other.check_password(PASSWORD)


@pytest.mark.parametrize(
    "path", ["/admin/posts/{post}/", "/admin/posts/{post}/end/", "/admin/organisations/{office}/"]
)
def test_posts_and_offices_of_another_street_do_not_exist_for_this_one(
    offices: dict[str, Organisation], street: Client, path: str
) -> None:
    other = post(Duty.HANDLE, organisation=offices[STREETS[1]])
    address = path.format(post=other.pk, office=other.organisation_id)
    assert street.post(address, {"title": "x", "name": "x", "short_name": "x"}).status_code == 404
    other.refresh_from_db()
    assert other.until is None


def test_own_account_is_shown_but_not_managed(offices: dict[str, Organisation]) -> None:
    held = post(Duty.ADMINISTER, organisation=offices[CENTRE])
    client = signed_in(held)
    assert client.get(f"/admin/accounts/{held.user_id}/").status_code == 200
    assert client.post(f"/admin/accounts/{held.user_id}/lock/", {"active": "no"}).status_code == 403
    data = {"organisation": CENTRE, "role": "auditor"}
    assert client.post(f"/admin/accounts/{held.user_id}/posts/new/", data).status_code == 422


def test_lock_reset_and_end_work_and_are_written_down(
    offices: dict[str, Organisation], district: Client
) -> None:
    held = post(Duty.HANDLE, organisation=offices["housing"])
    base = f"/admin/accounts/{held.user_id}/"
    district.post(base + "lock/", {"active": "no", "reason": "离职"})
    held.user.refresh_from_db()
    assert not held.user.is_active
    district.post(base + "lock/", {"active": "yes", "reason": "回来"})
    assert held.user.check_password(PASSWORD)
    assert secret_of(district.post(base + "password/", {"reason": "忘了"})) != PASSWORD
    assert (
        district.post(f"/admin/posts/{held.pk}/end/", {"last_day": "", "reason": "调动"}).status_code == 302
    )
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    for action in ("account.locked", "account.unlocked", "account.password_set", "post.ended"):
        assert action in actions


def test_role_page_changes_duties_and_shows_holders(
    offices: dict[str, Organisation], district: Client, street: Client
) -> None:
    held = post(Duty.HANDLE, organisation=offices["housing"])
    path = f"/admin/roles/{held.role_id}/"
    page = district.get(path).content.decode()
    assert held.user.get_full_name() in page and "办理派给本单位的事项" in page
    given = {
        "name": "办事",
        "name_en": "Doer",
        "duties": ["handle", "verify"],
        "seen": "handle",
        "reason": "增设",
    }
    assert district.post(path, {**given, "seen": "report"}).headers["Location"] == path
    assert district.post(path, {**given, "duties": []}).status_code == 422
    assert street.post(path, given).status_code == 422
    assert district.post(path, given).status_code == 302
    held.role.refresh_from_db()
    assert (held.role.name, held.role.duties) == ("办事", ["handle", "verify"])


def test_token_made_used_and_revoked(offices: dict[str, Organisation], district: Client) -> None:
    data = {"username": "map", "name": "地图系统", "organisation": CENTRE, "role": "external_system"}
    district.post("/admin/accounts/new/", data)
    held = Post.objects.get(user__username="map")
    assert not held.user.has_usable_password()
    answer = district.post(
        "/admin/tokens/new/", {"post": held.pk, "name": "地图", "scopes": ["matters:read"]}
    )
    token = secret_of(answer)
    assert token not in district.get("/admin/tokens/").content.decode()
    row = ApiToken.objects.get()
    assert row.scopes == ["matters:read"]
    district.post(f"/admin/tokens/{row.pk}/revoke/")
    row.refresh_from_db()
    assert row.revoked_at is not None
    wrong = {"post": held.pk, "name": "x", "scopes": ["everything"]}
    assert district.post("/admin/tokens/new/", wrong).status_code == 422


def test_every_act_needs_the_token_of_the_page(offices: dict[str, Organisation]) -> None:
    held = post(Duty.ADMINISTER, organisation=offices[CENTRE])
    other = post(Duty.HANDLE, organisation=offices["housing"])
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(held.user)
    for path in (
        f"accounts/{other.user_id}/lock/",
        f"accounts/{other.user_id}/password/",
        f"posts/{other.pk}/end/",
    ):
        assert strict.post(f"/admin/{path}", {"active": "no"}).status_code == 403
    other.user.refresh_from_db()
    assert other.user.is_active


def test_stored_script_is_text(offices: dict[str, Organisation], district: Client) -> None:
    held = post(Duty.HANDLE, organisation=offices["housing"])
    district.post(f"/admin/accounts/{held.user_id}/", {"name": "<script>alert(1)</script>", "email": ""})
    assert b"<script>alert" not in district.get("/admin/accounts/").content


def test_my_account_shows_posts_and_ends_only_my_sessions(offices: dict[str, Organisation]) -> None:
    held = post(Duty.HANDLE, organisation=offices["housing"])
    here, elsewhere = signed_in(held), signed_in(held)
    stranger = signed_in(post(Duty.HANDLE, organisation=offices["police"]))
    page = here.get("/account/").content.decode()
    assert "住建" in page
    other = UserSession.objects.get(session_key=elsewhere.session.session_key)
    stranger.post(f"/account/sessions/{other.pk}/end/")
    assert elsewhere.get("/account/").status_code == 200
    here.post(f"/account/sessions/{other.pk}/end/")
    assert elsewhere.get("/account/").status_code == 302
    here.post("/account/shortcuts/", {"shortcuts": "off"})
    held.user.refresh_from_db()
    assert held.user.shortcuts_off


@pytest.mark.parametrize(
    ("code", "duty", "page"), [(CENTRE, Duty.DISPATCH, "/desk/"), (GRIDS[0], Duty.REPORT, "/worker/")]
)
def test_work_begins_where_the_post_s_work_is(
    offices: dict[str, Organisation], code: str, duty: Duty, page: str
) -> None:
    client = signed_in(post(duty, organisation=offices[code]))
    assert client.get("/account/start/").headers["Location"] == page
