"""How fast the audit log is checked, and whether writers wait for one another."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import connection, transaction

from bandeng.core import audit, outbox
from bandeng.core.audit import Record
from bandeng.core.measuring import Figure, benchmark
from bandeng.core.models import AuditLane
from bandeng.core.verification import verify

ENTRIES = 1_000_000
#: Entries of one transaction while the log is filled.
FILLED_AT_ONCE = 2000
WRITERS = 8
SECONDS = 10.0
#: SQLite has one writer at a time however many lanes there are.
LANES_TRIED = {"postgresql": (audit.LANES, 1), "sqlite": (1,)}
SAMPLE = Record(
    "matter.opened",
    ("matters.matter", "1"),
    "user:1",
    {},
    {"state": "dispatched", "channel": "resident", "type": "01.01.01", "area": "330199001001001", "lead": 7},
)


@dataclass(frozen=True)
class Written:
    """An event that nobody hears."""

    subject: str


@benchmark(
    name="audit", meaning="a million audit entries checked; eight writers on one lane and on all / 审计日志"
)
def measure() -> Sequence[Figure]:
    """Checking first, while the log holds nothing but what is counted."""
    fill(ENTRIES)
    started = time.perf_counter()
    verdict = verify()
    seconds = time.perf_counter() - started
    checked = Figure(f"seconds to check {verdict.entries:,} entries", seconds, "s", limit=60)
    whole = Figure("faults found in an untouched log", len(verdict.problems), "", limit=0)
    return [checked, whole, *writers()]


def fill(count: int) -> None:
    """Write entries until the log holds `count`, a lane after the other."""
    lanes = list(AuditLane.objects.order_by("number"))
    present = sum(lane.length for lane in lanes)
    while present < count:
        size = min(FILLED_AT_ONCE, count - present)
        with transaction.atomic():
            audit.record_many(
                [replace(SAMPLE, subject=("matters.matter", str(present + n))) for n in range(size)]
            )
        present += size


def writers() -> list[Figure]:
    """Transactions a second of eight processes, with every lane and with one."""
    figures = []
    for lanes in LANES_TRIED[connection.vendor]:
        with only_lanes(lanes):
            done, failed = run_writers()
        figures.append(Figure(f"{WRITERS} writers, lanes: {lanes}", done / SECONDS, "transactions/s"))
        figures.append(Figure(f"{WRITERS} writers, lanes: {lanes}, failed", failed, "", limit=0))
    figures.append(Figure("faults after the writers", len(verify().problems), "", limit=0))
    return figures


@contextmanager
def only_lanes(count: int) -> Iterator[None]:
    """Hide all lanes but the first `count` for the block."""
    beyond = AuditLane.objects.filter(number__gte=count)
    hidden = list(beyond)
    beyond.delete()
    yield
    AuditLane.objects.bulk_create(hidden)


def run_writers() -> tuple[int, int]:
    """Transactions done and failed by eight processes within SECONDS."""
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()  # a pool's threads do not come along into a forked process
    context = multiprocessing.get_context("fork")
    with context.Pool(WRITERS) as pool:
        counts = pool.map(_write, [time.time() + 1.0] * WRITERS, chunksize=1)
    return sum(done for done, _ in counts), sum(failed for _, failed in counts)


def _write(begin: float) -> tuple[int, int]:
    """One writer: what a change does to core, over and over: an entry and an event, then the commit."""
    time.sleep(max(0.0, begin - time.time()))
    done = failed = 0
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        try:
            with transaction.atomic():
                audit.record_many([SAMPLE])
                outbox.publish(Written(subject=SAMPLE.subject[1]))
            done += 1
        except Exception:  # noqa: BLE001 (every failure counts, whatever it is)
            failed += 1
    connection.close()
    return done, failed
