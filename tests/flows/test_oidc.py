"""Signing in through a real OpenID Connect provider: code flow with PKCE, and everything that is refused."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from bandeng.accounts.models import User
from bandeng.accounts.tests.factories import user as account
from bandeng.core.models import AuditEntry

SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
pytestmark = pytest.mark.django_db(transaction=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def issuer(live_server: LiveServer) -> Iterator[str]:
    """A provider that knows our address of return, for all tests of this file."""
    port = free_port()
    redirect = f"{live_server.url}/account/provider/district/return/"
    node = shutil.which("node")
    assert node, "Node.js is needed, as for building the pages"
    process = subprocess.Popen(
        [node, str(SCRIPT), str(port), redirect], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


@pytest.fixture
def provider(issuer: str, settings: Settings) -> str:
    """The provider's address; our settings let people sign in there."""
    settings.OIDC_ISSUER = issuer
    settings.OIDC_MATCH = "email"
    settings.OIDC_APP = {
        **settings.OIDC_APP, "client_id": "bandeng", "secret": "a-secret-of-tests",
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }  # fmt: skip
    return issuer


@dataclass
class Browser:
    """As much of a browser as the flow needs: cookies, redirects one by one, forms."""

    home: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20))
    visited: list[str] = field(default_factory=list)

    def follow(self, response: httpx.Response, *, stop: str = "") -> httpx.Response:
        while response.is_redirect:
            goal = str(response.next_request.url) if response.next_request else ""
            self.visited.append(goal)
            if stop and stop in goal:
                return response
            response = self.client.get(goal)
        return response

    def submit(self, page: httpx.Response, *, action: str, values: dict[str, str]) -> httpx.Response:
        form = next(part for part in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if action in part)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        goal = re.search(r'action="([^"]+)"', form)
        assert goal
        address = httpx.URL(str(page.url)).join(unescape(goal.group(1)))
        return self.client.post(address, data={**hidden, **values})

    def at_provider(self) -> httpx.Response:
        """Press the button on our page; the provider's log-in page."""
        page = self.client.get(f"{self.home}/account/login/")
        return self.follow(self.submit(page, action="/account/provider/district/", values={}))

    def give_name(self, page: httpx.Response, *, name: str, stop: str = "") -> httpx.Response:
        """Log in at the provider and consent; what our address of return answers."""
        consent = self.follow(
            self.submit(page, action="/interaction/", values={"login": name, "password": "x"})
        )
        return self.follow(self.submit(consent, action="/interaction/", values={}), stop=stop)

    def sign_in(self, *, name: str) -> httpx.Response:
        return self.give_name(self.at_provider(), name=name, stop="/account/start/")

    def is_signed_in(self) -> bool:
        return self.client.get(f"{self.home}/account/").status_code == 200


@pytest.fixture
def browser(live_server: LiveServer, provider: str) -> Iterator[Browser]:
    """A browser with no history."""
    made = Browser(home=live_server.url)
    yield made
    made.client.close()


def with_address(*, email: str) -> User:
    row = account(username="zhou")
    row.email = email
    row.save()
    return row


def test_code_flow_with_pkce_signs_in_and_links_by_verified_address(browser: Browser, provider: str) -> None:
    person = with_address(email="Zhou@example.org")
    browser.sign_in(name="verified")
    assert browser.is_signed_in()
    asked = parse_qs(urlsplit(browser.visited[0]).query)
    assert browser.visited[0].startswith(provider)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"][0]
    assert SocialAccount.objects.get().user_id == person.pk
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"account.linked", "account.signed_in"} <= actions


def test_second_sign_in_finds_the_link_although_the_address_has_changed(browser: Browser) -> None:
    person = with_address(email="zhou@example.org")
    browser.sign_in(name="verified")
    person.email = "new@example.org"
    person.save()
    again = Browser(home=browser.home)
    again.sign_in(name="verified")
    assert again.is_signed_in()
    assert SocialAccount.objects.count() == 1
    again.client.close()


def test_user_name_links_where_the_settings_say_so(browser: Browser, settings: Settings) -> None:
    settings.OIDC_MATCH = "username"
    account(username="zhou-at-provider")
    browser.sign_in(name="verified")
    assert browser.is_signed_in()


def test_unknown_person_refused_and_no_account_made(browser: Browser) -> None:
    with_address(email="zhou@example.org")
    answer = browser.sign_in(name="stranger")
    assert answer.status_code == 403
    assert "陌生人" in answer.text
    assert not browser.is_signed_in()
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_unverified_address_refused(browser: Browser) -> None:
    with_address(email="zhou@example.org")
    assert browser.sign_in(name="unverified").status_code == 403
    assert not browser.is_signed_in()


def test_address_of_two_accounts_refused(browser: Browser) -> None:
    with_address(email="zhou@example.org")
    other = account()
    other.email = "zhou@example.org"
    other.save()
    assert browser.sign_in(name="verified").status_code == 403


def test_locked_account_refused_although_linked(browser: Browser) -> None:
    person = with_address(email="zhou@example.org")
    browser.sign_in(name="verified")
    person.is_active = False
    person.save()
    again = Browser(home=browser.home)
    again.sign_in(name="verified")
    assert not again.is_signed_in()
    assert not browser.is_signed_in()
    again.client.close()


def test_wrong_state_refused(browser: Browser) -> None:
    with_address(email="zhou@example.org")
    stopped = browser.give_name(browser.at_provider(), name="verified", stop="/return/")
    goal = httpx.URL(stopped.headers["location"])
    forged = goal.copy_set_param("state", "another")
    assert browser.client.get(forged).status_code == 401
    assert not browser.is_signed_in()


def test_return_in_another_browser_refused(browser: Browser) -> None:
    """Somebody who lures another into finishing their own sign-in gets nothing."""
    with_address(email="zhou@example.org")
    stopped = browser.give_name(browser.at_provider(), name="verified", stop="/return/")
    other = Browser(home=browser.home)
    assert other.client.get(stopped.headers["location"]).status_code == 401
    assert not other.is_signed_in()
    other.client.close()


def test_code_works_once(browser: Browser) -> None:
    with_address(email="zhou@example.org")
    stopped = browser.give_name(browser.at_provider(), name="verified", stop="/return/")
    assert browser.client.get(stopped.headers["location"]).status_code == 302
    assert browser.client.get(stopped.headers["location"]).status_code == 401


def test_provider_that_speaks_for_another_issuer_refused(browser: Browser, settings: Settings) -> None:
    elsewhere = settings.OIDC_ISSUER.replace("127.0.0.1", "localhost")
    settings.OIDC_ISSUER = elsewhere
    settings.OIDC_APP = {
        **settings.OIDC_APP,
        "settings": {"server_url": elsewhere, "oauth_pkce_enabled": True},
    }
    answer = browser.at_provider()
    assert answer.status_code == 502
    assert not browser.is_signed_in()


def test_refusal_at_the_provider_signs_nobody_in(browser: Browser) -> None:
    page = browser.at_provider()
    abort = re.search(r'href="([^"]+/abort)"', page.text)
    assert abort
    answer = browser.follow(browser.client.get(unescape(abort.group(1))))
    assert answer.status_code == 200
    assert urlsplit(str(answer.url)).path == "/account/provider/cancelled/"


def test_nothing_of_a_provider_without_the_setting(live_server: LiveServer) -> None:
    page = httpx.get(f"{live_server.url}/account/login/")
    assert "/account/provider/" not in page.text
