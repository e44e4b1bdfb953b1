"""Webhooks' messages on their way: signed, several at a time, few to one endpoint, each within a time, retried.

Only the calling thread speaks to the database. The threads that wait for other systems get a finished message and
give back an answer, so none of them holds a connection.
"""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import socket
import ssl
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from bandeng.core import clock, ticks
from bandeng.intake.models import WebhookDelivery
from bandeng.intake.rules import DeliveryState
from bandeng.intake.services.webhooks import secret_opened

# Standard Webhooks, "Deliverability and reliability": an exponential schedule over about three days.
RETRY_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
TIMEOUT = 15.0  # seconds from connecting to the last byte wanted, as the standard recommends 15 to 30
#: Messages on their way at a time, and those of them to one endpoint: one that is dead leaves room for the others.
AT_A_TIME, TO_ONE_ENDPOINT = 16, 2
#: Messages of one round; then the worker looks whether other tasks of the lane are due.
ROUND = 200
#: While messages are on their way, new ones are looked for at this pace.
LOOK_SECONDS = 0.5
KEPT = 500  # of an answer, in letters
READ = 4 * KEPT  # bytes


@dataclass(frozen=True)
class Message:
    """Everything that is sent, ready and signed."""

    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What came back; without a status nothing did, and the text says why."""

    status: int | None
    text: str


def deliver_due() -> int:
    """Send messages whose time has come; returns how many were tried. For the worker."""
    tried, flying = 0, dict[Future[Answer], WebhookDelivery]()
    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="webhook") as pool:
        while True:
            while tried < ROUND and (row := _next(flying)) is not None:
                flying[pool.submit(_send, _message(row))] = row
                tried += 1
            if not flying:
                return tried
            done, _ = wait(flying, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                _settle(flying.pop(future), future.result())


def _next(flying: Mapping[Future[Answer], WebhookDelivery]) -> WebhookDelivery | None:
    """The next message that may go now; None when nothing waits, or enough is on its way."""
    if len(flying) >= AT_A_TIME or ticks.stopping():
        return None
    counts = Counter(row.endpoint_id for row in flying.values())
    full = [key for key, count in counts.items() if count >= TO_ONE_ENDPOINT]
    # On SQLite a transaction takes the one writer's place: not before there is something to write.
    return _claim(full) if _due(full).exists() else None


def _due(full: list[int]) -> QuerySet[WebhookDelivery]:
    due = WebhookDelivery.objects.filter(state=DeliveryState.WAITING.value, next_attempt_at__lte=clock.now())
    return due.exclude(endpoint_id__in=full) if full else due


@transaction.atomic
def _claim(full: list[int]) -> WebhookDelivery | None:
    due = _due(full)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    row = due.select_related("endpoint").order_by("next_attempt_at").first()
    if row is None:
        return None
    row.attempts += 1
    pause = RETRY_AFTER[min(row.attempts - 1, len(RETRY_AFTER) - 1)]
    # If this process dies now, the message is tried again then; until then nobody else takes it.
    row.next_attempt_at = clock.now() + max(pause, timedelta(seconds=2 * TIMEOUT))
    row.save(update_fields=["attempts", "next_attempt_at"])
    return row


def _message(row: WebhookDelivery) -> Message:
    timestamp = int(clock.now().timestamp())
    signed = signature(
        secret=secret_opened(row.endpoint), message_id=row.message_id, timestamp=timestamp, body=row.body
    )
    headers = {
        "content-type": "application/json",
        "accept-encoding": "identity",  # what is kept of the answer is read as it comes
        "webhook-id": row.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signed,
    }
    return Message(row.endpoint.url, row.body.encode(), headers)


def signature(*, secret: str, message_id: str, timestamp: int, body: str) -> str:
    """The webhook-signature header: v1 and HMAC-SHA256 in base64 over "id.timestamp.body"."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _send(message: Message) -> Answer:
    """Send in a thread of its own; whatever goes wrong on the way is an answer."""
    try:
        return asyncio.run(_answered(message, *pinned(message.url)))
    except TimeoutError:
        return Answer(None, f"TimeoutError: no answer within {TIMEOUT:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, AddressForbidden, OSError, ValueError) as error:
        return Answer(None, f"{type(error).__name__}: {error}"[:KEPT])


async def _answered(message: Message, url: str, host: str) -> Answer:
    """One limit for everything: a receiver that sends a byte now and then comes to its end too."""
    async with (
        asyncio.timeout(TIMEOUT),
        httpx.AsyncClient(
            timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=_trusted()
        ) as client,
        client.stream(
            "POST",
            url,
            content=message.body,
            headers={**message.headers, "host": host},
            extensions={"sni_hostname": host.partition(":")[0]},
        ) as answer,
    ):
        return Answer(answer.status_code, await _beginning(answer))


async def _beginning(answer: httpx.Response) -> str:
    """What is kept of an answer, however long it is."""
    read = b""
    async for part in answer.aiter_raw():
        read += part
        if len(read) >= READ:
            break
    return read[:READ].decode("utf-8", "replace").replace("\0", "")[:KEPT]


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted; reading them takes longer than sending."""
    return httpx.create_ssl_context(trust_env=False)


def _settle(row: WebhookDelivery, answer: Answer) -> None:
    """Write down how it went, unless the endpoint was stopped meanwhile."""
    fields: dict[str, object] = {"status": answer.status, "answer": answer.text}
    if answer.status is not None and 200 <= answer.status < 300:
        fields |= {
            "state": DeliveryState.DELIVERED.value,
            "delivered_at": clock.now(),
            "next_attempt_at": None,
        }
    elif row.attempts > len(RETRY_AFTER) or answer.status == 410:
        fields |= {"state": DeliveryState.GIVEN_UP.value, "next_attempt_at": None}
    else:
        fields |= {"next_attempt_at": clock.now() + RETRY_AFTER[row.attempts - 1]}
    WebhookDelivery.objects.filter(pk=row.pk, state=DeliveryState.WAITING.value).update(**fields)


class AddressForbidden(Exception):
    """The endpoint's name leads to an address inside the house."""


def pinned(url: str) -> tuple[str, str]:
    """The URL with its host replaced by a checked address, and the host: a name cannot change its mind meanwhile."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    address = ipaddress.ip_address(found[0][4][0])
    if not address.is_global and not settings.WEBHOOKS_INSIDE:
        raise AddressForbidden(f"{host} leads to {address}, which is not a public address / 不是公网地址")
    literal = f"[{address}]" if address.version == 6 else str(address)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return f"{parts.scheme}://{literal}:{port}{path or '/'}", parts.netloc.rpartition("@")[2]
