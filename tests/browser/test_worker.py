"""The grid worker's phone without a network: nothing is lost, nothing goes up twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Error, Page, Route

from bandeng.accounts.models import User
from bandeng.accounts.tests.factories import user
from bandeng.areas.tests.factories import GRIDS
from bandeng.dispatch.tests.factories import House, house
from bandeng.matters.models import Matter, Photo
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import post

PageAt = Callable[..., Page]
Judge = Callable[[Page], list[str]]
SignIn = Callable[[BrowserContext, User], None]
TITLES = ("楼道堆放纸箱", "地下车库灯不亮", "电动车飞线充电")
SHELLS = ("/worker/", "/worker/report/", "/worker/queue/")


@pytest.fixture
def built() -> House:
    return house()


@pytest.fixture
def worker(built: House) -> User:
    person = user(name="沈小禾")
    post(Duty.REPORT, Duty.VERIFY, organisation=built.organisations[GRIDS[0]], user=person)
    return person


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.jpg" for name in ("red", "green", "blue")]
    for path in paths:
        Image.new("RGB", (640, 480), path.stem).save(path)
    return paths


@pytest.fixture
def phone(page_at: PageAt, sign_in: SignIn, worker: User) -> Page:
    """A signed-in phone whose pages have been kept for times without a network."""
    page = page_at(390)
    sign_in(page.context, worker)
    page.goto("/worker/")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    eventually(
        page,
        """async shells => {
          for (const shell of shells) if ((await caches.match(shell)) === undefined) return false;
          return true;
        }""",
        list(SHELLS),
    )
    return page


def file(page: Page, title: str, photo: Path) -> None:
    """Fill in a report and put it into the phone's queue."""
    page.goto("/worker/report/")
    page.wait_for_url("**/worker/report/?key=*")
    page.locator("input[type=file]").set_input_files(photo)
    page.locator(".photo-remove").wait_for()
    page.locator("#id_title").fill(title)
    page.locator("form[data-island=worker-form] button:not([type=button])").last.click()
    page.wait_for_url("**/worker/queue/")


def kill(page: Page) -> None:
    """End the tab's process at once, as a phone does that runs out of memory."""
    with pytest.raises(Error, match="crash"):
        page.goto("chrome://crash")
    page.close()


def eventually(page: Page, question: str, about: object) -> None:
    """Wait until a question to the page, which may be a promise, is answered with yes."""
    for _ in range(100):
        if page.evaluate(question, about):
            return
        page.wait_for_timeout(100)
    raise AssertionError(question)


def sent_up(page: Page, count: int) -> None:
    """Wait until the phone knows that the server has so many reports."""
    eventually(
        page,
        """count => new Promise(done => {
          const open = indexedDB.open('bandeng-worker');
          open.onsuccess = () => {
            const all = open.result.transaction('reports').objectStore('reports').getAll();
            all.onsuccess = () => {
              open.result.close();
              done(all.result.filter(report => report.state === 'sent').length === count);
            };
          };
        })""",
        count,
    )


def test_three_reports_without_network_and_a_killed_tab_go_up_once_each(
    phone: Page, photos: list[Path]
) -> None:
    context = phone.context
    context.set_offline(True)
    for title, photo in zip(TITLES, photos, strict=True):
        file(phone, title, photo)
    assert Matter.objects.count() == 0
    kill(phone)
    again = context.new_page()
    again.goto("/worker/queue/")
    again.locator(".wait-list li").nth(2).wait_for()
    assert again.locator(".wait-list li").count() == 3
    context.set_offline(False)
    sent_up(again, 3)
    assert sorted(Matter.objects.values_list("title", flat=True)) == sorted(TITLES)
    assert Photo.objects.count() == 3
    assert Photo.objects.values("matter_id").distinct().count() == 3
    again.reload()
    sent_up(again, 3)
    assert Matter.objects.count() == 3


def test_half_written_report_survives_a_killed_tab(phone: Page, photos: list[Path]) -> None:
    context = phone.context
    context.set_offline(True)
    phone.goto("/worker/report/")
    phone.wait_for_url("**/worker/report/?key=*")
    phone.locator("#id_title").fill("消防通道停车")
    phone.locator("input[type=file]").set_input_files(photos[0])
    phone.locator("[data-save-note]:not(:empty)").wait_for()
    phone.wait_for_timeout(600)  # the last letters are written 150 ms after they were typed
    kill(phone)
    again = context.new_page()
    again.goto("/worker/queue/")
    again.locator(".wait-list a.btn").click()
    again.locator(".photo-remove").wait_for()
    assert again.locator("#id_title").input_value() == "消防通道停车"


def test_lost_answer_is_asked_for_again_and_makes_no_second_matter(phone: Page, photos: list[Path]) -> None:
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    phone.context.route("**/worker/sync", lose_first)
    file(phone, "井盖松动", photos[0])
    phone.locator("button", has_text="现在上传").click()
    sent_up(phone, 1)
    assert lost == [201]
    assert Matter.objects.count() == 1
    assert Photo.objects.count() == 1


def test_ended_session_keeps_the_report_until_the_worker_is_back(
    phone: Page, photos: list[Path], sign_in: SignIn, worker: User
) -> None:
    phone.context.set_offline(True)
    file(phone, "围墙倾斜", photos[0])
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    phone.locator(".note", has_text="请重新登录").wait_for()
    assert Matter.objects.count() == 0
    sign_in(phone.context, worker)
    phone.reload()
    sent_up(phone, 1)
    assert Matter.objects.count() == 1


@pytest.mark.parametrize(("width", "language", "scheme"), [(390, "zh", "light"), (320, "en", "dark")])
def test_pages_are_right_by_axe_and_fit(
    page_at: PageAt, sign_in: SignIn, worker: User, violations: Judge, width: int, language: str, scheme: str
) -> None:
    page = page_at(width, language=language, scheme=scheme)
    sign_in(page.context, worker)
    wrong: list[str] = []
    for address in (*SHELLS, "/worker/tasks/", "/worker/me/"):
        page.goto(address)
        page.wait_for_timeout(400)
        wrong.extend(f"{address}: {each}" for each in violations(page))
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide:
            wrong.append(f"{address}: {wide} px too wide")
    assert wrong == []


def test_form_works_without_script(
    page_at: PageAt, sign_in: SignIn, worker: User, photos: list[Path]
) -> None:
    page = page_at(390, script=False)
    sign_in(page.context, worker)
    page.goto("/worker/report/")
    page.locator("#photos").set_input_files(photos[0])
    page.locator("#id_title").fill("绿化带占用")
    page.locator("form button").last.click()
    page.wait_for_url("**/worker/")
    matter: Any = Matter.objects.get()
    assert (matter.channel, matter.area_code, Photo.objects.count()) == ("grid", GRIDS[0], 1)
