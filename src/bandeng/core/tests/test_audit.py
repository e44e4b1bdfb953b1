"""Entries are written with their change or not at all, and writers do not wait for one another."""

import threading

import pytest
from django.db import connection, transaction

from bandeng.core import audit
from bandeng.core.audit import AuditOutsideTransaction
from bandeng.core.models import AuditEntry
from bandeng.core.verification import verify


@pytest.mark.django_db(transaction=True)
def test_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(AuditOutsideTransaction):
        audit.record(action="matter.opened", subject=("matters.matter", "1"), actor="user:1")


@pytest.mark.django_db(transaction=True)
def test_entry_goes_with_a_change_rolled_back() -> None:
    with transaction.atomic():
        audit.record(action="matter.opened", subject=("matters.matter", "1"), actor="user:1")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists() and verify().whole


@pytest.mark.django_db(transaction=True)
def test_eight_writers_lose_nothing_and_leave_whole_chains() -> None:
    each, writers, errors = 25, 8, []

    def write(writer: int) -> None:
        try:
            for number in range(each):
                with transaction.atomic():
                    audit.record(action="test.done", subject=("test", f"{writer}-{number}"), actor="system")
        except Exception as error:  # noqa: BLE001 (the assertion below shows it)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert AuditEntry.objects.count() == each * writers
    assert verify().whole


@pytest.mark.django_db(transaction=True)
def test_second_writer_takes_another_lane_instead_of_waiting() -> None:
    if not connection.features.has_select_for_update_skip_locked:
        # One writer at a time is SQLite's own rule; one lane is enough there.
        return
    lanes: list[int] = []

    def write() -> None:
        with transaction.atomic():
            audit.record(action="test.done", subject=("test", "second"), actor="system")
        lanes.extend(AuditEntry.objects.filter(subject_id="second").values_list("lane", flat=True))
        connection.close()

    with transaction.atomic():
        audit.record(action="test.done", subject=("test", "first"), actor="system")
        second = threading.Thread(target=write)
        second.start()
        second.join(timeout=10)
        assert not second.is_alive()
    assert lanes == [1]
