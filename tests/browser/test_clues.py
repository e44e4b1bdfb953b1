"""Clues in a real browser: the reporter's way on a phone, the officers' pages, judged by axe in both languages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from bandeng.areas.tests.factories import COMMUNITIES
from bandeng.clues.models import Clue, Opening, Talk
from bandeng.clues.rules import Venue
from bandeng.clues.services.talks import NewTalk, talk_plan
from bandeng.clues.tests.factories import SUPERVISING, TEXT, District, actor, clue, district
from bandeng.core import clock
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Scope
from tests.browser.conftest import Judge, PageAt, SignIn, overflow

NAME, PHONE = "欧阳望舒", "13912345678"


@pytest.fixture
def built(settings: Any) -> District:
    settings.DEMO = True  # a second factor is tried elsewhere
    return district()


@pytest.fixture
def officer(page_at: PageAt, sign_in: SignIn) -> Callable[..., Page]:
    """A page on which the holder of a post is signed in."""

    def act(scope: Scope, **options: Any) -> Page:
        page = page_at(options.pop("width", 1280), **options)
        context: BrowserContext = page.context
        sign_in(context, Post.objects.get(pk=scope.post_id).user)
        return page

    return act


def forward(page: Page) -> None:
    page.locator(".foot-bar button").click()


def filed(page: Page, judge: Callable[[], None]) -> tuple[str, str]:
    """File a named clue; number and code from the receipt."""
    page.goto("/clues/")
    judge()
    page.locator("main a.btn-primary").click()
    forward(page)
    judge()  # with what is missing
    page.locator("input[value=fraud]").check()
    page.locator("textarea").fill(TEXT)
    forward(page)
    page.locator("#id_place").fill("古渡路58号对面")
    judge()
    forward(page)
    page.locator("input[value=named]").check()
    page.locator("#id_name").fill(NAME)
    page.locator("#id_phone").fill(PHONE)
    judge()
    forward(page)
    judge()
    forward(page)
    page.wait_for_url("**/clues/report/done/")
    judge()
    number, secret = page.locator("dd.mono").all_inner_texts()
    return number, secret


@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("en", "dark")])
def test_whole_flow_is_right_by_axe(
    page_at: PageAt,
    officer: Callable[..., Page],
    violations: Judge,
    built: District,
    language: str,
    scheme: str,
) -> None:
    wrong: list[str] = []

    def judging(page: Page) -> Callable[[], None]:
        def judge() -> None:
            wrong.extend(f"{page.url}: {each}" for each in violations(page))
            if overflow(page):
                wrong.append(f"{page.url}: {overflow(page)} px too wide")

        return judge

    phone = page_at(390, language=language, scheme=scheme)
    number, secret = filed(phone, judging(phone))
    clue()
    desk = officer(built.receiver, language=language, scheme=scheme)
    judge = judging(desk)
    desk.goto("/desk/clues/")
    judge()
    desk.locator("a", has_text=number).first.click()
    judge()
    assert NAME not in desk.content()
    for name in ("accept", "open", "reply"):
        desk.goto(f"/desk/clues/{number}/{name}")
        judge()
        if name != "accept":
            desk.locator("textarea").fill("请问转账在哪一天？需要核对流水。")
        desk.locator("main form button.btn-primary").click()
        desk.wait_for_url(f"**/desk/clues/{number}/")
    second = officer(built.approver, language=language, scheme=scheme)
    second.goto(f"/desk/clues/openings/{Opening.objects.get().pk}/")
    judging(second)()
    second.locator("button[value=approve]").click()
    second.wait_for_load_state()
    desk.goto(f"/desk/clues/openings/{Opening.objects.get().pk}/")
    desk.locator("button[value=read]").click()
    desk.locator(f"text={PHONE}").wait_for()
    judge()
    for path in ("/desk/clues/openings/", "/desk/clues/figures/", f"/desk/clues/{number}/assign"):
        desk.goto(path)
        judge()
    phone.goto("/clues/mailbox/")
    judging(phone)()
    phone.locator("#id_number").fill(number)
    phone.locator("#id_secret").fill(secret.lower())
    phone.locator("main button.btn-primary").click()
    phone.wait_for_url("**/clues/mailbox/open/")
    judging(phone)()
    assert (
        "请问转账在哪一天" in phone.content()
        and built.house.organisations["command_centre"].name in phone.content()
    )
    phone.locator("textarea").fill("三月一日上午。")
    phone.locator("main form button.btn-primary").click()
    phone.wait_for_load_state()
    desk.goto(f"/desk/clues/{number}/")
    assert "三月一日上午" in desk.content()
    assert wrong == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_fraud_and_talks_fit_and_are_right_by_axe(
    officer: Callable[..., Page], violations: Judge, built: District, language: str, width: int
) -> None:
    new = NewTalk(
        title="防骗进社区", scam_type="", venue=Venue.PARK, area_code=COMMUNITIES[0], place="明湖公园",
        planned_at=clock.now() - timedelta(hours=1),
    )  # fmt: skip
    talk = talk_plan(new=new, actor=actor(built.receiver), scope=built.receiver)
    number = clue(text=TEXT).number
    page, wrong = officer(built.receiver, width=width, language=language), []
    paths = ("/desk/fraud/", "/desk/talks/", "/desk/talks/new", f"/desk/talks/{talk.pk}/", "/desk/clues/",
             f"/desk/clues/{number}/", "/desk/clues/figures/")  # fmt: skip
    for path in paths:
        page.goto(path)
        wrong += [f"{path}: {each}" for each in violations(page)]
        wrong += [f"{path}: {overflow(page)} px too wide"] * bool(overflow(page))
    page.goto(f"/desk/talks/{talk.pk}/")
    page.locator("#id_reached").fill("60")
    page.locator("button[value=hold]").click()
    page.wait_for_load_state()
    assert Talk.objects.get().reached == 60
    assert wrong == []


def test_reporter_needs_no_script(page_at: PageAt, built: District) -> None:
    page = page_at(390, script=False)
    filed(page, lambda: None)
    assert Clue.objects.get().named and SUPERVISING
