"""Lock-out: tries are counted in the database before they are allowed, so a burst gets only its share."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import F

from bandeng.accounts.rules import TryLimit
from bandeng.core import clock
from bandeng.core.models import Allowance


class LockedOut(Exception):
    """No try is left; `until` tells when the next one is."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def key_of(*, limit: TryLimit, subject: str) -> str:
    """The row's key; it tells nobody which names were tried."""
    return f"{limit.name}:{hashlib.sha256(subject.encode()).hexdigest()}"


@transaction.atomic
def tries_take(*tries: tuple[TryLimit, str]) -> bool:
    """Take one try of each, in the given order; True if one was the last. Raises LockedOut and takes none."""
    last = [_take(limit=limit, subject=subject) for limit, subject in tries]  # every one is taken
    return any(last)


def _take(*, limit: TryLimit, subject: str) -> bool:
    key, moment = key_of(limit=limit, subject=subject), clock.now()
    Allowance.objects.bulk_create([Allowance(key=key, window_start=moment)], ignore_conflicts=True)
    row = Allowance.objects.select_for_update().get(key=key)
    if row.window_start + limit.window <= moment:
        row.count, row.window_start = 0, moment
    if row.count >= limit.tries:
        raise LockedOut(row.window_start + limit.window)
    row.count += 1
    if row.count == limit.tries:
        row.window_start = moment  # the wait begins with the last try, not with the first
    row.save(update_fields=["count", "window_start"])
    return row.count == limit.tries


def tries_forget(*, limit: TryLimit, subject: str) -> None:
    """Begin anew, after a try that was right."""
    Allowance.objects.filter(key=key_of(limit=limit, subject=subject)).delete()


def try_return(*, limit: TryLimit, subject: str) -> None:
    """Give one try back, after one that was right; earlier wrong ones stay counted."""
    Allowance.objects.filter(key=key_of(limit=limit, subject=subject), count__gt=0).update(
        count=F("count") - 1
    )


def locked_until(*, limit: TryLimit, subject: str) -> datetime | None:
    """When the next try is allowed, or None when one is left."""
    row = Allowance.objects.filter(key=key_of(limit=limit, subject=subject), count__gte=limit.tries).first()
    if row is None or row.window_start + limit.window <= clock.now():
        return None
    return row.window_start + limit.window
