"""A real browser against a live server: pages of any width, judged by axe, pictured when they fail."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

if TYPE_CHECKING:
    from bandeng.accounts.models import User

# Playwright's own loop runs in the test's thread; the test's few queries are meant to be there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
PATIENCE = 10_000  # milliseconds
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
PageAt = Callable[..., Page]
Judge = Callable[[Page], list[str]]
SignIn = Callable[[BrowserContext, "User"], None]

#: A phone and a desk.
WIDTHS = (390, 1280)
#: A page is judged when what moves has come to rest: half-way through a change of theme no colour is meant.
AT_REST = """Promise.all(document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime !== Infinity)
    .map(each => each.finished.catch(() => null)))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser and commits what it does."""
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remember how the test went, for the pictures."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session", autouse=True)
def own_static_files() -> Iterator[None]:
    """Static files come from the product's own middleware, as in service, and not from Django's test handler."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(StaticFilesHandler, "_should_handle", lambda handler, path: False)
        yield


@pytest.fixture
def contexts() -> list[BrowserContext]:
    """The browsing contexts that a test has opened."""
    return []


@pytest.fixture
def page_at(
    browser: Browser, live_server: Any, contexts: list[BrowserContext], request: pytest.FixtureRequest
) -> Iterator[PageAt]:
    """Open a page: `page_at(390, language="en", scheme="dark", script=False)`; addresses may be relative."""

    def open_page(
        width: int, *, height: int = 844, language: str = "zh", scheme: Any = "light", script: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=LANGUAGES[language], color_scheme=scheme,
            java_script_enabled=script, base_url=live_server.url,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_page
    if request.node.stash.get(FAILED, False):
        folder = Path(request.config.cache.mkdir("browser"))
        for number, page in enumerate(page for context in contexts for page in context.pages):
            page.screenshot(path=folder / f"{request.node.name}-{number}.png", full_page=True)
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(live_server: Any) -> SignIn:
    """Sign an account in without the form: `sign_in(page.context, user)`."""

    def act(context: BrowserContext, user: "User") -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return act


@pytest.fixture
def violations() -> Judge:
    """What axe finds wrong with a page at WCAG 2.2 AA, a line each; empty is right."""
    source = AXE.read_text(encoding="utf-8")  # npm ci in frontend/ brings it

    def judge(page: Page) -> list[str]:
        page.evaluate(AT_REST)
        page.evaluate(source)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        return [
            f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    return judge


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def judged(page: Page, addresses: Iterable[str], violations: Judge, theme: str) -> list[str]:
    """What is wrong with pages in a theme: too wide for a phone or a desk, or against axe."""
    wrong: list[str] = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            if overflow(page) > 0:
                wrong.append(f"{address} at {width}: {overflow(page)} px too wide")
        wrong.extend(f"{address}: {each}" for each in violations(page))
    return wrong
