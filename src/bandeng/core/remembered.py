"""Reference data held in memory and read again when its stamp in the database has moved."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
ASK_AGAIN_AFTER = 5.0  # seconds for which a process may act on reference data that another has just changed
_ALL: list["Remembered[Any]"] = []


class Remembered(Generic[T]):
    """A value read by `read`, kept while `stamp` (one cheap query) answers the same."""

    def __init__(self, *, stamp: Callable[[], Hashable], read: Callable[[], T]) -> None:
        self._stamp, self._read = stamp, read
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, T] | None = None
        self._asked = float("-inf")
        _ALL.append(self)

    def __call__(self) -> T:
        """The value, at most ASK_AGAIN_AFTER seconds behind the database."""
        kept = self._kept
        if kept is not None and time.monotonic() - self._asked < ASK_AGAIN_AFTER:
            return kept[1]
        with self._lock:
            stamp = self._stamp()
            if self._kept is None or self._kept[0] != stamp:
                self._kept = (stamp, self._read())
            self._asked = time.monotonic()
            return self._kept[1]

    def forget(self) -> None:
        """Read again at the next call; whoever writes the data calls this."""
        self._kept, self._asked = None, float("-inf")


def everything() -> tuple["Remembered[Any]", ...]:
    """All that is remembered, as a server's start reads it ahead."""
    return tuple(_ALL)


def forget_all() -> None:
    """Forget everything, as between two tests."""
    for each in _ALL:
        each.forget()
