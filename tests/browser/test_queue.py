"""The officer's queue in a real browser: by keyboard, without script, on a phone, judged by axe."""

import re
from typing import Any

import pytest
from django.test.utils import override_settings
from playwright.sync_api import Page, expect

from bandeng.areas.tests.factories import GRIDS, middle_of
from bandeng.core import clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.desk.selectors import counts
from bandeng.dispatch.services.filters import filter_save
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.tests.factories import house
from bandeng.matters.models import Matter
from bandeng.matters.tests.factories import new_matter
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, post
from tests.browser.conftest import Judge, PageAt, SignIn, overflow

DESK = (Duty.INTAKE, Duty.DISPATCH, Duty.VERIFY, Duty.SUPERVISE, Duty.HANDLE)


def lamp(number: int) -> Matter:
    """A matter that city management leads."""
    longitude, latitude = middle_of(GRIDS[number % 8])
    new = new_matter(
        title=f"第 {number} 盏路灯不亮",
        type_code="01.01.01",
        longitude=longitude,
        latitude=latitude,
        reported_at=clock.now(),
    )
    return matter_intake(new=new, actor=SYSTEM).matter


@pytest.fixture
def officers() -> Any:
    counts.forget()
    built = house()
    for number in range(6):
        lamp(number)
    known = built.organisations
    handler = post(Duty.HANDLE, organisation=known["city_management"]).user
    chief = post(*DESK, organisation=known[CENTRE]).user
    filter_save(
        user_id=chief.pk, name="路灯与照明", query="queue=open&type=01.01.01", actor=Actor(f"user:{chief.pk}")
    )
    with override_settings(DEMO=True):
        yield {"handler": handler, "chief": chief}


def opened(page: Page, sign_in: SignIn, user: Any, path: str = "/desk/") -> Page:
    """The page of a signed-in person."""
    sign_in(page.context, user)
    page.goto(path)
    return page


