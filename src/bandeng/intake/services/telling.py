"""Who is told of a change, and in which words."""

import hashlib
from typing import Any

from django.db.models import Count, Max

from bandeng.core.remembered import Remembered
from bandeng.dispatch.selectors import visible
from bandeng.intake.models import WebhookEndpoint
from bandeng.matters.events import MatterChanged
from bandeng.matters.rules import MatterState, StepKind, number_of
from bandeng.organisations.selectors import directory, scope_of

EVENT_OF_STEP = {StepKind.OPENED.value: "matter.opened", StepKind.CLOSED.value: "matter.closed"}


def _stamp() -> tuple[object, ...]:
    found = WebhookEndpoint.objects.filter(active=True).aggregate(count=Count("id"), last=Max("id"))
    return found["count"], found["last"]


def _read() -> list[WebhookEndpoint]:
    rows = WebhookEndpoint.objects.filter(active=True).order_by("pk")
    return list(rows.select_related("token__post__organisation", "token__post__role", "token__post__area"))


active_endpoints = Remembered(stamp=_stamp, read=_read)
"""Endpoints that want to be told: `active_endpoints()`."""


def endpoints_for(event: MatterChanged) -> list[WebhookEndpoint]:
    """Endpoints that asked for this event and whose token may see the matter now."""
    name = EVENT_OF_STEP.get(event.kind, "matter.changed")
    wanted = [each for each in active_endpoints() if name in each.events or "matter.changed" in each.events]
    return [
        each
        for each in wanted
        if each.token.revoked_at is None
        and visible(scope_of(each.token.post)).filter(pk=event.matter_id).exists()
    ]


def message_of(event: MatterChanged) -> tuple[str, dict[str, Any]]:
    """Message id (the same for the same event) and body, without personal data."""
    told = f"{event.matter_id}:{event.kind}:{event.at}"
    body = {
        "type": EVENT_OF_STEP.get(event.kind, "matter.changed"),
        "timestamp": event.at,
        "data": {
            "number": number_of(event.matter_id),
            "step": event.kind,
            "state": MatterState(event.state).value,
            "area": event.area_code,
            "lead": directory().official_name(event.lead_id),
            "type": event.type_code,
        },
    }
    return "msg_" + hashlib.sha256(told.encode()).hexdigest()[:32], body
