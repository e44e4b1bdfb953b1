"""What is repeated about enterprises: the weekly run, hot topics."""

from datetime import timedelta

from bandeng.core.ticks import tick
from bandeng.harm.services.raising import harm_run
from bandeng.harm.services.topics import topics_run


@tick(every=timedelta(weeks=1), lane="harm")
def alerts_weekly() -> None:
    """Gather, resolve, judge."""
    harm_run()


@tick(every=timedelta(hours=1), lane="harm")
def topics_hourly() -> None:
    """Bring the table of hot topics up to date."""
    topics_run()
