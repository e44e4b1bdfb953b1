"""Repeated requests: one key, one effect, one answer."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from bandeng.core import clock
from bandeng.intake.models import KeptAnswer

KEEP = timedelta(days=2)  # longer than any sender's retries
AT_ONCE = 10_000


class KeyReused(Exception):
    """The idempotency key was used before for a different request."""


@dataclass(frozen=True)
class Answer:
    """Status and JSON body of an answer; `repeated` when it was given before."""

    status: int
    body: dict[str, Any]
    repeated: bool = False


def answer_once(*, owner: str, key: str, request: bytes, act: Callable[[], Answer]) -> Answer:
    """Do `act` and keep its answer with the key, in one transaction; a repetition gets the kept answer.

    Two of the same at once: the second waits for the first and undoes its own work. Raises KeyReused.
    """
    if not key:
        return act()
    digest = hashlib.sha256(request).hexdigest()
    try:
        with transaction.atomic():
            answer = act()
            KeptAnswer.objects.create(
                owner=owner,
                key=key,
                request_digest=digest,
                status=answer.status,
                body=json.dumps(answer.body, ensure_ascii=False),
                created_at=clock.now(),
            )
            return answer
    except IntegrityError:
        kept = KeptAnswer.objects.filter(owner=owner, key=key).first()
        if kept is None:
            raise
    if kept.request_digest != digest:
        raise KeyReused(key)
    return Answer(kept.status, json.loads(kept.body), repeated=True)


def answers_clear() -> int:
    """Forget answers that nobody repeats any more; they hold reporters' query codes. Returns how many."""
    oldest = clock.now() - KEEP
    gone, _ = KeptAnswer.objects.filter(
        pk__in=KeptAnswer.objects.filter(created_at__lt=oldest)[:AT_ONCE]
    ).delete()
    return gone
