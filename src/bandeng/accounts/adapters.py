"""How django-allauth asks us: lock-out, no self-made accounts, sealed second factors, one provider."""

import time
from base64 import urlsafe_b64encode
from io import BytesIO
from typing import Any

import segno
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.accounts import labels
from bandeng.accounts.models import User
from bandeng.accounts.providers import DistrictProvider
from bandeng.accounts.services import signing_in
from bandeng.accounts.services.lockout import LockedOut


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by user name and password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": pgettext_lazy("sign-in", "User name and password do not go together."),
        "incorrect_password": pgettext_lazy("sign-in", "This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody opens an account by themselves."""
        return False

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Not within some minutes of typing the password at sign-in."""
        steps = get_authentication_records(self.request, self.request.user)
        typed = max((step["at"] for step in steps if step["method"] == "password"), default=0.0)
        return bool(time.time() - typed >= app_settings.REAUTHENTICATION_TIMEOUT)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Take a try before the password is looked at. Raises ValidationError when none is left."""
        try:
            signing_in.try_take(
                username=str(credentials.get("username", "")), address=self.get_client_ip(request)
            )
        except LockedOut as refusal:
            raise ValidationError(labels.locked_out(refusal.until), code="locked_out") from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The account whose password this is; a right try is not counted."""
        user = super().authenticate(request, **credentials)
        if not isinstance(user, User):
            return None
        signing_in.try_was_right(
            username=str(credentials.get("username", "")), address=self.get_client_ip(request)
        )
        return user

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponseBase:
        """Write the sign-in down."""
        response: HttpResponseBase = super().post_login(request, user, **details)
        provider = "provider" if (details.get("signal_kwargs") or {}).get("sociallogin") else "password"
        signing_in.signed_in(user=user, address=self.get_client_ip(request), way=provider)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Write the sign-out down, then end the session."""
        if isinstance(request.user, User):
            signing_in.signed_out(user=request.user)
        super().logout(request)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets sealed at rest, QR code drawn without styles."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": pgettext_lazy(
            "sign-in", "This code is wrong or has been used. Wait for the next one."
        ),
    }

    def get_totp_label(self, user: User) -> str:
        """The user name, which the telephone shows beside the code."""
        return user.username

    def build_totp_svg(self, url: str) -> str:
        """The QR code as SVG."""
        out = BytesIO()
        segno.make(url, error="m").save(out, kind="svg", scale=6, border=4, light="#fff", xmldecl=False)
        return out.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """A secret as it is stored."""
        return _factor_key().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A stored secret."""
        return _factor_key().decrypt(encrypted_text.encode()).decode()


def _factor_key() -> Fernet:
    """A key of its own, drawn from the one that seals contacts, so that operators keep one fewer."""
    drawn = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"bandeng second factor")
    return Fernet(urlsafe_b64encode(drawn.derive(settings.CONTACT_KEY.encode())))


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Sign-in through the district's provider: it finds an account, it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """A person whom we do not know stays outside."""
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The provider of the settings; none can be slipped in through the database."""
        known = SocialApp(provider="openid_connect", **settings.OIDC_APP) if settings.OIDC_ISSUER else None
        if known is None or (provider not in {None, known.provider, known.provider_id}):
            return []
        return [known]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> OpenIDConnectProvider:
        """The district's provider, on the way out as strict as on the way back."""
        found: OpenIDConnectProvider = super().get_provider(request, provider, client_id=client_id)
        found.oauth2_adapter_class = DistrictProvider
        return found

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """The stranger's account is never saved; it stays empty."""
        user = sociallogin.user
        assert isinstance(user, User)
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link the person to their account; else raise ImmediateHttpResponse with a page of who can help."""
        claims = sociallogin.account.extra_data.get("userinfo") or {}
        if sociallogin.is_existing:
            return
        user = signing_in.account_of_claims(claims=claims, match=settings.OIDC_MATCH)
        if user is None:
            page = render(request, "socialaccount/unknown.html", {"who": _shown(claims)}, status=403)
            raise ImmediateHttpResponse(page)
        signing_in.provider_linked(user=user, subject=sociallogin.account.uid)
        sociallogin.connect(request, user)


def _shown(claims: dict[str, Any]) -> str:
    """What the provider calls the person, for the page that refuses them."""
    for name in ("name", "preferred_username", "email", "sub"):
        if claims.get(name):
            return str(claims[name])[:80]
    return pgettext("sign-in", "this person")
