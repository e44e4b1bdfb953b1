"""What core repeats."""

from datetime import timedelta

from bandeng.core import allowance, outbox
from bandeng.core.ticks import tick

DAY = timedelta(days=1)


@tick(every=timedelta(hours=1))
def allowances_clear() -> None:
    """Forget the counts of rate limits; no window is longer than a day."""
    allowance.clear(older_than=DAY)


@tick(every=timedelta(hours=1))
def events_clear() -> None:
    """Forget events that every handler has had for a week."""
    outbox.clear(older_than=7 * DAY)
