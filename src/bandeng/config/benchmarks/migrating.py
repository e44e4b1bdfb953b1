"""How long an index on a million matters takes, and how long people's writes and reads wait meanwhile."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection
from django.db.migrations.operations.models import AddIndex
from django.db.migrations.state import ProjectState
from django.db.models import F, Index

from bandeng.config.benchmarks import filling, stage
from bandeng.core.measuring import Figure, benchmark
from bandeng.core.migrating import AddIndexOnline
from bandeng.matters.models import Matter

NAME = "benchmark_index"
#: Two columns and no condition: what a list by type and time would want.
COLUMNS = ("type_code", "opened_at")
SETTLE_SECONDS = 1.0
#: Somebody who waits longer takes the page for broken. SQLite has one writer, whom an index keeps: below the 30 s
#: after which a write fails.
MOST_WAITING = {"postgresql": 500.0, "sqlite": 25_000.0}  # milliseconds


@dataclass
class Longest:
    """The longest of many short acts, in milliseconds."""

    milliseconds: float = 0.0
    acts: int = 0
    faults: list[str] = field(default_factory=list)


@benchmark(
    name="migration", meaning="an index added to a million matters while people work / 百万事项上加索引"
)
def measure() -> Sequence[Figure]:
    """The index as Django builds it, and as our migrations do."""
    stage.district()
    filling.fill()
    figures = [Figure("matters", Matter.objects.count(), "")]
    for name, operation, limit in (
        ("Django's AddIndex", AddIndex, None),
        ("AddIndexOnline", AddIndexOnline, MOST_WAITING[connection.vendor]),
    ):
        with both_at_work() as (writing, reading):
            seconds = built(operation)
        figures += [
            Figure(f"{name}: seconds", seconds, "s"),
            Figure(f"{name}: longest write of {writing.acts:,}", writing.milliseconds, "ms", limit),
            Figure(f"{name}: longest read of {reading.acts:,}", reading.milliseconds, "ms", limit),
            Figure(f"{name}: acts that failed", len(writing.faults) + len(reading.faults), "", limit=0),
        ]
    return figures


def built(operation: type[AddIndex]) -> float:
    """Seconds of adding the index; it is taken away again afterwards."""
    present = ProjectState.from_apps(apps)
    following = present.clone()
    act = operation("matter", Index(fields=COLUMNS, name=NAME))
    act.state_forwards("matters", following)
    with connection.schema_editor(atomic=act.atomic) as editor:
        started = time.perf_counter()
        act.database_forwards("matters", editor, present, following)
    seconds = time.perf_counter() - started
    with connection.schema_editor(atomic=False) as editor:
        AddIndexOnline.database_backwards(
            AddIndexOnline("matter", act.index), "matters", editor, following, present
        )
    return seconds


@contextmanager
def both_at_work() -> Iterator[tuple[Longest, Longest]]:
    """Somebody who writes and somebody who reads, one act after the other, each on a connection of their own."""
    over, writing, reading = threading.Event(), Longest(), Longest()
    key = Matter.objects.order_by("-pk").values_list("pk", flat=True)[0]

    def write() -> None:
        Matter.objects.filter(pk=key).update(changed_at=F("changed_at"))

    def read() -> None:
        Matter.objects.filter(pk=key).values_list("state", flat=True).get()

    threads = [
        threading.Thread(target=_act, args=(act, known, over))
        for act, known in ((write, writing), (read, reading))
    ]
    for thread in threads:
        thread.start()
    time.sleep(SETTLE_SECONDS)
    try:
        yield writing, reading
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _act(act: Callable[[], None], known: Longest, over: threading.Event) -> None:
    try:
        while not over.is_set():
            started = time.perf_counter()
            try:
                act()
            except Exception as error:  # noqa: BLE001 (every failure counts, whatever it is)
                known.faults.append(str(error))
            known.milliseconds = max(known.milliseconds, 1000 * (time.perf_counter() - started))
            known.acts += 1
            time.sleep(0.005)
    finally:
        connection.close()
