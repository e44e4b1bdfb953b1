"""Reads of accounts."""

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from bandeng.accounts.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person. Raises PermissionDenied for a stranger."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def has_second_factor(user_id: int) -> bool:
    """Whether a person signs in with a second factor."""
    return bool(Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists())
