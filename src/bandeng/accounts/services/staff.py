"""Opening, changing and locking accounts; who may do it to whom is asked in `organisations`."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import pgettext

from bandeng.accounts.models import User
from bandeng.accounts.rules import ACCOUNT_TRIES, CODE_TRIES, folded
from bandeng.accounts.services import lockout
from bandeng.accounts.services.passwords import password_reset
from bandeng.core import audit


@transaction.atomic
def account_create(
    *, username: str, name: str, email: str = "", actor: str, signs_in: bool = True
) -> tuple[User, str]:
    """Open an account; returns it with the password that is shown once, empty for one that never signs in.

    Raises ValidationError for a user name that is taken or has other than letters, digits and @.+-_.
    """
    known = folded(username)
    UnicodeUsernameValidator()(known)
    if User.objects.filter(username__iexact=known).exists():
        raise ValidationError(
            pgettext("account", "The user name %(name)s is taken.") % {"name": known}, code="username_taken"
        )
    user = User(username=known, name=name.strip(), email=email.strip().lower())
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    audit.record(
        action="account.created", subject=user, actor=actor,
        after={"username": user.username, "name": user.name, "email": user.email},
    )  # fmt: skip
    return user, password_reset(user=user, actor=actor) if signs_in else ""


@transaction.atomic
def account_change(*, user_id: int, name: str, email: str, actor: str) -> User:
    """Change the name or the e-mail address. Raises ValidationError for a malformed one."""
    user = User.objects.select_for_update().get(pk=user_id)
    before = {"name": user.name, "email": user.email}
    user.name, user.email = name.strip(), email.strip().lower()
    after = {"name": user.name, "email": user.email}
    if before == after:
        return user
    user.clean_fields(exclude=["password"])
    user.save(update_fields=["name", "email"])
    audit.record(action="account.changed", subject=user, actor=actor, before=before, after=after)
    return user


@transaction.atomic
def account_lock(*, user_id: int, actor: str, reason: str = "") -> User:
    """Lock an account; whatever sessions it has end with their next request."""
    return _active_set(user_id=user_id, active=False, actor=actor, reason=reason)


@transaction.atomic
def account_unlock(*, user_id: int, actor: str, reason: str = "") -> User:
    """Unlock an account, and forget its wrong tries."""
    user = _active_set(user_id=user_id, active=True, actor=actor, reason=reason)
    lockout.tries_forget(limit=ACCOUNT_TRIES, subject=folded(user.username))
    lockout.tries_forget(limit=CODE_TRIES, subject=f"user:{user.pk}")
    return user


def _active_set(*, user_id: int, active: bool, actor: str, reason: str) -> User:
    user = User.objects.select_for_update().get(pk=user_id)
    before = user.is_active
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(
        action="account.unlocked" if active else "account.locked", subject=user, actor=actor,
        before={"active": before}, after={"active": active}, reason=reason,
    )  # fmt: skip
    return user


@transaction.atomic
def second_factor_remove(*, user_id: int, actor: str, reason: str = "") -> None:
    """Take away a second factor whose telephone is lost; a post that needs one asks for a new one."""
    user = User.objects.select_for_update().get(pk=user_id)
    removed, _ = Authenticator.objects.filter(user_id=user_id).delete()
    audit.record(
        action="account.second_factor_removed",
        subject=user,
        actor=actor,
        before={"factors": removed},
        reason=reason,
    )
