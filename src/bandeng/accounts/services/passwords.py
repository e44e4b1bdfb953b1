"""Passwords: setting, remembering and refusing those used before."""

import secrets

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import ngettext, pgettext

from bandeng.accounts.models import PastPassword, User
from bandeng.accounts.rules import PASSWORDS_REMEMBERED
from bandeng.core import audit, clock

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another on paper or by telephone


class NotUsedBefore:
    """Django's password validator that refuses the present password and the last ones."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError if the password is one of the last ones."""
        if user is None or user.pk is None:
            return
        past = PastPassword.objects.filter(user=user).order_by("-id").values_list("password", flat=True)
        if any(check_password(password, known) for known in [user.password, *past[:PASSWORDS_REMEMBERED]]):
            raise ValidationError(
                pgettext("password", "You have used this password before. Think of a new one."),
                code="password_used",
            )

    def get_help_text(self) -> str:
        """What the rule asks for."""
        return ngettext(
            "Not the last %(count)d password.",
            "Not one of your last %(count)d passwords.",
            PASSWORDS_REMEMBERED,
        ) % {"count": PASSWORDS_REMEMBERED}


@transaction.atomic
def password_set(
    *, user: User, password: str, actor: str, must_change: bool = False, reason: str = ""
) -> User:
    """Set a checked password and remember it; all sessions that were opened with the old one end."""
    row = User.objects.select_for_update().get(pk=user.pk)
    row.set_password(password)
    row.must_change_password = must_change
    row.save(update_fields=["password", "must_change_password"])
    PastPassword.objects.create(user=row, password=row.password, at=clock.now())
    keep = (
        PastPassword.objects.filter(user=row)
        .order_by("-id")
        .values_list("id", flat=True)[:PASSWORDS_REMEMBERED]
    )
    PastPassword.objects.filter(user=row).exclude(id__in=list(keep)).delete()
    audit.record(
        action="account.password_set",
        subject=row,
        actor=actor,
        after={"must_change": must_change},
        reason=reason,
    )
    user.password, user.must_change_password = row.password, must_change
    return row


def random_password() -> str:
    """A password that can be read out: four groups of four, about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def password_reset(*, user: User, actor: str, reason: str = "") -> str:
    """Give a password that is shown once and has to be changed at the next sign-in."""
    password = random_password()
    password_set(user=user, password=password, actor=actor, must_change=True, reason=reason)
    return password
