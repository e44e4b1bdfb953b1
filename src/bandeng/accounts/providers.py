"""The district's OpenID Connect provider, checked more strictly than django-allauth does by itself.

OpenID Connect Core 1.0, 3.1.3.7 and 5.3.2; OpenID Connect Discovery 1.0, 4.3.
"""

from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest


class DistrictProvider(OpenIDConnectOAuth2Adapter):
    """The provider whose address is in the settings, and no other that answers in its place."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's description. Raises OAuth2Error when it speaks for another issuer."""
        config: dict[str, Any] = super().openid_config
        if str(config.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
            raise OAuth2Error("the provider calls itself by another address than BANDENG_OIDC_ISSUER")
        return config

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """The person, if token and answer tell of the same one. Raises OAuth2Error."""
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("the provider sent no ID token")
        claims = self._decode_id_token(app, id_token)
        about = self._fetch_user_info(token.token)
        if not claims.get("sub") or claims.get("sub") != about.get("sub"):
            raise OAuth2Error("ID token and user info tell of different persons")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": about, "id_token": claims})

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The token's claims; its signature is checked too, since the line inside a network may be plain."""
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims
