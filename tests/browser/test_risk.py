"""The five-colour map in a real browser: readable at every size, in both languages and themes, judged by axe."""

from typing import Any

import pytest
from django.test.utils import override_settings

from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, post
from bandeng.risk.models import Alert
from bandeng.risk.tests.factories import LAST, STREET, district, fraud_wave, history, published
from tests.browser.conftest import Judge, PageAt, SignIn, overflow

MAP = f"/risk/maps/{LAST}/1/"


@pytest.fixture
def signer(settings: Any, tmp_path: Any) -> Any:
    settings.DATA = tmp_path
    built = district(more=True)
    history(boost=fraud_wave)
    for month in (202608, 202609, LAST):
        published(month)
    with override_settings(DEMO=True):
        yield post(Duty.SUPERVISE, Duty.DISPATCH, organisation=built.organisations[CENTRE]).user


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(390, 844, "light"), (1440, 900, "dark"), (1920, 1080, "light")]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_map_and_street_fit_and_please_axe(
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
    page.goto(MAP)
    assert page.locator("svg path.face").count() >= 2
    for path in (MAP, f"{MAP}streets/{STREET}/"):
        page.goto(path)
        assert overflow(page) <= 0
        assert violations(page) == []


def test_the_other_pages_please_axe(page_at: PageAt, sign_in: SignIn, violations: Judge, signer: Any) -> None:
    page = page_at(1440, height=900)
    sign_in(page.context, signer)
    alert = Alert.objects.get(area_code=STREET)
    paths = [
        f"{MAP}{name}/" for name in ("definitions", "weights", "forecasts", "indicators/confirmed_fraud")
    ]
    for path in (
        *paths,
        "/risk/versions/",
        "/risk/alerts/",
        f"/risk/alerts/{alert.pk}/",
        "/risk/indicators/",
        "/risk/stocks/",
    ):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        assert violations(page) == [], path
        page.set_viewport_size({"width": 390, "height": 844})
        assert overflow(page) <= 0, path


def test_from_the_map_to_the_records_without_script(page_at: PageAt, sign_in: SignIn, signer: Any) -> None:
    page = page_at(1440, height=900, script=False)
    sign_in(page.context, signer)
    page.goto(MAP)
    page.locator(f'a[href$="streets/{STREET}/"]').click()
    page.locator('a[href$="records/confirmed_fraud/"]').first.click()
    assert page.locator("h1").inner_text().count("2026-10") == 1
