"""The one screen and the rules' pages in a real browser: live, readable at every size, judged by axe."""

from typing import Any

import pytest
from django.test.utils import override_settings

from bandeng.areas.tests.factories import GRIDS
from bandeng.core import clock
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.tests.factories import house
from bandeng.matters.tests.factories import new_matter
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, post
from tests.browser.conftest import Judge, PageAt, SignIn, overflow


@pytest.fixture
def keeper() -> Any:
    built = house()
    matter_intake(
        new=new_matter(area_code=GRIDS[0], type_code="01.01.01", reported_at=clock.now()), actor=SYSTEM
    )
    with override_settings(DEMO=True):
        yield post(Duty.RULES, Duty.SUPERVISE, Duty.DISPATCH, organisation=built.organisations[CENTRE]).user


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900), (1920, 1080)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_screen_fits_and_pleases_axe(
    page_at: PageAt, sign_in: SignIn, violations: Judge, keeper: Any, width: int, height: int, language: str
) -> None:
    page = page_at(width, height=height, language=language)
    sign_in(page.context, keeper)
    page.goto("/screen/")
    page.wait_for_selector(".district svg path")
    assert overflow(page) <= 0
    assert violations(page) == []


PAGES = ["rules/", "rules/1/", "rules/1/check", "rules/1/trial", "calendar/", "calendar/year"]


@pytest.mark.parametrize("path", PAGES)
def test_rules_pages_please_axe(
    page_at: PageAt, sign_in: SignIn, violations: Judge, keeper: Any, path: str
) -> None:
    page = page_at(1440, height=900)
    sign_in(page.context, keeper)
    page.goto(f"/desk/{path}")
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert overflow(page) <= 0
