"""What matters repeat."""

from datetime import timedelta

from bandeng.core.ticks import tick
from bandeng.matters import search


@tick(every=timedelta(seconds=20))
def search_tidy() -> None:
    """Sort what waits into the search index, so that no reporter's request has to."""
    search.tidy()
