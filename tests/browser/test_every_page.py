"""Every page that has no test of its own, by day and by night, in both languages, narrow and wide, judged by axe."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test.utils import override_settings

from bandeng.desk.selectors import counts
from bandeng.desk.tests.officers import handled, picture, started
from bandeng.dispatch.tests.stories import HOUSE, Stage
from bandeng.matters.services.photos import photo_add
from bandeng.matters.services.versions import TypeFacts, type_create
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty
from bandeng.organisations.selectors import today
from bandeng.organisations.services.roles import roles_load
from bandeng.organisations.tests.factories import CENTRE
from tests.browser.conftest import Judge, PageAt, SignIn, judged

DESK = (Duty.INTAKE, Duty.DISPATCH, Duty.VERIFY, Duty.SUPERVISE, Duty.HANDLE, Duty.RULES, Duty.ADMINISTER)
ADMIN = ("accounts", "accounts/new", "posts", "roles", "roles/new", "organisations", "organisations/new", "tokens",
         "tokens/new")  # fmt: skip
RULES = ("types/", "types/?name=灯", "types/01.01.01/", "types/01.01.01/version", "types/new?above=01.01",
         "templates/", "templates/new", "calendar/", "calendar/year", "rules/")  # fmt: skip
ACTS = ("clock", "print", "note", "reply", "pause", "extend", "reassign", "retype", "split", "merge")
LOOKS = [("zh", "paper"), ("en", "ink")]


@pytest.fixture
def stage() -> Any:
    counts.forget()
    roles_load()
    built = Stage()
    with override_settings(DEMO=True):
        yield built


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_pages_of_administration_and_rules(
    page_at: PageAt, sign_in: SignIn, violations: Judge, stage: Stage, language: str, theme: str
) -> None:
    keeper = stage.scope(CENTRE, *DESK)
    facts = TypeFacts(name="智慧灯杆", name_en="Smart lamp posts", limits={"handle": "2wd"})
    tomorrow = today() + timedelta(days=1)
    coming = type_create(above="01.01", facts=facts, valid_from=tomorrow, scope=keeper, reason="新增")
    held = Post.objects.select_related("user", "role").get(pk=keeper.post_id)
    other = stage.handler("housing")
    of_one = (
        f"accounts/{other.user_id}", f"posts/{other.post_id}", f"roles/{held.role_id}",
        f"organisations/{other.organisation_id}", f"accounts/{other.user_id}/posts/new",
    )  # fmt: skip
    page = page_at(1280, language=language)
    sign_in(page.context, held.user)
    addresses = [f"/admin/{each}/" for each in (*ADMIN, *of_one)]
    addresses += [f"/desk/{each}" for each in (*RULES, f"types/{coming.code}/", "register/", "notices/")]
    assert judged(page, [*addresses, "/account/", "/account/password/"], violations, theme) == []


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_pages_of_a_matter(
    page_at: PageAt, sign_in: SignIn, violations: Judge, stage: Stage, language: str, theme: str
) -> None:
    open_one, done = started(stage), handled(stage)
    for phase in ("report", "before", "after"):
        photo_add(matter=done, file=BytesIO(picture().read()), phase=phase, actor=HOUSE)
    chief = Post.objects.select_related("user").get(pk=stage.scope(CENTRE, *DESK).post_id)
    page = page_at(1280, language=language)
    sign_in(page.context, chief.user)
    addresses = [f"/desk/matters/{open_one.number}/{each}" for each in ("", *ACTS)]
    addresses += [f"/desk/matters/{done.number}/{each}" for each in ("", "close", "send_back")]
    assert judged(page, addresses, violations, theme) == []


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_pages_of_tracking(
    page_at: PageAt, violations: Judge, stage: Stage, language: str, theme: str
) -> None:
    opened = stage.opened()
    page = page_at(390, language=language)
    page.goto("/track/")
    page.locator("[name=number]").fill(opened.matter.number)
    page.locator("[name=secret]").fill(opened.secret)
    page.locator("[name=secret]").press("Enter")
    page.wait_for_url(f"**/track/{opened.matter.number}")
    own = f"/track/{opened.matter.number}"
    assert judged(page, ["/track/", own, f"{own}/withdraw"], violations, theme) == []
