"""Signing in and out, tried as a person and as an attacker."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from bandeng.accounts.models import User
from bandeng.accounts.services import staff
from bandeng.accounts.tests.factories import PASSWORD, user
from bandeng.core import clock
from bandeng.core.models import AuditEntry

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def sign_in(client: Client, *, name: str, password: str = PASSWORD, address: str = "192.0.2.1") -> Any:
    return client.post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address)


def errors_of(response: Any) -> str:
    return " ".join(re.findall(r"<li>(.*?)</li>", response.content.decode()))


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    """Without the demo's ease."""
    settings.DEMO = False


def test_sign_in_gives_a_new_session_key_and_is_written_down(client: Client) -> None:
    zhou = user()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    assert sign_in(client, name=zhou.username).status_code == 302
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    entry = AuditEntry.objects.get(action="account.signed_in")
    assert entry.actor == f"user:{zhou.pk}"
    assert "192.0.2.1" in entry.content


def test_session_chosen_by_an_attacker_is_worth_nothing_after_sign_in(client: Client) -> None:
    zhou = user()
    attacker = Client()
    attacker.get(LOGIN)
    session = attacker.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    sign_in(client, name=zhou.username)
    attacker.cookies["sessionid"] = session.session_key or ""
    assert is_signed_in(client)
    assert not is_signed_in(attacker)


def test_sixth_wrong_password_is_refused_and_so_is_the_right_one(client: Client) -> None:
    zhou = user()
    for _ in range(5):
        assert not re.search(r"\d\d:\d\d", errors_of(sign_in(client, name=zhou.username, password="wrong")))
    locked = sign_in(client, name=zhou.username)
    assert re.search(r"\d\d:\d\d", errors_of(locked))
    assert not is_signed_in(client)
    assert AuditEntry.objects.filter(action="account.locked_out", subject_id=str(zhou.pk)).count() == 1


def test_lock_ends_after_fifteen_minutes(client: Client) -> None:
    zhou = user()
    for _ in range(6):
        sign_in(client, name=zhou.username, password="wrong")
    with clock.fixed(clock.now() + timedelta(minutes=15, seconds=1)):
        assert sign_in(client, name=zhou.username).status_code == 302


@pytest.mark.parametrize("spelling", ["zhou.ning", "ZHOU.NING", " Zhou.Ning "])
def test_spelling_of_the_name_is_no_way_around_the_lock(client: Client, spelling: str) -> None:
    user(username="zhou.ning")
    for number in range(5):
        sign_in(client, name="zhou.ning", password="wrong", address=f"192.0.2.{number}")
    assert re.search(r"\d\d:\d\d", errors_of(sign_in(client, name=spelling, address="192.0.2.99")))


def test_many_names_from_one_address_are_stopped(client: Client) -> None:
    zhou = user()
    for number in range(20):
        sign_in(client, name=f"nobody{number}", password="wrong")
    assert re.search(r"\d\d:\d\d", errors_of(sign_in(client, name=zhou.username)))
    assert sign_in(client, name=zhou.username, address="192.0.2.2").status_code == 302


def test_own_account_does_not_refill_the_tries_for_others(client: Client) -> None:
    """The attack of signing in rightly now and then while guessing at other names."""
    own = user()
    for number in range(20):
        sign_in(client, name=f"victim{number}", password="wrong")
        if number % 4 == 3 and number < 19:
            sign_in(Client(), name=own.username)
    assert re.search(r"\d\d:\d\d", errors_of(sign_in(Client(), name=own.username)))


def test_forwarded_address_is_not_believed_without_a_trusted_proxy(client: Client) -> None:
    for number in range(20):
        client.post(
            LOGIN, {"login": f"nobody{number}", "password": "wrong"},
            REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}",
        )  # fmt: skip
    refused = client.post(
        LOGIN,
        {"login": "x", "password": "wrong"},
        REMOTE_ADDR="192.0.2.1",
        HTTP_X_FORWARDED_FOR="203.0.113.1",
    )
    assert re.search(r"\d\d:\d\d", errors_of(refused))


def test_unknown_wrong_and_locked_names_get_the_same_answer(client: Client) -> None:
    zhou, locked = user(), user()
    staff.account_lock(user_id=locked.pk, actor="system")
    answers = set()
    for name in (zhou.username, "nobody", locked.username):
        page = sign_in(client, name=name, password="wrong").content.decode().replace(name, "")
        answers.add(re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page))
    assert len(answers) == 1


def test_unknown_name_costs_one_hash_as_a_known_one_does(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same path, counted in work and not in time, which a busy machine would blur."""
    zhou = user()
    hashed: list[str] = []

    class Counting(hashers.MD5PasswordHasher):
        def encode(self, password: str, salt: str) -> str:
            hashed.append(password)
            return str(super().encode(password, salt))

    monkeypatch.setattr(hashers, "get_hashers", lambda: [Counting()])
    monkeypatch.setattr(hashers, "get_hashers_by_algorithm", lambda: {"md5": Counting()})
    sign_in(client, name=zhou.username, password="wrong")
    known = len(hashed)
    hashed.clear()
    sign_in(client, name="nobody", password="wrong")
    assert len(hashed) == known == 1


def test_locked_account_is_told_so_only_with_the_right_password_and_its_sessions_end(client: Client) -> None:
    zhou = user()
    sign_in(client, name=zhou.username)
    staff.account_lock(user_id=zhou.pk, actor="system")
    assert not is_signed_in(client)
    assert sign_in(Client(), name=zhou.username).headers["Location"] == "/account/inactive/"


def test_sign_in_without_the_token_of_the_page_refused() -> None:
    zhou = user()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(LOGIN, {"login": zhou.username, "password": PASSWORD}).status_code == 403


def test_sign_out_only_by_post(client: Client) -> None:
    zhou = user()
    sign_in(client, name=zhou.username)
    assert client.get("/account/logout/").status_code == 405
    assert is_signed_in(client)
    client.post("/account/logout/")
    assert not is_signed_in(client)
    assert AuditEntry.objects.filter(action="account.signed_out").exists()


@pytest.mark.parametrize(
    "path", ["/account/signup/", "/account/password/reset/", "/account/email/", "/accounts/signup/"]
)
def test_nobody_opens_an_account_by_themselves(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    answer = client.post(path, {"username": "new", "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 404
    assert not User.objects.filter(username="new").exists()


def test_next_address_stays_in_the_house(client: Client) -> None:
    zhou = user()
    answer = client.post(f"{LOGIN}?next=https://example.org/", {"login": zhou.username, "password": PASSWORD})
    assert answer.headers["Location"] == "/account/start/"


@pytest.mark.parametrize("name", ["x\x00y", "a" * 5000, "周宁", "\U0001f600", "' or 1=1 --"])
def test_odd_names_are_only_wrong(client: Client, name: str) -> None:
    assert sign_in(client, name=name, password="wrong").status_code == 200
