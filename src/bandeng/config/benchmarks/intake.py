"""What taking a matter in by the API costs: statements, and processor time of the server."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx
from django.core.asgi import get_asgi_application
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from bandeng.config.benchmarks import floor, serving, stage
from bandeng.core.measuring import Figure, benchmark

PATH = "/api/v1/matters"
WARM_UP, REQUESTS = 20, 300
MOST_STATEMENTS, MOST_MILLISECONDS = 15, 12.0
MILLISECONDS = 1000.0


@benchmark(name="intake", meaning="a matter by the API: statements and server CPU / 接口收件")
def measure() -> Sequence[Figure]:
    """In process through ASGI, then through the real server; each beside the floor of the same run."""
    stage.district()
    floor.table_make()
    token = stage.token()
    figures = [
        Figure("statements a request, BEGIN and COMMIT included", statements(token), "", MOST_STATEMENTS)
    ]
    with override_settings(ALLOWED_HOSTS=["*"]):
        inside = in_process(token)
        with override_settings(ROOT_URLCONF=floor.__name__, MIDDLEWARE=[]):
            least = in_process(token)
    figures += _compared("in process, ASGI", inside, least)
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    with serving.serving() as running:
        served, seconds = through_server(running, token)
    with serving.serving(sys.executable, "-m", floor.__name__) as running:
        least, _ = through_server(running, token)
    figures += _compared("granian", served, least)
    return [*figures, Figure("granian: answers a second, one after another", REQUESTS / seconds, "/s")]


def _compared(name: str, ours: float, least: float) -> list[Figure]:
    return [
        Figure(f"{name}: server CPU a request", ours, "ms", MOST_MILLISECONDS),
        Figure(f"{name}: floor (empty view, one INSERT)", least, "ms"),
        Figure(f"{name}: times the floor", ours / least, "×"),
    ]


def headers(token: str, number: int) -> dict[str, str]:
    """Headers of a request; every one with a key of its own."""
    return {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"{os.getpid()}-{time.monotonic_ns()}-{number}",
    }


def statements(token: str) -> int:
    """Statements of one request, once everything that is remembered is in memory."""
    client = Client(headers={"host": "localhost"})
    counts = []
    for number in range(5):
        kept = headers(token, number)
        with CaptureQueriesContext(connection) as seen:
            answer = client.post(PATH, stage.body(number), content_type="application/json", headers=kept)
        check(answer.status_code)
        counts.append(len(seen))
    return min(counts)


def check(status: int) -> None:
    """Raise AssertionError where a request failed: its time would mean nothing."""
    if status != 201:
        raise AssertionError(f"a request was answered with {status}")


def in_process(token: str) -> float:
    """Milliseconds of this process's CPU a request, through the ASGI application."""
    bodies = [stage.body(number) for number in range(REQUESTS)]
    return asyncio.run(_in_process(get_asgi_application(), bodies, token))


async def _in_process(application: Callable[..., Any], bodies: list[bytes], token: str) -> float:
    for number in range(WARM_UP):
        check(await _call(application, bodies[number], headers(token, number)))
    started = time.process_time()
    for number, body in enumerate(bodies):
        check(await _call(application, body, headers(token, number)))
    return (time.process_time() - started) / REQUESTS * MILLISECONDS


async def _call(application: Callable[..., Any], body: bytes, kept: dict[str, str]) -> int:
    """One request by the ASGI protocol; its status."""
    told: list[dict[str, Any]] = []
    raw = [(name.lower().encode(), value.encode()) for name, value in {**kept, "host": "localhost"}.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": PATH, "raw_path": PATH.encode(), "query_string": b"", "headers": raw,
        "server": ("localhost", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        given = next(messages, None)
        if given is None:
            await asyncio.Event().wait()  # the client stays until it has its answer
        assert given is not None
        return given

    async def send(each: dict[str, Any]) -> None:
        told.append(each)

    await application(scope, receive, send)
    return int(told[0]["status"])


def through_server(running: serving.Serving, token: str) -> tuple[float, float]:
    """Milliseconds of the server's CPU a request, and seconds for all."""
    bodies = [stage.body(number) for number in range(REQUESTS)]
    with httpx.Client(base_url=running.address, trust_env=False, timeout=60) as client:
        for number in range(WARM_UP):
            check(client.post(PATH, content=bodies[number], headers=headers(token, number)).status_code)
        started, used = time.perf_counter(), running.cpu_seconds()
        for number, body in enumerate(bodies):
            check(client.post(PATH, content=body, headers=headers(token, number)).status_code)
        seconds = time.perf_counter() - started
    return (running.cpu_seconds() - used) / REQUESTS * MILLISECONDS, seconds
