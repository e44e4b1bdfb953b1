"""Words for signing in."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import pgettext


def locked_out(until: datetime) -> str:
    """What somebody without a try left is told; the same whether the account exists or not."""
    return pgettext(
        "sign-in",
        "Too many wrong tries. Try again after %(time)s, or ask your administrator for a new password.",
    ) % {"time": timezone.localtime(until).strftime("%H:%M")}