@pytest.mark.parametrize(("width", "height"), [(320, 700), (390, 844), (1024, 768), (1440, 900)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_queue_fits_and_pleases_axe(
    page_at: PageAt, sign_in: SignIn, violations: Judge, officers: Any, width: int, height: int, language: str
) -> None:
    page = opened(
        page_at(width, height=height, language=language), sign_in, officers["chief"], "/desk/?queue=open"
    )
    expect(page.locator("tr[data-matter]")).to_have_count(6)
    expect(page.locator(".rail .count", has_text="6").first).to_be_attached()
    assert overflow(page) <= 0
    assert violations(page) == []


def test_queue_by_night_pleases_axe(
    page_at: PageAt, sign_in: SignIn, violations: Judge, officers: Any
) -> None:
    page = page_at(1440, height=900)
    page.context.add_cookies([{"name": "theme", "value": "ink", "url": "http://localhost"}])
    opened(page, sign_in, officers["chief"], "/desk/?queue=open&state=dispatched&area=330199001")
    page.evaluate("document.documentElement.dataset.theme = 'ink'")
    page.get_by_text("加条件", exact=True).first.click()
    assert violations(page) == []


@pytest.mark.parametrize(
    "path",
    ["/desk/map/", "/desk/notices/", "/desk/filters/arrange?queue=open", "/desk/bulk/?act=start&matter=1"],
)
def test_other_pages_please_axe(
    page_at: PageAt, sign_in: SignIn, violations: Judge, officers: Any, path: str
) -> None:
    for width in (390, 1440):
        page = opened(page_at(width), sign_in, officers["chief"], path)
        assert overflow(page) <= 0
        assert violations(page) == []


def test_matters_are_started_by_keyboard_alone(
    page_at: PageAt, sign_in: SignIn, officers: Any, violations: Judge
) -> None:
    page = opened(page_at(1440, height=900), sign_in, officers["handler"])
    rows = page.locator("tr[data-matter]")
    expect(rows).to_have_count(6)
    for key in ("j", "x", "j", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("tr.selected")).to_have_count(2)
    expect(page.locator(".bulk-bar")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator("#bulk[open] ul li")).to_have_count(2)
    assert violations(page) == []
    page.locator("#bulk .btn-primary").click()
    expect(page.locator("#bulk-result")).to_contain_text("办成 2 件")
    assert Matter.objects.filter(state="handling").count() == 2


def test_quick_look_search_and_the_list_of_keys(page_at: PageAt, sign_in: SignIn, officers: Any) -> None:
    page = opened(page_at(1440, height=900), sign_in, officers["handler"])
    page.keyboard.press("j")
    page.keyboard.press(" ")
    expect(page.locator(".quick-look h2")).to_contain_text("路灯不亮")
    page.keyboard.press("Escape")
    expect(page.locator(".quick-look")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.locator("#keys[open]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("第 3 盏")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"queue=all"))


def test_two_merged_by_mouse_are_parted_again(page_at: PageAt, sign_in: SignIn, officers: Any) -> None:
    page = opened(page_at(1440, height=900), sign_in, officers["chief"], "/desk/?queue=open")
    for number in (0, 1):
        page.locator("tr[data-matter] input[type=checkbox]").nth(number).check()
    page.get_by_role("button", name="并为一件").click()
    expect(page.locator("#bulk[open] input[type=radio]")).to_have_count(2)
    page.locator("#bulk .btn-primary").click()
    expect(page.locator("#bulk-result")).to_contain_text("办成 1 件")
    expect(page.locator("tr[data-matter]")).to_have_count(5)
    page.get_by_role("button", name="撤销 1 件").click()
    expect(page.locator("tr[data-matter]")).to_have_count(6)


def test_everything_works_without_script(page_at: PageAt, sign_in: SignIn, officers: Any) -> None:
    page = opened(page_at(1440, height=900, script=False), sign_in, officers["handler"])
    page.locator("tr[data-matter] input[type=checkbox]").first.check()
    page.get_by_role("button", name="开始办理").click()
    page.locator("main .btn-primary").click()
    expect(page.locator("#bulk-result")).to_contain_text("办成 1 件")
    page.get_by_text("保存筛选").first.click()
    page.get_by_label("把刚才的列表保存为").fill("我的")
    page.locator("main .btn-primary").click()
    expect(page.locator(".rail")).to_contain_text("我的")
    page.locator("summary", has_text="加条件").click()
    page.get_by_label("状态").select_option("handling")
    page.get_by_role("button", name="按条件看").click()
    expect(page.locator("tr[data-matter]")).to_have_count(1)


def test_filter_is_saved_in_its_dialog(page_at: PageAt, sign_in: SignIn, officers: Any) -> None:
    page = opened(page_at(1440, height=900), sign_in, officers["chief"], "/desk/?queue=open&channel=resident")
    expect(page.locator(".rail")).to_contain_text("路灯与照明")
    page.get_by_role("link", name="保存筛选").click()
    page.locator("#save-filter[open] input[name=name]").fill("居民反映")
    page.locator("#save-filter .btn-primary").click()
    expect(page.locator(".rail a[aria-current]", has_text="居民反映")).to_have_count(1)


def test_shortcuts_switched_off_do_nothing(page_at: PageAt, sign_in: SignIn, officers: Any) -> None:
    user = officers["handler"]
    user.shortcuts_off = True
    user.save()
    page = opened(page_at(1440, height=900), sign_in, user)
    page.keyboard.press("j")
    expect(page.locator("tr.cursor")).to_have_count(0)


def test_map_shows_clusters_that_open(page_at: PageAt, sign_in: SignIn, officers: Any) -> None:
    page = opened(page_at(1440, height=900), sign_in, officers["chief"], "/desk/map/")
    expect(page.locator("[data-island=matter-map]")).to_be_visible()
    expect(page.get_by_role("link", name="北桥街道")).to_be_visible()
    expect(page.locator(".cluster").first).to_be_visible()
