"""Webhooks after Standard Webhooks: endpoints and their queue; `deliveries` sends."""

import base64
import json
import secrets
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction

from bandeng.core import audit, clock
from bandeng.intake.models import WebhookDelivery, WebhookEndpoint
from bandeng.intake.rules import DeliveryState
from bandeng.intake.selectors.webhooks import delivery_shown, endpoint_shown

SECRET_BYTES = 24


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


def secret_opened(endpoint: WebhookEndpoint) -> str:
    """The secret that the endpoint's owner was shown, for signing."""
    return _cipher().decrypt(endpoint.secret.encode()).decode()


def _cipher() -> Fernet:
    return Fernet(settings.CONTACT_KEY.encode())
