"""What a person changes about their own account."""

from allauth.usersessions.models import UserSession
from django.db import transaction

from bandeng.accounts.models import User
from bandeng.core import audit


@transaction.atomic
def session_end(*, user: User, number: int) -> None:
    """End a session of one's own; one that is gone or somebody else's is left alone."""
    session = UserSession.objects.filter(user_id=user.pk, pk=number).first()
    if session is None:
        return
    audit.record(
        action="account.session_ended", subject=user, actor=f"user:{user.pk}", after={"address": session.ip}
    )
    session.end()


@transaction.atomic
def shortcuts_set(*, user: User, off: bool) -> None:
    """Switch keyboard shortcuts off or on."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.shortcuts_off == off:
        return
    row.shortcuts_off = off
    row.save(update_fields=["shortcuts_off"])
    audit.record(
        action="account.shortcuts_set", subject=row, actor=f"user:{user.pk}",
        before={"off": not off}, after={"off": off},
    )  # fmt: skip


@transaction.atomic
def second_factor_changed(*, user: User, present: bool) -> None:
    """Write down that a person has set up or removed their second factor."""
    action = "account.second_factor_set_up" if present else "account.second_factor_removed"
    audit.record(action=action, subject=user, actor=f"user:{user.pk}")
