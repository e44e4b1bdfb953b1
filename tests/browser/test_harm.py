"""An enterprise's alert from the board to its answer, in a real browser; every page of it judged by axe."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from bandeng.accounts.models import User
from bandeng.core import clock
from bandeng.dispatch.tests.factories import house
from bandeng.harm.models import Alert, Letter
from bandeng.harm.services.resolving import enterprises_resolve
from bandeng.harm.services.studying import study_run
from bandeng.harm.services.topics import topics_run
from bandeng.harm.tests import factories as make
from bandeng.organisations.models import Organisation, Post
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope
from tests.browser.conftest import Judge, PageAt, SignIn, overflow

PAGES = (
    "desk-harm", "desk-harm-enterprises", "desk-harm-pairs", "desk-harm-files", "desk-harm-study", "desk-topics",
)  # fmt: skip


@pytest.fixture
def alert() -> Alert:
    with clock.fixed(make.MORNING):
        make.prepaid_type()
        house()
        found = make.raised()
        make.record(name=make.GYM.removesuffix("有限公司"), code="", stream="court_filings")
        enterprises_resolve()
        topics_run()
        study_run(enterprises=60, seeds=(9001,))
    return found


@pytest.fixture
def overseer(alert: Alert) -> User:
    held = scope(Duty.SUPERVISE, organisation=Organisation.objects.get(code=CENTRE))
    return Post.objects.get(pk=held.post_id).user


def judged(page: Page, violations: Judge) -> None:
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize(("width", "language", "scheme"), [(1440, "zh", "light"), (390, "en", "dark")])
def test_every_page_is_right_for_everybody(
    page_at: PageAt, sign_in: SignIn, violations: Judge, alert: Alert, overseer: User,
    width: int, language: str, scheme: str,
) -> None:  # fmt: skip
    page = page_at(width, language=language, scheme=scheme)
    sign_in(page.context, overseer)
    addresses = [reverse(name) for name in PAGES]
    addresses += [
        reverse("desk-harm-alert", args=[alert.pk]), reverse("desk-harm-act", args=[alert.pk, "verifying"]),
        reverse("desk-harm-enterprise", args=[alert.enterprise.number]), reverse("harm_letter"),
    ]  # fmt: skip
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        judged(page, violations)


def test_from_the_board_to_the_enterprises_answer(
    page_at: PageAt, sign_in: SignIn, violations: Judge, alert: Alert, overseer: User
) -> None:
    page = page_at(1280)
    sign_in(page.context, overseer)
    page.goto(reverse("desk-harm"))
    page.locator("table").get_by_role("link", name=make.GYM).click()
    page.get_by_text("以表格查看").click()
    assert page.locator("details table tbody tr").count() == 26
    page.get_by_role("link", name="核实").click()
    page.get_by_role("textbox", name="要核实什么").fill("上门查看门店，核对预付资金账户")
    page.get_by_role("button", name="核实").click()
    page.get_by_role("link", name="告知企业").click()
    judged(page, violations)
    page.get_by_role("textbox", name="致企业").fill("请说明退费安排")
    page.get_by_role("button", name="告知企业").click()
    judged(page, violations)
    number = page.locator("[data-letter-number]").inner_text()
    code = page.locator("[data-letter-code]").inner_text()
    answered(page_at(390), violations, number, code)
    page.goto(reverse("desk-harm-alert", args=[alert.pk]))
    assert page.get_by_text("下月恢复营业").count() == 1
    judged(page, violations)


def answered(phone: Page, violations: Judge, number: str, code: str) -> None:
    phone.goto(reverse("harm_letter"))
    phone.get_by_label("函件编号").fill(number)
    phone.get_by_label("查阅码").fill(code)
    phone.get_by_role("button", name="打开函件").click()
    judged(phone, violations)
    phone.get_by_label("您的说明").fill("因装修停业，下月恢复营业，可以退费。")
    phone.get_by_label("署名").fill("负责人")
    phone.get_by_role("button", name="提交说明").click()
    phone.get_by_text("正在复核").wait_for()
    judged(phone, violations)
    assert Letter.objects.get().answered_by == "负责人"


def test_a_pair_is_judged_without_script(
    page_at: PageAt, sign_in: SignIn, alert: Alert, overseer: User
) -> None:
    page: Any = page_at(1280, script=False)
    sign_in(page.context, overseer)
    page.goto(reverse("desk-harm-pairs"))
    page.get_by_role("button", name="是同一家").first.click()
    page.goto(reverse("desk-harm-pairs") + "?state=same")
    assert page.get_by_role("button", name="撤回判断").count() == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_a_file_is_looked_through_brought_in_and_taken_back(
    page_at: PageAt, sign_in: SignIn, violations: Judge, overseer: User, tmp_path: Path, width: int
) -> None:
    file = tmp_path / "立案.csv"
    file.write_text(
        f"案号,企业名称,日期,案由,人数\n演示1号,{make.GYM},2026-01-20,健身服务合同纠纷,2\n演示2号,,2026-01-20,离婚纠纷,很多\n",
        encoding="utf-8",
    )
    page = page_at(width)
    sign_in(page.context, overseer)
    page.goto(reverse("desk-harm-files"))
    page.get_by_label("法院立案").check()
    page.get_by_label("CSV 或 XLSX 文件").set_input_files(file)
    page.get_by_role("button", name="开始检查").click()
    page.get_by_text("1 行不能导入").wait_for()
    judged(page, violations)
    page.get_by_role("button", name="导入 1 条").click()
    page.get_by_role("button", name="撤回整个文件").wait_for()
    judged(page, violations)
    page.get_by_label("撤回原因").fill("传错了文件")
    page.get_by_role("button", name="撤回整个文件").click()
    page.get_by_text("已撤回，五分钟内重新研判").wait_for()
    judged(page, violations)
