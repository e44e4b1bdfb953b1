"""What the worker repeats for intake."""

from datetime import timedelta

from bandeng.core.ticks import tick
from bandeng.intake.services.deliveries import deliver_due
from bandeng.intake.services.requests import answers_clear
from bandeng.matters.services.photos import staged_clear

STAGED_FOR = timedelta(days=2)  # longer than any session, after which the draft is gone


@tick(every=timedelta(hours=1))
def staged_photos_clear() -> None:
    """Delete photos of reports that were never sent."""
    staged_clear(older_than=STAGED_FOR)


@tick(every=timedelta(hours=1))
def kept_answers_clear() -> None:
    """Forget answers to idempotency keys that are past repeating."""
    answers_clear()


@tick(every=timedelta(seconds=2), lane="webhooks")
def webhooks_deliver() -> None:
    """Send webhook messages whose time has come."""
    deliver_due()
