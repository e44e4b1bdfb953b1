"""Passwords: the policy, the change, and the one that somebody else has given."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from bandeng.accounts.models import PastPassword
from bandeng.accounts.services.passwords import password_reset, password_set, random_password
from bandeng.accounts.tests.factories import PASSWORD, user
from bandeng.core.models import AuditEntry

pytestmark = pytest.mark.django_db
NEW = "another-long-password"
PAGE = "/account/password/"


def signed_in(client: Client, *, name: str, password: str = PASSWORD) -> Client:
    client.post("/account/login/", {"login": name, "password": password})
    return client


@pytest.mark.parametrize("password", ["short-one", "password123", "1234567890", "zhou.ning.2026"])
def test_weak_password_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, user(username="zhou.ning"))


def test_none_of_the_last_five_is_taken_again() -> None:
    zhou = user()
    words = [f"a-fine-password-{letter}" for letter in "abcdefg"]
    for word in words:
        password_set(user=zhou, password=word, actor="system")
    for used in words[-5:]:
        with pytest.raises(ValidationError):
            validate_password(used, zhou)
    validate_password(words[0], zhou)
    assert PastPassword.objects.filter(user=zhou).count() == 5
    assert all(word not in row.password for row in PastPassword.objects.all() for word in words)


def test_change_ends_other_sessions_renews_this_one_and_is_written_down(client: Client) -> None:
    zhou = user()
    signed_in(client, name=zhou.username)
    elsewhere = signed_in(Client(), name=zhou.username)
    before = client.session.session_key
    client.post(PAGE, {"present": PASSWORD, "new": NEW, "again": NEW})
    assert client.session.session_key != before
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    entry = AuditEntry.objects.get(action="account.password_set")
    assert NEW not in entry.content
    zhou.refresh_from_db()
    assert zhou.check_password(NEW)


@pytest.mark.parametrize(
    ("present", "new", "again"),
    [
        ("wrong", NEW, NEW),
        (PASSWORD, NEW, NEW + "x"),
        (PASSWORD, PASSWORD, PASSWORD),
        (PASSWORD, "short", "short"),
    ],
)
def test_change_refused(client: Client, present: str, new: str, again: str) -> None:
    zhou = user()
    signed_in(client, name=zhou.username)
    assert client.post(PAGE, {"present": present, "new": new, "again": again}).status_code == 422
    zhou.refresh_from_db()
    assert zhou.check_password(PASSWORD)


def test_present_password_cannot_be_guessed_at_an_open_desk(client: Client) -> None:
    zhou = user()
    signed_in(client, name=zhou.username)
    for _ in range(5):
        client.post(PAGE, {"present": "wrong", "new": NEW, "again": NEW})
    assert client.post(PAGE, {"present": PASSWORD, "new": NEW, "again": NEW}).status_code == 422


def test_given_password_has_to_be_changed_first(client: Client) -> None:
    zhou = user()
    given = password_reset(user=zhou, actor="system")
    signed_in(client, name=zhou.username, password=given)
    assert client.get("/nowhere/").headers["Location"] == PAGE
    assert client.get("/nowhere/", HTTP_HX_REQUEST="true").headers["HX-Redirect"] == PAGE
    assert client.get("/account/").status_code == 200
    client.post(PAGE, {"present": given, "new": NEW, "again": NEW})
    assert client.get("/nowhere/").status_code == 404


def test_password_page_is_not_kept_by_the_browser(client: Client) -> None:
    signed_in(client, name=user().username)
    assert "no-store" in client.get(PAGE).headers["Cache-Control"]


def test_random_password_passes_the_policy_and_never_repeats() -> None:
    made = {random_password() for _ in range(200)}
    assert len(made) == 200
    for word in list(made)[:5]:
        validate_password(word)
