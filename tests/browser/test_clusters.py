"""Surges and clusters in a real browser: readable at every size, in both languages and themes, judged by axe."""

from typing import Any

import pytest
from django.test.utils import override_settings

from bandeng.core import clock
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.tests.factories import house
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, post
from bandeng.risk.clusters import Surge, SurgeFinding
from bandeng.risk.services.scan import surveillance_run
from bandeng.risk.tests.factories import NOW
from bandeng.risk.tests.surges import matters, weeks_before
from tests.browser.conftest import Judge, PageAt, SignIn, overflow

LIST = "/risk/clusters/"


@pytest.fixture
def signer(settings: Any, tmp_path: Any) -> Any:
    settings.DATA = tmp_path
    built = house()
    with clock.fixed(NOW):
        weeks_before(200)
        matters(30)
        surveillance_run(actor=SYSTEM)
    with override_settings(DEMO=True):
        yield post(Duty.SUPERVISE, Duty.DISPATCH, organisation=built.organisations[CENTRE]).user


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(390, 844, "light"), (1440, 900, "dark"), (3840, 2160, "light")]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_fits_and_pleases_axe(
    page_at: PageAt,
    sign_in: SignIn,
    violations: Judge,
    signer: Any,
    width: int,
    height: int,
    scheme: str,
    language: str,
) -> None:
    page = page_at(width, height=height, language=language, scheme=scheme)
    sign_in(page.context, signer)
    surges = [f"{LIST}{row.pk}/" for row in Surge.objects.all()]
    for path in (LIST, *surges, f"{LIST}definitions/", f"{LIST}runs/"):
        page.goto(path)
        assert overflow(page) <= 0, path
        assert violations(page) == [], path


def test_an_officer_records_what_was_found(page_at: PageAt, sign_in: SignIn, signer: Any) -> None:
    page = page_at(1440, height=900, language="zh")
    sign_in(page.context, signer)
    page.goto(LIST)
    page.locator("table.records tbody a").first.click()
    page.get_by_label("有合理原因").check()
    page.locator("textarea[name=text]").fill("配电箱故障，已更换")
    page.get_by_role("button", name="记录结论").click()
    assert "配电箱故障，已更换" in page.locator("main").inner_text()
    assert SurgeFinding.objects.get().text == "配电箱故障，已更换"
