"""The resident's pages in a real browser: with and without script, by keyboard, narrow and wide, judged by axe."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route

from bandeng.areas.tests.factories import GRIDS, middle_of
from bandeng.dispatch.tests.factories import House, house
from bandeng.matters.models import Matter, Photo
from bandeng.matters.tests.factories import matter_opened

LAMP = "古渡路58号门前的路灯三天不亮，晚上出行不便。"
PageAt = Callable[..., Page]
Judge = Callable[[Page], list[str]]


@pytest.fixture
def built() -> House:
    return house()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "灯.jpg"
    Image.new("RGB", (2400, 1800), "navy").save(path)
    return path


def forward(page: Page) -> None:
    page.locator(".foot-bar button").click()


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize(
    ("width", "language", "scheme"),
    [(390, "zh", "light"), (320, "zh", "light"), (390, "en", "dark"), (1280, "zh", "dark")],
)
def test_every_step_is_right_by_axe_and_fits(
    page_at: PageAt, violations: Judge, built: House, photo: Path, width: int, language: str, scheme: str
) -> None:
    page = page_at(width, language=language, scheme=scheme)
    wrong: list[str] = []

    def judge() -> None:
        wrong.extend(f"{page.url}: {each}" for each in violations(page))
        if overflow(page):
            wrong.append(f"{page.url}: {overflow(page)} px too wide")

    page.goto("/")
    judge()
    page.goto("/report/")
    forward(page)
    judge()
    page.locator("textarea").fill(LAMP)
    forward(page)
    page.locator("input[type=file]").set_input_files(photo)
    page.locator(".leaflet-container").click(position={"x": width * 0.3, "y": 140})
    page.locator(".photo-remove").wait_for()
    judge()
    forward(page)
    forward(page)
    judge()
    page.locator("#id_phone").fill("13800000000")
    forward(page)
    judge()
    forward(page)
    page.wait_for_url("**/report/done/")
    judge()
    page.locator("main a.btn-primary").click()
    judge()
    page.goto("/track/")
    judge()
    assert wrong == []


def test_photo_is_made_smaller_on_the_way_and_the_point_is_kept(
    page_at: PageAt, built: House, photo: Path
) -> None:
    page = page_at(390)
    page.goto("/report/")
    page.locator("textarea").fill(LAMP)
    forward(page)
    page.locator("input[type=file]").set_input_files(photo)
    page.locator(".photo-remove").wait_for()
    page.locator(".leaflet-container").click(position={"x": 120, "y": 140})
    page.wait_for_function("document.querySelector('#id_longitude').value !== ''")
    forward(page)
    page.locator("label", has_text="匿名").click()
    forward(page)
    forward(page)
    page.wait_for_url("**/report/done/")
    assert Photo.objects.get().width == 2048
    assert Matter.objects.get().area_code in GRIDS


def test_photo_chosen_before_the_script_has_come_is_taken(page_at: PageAt, built: House, photo: Path) -> None:
    page = page_at(390)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/photo-queue*.js", hold)
    page.goto("/report/")
    page.locator("textarea").fill(LAMP)
    forward(page)
    page.locator("input[type=file]").set_input_files(photo)
    assert page.locator(".photo-add, .photo-remove").count() == 0
    held[0].continue_()
    page.locator(".photo-remove").wait_for()
    assert page.evaluate("document.querySelector('#photos').files.length") == 1


def test_whole_way_without_script(page_at: PageAt, built: House, photo: Path) -> None:
    page = page_at(390, script=False)
    page.goto("/")
    page.locator("main a.btn-primary").click()
    page.locator("textarea").fill(LAMP)
    forward(page)
    page.locator("input[type=file]").set_input_files(photo)
    page.locator("noscript button, button[name=do]").first.click()
    assert page.locator(".photos img").count() == 1
    page.locator("#id_area").select_option(index=1)
    forward(page)
    page.locator("label", has_text="匿名").click()
    forward(page)
    forward(page)
    page.wait_for_url("**/report/done/")
    assert Photo.objects.count() == 1
    assert Matter.objects.get().area_code == GRIDS[0][:12]


def test_this_is_it_joins_the_neighbours_report(page_at: PageAt, built: House) -> None:
    longitude, latitude = middle_of(GRIDS[0])
    known = matter_opened(longitude=longitude, latitude=latitude).matter
    page = page_at(390)
    page.goto("/report/")
    page.locator("textarea").fill(LAMP)
    forward(page)
    page.locator(".leaflet-container").wait_for()
    for name, value in (("longitude", longitude), ("latitude", latitude)):
        page.locator(f"#id_{name}").evaluate("(field, value) => { field.value = value; }", value)
    forward(page)
    page.locator("button[name=same]", has_text="就是这件").click()
    page.locator("label", has_text="匿名").click()
    forward(page)
    forward(page)
    page.wait_for_url("**/report/done/")
    known.refresh_from_db()
    assert (Matter.objects.count(), known.report_count) == (1, 2)


def test_back_and_reload_after_sending_make_no_second_matter(page_at: PageAt, built: House) -> None:
    page = page_at(390)
    page.goto("/report/")
    page.locator("textarea").fill(LAMP)
    forward(page)
    forward(page)
    page.locator("label", has_text="匿名").click()
    forward(page)
    page.locator(".foot-bar button").dblclick()
    page.wait_for_url("**/report/done/")
    page.go_back()
    page.wait_for_url("**/report/done/")
    page.reload()
    assert Matter.objects.count() == 1


def test_enter_key_goes_on_and_removes_no_photo(page_at: PageAt, built: House, photo: Path) -> None:
    page = page_at(390)
    page.goto("/report/")
    page.locator("textarea").fill(LAMP)
    forward(page)
    page.locator("input[type=file]").set_input_files(photo)
    page.locator(".photo-remove").wait_for()
    page.locator("#id_address").fill("古渡路58号")
    page.locator("#id_address").press("Enter")
    page.wait_for_url("**/report/contact/")
    page.goto("/report/place/")
    page.locator("#id_address").press("Enter")
    page.wait_for_url("**/report/contact/")
    page.goto("/report/place/")
    assert page.locator(".photos img").count() == 1


def test_receipt_is_readable_in_print(page_at: PageAt, built: House) -> None:
    page = page_at(390)
    page.goto("/report/")
    page.locator("textarea").fill(LAMP)
    forward(page)
    forward(page)
    page.locator("label", has_text="匿名").click()
    forward(page)
    forward(page)
    page.wait_for_url("**/report/done/")
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()
    assert page.locator("dd.mono").first.is_visible()
    assert page.locator("svg.segno").is_visible()


def test_no_page_breaks_the_security_policy(page_at: PageAt, built: House) -> None:
    page = page_at(390)
    broken: list[str] = []

    def listen(message: Any) -> None:
        if "Content Security Policy" in message.text:
            broken.append(message.text)

    page.on("console", listen)
    for address in ("/", "/report/", "/track/"):
        page.goto(address)
    page.goto("/report/")
    page.locator("textarea").fill(LAMP)
    forward(page)
    page.locator(".leaflet-container").wait_for()
    assert broken == []
