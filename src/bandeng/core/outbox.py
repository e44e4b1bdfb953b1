"""The outbox: how a lower app tells a higher one, in the transaction of what happened.

`publish` writes a row; the worker hands it to every handler subscribed to the event's class. A handler runs
in one transaction with the mark that it is done, so a killed worker repeats nothing and loses nothing.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Q
from django.utils.module_loading import autodiscover_modules

from bandeng.core import bulk, clock
from bandeng.core.models import OutboxEvent

Event = TypeVar("Event")
Handler = Callable[[Any], None]

RETRY_AFTER = (10, 60, 300, 1800, 7200, 21600)
_HANDLERS: dict[str, list[Handler]] = defaultdict(list)
_CLASSES: dict[str, type] = {}
log = logging.getLogger("bandeng.outbox")


def publish(*events: object) -> None:
    """Write events (frozen dataclasses of JSON values) with one query, inside the caller's transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("outbox.publish needs the transaction of what happened")
    moment = clock.now()
    bulk.insert(
        [
            OutboxEvent(name=type(event).__name__, payload=dict(vars(event)), created_at=moment)
            for event in events
        ]
    )


def subscribe(event_class: type[Event]) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Register a handler of an event class; it must be idempotent."""

    def register(handler: Callable[[Event], None]) -> Callable[[Event], None]:
        _HANDLERS[event_class.__name__].append(handler)
        _CLASSES[event_class.__name__] = event_class
        return handler

    return register


@cache
def _handlers_load() -> None:
    """Read every app's `handlers.py`: an event handed out before would be done with unheard."""
    autodiscover_modules("handlers")


def relay(*, limit: int = 100, stop: Callable[[], bool] = lambda: False) -> int:
    """Hand up to `limit` waiting events to their handlers, until `stop` says so; returns how many were taken."""
    _handlers_load()
    taken = 0
    while taken < limit and not stop() and _relay_one():
        taken += 1
    return taken


def _relay_one() -> bool:
    with transaction.atomic():
        event = _next_event()
        if event is None:
            return False
        try:
            with transaction.atomic():
                _handle(event)
        except Exception as error:  # a handler's fault must not stop the events behind it
            log.exception("event %s %s failed", event.name, event.pk)
            _postpone(event, error)
        else:
            event.done_at = clock.now()
            event.save(update_fields=["done_at"])
        return True


def _next_event() -> OutboxEvent | None:
    waiting = OutboxEvent.objects.filter(done_at__isnull=True).filter(
        Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=clock.now())
    )
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    return waiting.order_by("id").first()


def _handle(event: OutboxEvent) -> None:
    event_class = _CLASSES.get(event.name)
    for handler in _HANDLERS.get(event.name, ()):
        handler(event_class(**event.payload))  # type: ignore[misc]


def _postpone(event: OutboxEvent, error: Exception) -> None:
    wait = RETRY_AFTER[min(event.attempts, len(RETRY_AFTER) - 1)]
    event.attempts = min(event.attempts + 1, 1000)
    event.next_attempt_at = clock.now() + timedelta(seconds=wait)
    event.error = f"{type(error).__name__}: {error}"[:2000]
    event.save(update_fields=["attempts", "next_attempt_at", "error"])


def waiting_names(names: Sequence[str] | None = None) -> int:
    """How many events wait, of the given names or of all."""
    waiting = OutboxEvent.objects.filter(done_at__isnull=True)
    return (waiting.filter(name__in=names) if names is not None else waiting).count()


def clear(*, older_than: timedelta) -> int:
    """Delete events done before that; returns how many."""
    return OutboxEvent.objects.filter(done_at__lt=clock.now() - older_than).delete()[0]
