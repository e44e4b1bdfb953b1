"""What the ledger repeats."""

from datetime import timedelta

from bandeng.core.ticks import stopping, tick
from bandeng.ledger.services import entries_write, figures_count, touched_take


@tick(every=timedelta(seconds=30), lane="ledger")
def ledger_follow() -> None:
    """Take what has changed, write it, count it."""
    while not stopping() and touched_take():
        pass
    while not stopping() and entries_write():
        pass
    if not stopping():
        figures_count()
