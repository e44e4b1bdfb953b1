"""The one place that tells the time, so that tests and replays can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

LOCAL = ZoneInfo("Asia/Shanghai")  # the law's clock: the whole country keeps one time
_FIXED: ContextVar[datetime | None] = ContextVar("fixed time", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _FIXED.get() or timezone.now()  # noqa: TID251 (here and nowhere else)


@contextmanager
def fixed(moment: datetime) -> Iterator[None]:
    """Let `now` answer `moment` inside the block. Raises ValueError for a naive time."""
    if timezone.is_naive(moment):
        raise ValueError("a time without a zone is no moment")
    token = _FIXED.set(moment)
    try:
        yield
    finally:
        _FIXED.reset(token)
