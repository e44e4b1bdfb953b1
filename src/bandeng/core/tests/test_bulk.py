"""Many rows at once are the same rows."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from bandeng.core import bulk
from bandeng.core.models import OutboxEvent

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
NASTY = "反斜杠\\ 制表\t 换行\n 回车\r \\N \\. 引号\"' 𠮷 %s"


def events(count: int) -> list[OutboxEvent]:
    return [
        OutboxEvent(name=f"n{n}", payload={"text": NASTY, "none": None, "n": n}, created_at=AT, error=NASTY)
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, bulk.FEW - 1, bulk.FEW, 300])
def test_insert_writes_what_bulk_create_writes(count: int) -> None:
    rows = events(count)
    with transaction.atomic():
        bulk.insert(rows)
    found = list(OutboxEvent.objects.order_by("pk"))
    assert [row.pk for row in found] == [row.pk for row in rows]
    assert [(row.name, row.payload, row.created_at, row.done_at, row.error) for row in found] == [
        (row.name, row.payload, AT, None, NASTY) for row in rows
    ]
    assert not any(row._state.adding for row in rows)


def test_keys_are_not_given_twice() -> None:
    with transaction.atomic():
        bulk.insert(events(bulk.FEW))
        single = events(1)[0]
        single.save()
        bulk.insert(events(bulk.FEW))
    assert OutboxEvent.objects.count() == 2 * bulk.FEW + 1


def test_a_deleted_rows_key_is_not_given_again() -> None:
    rows = events(bulk.FEW)
    with transaction.atomic():
        bulk.insert(rows)
        OutboxEvent.objects.all().delete()
        again = events(bulk.FEW)
        bulk.insert(again)
    assert min(row.pk for row in again) > max(row.pk for row in rows)
