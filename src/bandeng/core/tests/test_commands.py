"""The program as an operator runs it: in a process of its own, on a data folder of its own."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from pytest_django import Settings

from bandeng.core.management.commands.serve import address_of, check_debug

PATIENCE = 60


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    # Any command on an empty folder sets it up.
    done = bandeng("audit", "verify", data=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "bandeng.sqlite3").exists()
    return folder


def environ(data: Path, **more: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("BANDENG_")}
    return own | {"BANDENG_DATA": str(data)} | more


def bandeng(*arguments: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    command = [sys.executable, "-m", "bandeng.config.program", *arguments]
    return subprocess.run(
        command, env=environ(data, **more), capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(address: str) -> tuple[int, bytes]:
    """What the server says, once it is there."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with opener.open(address, timeout=5) as response:
                return response.status, response.read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture
def server(data: Path) -> Iterator[str]:
    port = free_port()
    bind = f"127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "bandeng.config.program", "serve", "--bind", bind, "--workers", "1"],
        env=environ(data), stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
    )  # fmt: skip
    yield f"http://{bind}"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=PATIENCE) == 0


def test_overview_names_the_commands(tmp_path: Path) -> None:
    told = bandeng("--help", data=tmp_path / "none").stdout
    assert all(name in told for name in ("serve", "worker", "audit", "settings", "setup", "bench"))


def test_setup_again_changes_nothing(data: Path) -> None:
    assert bandeng("setup", data=data).returncode == 0


def test_settings_are_listed_and_secrets_masked(data: Path) -> None:
    told = bandeng("settings", data=data, BANDENG_SECRET_KEY="do-not-show-this").stdout
    assert "BANDENG_DATABASE" in told and "do-not-show-this" not in told and "••••" in told


def test_wrong_setting_is_told_in_words(data: Path) -> None:
    done = bandeng("settings", data=data, BANDENG_WORKERS="many", BANDENG_WROKERS="2")
    assert done.returncode == 2
    assert (
        "BANDENG_WORKERS" in done.stderr
        and "BANDENG_WROKERS" in done.stderr
        and "Traceback" not in done.stderr
    )


def test_database_that_is_away_is_told_in_words(data: Path) -> None:
    away = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    done = bandeng("audit", "verify", data=data, BANDENG_DATABASE=away)
    assert done.returncode == 3 and "Traceback" not in done.stderr


def test_health_is_served(server: str) -> None:
    status, body = answer(f"{server}/healthz")
    told = json.loads(body)
    assert status == 200 and told["database"] == "ok" and told["status"] in {"ok", "degraded"}


def test_serve_refuses_a_port_that_is_taken(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = bandeng("serve", "--bind", f"127.0.0.1:{other.getsockname()[1]}", data=data)
    assert done.returncode != 0 and "cannot listen" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("bind", ["8000", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x"])
def test_serve_refuses_an_address_it_cannot_read(bind: str) -> None:
    with pytest.raises(CommandError, match="HOST:PORT"):
        address_of(bind)


def test_serve_reads_an_address_of_either_kind() -> None:
    assert address_of("127.0.0.1:8000") == ("127.0.0.1", 8000)
    assert address_of("[::1]:8000") == ("::1", 8000)


def test_serve_refuses_debug_for_others(settings: Settings) -> None:
    settings.DEBUG = True
    check_debug("127.0.0.1")
    with pytest.raises(CommandError, match="BANDENG_DEBUG"):
        check_debug("0.0.0.0")


def test_worker_takes_what_waits_and_ends(data: Path) -> None:
    assert bandeng("worker", "--once", data=data).returncode == 0
    with sqlite3.connect(data / "bandeng.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM core_tick WHERE name = 'worker'").fetchone() == (1,)


def test_worker_stops_when_told(data: Path) -> None:
    command = [sys.executable, "-m", "bandeng.config.program", "worker"]
    process = subprocess.Popen(command, env=environ(data), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while "worker started" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=PATIENCE) == 0
    assert "worker stopped" in process.stderr.read()
    process.stderr.close()


def test_export_leaves_its_trace_and_the_log_whole(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "entries.jsonl"
    assert bandeng("audit", "export", "--out", str(file), "--reason", "审计检查", data=data).returncode == 0
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert rows[-1]["action"] == "audit.exported" and "审计检查" in rows[-1]["content"]
    assert bandeng("audit", "verify", data=data).returncode == 0


def test_show_prints_the_entries_of_a_subject(data: Path) -> None:
    bandeng("audit", "export", "--out", os.devnull, "--reason", "again", data=data)
    assert "audit.exported" in bandeng("audit", "show", "--subject", "core.auditentry:*", data=data).stdout


def test_verify_fails_on_a_cut_log_by_its_checkpoint(data: Path, tmp_path: Path) -> None:
    folder, file = tmp_path / "data", tmp_path / "checkpoint.json"
    shutil.copytree(data, folder)
    bandeng("audit", "export", "--out", os.devnull, "--reason", "first", data=folder)
    assert bandeng("audit", "checkpoint", "--out", str(file), data=folder).returncode == 0
    with sqlite3.connect(folder / "bandeng.sqlite3") as database:
        database.execute("DROP TRIGGER core_audit_no_delete")
        database.execute("DELETE FROM core_auditentry")
        database.execute("UPDATE core_auditlane SET length = 0, head = printf('%.64d', 0)")
    done = bandeng("audit", "verify", "--checkpoint", str(file), data=folder)
    assert done.returncode == 1 and "lane 0" in done.stdout
