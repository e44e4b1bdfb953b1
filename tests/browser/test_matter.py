"""A matter's page in a real browser: dialogs, keys, two officers at once, a phone in the field, judged by axe."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from django.test.utils import override_settings
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from bandeng.accounts.models import User
from bandeng.desk.selectors import counts
from bandeng.dispatch.services import handling, pausing, reporters
from bandeng.dispatch.services.templates import templates_load
from bandeng.dispatch.tests.stories import Stage, actor_of, fresh
from bandeng.matters.models import Matter
from bandeng.matters.rules import Channel
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, Scope
from bandeng.people.services import ContactDetails
from tests.browser.conftest import Judge, PageAt, SignIn, overflow

SIZES = [(1440, 900), (390, 844), (320, 640)]


@pytest.fixture
def stage() -> Iterator[Stage]:
    counts.forget()
    with override_settings(DEMO=True):
        yield Stage()
    counts.forget()


def holder(scope: Scope) -> User:
    return Post.objects.get(pk=scope.post_id).user


def telling(stage: Stage) -> Matter:
    """A matter with something in every part of its page."""
    templates_load()
    matter = stage.opened(contact=ContactDetails(name="王小明", phone="13800001234")).matter
    stage.opened()
    lead = stage.handler("city_management")
    handling.matter_start(matter_id=matter.pk, actor=actor_of(lead), scope=lead)
    reporters.matter_join(matter_id=matter.pk, channel=Channel.PHONE, text="晚上什么也看不见。")
    handling.matter_note(matter_id=matter.pk, text="已到场。", actor=actor_of(lead), scope=lead)
    return fresh(matter)


def shown(page: Page, matter: Matter, act: str = "", query: str = "") -> None:
    page.goto(f"/desk/matters/{matter.number}/{act}{query}")


def picture() -> FilePayload:
    body = BytesIO()
    Image.new("RGB", (320, 240), "grey").save(body, "JPEG")
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": body.getvalue()}


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize(("language", "theme"), [("zh", "paper"), ("en", "ink")])
def test_page_fits_and_pleases_axe(
    page_at: PageAt,
    sign_in: SignIn,
    violations: Judge,
    stage: Stage,
    width: int,
    height: int,
    language: str,
    theme: str,
) -> None:
    matter = telling(stage)
    page = page_at(width, height=height, language=language)
    scope = stage.scope("command_centre", Duty.DISPATCH, Duty.SUPERVISE, Duty.VERIFY, Duty.UNSEAL, Duty.RULES)
    sign_in(page.context, holder(scope))
    shown(page, matter, query="?list=queue%3Dopen")
    page.wait_for_selector(".map .leaflet-marker-icon")
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    assert overflow(page) <= 0
    assert violations(page) == []


@pytest.mark.parametrize(
    "act", ["close", "reply", "split", "dispatch", "merge", "retype", "photo", "clock", "print"]
)
def test_pages_of_acts_fit_a_phone_and_please_axe(
    page_at: PageAt, sign_in: SignIn, violations: Judge, stage: Stage, act: str
) -> None:
    matter = telling(stage) if act != "dispatch" else stage.waiting().matter
    page = page_at(390, language="en")
    sign_in(page.context, holder(stage.centre))
    shown(page, matter, act)
    assert overflow(page) <= 0
    assert violations(page) == []


def test_an_act_in_its_dialog_by_keyboard(
    page_at: PageAt, sign_in: SignIn, violations: Judge, stage: Stage
) -> None:
    matter = telling(stage)
    page = page_at(1440, height=900)
    sign_in(page.context, holder(stage.centre))
    shown(page, matter)
    page.keyboard.press("p")
    dialog = page.locator("dialog#act")
    expect(dialog.get_by_role("heading", name="暂停时钟")).to_be_visible()
    assert violations(page) == []
    dialog.get_by_role("button", name="暂停时钟").click()
    # The browser itself holds a required field back; a template's text fills it.
    dialog.get_by_role("button", name="等待第三方检测").click()
    expect(dialog.get_by_label("暂停时钟的理由")).to_have_value(
        "等待第三方检测，检测期间不计入办理时限，收到检测报告后继续办理。"
    )
    dialog.get_by_role("button", name="暂停时钟").click()
    expect(page.locator("#done")).to_contain_text("时钟已暂停")
    expect(page.locator(".toast")).to_contain_text(matter.number)
    page.locator(".toast").get_by_role("button", name="撤销").click()
    expect(page.locator(".toast")).to_contain_text("已撤销")
    assert fresh(matter).paused_at is None


def test_what_is_wrong_stays_in_the_dialog(page_at: PageAt, sign_in: SignIn, stage: Stage) -> None:
    matter = telling(stage)
    page = page_at(1440, height=900)
    sign_in(page.context, holder(stage.centre))
    shown(page, matter)
    page.keyboard.press("g")
    dialog = page.locator("dialog#act")
    dialog.get_by_label("主办单位").fill("没有这家")
    dialog.get_by_label("为什么改派").fill("写好的理由")
    dialog.get_by_role("button", name="改派").click()
    expect(dialog.get_by_role("alert")).to_contain_text("没有叫这个名字的单位")
    expect(dialog.get_by_label("为什么改派")).to_have_value("写好的理由")
    dialog.get_by_label("主办单位").fill("公安")
    dialog.get_by_role("button", name="改派").click()
    expect(page.locator("#done")).to_contain_text("已改派")


def test_two_officers_at_once(page_at: PageAt, sign_in: SignIn, stage: Stage) -> None:
    matter = telling(stage)
    page = page_at(1440, height=900)
    sign_in(page.context, holder(stage.handler("city_management")))
    shown(page, matter)
    page.keyboard.press("h")
    dialog = page.locator("dialog#act")
    dialog.get_by_label("办了什么").fill("已换灯泡。")
    centre = stage.centre
    pausing.matter_pause(matter_id=matter.pk, reason="等待检测报告", actor=actor_of(centre), scope=centre)
    pausing.matter_resume(matter_id=matter.pk, actor=actor_of(centre), scope=centre)
    dialog.get_by_role("button", name="办理完毕").click()
    expect(dialog.get_by_role("alert")).to_contain_text("等待检测报告")
    expect(dialog.get_by_label("办了什么")).to_have_value("已换灯泡。")
    dialog.get_by_role("button", name="办理完毕").click()
    expect(page.locator("#done")).to_contain_text("待核实")


def test_next_and_previous_by_key(page_at: PageAt, sign_in: SignIn, stage: Stage) -> None:
    first, second = stage.opened().matter, stage.opened().matter
    page = page_at(1440, height=900)
    sign_in(page.context, holder(stage.centre))
    page.goto("/desk/?queue=open&sort=number")
    page.get_by_role("link", name=first.title).first.click()
    page.wait_for_url(f"**/{first.number}/**")
    page.keyboard.press("j")
    page.wait_for_url(f"**/{second.number}/**")
    page.keyboard.press("k")
    page.wait_for_url(f"**/{first.number}/**")
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_handling_on_a_phone(page_at: PageAt, sign_in: SignIn, stage: Stage, script: bool) -> None:
    matter = stage.opened().matter
    page = page_at(390, script=script)
    sign_in(page.context, holder(stage.handler("city_management")))
    shown(page, matter)
    bar = page.locator(".foot-bar")
    box = bar.bounding_box()
    assert box is not None and box["y"] + box["height"] <= 845 and box["y"] > 600
    bar.get_by_role("button", name="开始办理").click()
    expect(page.locator("#done")).to_contain_text("已开始办理")
    page.locator(".foot-bar").get_by_role("link", name="照片").click()
    page.locator("input[type=file]").set_input_files([picture()])
    page.get_by_role("button", name="加照片").click()
    expect(page.locator("#done")).to_contain_text("照片已加上")
    shown(page, matter, "handled")
    page.get_by_label("办了什么").fill("已换灯泡。")
    page.locator("form[action*=handled] .btn-primary").click()
    expect(page.locator("#done")).to_contain_text("待核实")
    assert fresh(matter).state == "verifying"


def test_contact_is_opened_in_the_dialog(
    page_at: PageAt, sign_in: SignIn, violations: Judge, stage: Stage
) -> None:
    matter = telling(stage)
    page = page_at(1440, height=900)
    sign_in(page.context, holder(stage.scope("command_centre", Duty.SUPERVISE, Duty.UNSEAL)))
    shown(page, matter)
    assert "13800001234" not in page.content()
    page.get_by_role("link", name="查看 王").click()
    dialog = page.locator("dialog#act")
    dialog.get_by_label("为什么要查看").fill("电话核实位置")
    dialog.get_by_role("button", name="查看").click()
    expect(dialog).to_contain_text("13800001234")
    assert violations(page) == []
    shown(page, matter)
    assert "13800001234" not in page.content()
