"""The second factor: set up, asked for, not guessed, not used twice."""

import re
import time
from base64 import b64decode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from bandeng.accounts.models import User
from bandeng.accounts.selectors import has_second_factor
from bandeng.accounts.services import staff
from bandeng.accounts.tests.factories import PASSWORD, user
from bandeng.core.models import Allowance, AuditEntry

pytestmark = pytest.mark.django_db
SET_UP = "/account/second-factor/set-up/"
CODE = "/account/second-factor/code/"


def code_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_in(client: Client, zhou: User) -> str:
    return client.post("/account/login/", {"login": zhou.username, "password": PASSWORD}).headers["Location"]


@pytest.fixture
def zhou(client: Client) -> User:
    """Somebody who has set up a second factor, and is signed out again."""
    made = user()
    sign_in(client, made)
    page = client.get(SET_UP).content.decode()
    secret = client.session["mfa.totp.secret"]
    assert secret in page
    client.post(SET_UP, {"code": code_now(secret)})
    client.post("/account/logout/")
    made.secret = secret  # type: ignore[attr-defined]
    Allowance.objects.all().delete()
    return made


def test_page_draws_the_code_without_inline_style_or_script(client: Client) -> None:
    sign_in(client, user())
    response = client.get(SET_UP)
    page = response.content.decode()
    image = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    assert image
    drawing = b64decode(image.group(1)).decode()
    assert drawing.startswith("<svg")
    assert "style=" not in drawing
    assert not re.search(r"<[^>]+ style=", page)
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert "data:" in response.headers["Content-Security-Policy"]


def test_sign_in_takes_two_steps(client: Client, zhou: User) -> None:
    assert has_second_factor(zhou.pk)
    assert sign_in(client, zhou) == CODE
    assert client.get("/account/").status_code == 302
    client.post(CODE, {"code": code_now(zhou.secret)})  # type: ignore[attr-defined]
    assert client.get("/account/").status_code == 200


def test_code_works_once_even_in_another_browser(client: Client, zhou: User) -> None:
    code = code_now(zhou.secret)  # type: ignore[attr-defined]
    sign_in(client, zhou)
    client.post(CODE, {"code": code})
    other = Client()
    sign_in(other, zhou)
    other.post(CODE, {"code": code})
    assert other.get("/account/").status_code == 302


def test_codes_cannot_be_guessed(client: Client, zhou: User) -> None:
    sign_in(client, zhou)
    for number in range(5):
        client.post(CODE, {"code": f"00000{number}"})
    client.post(CODE, {"code": code_now(zhou.secret)})  # type: ignore[attr-defined]
    assert client.get("/account/").status_code == 302


def test_recovery_code_signs_in_once(client: Client, zhou: User) -> None:
    codes = Authenticator.objects.get(user=zhou, type="recovery_codes").wrap().get_unused_codes()
    sign_in(client, zhou)
    client.post(CODE, {"code": codes[0]})
    assert client.get("/account/").status_code == 200
    other = Client()
    sign_in(other, zhou)
    other.post(CODE, {"code": codes[0]})
    assert other.get("/account/").status_code == 302


def test_own_removal_is_written_down_and_the_need_is_asked_anew(client: Client, zhou: User) -> None:
    sign_in(client, zhou)
    client.post(CODE, {"code": code_now(zhou.secret)})  # type: ignore[attr-defined]
    client.get("/nowhere/")
    assert client.session.get("second_factor") in {None, "fine"}
    client.post("/account/second-factor/remove/")
    assert not has_second_factor(zhou.pk)
    assert "second_factor" not in client.session
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert "account.second_factor_set_up" in actions
    assert "account.second_factor_removed" in actions


def test_secrets_are_sealed_at_rest(zhou: User) -> None:
    stored = Authenticator.objects.get(user=zhou, type="totp").data["secret"]
    assert stored != zhou.secret  # type: ignore[attr-defined]
    assert zhou.secret not in str(list(Authenticator.objects.values_list("data", flat=True)))  # type: ignore[attr-defined]


def test_removal_by_an_administrator_is_written_down(zhou: User) -> None:
    staff.second_factor_remove(user_id=zhou.pk, actor="user:1", reason="telephone lost")
    assert not has_second_factor(zhou.pk)
    assert "telephone lost" in AuditEntry.objects.get(action="account.second_factor_removed").content
