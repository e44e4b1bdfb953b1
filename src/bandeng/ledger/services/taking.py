"""From a change in an app to signed rows."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from bandeng.core import bulk, clock
from bandeng.ledger.models import Entry, Present, Touched
from bandeng.ledger.rules import Record, row_of
from bandeng.ledger.sources import records

BATCH = 1_000


def touch(source: str, subjects: Iterable[int]) -> None:
    """Note that subjects have changed; several changes before the ledger looks count as one."""
    Touched.objects.bulk_create(
        [Touched(source=source, subject=subject) for subject in subjects], ignore_conflicts=True
    )


def touched_take() -> int:
    """Take the present records of the subjects that have changed longest ago; returns how many subjects."""
    with transaction.atomic():
        rows = list(Touched.objects.order_by("id")[:BATCH])
        Touched.objects.filter(pk__in=[row.pk for row in rows]).delete()
        by_source: dict[str, list[int]] = {}
        for row in rows:
            by_source.setdefault(row.source, []).append(row.subject)
        for source, subjects in by_source.items():
            records_take(records(source, subjects))
    return len(rows)


@transaction.atomic
def records_take(taken: Sequence[Record]) -> int:
    """Write what is new or has changed as signed rows; a record that says nothing new writes none. Returns how many."""
    moment, entries, fresh, changed = clock.now(), list[Entry](), list[Present](), list[Present]()
    known = _presents(taken)
    for record in taken:
        row = row_of(record)
        present = known.get((record.source, record.subject))
        if present is None:
            fresh.append(Present(source=record.source, subject=record.subject, row=row))
        elif present.row == row:
            continue
        else:
            entries.append(Entry(sign=-1, row=present.row, recorded_at=moment))
            present.row = row
            changed.append(present)
        entries.append(Entry(sign=1, row=row, recorded_at=moment))
    bulk.insert(entries)
    bulk.insert(fresh)
    Present.objects.bulk_update(changed, ["row"], batch_size=BATCH)
    return len(fresh) + len(changed)


def _presents(taken: Sequence[Record]) -> dict[tuple[str, int], Present]:
    found: dict[tuple[str, int], Present] = {}
    for source in {record.source for record in taken}:
        subjects = [record.subject for record in taken if record.source == source]
        for start in range(0, len(subjects), BATCH):
            rows = Present.objects.select_for_update().filter(
                source=source, subject__in=subjects[start : start + BATCH]
            )
            found |= {(row.source, row.subject): row for row in rows.order_by("id")}
    return found
