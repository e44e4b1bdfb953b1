"""What the five-colour map repeats."""

from datetime import timedelta

from bandeng.core.ticks import tick
from bandeng.risk.services.watching import draft_refresh, streets_watch


@tick(every=timedelta(minutes=1), lane="ledger")
def risk_draft() -> None:
    """Keep the present month's draft up to date."""
    draft_refresh()


@tick(every=timedelta(hours=6), lane="ledger")
def risk_watch() -> None:
    """Look for unusual rises in last week's counts."""
    streets_watch()
