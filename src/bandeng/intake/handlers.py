"""Matters' events become messages to webhooks."""

from bandeng.core.outbox import subscribe
from bandeng.intake.services.telling import endpoints_for, message_of
from bandeng.intake.services.webhooks import messages_queue
from bandeng.matters.events import MatterChanged


@subscribe(MatterChanged)
def webhooks_tell(event: MatterChanged) -> None:
    """Queue a message to every endpoint whose token sees the matter; repeating it changes nothing."""
    endpoints = endpoints_for(event)
    if endpoints:
        message_id, body = message_of(event)
        messages_queue(endpoints=endpoints, message_id=message_id, body=body)
