"""The ground under every test: the small district is whole, and a test that commits leaves nothing."""

import pytest
from django.db import transaction

from bandeng.core import audit
from bandeng.core.models import AuditEntry, AuditLane


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_committed_entries_are_gone_in_the_next_test(turn: int) -> None:
    assert not AuditEntry.objects.exists()
    with transaction.atomic():
        audit.record(action="test.done", subject=("test", str(turn)), actor="system")
    assert AuditLane.objects.count() == audit.LANES
