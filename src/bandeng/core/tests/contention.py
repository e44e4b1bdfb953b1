"""Several people at the same moment, each with a connection of their own."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, Lock

from django.db import connection

from bandeng.core import clock

LONGEST = 20.0
"""Seconds that somebody waits for another at most."""


def at_once(
    *acts: Callable[[], object], moment: datetime, refusals: tuple[type[Exception], ...]
) -> list[str]:
    """Each act in a thread of its own, begun together; the code of its refusal, or "done"."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            with clock.fixed(moment):
                start.wait(LONGEST)
                act()
        except refusals as refused:
            return str(getattr(refused, "code", ""))
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def somebody_waits() -> bool:
    """Whether another transaction waits for a lock; where the database lets one write at a time, it must."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


class Meeting:
    """A place in the middle of an act where two are made to meet, unless a lock keeps the other out."""

    def __init__(self) -> None:
        self.came = 0
        self.counting = Lock()

    def come(self) -> None:
        """Wait for the other, or until somebody stands before a lock."""
        with self.counting:
            self.came += 1
        until = time.monotonic() + LONGEST
        while self.came < 2 and not somebody_waits() and time.monotonic() < until:
            time.sleep(0.05)

    def before(self, act: Callable[..., object]) -> Callable[..., object]:
        """The act, with the meeting before it."""

        def met(*given: object, **named: object) -> object:
            self.come()
            return act(*given, **named)

        return met
