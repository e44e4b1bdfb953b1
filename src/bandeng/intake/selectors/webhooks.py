"""Webhook endpoints and what was sent to them."""

from datetime import datetime
from typing import Any

from bandeng.intake.models import WebhookDelivery, WebhookEndpoint

DELIVERIES_A_PAGE = 50


def endpoint_shown(row: WebhookEndpoint) -> dict[str, Any]:
    """An endpoint without its secret."""
    return {
        "id": row.pk,
        "url": row.url,
        "events": row.events,
        "active": row.active,
        "created_at": row.created_at.isoformat(),
        "secret": None,
    }


def delivery_shown(row: WebhookDelivery) -> dict[str, Any]:
    """A delivery as its log shows it."""

    def moment(value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "message_id": row.message_id,
        "state": row.state,
        "attempts": row.attempts,
        "status": row.status,
        "answer": row.answer,
        "created_at": moment(row.created_at),
        "delivered_at": moment(row.delivered_at),
        "next_attempt_at": moment(row.next_attempt_at),
    }


def endpoints(*, token_id: int) -> list[dict[str, Any]]:
    """A token's active endpoints."""
    return [
        endpoint_shown(row)
        for row in WebhookEndpoint.objects.filter(token_id=token_id, active=True).order_by("pk")[:200]
    ]


def delivery_page(*, token_id: int, endpoint_id: int, before: int) -> dict[str, Any] | None:
    """Deliveries of one endpoint, newest first; None when the token has no such endpoint."""
    if not WebhookEndpoint.objects.filter(pk=endpoint_id, token_id=token_id).exists():
        return None
    rows = WebhookDelivery.objects.filter(endpoint_id=endpoint_id)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: DELIVERIES_A_PAGE + 1])
    more = len(found) > DELIVERIES_A_PAGE
    shown_rows = [delivery_shown(row) for row in found[:DELIVERIES_A_PAGE]]
    return {"items": shown_rows, "next": str(found[DELIVERIES_A_PAGE - 1].pk) if more else None}
