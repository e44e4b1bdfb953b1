"""Every address with another area's numbers, without a sign-in, without a CSRF token: nothing is told or done."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bandeng.accounts.models import User
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.dispatch.models import MessageTemplate, SavedFilter
from bandeng.intake.models import WebhookEndpoint
from bandeng.intake.tests.factories import bearer
from bandeng.matters.models import Matter, Report, Step
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.models import ApiToken, Post
from tests.security.addresses import addresses
from tests.security.district import OTHERS_TOKEN, Scene, scene

pytestmark = pytest.mark.django_db
MARK = "石榴籽密语"
#: Answered without a session, so a forged form gains nothing: a token or a secret is in the request itself.
WITHOUT_CSRF = ("/api/v1/", "/open311/")
STREAM = "/live/events"
#: Where anybody writes something of their own.
OWN = {
    "/desk/filters/",
    "/desk/filters/arrange",
    "/desk/templates/new",
    "/desk/register/",
    "/worker/report/",
    "/worker/sync",
    "/report/",
    "/report/check/",
    "/admin/accounts/new/",
}
BODIES: tuple[dict[str, str], ...] = (
    {},
    {"text": "越权", "note": "越权", "reason": "越权越权", "name": "越权"},
)


@pytest.fixture
def placed() -> Iterator[Scene]:
    with clock.fixed(MORNING):
        yield scene(MARK)


def told(answer: Any) -> str:
    """What an answer says, header values included."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "replace") + " ".join(map(str, answer.headers.values()))


def state() -> list[object]:
    """Everything that a stranger might have changed."""
    tables = (Matter, Report, Step, Post, SavedFilter, MessageTemplate, WebhookEndpoint, ApiToken)
    rows: list[object] = [list(each.objects.order_by("pk").values()) for each in tables]
    return [*rows, list(User.objects.order_by("pk").values("pk", "name", "password", "is_active"))]


def unused(found: list[object]) -> list[object]:
    """The state without the tokens, of which the day of last use is kept."""
    return [*found[:7], *found[8:]]


def differing(answer: Any, path: str) -> list[str]:
    """What is wrong with an answer to somebody who may see nothing."""
    wrong = [f"{path}: {answer.status_code}"] * (answer.status_code >= 500)
    return wrong + [f"{path}: tells the mark"] * (MARK in told(answer))


def test_the_mark_is_seen_by_those_who_may(placed: Scene) -> None:
    client = placed.client(placed.insider)
    seen = [
        each.path
        for each in addresses(placed.numbers)
        if each.path != STREAM and MARK in told(client.get(each.path))
    ]
    assert any(path.startswith("/desk/matters/") for path in seen)
    assert "/admin/accounts/" in seen


@pytest.mark.parametrize("body", BODIES)
def test_another_area_is_told_nothing_and_changes_nothing(placed: Scene, body: dict[str, str]) -> None:
    client, wrong = placed.client(placed.outsider), []
    before = state()
    for each in addresses(placed.numbers):
        if each.path == STREAM or each.path.startswith("/account/"):
            continue
        wrong += differing(client.get(each.path), each.path)
        if each.path not in OWN:
            wrong += differing(client.post(each.path, body), f"POST {each.path}")
    assert wrong == []
    assert state() == before


def test_strangers_are_told_nothing_and_change_nothing(placed: Scene) -> None:
    wrong, before = [], state()
    for each in addresses(placed.numbers):
        if each.path != STREAM:
            wrong += differing(Client(raise_request_exception=False).get(each.path), each.path)
            wrong += differing(Client(raise_request_exception=False).post(each.path), f"POST {each.path}")
    assert wrong == []
    assert state() == before


def test_another_systems_token_is_told_nothing_and_changes_nothing(placed: Scene) -> None:
    client, wrong, before = Client(raise_request_exception=False), [], state()
    headers = bearer(OTHERS_TOKEN)
    for each in addresses(placed.numbers):
        if each.path.startswith("/api/v1/") and each.path not in {"/api/v1/matters", "/api/v1/webhooks"}:
            for method in ("get", "post", "delete"):
                body = (
                    {}
                    if method == "get"
                    else {"data": '{"text": "越权"}', "content_type": "application/json"}
                )
                answer = getattr(client, method)(each.path, headers=headers, **body)
                wrong += differing(answer, f"{method} {each.path}")
    assert wrong == []
    assert unused(state()) == unused(before)


def test_no_form_is_taken_without_its_token(placed: Scene) -> None:
    client, taken = placed.client(placed.insider, csrf=True), []
    before, entries = state(), AuditEntry.objects.count()
    for each in addresses(placed.numbers):
        if each.path.startswith(WITHOUT_CSRF):
            continue
        answer = client.post(each.path, {"text": "伪造", "next": "/"})
        if answer.status_code != 403:
            taken.append(f"{each.path}: {answer.status_code}")
    assert taken == []
    assert state() == before and AuditEntry.objects.count() == entries


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(placed: Scene, target: str) -> None:
    from bandeng.accounts.tests.factories import PASSWORD, user

    account = user(username="redirected")
    answer = Client().post(
        f"/account/login/?next={target}", {"login": account.username, "password": PASSWORD, "next": target}
    )
    assert "evil" not in answer.headers.get("Location", "") and "javascript" not in answer.headers.get(
        "Location", ""
    )
    for path in ("/account/post/", "/i18n/setlang/"):
        client = placed.client(placed.insider)
        answer = client.post(path, {"next": target, "language": "en", "post": str(placed.insider.post_id)})
        assert "evil" not in answer.headers.get("Location", ""), path


@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "testserver:80:80", "a\tb"])
def test_another_host_is_refused(placed: Scene, host: str) -> None:
    client = Client(raise_request_exception=False, headers={"host": host})
    for path in ("/", "/account/login/", "/api/v1/openapi.json", "/track/"):
        answer = client.get(path)
        assert answer.status_code == 400 and "evil" not in told(answer), path


def test_cookies_are_out_of_scripts_and_other_sites_reach(placed: Scene) -> None:
    from bandeng.accounts.tests.factories import PASSWORD, user

    client = Client()
    client.post("/account/login/", {"login": user(username="cookies").username, "password": PASSWORD})
    session = client.cookies["sessionid"]
    assert session["httponly"] and session["samesite"] in {"Lax", "Strict"}
    assert all(each["samesite"] in {"Lax", "Strict"} for each in client.cookies.values())


@pytest.mark.parametrize(
    ("address", "secure"), [("https://bandeng.example", "True True"), ("http://10.0.0.1", "False False")]
)
def test_cookies_travel_encrypted_where_the_address_is_https(
    address: str, secure: str, tmp_path: Path
) -> None:
    program = "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    environ = {**os.environ, "BANDENG_URL": address, "BANDENG_DATA": str(tmp_path), "BANDENG_DATABASE": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == secure


@pytest.mark.parametrize(
    "path",
    [
        "/photos/1/../../keys/secret",
        "/photos/..%2f..%2fkeys%2fsecret",
        "/report/photos/..%2f..%2fkeys",
        "/static/../keys/secret",
        "/static/..%2f..%2fsettings.py",
        "/report/photos/" + "a" * 64,
        "/photos/99999999999999999999999",
    ],
)
def test_no_path_leads_out_of_the_folder(placed: Scene, path: str) -> None:
    answer = placed.client(placed.insider).get(path)
    assert answer.status_code in {400, 404}, answer.status_code
