"""How many messages a second come in from a file, end to end."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from django.db import connection

from bandeng.config.benchmarks import stage
from bandeng.core.measuring import Figure, benchmark
from bandeng.core.rules import Actor
from bandeng.intake.services.importing import matters_import

MESSAGES = 10_000
LEAST = {"postgresql": 1000.0, "sqlite": 500.0}


@benchmark(name="import", meaning="messages a second from a file (BANDENG_BENCHMARK_FILE: yours) / 导入速度")
def measure() -> Sequence[Figure]:
    """Read, check, classify, route, write, index and audit, until all of it can be searched quickly."""
    stage.district()
    given = os.environ.get("BANDENG_BENCHMARK_FILE", "")
    if given:
        return _measured(Path(given), Path(given).name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "messages.csv"
        stage.file_of_messages(path, MESSAGES)
        return _measured(path, "messages of 350 characters")


def _measured(path: Path, name: str) -> list[Figure]:
    started, used = time.perf_counter(), time.process_time()
    source = f"benchmark {time.time_ns()}"
    tally = matters_import(path=path, actor=Actor("cli:benchmark"), source=source)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    if tally.created == 0:
        raise AssertionError(f"nothing came in: {tally.refusals[:3]}")
    least = LEAST[connection.vendor]
    return [
        Figure(f"{name}: a second, end to end", tally.rows / seconds, "/s", least, more_is_better=True),
        Figure(f"{name}: our own CPU for 1,000", cpu / tally.rows * 1000, "s"),
        Figure(f"{name}: refused", tally.refused, "", limit=0),
    ]
