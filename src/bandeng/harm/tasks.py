"""What is repeated about enterprises: the weekly run, hot topics."""

from datetime import timedelta

from bandeng.core.ticks import tick
from bandeng.harm.services.batches import staged_tidy
from bandeng.harm.services.notices import late_tell
from bandeng.harm.services.raising import files_wait, harm_run
from bandeng.harm.services.topics import topics_run


@tick(every=timedelta(weeks=1), lane="harm")
def alerts_weekly() -> None:
    """Gather, resolve, judge."""
    harm_run()


@tick(every=timedelta(minutes=5), lane="harm")
def alerts_after_files() -> None:
    """Judge at once what a file has brought or taken; files that nobody has brought in go."""
    staged_tidy()
    if files_wait():
        harm_run()


@tick(every=timedelta(minutes=30), lane="harm")
def alerts_late() -> None:
    """Tell of alerts whose time has run out."""
    late_tell()


@tick(every=timedelta(hours=1), lane="harm")
def topics_hourly() -> None:
    """Bring the table of hot topics up to date."""
    topics_run()
