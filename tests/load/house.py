"""A small demo district in a folder of its own, on SQLite or on a PostgreSQL that can be killed and started again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [
    str(Path(__file__).resolve().parents[2]),
    str(Path(__file__).resolve().parents[2] / "scripts"),
]

import cluster  # noqa: E402 (found on the path above)

from bandeng.config.benchmarks import serving  # noqa: E402

STARTS_WITHIN = 60.0  # seconds


@dataclass
class Postgres:
    """A cluster in a folder of its own, with PostgreSQL's own settings for safety."""

    programs: Path
    home: Path
    port: int

    @property
    def address(self) -> str:
        """Of its one database."""
        return f"postgresql://bandeng@127.0.0.1:{self.port}/postgres"

    def _run(self, program: str, *arguments: str) -> int:
        command = [str(self.programs / program), *arguments]
        quiet = subprocess.DEVNULL
        return subprocess.run(
            command, user=cluster._owner(), cwd=self.home, check=False, stdout=quiet, stderr=quiet
        ).returncode

    def create(self) -> None:
        """Make the cluster."""
        if owner := cluster._owner():
            shutil.chown(self.home, owner)
        data = str(self.home / "data")
        assert (
            self._run("initdb", "-D", data, "-U", "bandeng", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
            == 0
        )

    def start(self) -> None:
        """Start it; after a kill it recovers by itself. Raises TimeoutError."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.home} "
        options += "-c max_connections=200"
        until = time.monotonic() + STARTS_WITHIN
        data, log = str(self.home / "data"), str(self.home / "log")
        while self._run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start") != 0:
            if time.monotonic() > until:
                raise TimeoutError((self.home / "log").read_text(encoding="utf-8")[-2000:])
            time.sleep(0.2)

    def kill(self) -> None:
        """Kill every process of it, as a power cut would."""
        first = int((self.home / "data" / "postmaster.pid").read_text(encoding="ascii").split("\n")[0])
        for pid in serving.family(first):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


@contextmanager
def database(kind: str) -> Iterator[Postgres | None]:
    """The database of a run: "sqlite", or "postgresql" in a folder that is gone afterwards."""
    if kind == "sqlite":
        os.environ["BANDENG_DATABASE"] = ""
        yield None
        return
    programs = cluster.programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed / 没有安装 PostgreSQL")
    server = Postgres(programs, Path(tempfile.mkdtemp(prefix="bandeng-load-")), serving.free_port())
    server.create()
    server.start()
    os.environ["BANDENG_DATABASE"] = server.address
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(server.home, ignore_errors=True)


@contextmanager
def district() -> Iterator[str]:
    """A small demo district in a new data folder; gives a token that may open matters."""
    with tempfile.TemporaryDirectory(prefix="bandeng-load-") as data:
        os.environ["BANDENG_DATA"] = data
        os.environ["DJANGO_SETTINGS_MODULE"] = "bandeng.config.settings"
        subprocess.run([str(serving.PROGRAM), "demo", "--small", "-v", "0"], check=True)
        import django

        django.setup()
        from bandeng.config.benchmarks.stage import token

        yield token()


@dataclass(frozen=True)
class Found:
    """What is in the database at the end, of the matters that a run has sent."""

    numbers: dict[str, list[str]]  # by what was sent: its title
    faults: int
    waiting: int


def found(mark: str) -> Found:
    """Read what came of everything whose title begins with `mark`, on a fresh connection."""
    from django.db import connection

    from bandeng.core.outbox import waiting_names
    from bandeng.core.verification import verify
    from bandeng.matters.models import Matter

    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    numbers: dict[str, list[str]] = {}
    for matter in Matter.objects.filter(title__startswith=mark).only("title").iterator():
        numbers.setdefault(matter.title, []).append(matter.number)
    return Found(numbers, len(verify().problems), waiting_names())
