"""Matters and clues become stream records; what is too old is wiped."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bandeng.core import bulk, clock
from bandeng.harm.models import StreamRecord
from bandeng.harm.rules import CLUES, MATTERS, REGISTRY
from bandeng.harm.services.turns import turn_take
from bandeng.harm.sources import of_clues, of_matters
from bandeng.harm.terms import terms

AGAIN = timedelta(days=60)
"""So far back matters are read again: their type may have been put right, or they were withdrawn."""


CHUNK = 500


@transaction.atomic
def streams_gather() -> int:
    """Bring in what matters and clues say; returns how many records are new."""
    turn_take()
    until = clock.now()
    added = _replaced(MATTERS, _since(MATTERS, until), until) + _replaced(CLUES, _since(CLUES, until), until)
    _wipe(until)
    return added


def _since(stream: str, until: datetime) -> datetime:
    weeks = terms().periods["window_weeks"]
    known = StreamRecord.objects.filter(stream=stream).exists()
    return until - (AGAIN if known else timedelta(weeks=weeks))


def _replaced(stream: str, since: datetime, until: datetime) -> int:
    """New records of the period written; those that no longer hold, or say something else now, taken out."""
    read = of_matters if stream == MATTERS else of_clues
    rows = {row.key: row for row in read(since=since, until=until)}
    first = timezone.localdate(since, clock.LOCAL) + timedelta(days=1)
    held = StreamRecord.objects.filter(stream=stream, happened_on__gte=first - timedelta(days=1))
    columns = ("key", "kind", "name", "happened_on")
    present = {key: (kind, name, day) for key, kind, name, day in held.values_list(*columns)}
    gone = [
        key
        for key, (kind, name, day) in present.items()
        if (key not in rows and day >= first)
        or (key in rows and (rows[key].kind, rows[key].name) != (kind, name))
    ]
    for start in range(0, len(gone), CHUNK):
        StreamRecord.objects.filter(key__in=gone[start : start + CHUNK]).delete()
    replaced = set(gone)
    fresh = [row for key, row in rows.items() if key not in present or key in replaced]
    bulk.insert(fresh)
    return len(fresh)


def kept_since(moment: datetime) -> date:
    """The first day of which records are kept; extracts of the registry are, whatever their day."""
    return timezone.localdate(moment, clock.LOCAL) - timedelta(weeks=terms().periods["keep_weeks"])


def _wipe(until: datetime) -> None:
    """Records older than anything reads go, and with them the tokens; extracts of the registry stay."""
    StreamRecord.objects.filter(happened_on__lt=kept_since(until)).exclude(stream=REGISTRY).delete()
