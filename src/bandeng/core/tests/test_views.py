"""Health, headers, the page for too many requests, and what the request log does not say."""

import logging
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from pytest_django import Settings

from bandeng.core import clock, health, ticks
from bandeng.core.models import Tick
from bandeng.core.requests import RequestLog
from bandeng.core.views import too_many_requests

pytestmark = pytest.mark.django_db


def test_health_without_a_worker_is_degraded(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded", "database": "ok", "worker_age_seconds": None, "events_waiting": 0,
    }  # fmt: skip


def test_health_with_a_worker_is_ok(client: Client) -> None:
    ticks.heartbeat()
    assert client.get("/healthz").json()["status"] == "ok"


def test_health_with_a_silent_worker_is_degraded() -> None:
    Tick.objects.create(name=ticks.HEARTBEAT, began_at=clock.now() - timedelta(minutes=5))
    found = health.health()
    assert found.status == "degraded" and found.worker_age is not None and found.worker_age >= 300


def test_health_without_a_database_is_unavailable(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*names: object) -> int:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("bandeng.core.outbox.waiting_names", away)
    # The test's own transaction lives on this connection.
    monkeypatch.setattr("bandeng.core.health.connection.close", lambda: None)
    answer = client.get("/healthz")
    assert answer.status_code == 503 and answer.json()["status"] == "down"


def test_health_takes_two_queries(client: Client, django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        client.get("/healthz")


def test_every_answer_has_its_protection(client: Client) -> None:
    headers = client.get("/healthz").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert "no-store" in headers["Cache-Control"]


def test_too_many_requests_says_when_to_come_again(rf: RequestFactory) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/")
    request.user = AnonymousUser()
    answer = too_many_requests(request, retry_after=90)
    assert answer.status_code == 429 and answer["Retry-After"] == "90"


def test_request_log_names_the_route_and_nothing_of_the_person(
    rf: RequestFactory, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REQUEST_LOG = True

    def view(request: HttpRequest) -> HttpResponse:
        request.resolver_match = ResolverMatch(view, (), {}, route="track/<number>")
        return HttpResponse()

    with caplog.at_level(logging.INFO, logger="bandeng.requests"):
        RequestLog(view)(rf.get("/track/SJ-0000-0001-7?secret=ABCDEFGHJK", REMOTE_ADDR="203.0.113.9"))
    assert "track/<number>" in caplog.text
    assert not any(part in caplog.text for part in ("0001", "ABCDEFGHJK", "203.0.113.9"))
