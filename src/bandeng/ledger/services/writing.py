"""From signed rows in the database to files."""

import pyarrow as pa
from django.db import transaction

from bandeng.core import clock
from bandeng.ledger import files
from bandeng.ledger.models import Entry, Head, Segment
from bandeng.ledger.rules import table_of

BATCH = 200_000
DELETED_AT_ONCE = 10_000


def entries_write() -> int:
    """Move waiting rows into a file; returns how many. Killed half-way, all of them still wait."""
    with transaction.atomic():
        head_take()
        entries = list(Entry.objects.order_by("id")[:BATCH])
        if not entries:
            return 0
        rows = [
            entry.row | {"sign": entry.sign, "recorded": int(entry.recorded_at.timestamp() * 1000)}
            for entry in entries
        ]
        _segment(table_of(rows))
        # Only what was read: an entry with a lower key may have been committed since.
        keys = [entry.pk for entry in entries]
        for start in range(0, len(keys), DELETED_AT_ONCE):
            Entry.objects.filter(pk__in=keys[start : start + DELETED_AT_ONCE]).delete()
    return len(entries)


@transaction.atomic
def table_write(table: pa.Table) -> Segment:
    """Write a register that is brought in whole, already as signed rows in the columns of the ledger."""
    head_take()
    return _segment(table)


def head_take() -> None:
    """One writer at a time; held until the transaction ends."""
    Head.objects.get_or_create(pk=1)
    Head.objects.select_for_update().get(pk=1)


def _segment(table: pa.Table) -> Segment:
    last = Segment.objects.order_by("-id").values_list("id", flat=True).first() or 0
    name = f"{last + 1:08d}.parquet"
    digest = files.write(table, name)
    return Segment.objects.create(
        file=name, digest=digest, rows=table.num_rows, written_at=clock.now(), counted=False
    )
