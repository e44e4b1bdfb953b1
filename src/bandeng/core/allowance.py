"""Rate limits: how often somebody may do something within a window, counted in the database for all processes."""

import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import UTC, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from bandeng.core import clock
from bandeng.core.models import Allowance

UPSERT = """
INSERT INTO core_allowance (key, window_start, count) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN core_allowance.window_start <= %(over)s THEN 1
                 WHEN core_allowance.count > %(limit)s THEN core_allowance.count
                 ELSE core_allowance.count + 1 END,
    window_start = CASE WHEN core_allowance.window_start <= %(over)s THEN %(now)s
                        ELSE core_allowance.window_start END
RETURNING count, window_start
"""


@dataclass(frozen=True)
class Answer:
    """Whether one may; if not, after how many seconds one may ask again."""

    allowed: bool
    retry_after: int = 0

    def __bool__(self) -> bool:
        return self.allowed


def allow(*, key: str, limit: int, window: timedelta) -> Answer:
    """Count one use of `key`, one statement on either database; refused beyond `limit` uses in a window.

    The key may name a person or an address: only its digest is kept. Call it outside of a transaction that
    may be rolled back, or the use is not counted.
    """
    moment = clock.now()
    stored = connection.ops.adapt_datetimefield_value
    values = {
        "key": digest_of(key), "now": stored(moment), "over": stored(moment - window), "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, values)
        count, began = cursor.fetchone()
    if count <= limit:
        return Answer(True)
    if began.tzinfo is None:  # SQLite keeps UTC without saying so
        began = began.replace(tzinfo=UTC)
    return Answer(False, max(1, math.ceil((began + window - moment).total_seconds())))


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return hmac.new(settings.SECRET_KEY.encode(), f"allowance:{key}".encode(), hashlib.sha256).hexdigest()


def clear(*, older_than: timedelta) -> int:
    """Forget counts whose window began before that; returns how many."""
    return Allowance.objects.filter(window_start__lt=clock.now() - older_than).delete()[0]


def address_of(request: HttpRequest) -> str:
    """The asker's network address; behind a trusted proxy, the last one that the proxy wrote."""
    if settings.TRUST_PROXY:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))
