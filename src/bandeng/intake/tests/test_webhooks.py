"""Webhooks: signed so that the standard's own library accepts them, retried, logged, kept inside bounds."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from bandeng.core import clock, outbox, ticks
from bandeng.core.models import OutboxEvent
from bandeng.dispatch.tests.factories import house
from bandeng.intake.models import WebhookDelivery, WebhookEndpoint
from bandeng.intake.services.deliveries import RETRY_AFTER, AddressForbidden, deliver_due, pinned
from bandeng.intake.services.telling import active_endpoints
from bandeng.intake.tests.factories import BODY, bearer, send, token

pytestmark = pytest.mark.django_db


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent and answers with the status of its server."""

    def do_POST(self) -> None:
        """Keep headers and body."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.kept.append((dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def receiver(status: int = 204) -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.status, server.kept = status, []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def registered(client: Client, server: HTTPServer) -> dict[str, Any]:
    url = f"http://127.0.0.1:{server.server_port}/hook?x=1"
    answer = send(client, "/webhooks", {"url": url, "events": ["matter.opened"]})
    assert answer.status_code == 201, answer.content
    active_endpoints.forget()
    made = json.loads(answer.content)
    assert isinstance(made, dict)
    return made


def test_message_is_signed_as_the_standard_says(client: Client, settings: Settings) -> None:
    settings.WEBHOOKS_INSIDE = True
    token(house=house())
    with receiver() as server:
        secret = registered(client, server)["secret"]
        number = json.loads(send(client, "/matters", BODY).content)["number"]
        outbox.relay()
        ticks.load()
        assert "intake.tasks.webhooks_deliver" in ticks.run_due()
        headers, body = server.kept[0]  # type: ignore[attr-defined]
    told = Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert told["data"]["number"] == number and told["type"] == "matter.opened"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", {name.lower(): value for name, value in headers.items()})
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts, row.status) == ("delivered", 1, 204)


def test_failed_message_is_tried_again_then_given_up(client: Client, settings: Settings) -> None:
    settings.WEBHOOKS_INSIDE = True
    token(house=house())
    with receiver(500) as server:
        made = registered(client, server)
        send(client, "/matters", BODY)
        outbox.relay()
        moment = clock.now()
        for wait in (timedelta(0), *RETRY_AFTER):
            moment += wait + timedelta(seconds=1)
            with clock.fixed(moment):
                assert deliver_due() == 1
                assert deliver_due() == 0, "not before its time"
        with clock.fixed(moment + timedelta(days=30)):
            assert deliver_due() == 0
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts, row.status) == ("given_up", len(RETRY_AFTER) + 1, 500)
    log = client.get(f"/api/v1/webhooks/{made['id']}/deliveries", headers=bearer()).json()
    assert log["items"][0]["attempts"] == len(RETRY_AFTER) + 1


def test_event_relayed_twice_is_one_message(client: Client, settings: Settings) -> None:
    settings.WEBHOOKS_INSIDE = True
    token(house=house())
    with receiver() as server:
        registered(client, server)
        send(client, "/matters", BODY)
        outbox.relay()
        OutboxEvent.objects.update(done_at=None)
        outbox.relay()
    assert WebhookDelivery.objects.count() == 1


def test_address_inside_the_house_is_forbidden() -> None:
    for url in (
        "http://127.0.0.1/x",
        "http://localhost:8000/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
    ):
        with pytest.raises(AddressForbidden):
            pinned(url)


def test_other_tokens_endpoints_are_out_of_reach(client: Client) -> None:
    built = house()
    token(house=built)
    token(house=built, value="bd_33333333_other")
    made = json.loads(
        send(client, "/webhooks", {"url": "https://example.org/x", "events": ["matter.opened"]}).content
    )
    theirs = bearer("bd_33333333_other")
    assert client.get(f"/api/v1/webhooks/{made['id']}/deliveries", headers=theirs).status_code == 404
    assert client.delete(f"/api/v1/webhooks/{made['id']}", headers=theirs).status_code == 404
    assert client.get("/api/v1/webhooks", headers=theirs).json() == []
    assert client.delete(f"/api/v1/webhooks/{made['id']}", headers=bearer()).status_code == 204


def test_secret_is_shown_once_and_kept_sealed(client: Client) -> None:
    token(house=house())
    made = json.loads(
        send(client, "/webhooks", {"url": "https://example.org/x", "events": ["matter.opened"]}).content
    )
    listed = client.get("/api/v1/webhooks", headers=bearer()).json()[0]
    assert listed["secret"] is None
    assert made["secret"] not in WebhookEndpoint.objects.get().secret
