"""Whether the house works, for a load balancer and for whoever is on call."""

from dataclasses import dataclass

from django.db import DatabaseError, connection

from bandeng.core import clock, outbox
from bandeng.core.models import Tick
from bandeng.core.ticks import HEARTBEAT, HEARTBEAT_EVERY

#: A worker busy with one long task may miss some beats.
BEATS_MISSED = 6


@dataclass(frozen=True)
class Health:
    """`worker_age` is in seconds since the last sign of a worker, None for never."""

    database: bool
    worker_age: int | None = None
    waiting: int | None = None

    @property
    def status(self) -> str:
        """ok, degraded (events wait and no worker takes them) or down."""
        if not self.database:
            return "down"
        alive = (
            self.worker_age is not None and self.worker_age <= BEATS_MISSED * HEARTBEAT_EVERY.total_seconds()
        )
        return "ok" if alive else "degraded"


def health() -> Health:
    """The present state; a database that does not answer is an answer."""
    try:
        beat = Tick.objects.filter(name=HEARTBEAT).values_list("began_at", flat=True).first()
        waiting = outbox.waiting_names()
    except DatabaseError:
        connection.close()
        return Health(database=False)
    age = None if beat is None else max(0, int((clock.now() - beat).total_seconds()))
    return Health(database=True, worker_age=age, waiting=waiting)
