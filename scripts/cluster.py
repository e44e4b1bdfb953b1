"""A PostgreSQL of one's own for the time of a block: fresh, fast, and gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNERS = ("postgres", "nobody")
SETTINGS = ("max_connections=200", "shared_buffers=512MB", "listen_addresses=127.0.0.1")
#: For tests: nothing in the cluster must survive a power cut.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version first; None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -float(path.parts[-3]))
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _owner() -> str | None:
    """Whom the cluster runs as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in OWNERS if name in names), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """Start a cluster with the programs of `folder`; gives the address of an empty database.

    Durable: with PostgreSQL's own settings for writing to disk, as in service and for measuring.
    """
    home = Path(tempfile.mkdtemp(prefix="bandeng-cluster-"))
    settings = SETTINGS if durable else SETTINGS + CARELESS
    owner, data, port = _owner(), home / "data", _free_port()
    if owner:
        shutil.chown(home, owner)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(folder / program), *arguments], user=owner, cwd=home, check=True, stdout=subprocess.DEVNULL
        )

    try:
        run(
            "initdb",
            "-D",
            str(data),
            "-U",
            "bandeng",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        options = " ".join(f"-c {setting}" for setting in (*settings, f"unix_socket_directories={home}"))
        run("pg_ctl", "-D", str(data), "-l", str(home / "log"), "-o", f"-p {port} {options}", "-w", "start")
        try:
            run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "bandeng", "bandeng")
            yield f"postgresql://bandeng@127.0.0.1:{port}/bandeng"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
