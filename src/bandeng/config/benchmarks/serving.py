"""A real server as a process of its own, and how much processor time it has used."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import httpx

PROGRAM = Path(sys.executable).with_name("bandeng")
STARTS_WITHIN = 180.0  # seconds
TICKS = os.sysconf("SC_CLK_TCK")


class NotServing(RuntimeError):
    """The server ended or did not answer in time."""


@dataclass
class Serving:
    """A server's process and address."""

    process: "subprocess.Popen[bytes]"
    address: str
    said: IO[bytes]

    def cpu_seconds(self) -> float:
        """Processor time of the server and its workers so far, user and system."""
        return sum(_cpu_seconds(pid) for pid in family(self.process.pid))

    def wait(self, path: str = "/healthz") -> None:
        """Until it answers. Raises NotServing."""
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise NotServing(f"ended with status {self.process.returncode}: {self.last_words()}")
            try:
                if httpx.get(self.address + path, timeout=5, trust_env=False).status_code < 500:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise NotServing(f"does not answer: {self.last_words()}")

    def last_words(self) -> str:
        """The end of what it has said."""
        self.said.seek(0)
        return self.said.read()[-2000:].decode("utf-8", "replace")

    def kill(self) -> None:
        """Kill the server and all its workers as a power cut would."""
        for pid in family(self.process.pid):
            _signal(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)


def start(*arguments: str, environ: dict[str, str] | None = None, port: int = 0) -> Serving:
    """Start `bandeng serve` (or another program) on a free port; call `wait` before using it."""
    port = port or free_port()
    command = list(arguments) or [str(PROGRAM), "serve", "--workers", "1", "--bind"]
    running = spawn(*command, f"127.0.0.1:{port}", environ=environ)
    return replace(running, address=f"http://127.0.0.1:{port}")


def spawn(*command: str, environ: dict[str, str] | None = None) -> Serving:
    """Start a program that listens nowhere."""
    said = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
    process = subprocess.Popen(  # noqa: S603 (our own program)
        command, env=os.environ | (environ or {}), stdout=subprocess.DEVNULL, stderr=said
    )
    return Serving(process, "", said)


def run(*command: str) -> int:
    """Run a program to its end; its status."""
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode  # noqa: S603 (our own)


@contextmanager
def serving(*arguments: str, environ: dict[str, str] | None = None) -> Iterator[Serving]:
    """A server for the block."""
    running = start(*arguments, environ=environ)
    try:
        running.wait()
        yield running
    finally:
        running.stop()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def family(pid: int) -> list[int]:
    """A process and its descendants, from /proc."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == pid:
            found.extend(family(int(path.parent.name)))
    return found


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
