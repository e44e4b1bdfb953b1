"""What the five-colour map repeats."""

from datetime import timedelta

from bandeng.core.ticks import tick
from bandeng.risk.services.scan import surveillance_follow
from bandeng.risk.services.watching import drafts_refresh, streets_watch


@tick(every=timedelta(minutes=1), lane="ledger")
def risk_draft() -> None:
    """Keep the drafts of this month and the last up to date."""
    drafts_refresh()


@tick(every=timedelta(hours=6), lane="ledger")
def risk_watch() -> None:
    """Look for unusual rises in last week's counts."""
    streets_watch()


@tick(every=timedelta(hours=1), lane="surveillance")
def risk_surveillance() -> None:
    """Look for surges and clusters once a week, and again where late records came in."""
    surveillance_follow()
