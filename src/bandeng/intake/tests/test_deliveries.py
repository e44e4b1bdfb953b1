"""Receivers that never answer, answer by the byte or without end: nobody else waits for them."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from bandeng.core import clock, outbox, ticks
from bandeng.core.management.commands.worker import Lane, turn
from bandeng.core.models import OutboxEvent
from bandeng.dispatch.models import Notice
from bandeng.dispatch.tasks import clocks_advance
from bandeng.dispatch.tests.stories import Stage
from bandeng.intake.models import WebhookDelivery, WebhookEndpoint
from bandeng.intake.services import deliveries, webhooks
from bandeng.intake.services.deliveries import TO_ONE_ENDPOINT, Answer, Message, deliver_due
from bandeng.intake.tasks import webhooks_deliver
from bandeng.intake.tests.factories import token
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.models import ApiToken

OFTEN = timedelta(seconds=0.3)
MESSAGES = 6
BRIEF = 4.0
TOLD = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass
class Receiver:
    """A listening socket that does something with each connection."""

    port: int
    accepted: list[socket.socket] = field(default_factory=list)


@contextmanager
def receiver(act: Callable[[socket.socket], None]) -> Iterator[Receiver]:
    server = socket.create_server(("127.0.0.1", 0))
    known = Receiver(server.getsockname()[1])

    def answered(one: socket.socket) -> None:
        try:
            act(one)
        except OSError:
            return  # the sender has gone, as it should

    def accept() -> None:
        while True:
            try:
                one, _ = server.accept()
            except OSError:
                return
            known.accepted.append(one)
            threading.Thread(target=answered, args=(one,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield known
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for one in known.accepted:
            one.close()


def black_hole(one: socket.socket) -> None:
    """Take the connection and never say a word."""


def thankful(one: socket.socket) -> None:
    read = b""
    while not read.endswith(b"}"):
        read += one.recv(65536)
    one.sendall(TOLD)
    one.close()


def drip(one: socket.socket) -> None:
    one.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
    while True:
        one.sendall(b"1")
        time.sleep(0.05)


def endless(one: socket.socket) -> None:
    one.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        one.sendall(b"\0ok " * 1000)


def queued(known: Receiver, holder: ApiToken, messages: int = 1) -> WebhookEndpoint:
    made = webhooks.endpoint_create(
        token_id=holder.pk, url=f"http://127.0.0.1:{known.port}/", events=["matter.closed"], actor="test"
    )
    endpoint = WebhookEndpoint.objects.get(pk=made["id"])
    for number in range(messages):
        webhooks.messages_queue(
            endpoints=[endpoint], message_id=f"{endpoint.pk}-{number}", body={"number": number}
        )
    return endpoint


@dataclass(frozen=True)
class Happened:
    number: int


@pytest.mark.django_db(transaction=True)
def test_black_hole_holds_up_neither_reminders_nor_events_nor_other_endpoints(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOKS_INSIDE = True
    monkeypatch.setattr(deliveries, "TIMEOUT", BRIEF)
    monkeypatch.setattr(ticks, "_TASKS", {})
    pulses, held = list[float](), list[object]()
    send = deliveries._send

    def watched(message: Message) -> Answer:
        answer = send(message)
        held.append(connection.connection)
        return answer

    monkeypatch.setattr(deliveries, "_send", watched)
    ticks.tick(every=OFTEN)(clocks_advance)
    ticks.tick(every=OFTEN)(lambda: pulses.append(time.monotonic()))
    ticks.tick(every=OFTEN, lane="webhooks")(webhooks_deliver)
    with clock.fixed(MORNING):
        stage = Stage()
        matter = stage.opened().matter
        holder = token(house=stage.house)
    assert ticks.lanes() == ["webhooks"]
    with receiver(black_hole) as dead, receiver(thankful) as alive:
        dead_row, alive_row = queued(dead, holder, MESSAGES), queued(alive, holder, MESSAGES)
        took = with_lane(matter_key=matter.pk, seconds=1.5 * BRIEF)
        assert len(dead.accepted) <= 2 * TO_ONE_ENDPOINT
    rows = WebhookDelivery.objects.filter(endpoint=alive_row)
    assert set(rows.values_list("state", flat=True)) == {"delivered"}
    waiting = WebhookDelivery.objects.filter(endpoint=dead_row)
    assert set(waiting.values_list("state", flat=True)) == {"waiting"}
    assert waiting.filter(answer__startswith="TimeoutError").count() >= TO_ONE_ENDPOINT
    gaps = [after - before for before, after in pairwise(pulses)]
    assert len(pulses) >= 5 and max(gaps) < BRIEF / 2, "every 0.3 s, while the dead endpoint holds 4 s"
    assert max(took) < BRIEF / 2
    assert not OutboxEvent.objects.filter(name="Happened", done_at__isnull=True).exists()
    assert held and set(held) == {None}, "threads that wait for others hold no connection"


def with_lane(*, matter_key: int, seconds: float) -> list[float]:
    """Turns of the main lane beside the webhooks' own, each with an event; the seconds that each turn took."""
    took: list[float] = []
    ticks.stop(wanted=False)
    lane = Lane("webhooks")
    lane.start()
    try:
        start = time.monotonic()
        while (passed := time.monotonic() - start) < seconds:
            # The law's clock stands weeks after the deadline and goes on: the reminder is due in the first turn.
            with clock.fixed(MORNING + timedelta(days=30, seconds=passed)):
                outbox_say(len(took))
                before = time.monotonic()
                turn()
                took.append(time.monotonic() - before)
                assert Notice.objects.filter(matter_id=matter_key, kind="overdue").exists()
            time.sleep(0.05)
    finally:
        ticks.stop()
        lane.join(timeout=4 * BRIEF)
        ticks.stop(wanted=False)
    assert not lane.is_alive()
    return took


def outbox_say(number: int) -> None:
    with transaction.atomic():
        outbox.publish(Happened(number))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("act", "state", "answer"),
    [(drip, "waiting", "TimeoutError"), (endless, "delivered", "ok ok"), (black_hole, "waiting", "Timeout")],
)
def test_answer_has_an_end(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[socket.socket], None],
    state: str,
    answer: str,
) -> None:
    settings.WEBHOOKS_INSIDE = True
    monkeypatch.setattr(deliveries, "TIMEOUT", 0.5)
    holder = token(house=Stage().house)
    with receiver(act) as known:
        queued(known, holder)
        started = time.monotonic()
        assert deliver_due() == 1
        assert time.monotonic() - started < 3
    row = WebhookDelivery.objects.get()
    assert row.state == state and answer in row.answer and len(row.answer) <= 500
    assert json.loads(row.body) == {"number": 0}


@pytest.mark.django_db
def test_endpoint_stopped_while_a_message_is_on_its_way_stays_stopped(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOKS_INSIDE = True
    holder = token(house=Stage().house)
    with receiver(black_hole) as known:
        endpoint = queued(known, holder)
        row = deliveries._claim([])
        assert row is not None
        webhooks.endpoint_stop(token_id=holder.pk, endpoint_id=endpoint.pk, actor="test")
        deliveries._settle(row, Answer(500, "later"))
    assert WebhookDelivery.objects.get().state == "given_up"
    assert deliver_due() == 0


@pytest.mark.django_db
def test_worker_that_stops_takes_no_further_message(settings: Settings) -> None:
    holder = token(house=Stage().house)
    with receiver(thankful) as known:
        queued(known, holder)
        ticks.stop()
        try:
            assert deliver_due() == 0
        finally:
            ticks.stop(wanted=False)
    assert WebhookDelivery.objects.get().attempts == 0
