"""Matters and clues become stream records; what is too old is wiped."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bandeng.core import bulk, clock
from bandeng.harm.models import StreamRecord
from bandeng.harm.rules import CLUES, MATTERS
from bandeng.harm.sources import of_clues, of_matters
from bandeng.harm.terms import terms

AGAIN = timedelta(days=60)
"""So far back matters are read again: their type may have been put right, or they were withdrawn."""


@transaction.atomic
def streams_gather() -> int:
    """Bring in what matters and clues say; returns how many records are new."""
    until = clock.now()
    added = _replaced(MATTERS, _since(MATTERS, until), until) + _replaced(CLUES, _since(CLUES, until), until)
    _wipe(until)
    return added


def _since(stream: str, until: datetime) -> datetime:
    weeks = terms().periods["window_weeks"]
    known = StreamRecord.objects.filter(stream=stream).exists()
    return until - (AGAIN if known else timedelta(weeks=weeks))


def _replaced(stream: str, since: datetime, until: datetime) -> int:
    """New records of the period written, those that no longer hold taken out."""
    read = of_matters if stream == MATTERS else of_clues
    rows = {row.key: row for row in read(since=since, until=until)}
    first = timezone.localdate(since, clock.LOCAL) + timedelta(days=1)
    present = StreamRecord.objects.filter(stream=stream, happened_on__gte=first)
    known = dict(StreamRecord.objects.filter(stream=stream).values_list("key", "kind"))
    gone = [
        key for key, kind in present.values_list("key", "kind") if key not in rows or rows[key].kind != kind
    ]
    StreamRecord.objects.filter(key__in=gone).delete()
    fresh = [row for key, row in rows.items() if key not in known or key in set(gone)]
    bulk.insert(fresh)
    return len(fresh)


def _wipe(until: datetime) -> None:
    """Records older than anything reads go, and with them the tokens; extracts of the registry stay."""
    last = timezone.localdate(until, clock.LOCAL) - timedelta(weeks=terms().periods["keep_weeks"])
    StreamRecord.objects.filter(happened_on__lt=last).exclude(stream="registry").delete()
