"""Signing in and out: what is counted, written down and linked."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bandeng.accounts.models import User
from bandeng.accounts.rules import ACCOUNT_TRIES, ADDRESS_TRIES, folded, network_of
from bandeng.accounts.services import lockout
from bandeng.core import audit


@transaction.atomic
def try_take(*, username: str, address: str) -> None:
    """Count a try for the name and for the address. Raises LockedOut when either has none left."""
    last = lockout.tries_take((ACCOUNT_TRIES, folded(username)), (ADDRESS_TRIES, network_of(address)))
    if last:
        known = User.objects.filter(username__iexact=username.strip()).values_list("pk", flat=True).first()
        subject = ("accounts.user", str(known)) if known else ("accounts.address", network_of(address))
        audit.record(action="account.locked_out", subject=subject, actor="system", after={"address": address})


@transaction.atomic
def try_was_right(*, username: str, address: str) -> None:
    """Forget the try. The address keeps its wrong ones: one right account must not open the others."""
    lockout.tries_forget(limit=ACCOUNT_TRIES, subject=folded(username))
    lockout.try_return(limit=ADDRESS_TRIES, subject=network_of(address))


@transaction.atomic
def signed_in(*, user: User, address: str, way: str) -> None:
    """Write a sign-in down."""
    audit.record(
        action="account.signed_in",
        subject=user,
        actor=f"user:{user.pk}",
        after={"address": address, "way": way},
    )


@transaction.atomic
def signed_out(*, user: User) -> None:
    """Write a sign-out down."""
    audit.record(action="account.signed_out", subject=user, actor=f"user:{user.pk}")


def account_of_claims(*, claims: Mapping[str, Any], match: str) -> User | None:
    """The one active account that a provider's claims name, by verified e-mail or user name; or None."""
    if match == "username":
        found = User.objects.filter(is_active=True, username=str(claims.get("preferred_username") or ""))
    elif claims.get("email") and claims.get("email_verified") is True:
        found = User.objects.filter(is_active=True, email__iexact=str(claims["email"]))
    else:
        return None
    rows = list(found.order_by("id")[:2])
    return rows[0] if len(rows) == 1 else None


@transaction.atomic
def provider_linked(*, user: User, subject: str) -> None:
    """Write down that a person at the provider belongs to an account from now on."""
    audit.record(action="account.linked", subject=user, actor=f"user:{user.pk}", after={"subject": subject})
