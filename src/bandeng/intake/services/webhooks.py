"""Webhooks after Standard Webhooks: signed, retried, logged, never to a forbidden address."""

import base64
import hashlib
import hmac
import ipaddress
import json
import secrets
import socket
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import connection, transaction

from bandeng.core import audit, clock
from bandeng.intake.models import WebhookDelivery, WebhookEndpoint
from bandeng.intake.rules import DeliveryState
from bandeng.intake.selectors.webhooks import delivery_shown, endpoint_shown

# Standard Webhooks, "Deliverability and reliability": an exponential schedule over about three days.
RETRY_AFTER = tuple(
    timedelta(seconds=wait) for wait in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
TIMEOUT = 15.0  # seconds, as the standard recommends 15 to 30
SECRET_BYTES = 24
AT_ONCE = 20


def endpoint_create(*, token_id: int, url: str, events: list[str], actor: str) -> dict[str, Any]:
    """Register an endpoint; the answer holds the secret, which is shown this once."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with transaction.atomic():
        row = WebhookEndpoint.objects.create(
            token_id=token_id, url=url, events=events, secret=_cipher().encrypt(secret.encode()).decode(),
            created_at=clock.now(),
        )  # fmt: skip
        audit.record(action="webhook.created", subject=row, actor=actor, after={"url": url, "events": events})
    return {**endpoint_shown(row), "secret": secret}


def endpoint_stop(*, token_id: int, endpoint_id: int, actor: str) -> bool:
    """Stop an endpoint; False when this token has no such one."""
    row = WebhookEndpoint.objects.filter(pk=endpoint_id, token_id=token_id, active=True).first()
    if row is None:
        return False
    row.active = False
    row.save(update_fields=["active"])
    WebhookDelivery.objects.filter(endpoint=row, state=DeliveryState.WAITING.value).update(
        state=DeliveryState.GIVEN_UP.value, next_attempt_at=None
    )
    audit.record(action="webhook.stopped", subject=row, actor=actor)
    return True


def test_message(*, token_id: int, endpoint_id: int) -> dict[str, Any] | None:
    """Queue a test message; None when this token has no such endpoint."""
    row = WebhookEndpoint.objects.filter(pk=endpoint_id, token_id=token_id, active=True).first()
    if row is None:
        return None
    moment = clock.now()
    body = {"type": "test", "timestamp": moment.isoformat(), "data": {}}
    made = WebhookDelivery.objects.create(
        endpoint=row,
        message_id=f"msg_test_{secrets.token_hex(8)}",
        body=json.dumps(body),
        state=DeliveryState.WAITING.value,
        next_attempt_at=moment,
        created_at=moment,
    )
    return delivery_shown(made)


def messages_queue(*, endpoints: Sequence[WebhookEndpoint], message_id: str, body: dict[str, Any]) -> None:
    """Queue one message to several endpoints; a repeated one changes nothing."""
    moment = clock.now()
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(
                endpoint=each,
                message_id=message_id,
                body=text,
                state=DeliveryState.WAITING.value,
                next_attempt_at=moment,
                created_at=moment,
            )
            for each in endpoints
        ],
        ignore_conflicts=True,
    )


def signature(*, secret: str, message_id: str, timestamp: int, body: str) -> str:
    """The webhook-signature header: v1 and HMAC-SHA256 in base64 over "id.timestamp.body"."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def deliver_due() -> int:
    """Send messages whose time has come; returns how many were tried. For the worker."""
    tried = 0
    while tried < AT_ONCE and _deliver_one():
        tried += 1
    return tried


def _deliver_one() -> bool:
    """Claim one message, send it outside the transaction, write down how it went."""
    row = _claim()
    if row is None:
        return False
    status, answer = _send(row)
    _settle(row, status, answer)
    return True


@transaction.atomic
def _claim() -> WebhookDelivery | None:
    due = WebhookDelivery.objects.filter(state=DeliveryState.WAITING.value, next_attempt_at__lte=clock.now())
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    row = due.select_related("endpoint").order_by("next_attempt_at").first()
    if row is None:
        return None
    row.attempts += 1
    wait = RETRY_AFTER[min(row.attempts - 1, len(RETRY_AFTER) - 1)]
    row.next_attempt_at = clock.now() + wait  # if this process dies now, the message is tried again then
    row.save(update_fields=["attempts", "next_attempt_at"])
    return row


def _send(row: WebhookDelivery) -> tuple[int | None, str]:
    timestamp = int(clock.now().timestamp())
    secret = _cipher().decrypt(row.endpoint.secret.encode()).decode()
    headers = {
        "content-type": "application/json",
        "webhook-id": row.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(
            secret=secret, message_id=row.message_id, timestamp=timestamp, body=row.body
        ),
    }
    try:
        url, host = pinned(row.endpoint.url)
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            answer = client.post(
                url,
                content=row.body.encode(),
                headers={**headers, "host": host},
                extensions={"sni_hostname": host.split(":")[0]},
            )
    except (httpx.HTTPError, httpx.InvalidURL, AddressForbidden, OSError) as error:
        return None, f"{type(error).__name__}: {error}"[:500]
    return answer.status_code, answer.text[:500]


def _settle(row: WebhookDelivery, status: int | None, answer: str) -> None:
    row.status, row.answer = status, answer
    fields = ["status", "answer", "state", "next_attempt_at"]
    if status is not None and 200 <= status < 300:
        row.state, row.delivered_at, row.next_attempt_at = DeliveryState.DELIVERED.value, clock.now(), None
        fields.append("delivered_at")
    elif row.attempts > len(RETRY_AFTER) or status == 410:
        row.state, row.next_attempt_at = DeliveryState.GIVEN_UP.value, None
    row.save(update_fields=fields)


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


def _cipher() -> Fernet:
    return Fernet(settings.CONTACT_KEY.encode())
