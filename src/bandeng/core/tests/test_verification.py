"""Whoever reaches the database itself can change the log, and every such change is found and placed."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from bandeng.core import clock
from bandeng.core.audit import GENESIS, LANES, digest_of_columns
from bandeng.core.models import AuditEntry, AuditLane
from bandeng.core.tests.factories import attack, entries_recorded
from bandeng.core.verification import Fault, Problem, heads, verify

pytestmark = pytest.mark.django_db
LANE = 0


def faults() -> list[tuple[Fault, int, int]]:
    return [(problem.fault, problem.first, problem.last) for problem in verify().problems]


def test_empty_log_is_whole() -> None:
    assert verify().whole and len(heads()) == LANES


def test_untouched_log_is_whole() -> None:
    entries_recorded(40)
    verdict = verify()
    assert verdict.whole and verdict.entries == 40


def test_moment_without_microseconds_is_whole() -> None:
    with clock.fixed(datetime(2026, 11, 23, 2, 0, tzinfo=UTC)):
        entries_recorded(3)
    assert verify().whole


def test_database_refuses_to_edit_an_entry() -> None:
    keys = entries_recorded(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=keys[0]).update(actor="somebody")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=keys[0]).delete()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "'user:2'"),
        ("action", "'matter.closed'"),
        ("subject_type", "'people.contact'"),
        ("subject_id", "'99'"),
        ("content", "'{}'"),
        ("at", "'2020-01-01 00:00:00'"),
        ("digest", f"'{GENESIS}'"),
    ],
)
def test_edit_of_any_column_is_found_with_its_entry(column: str, value: str) -> None:
    keys = entries_recorded(9)
    attack(f"UPDATE core_auditentry SET {column} = {value} WHERE id = {keys[4]}")
    assert Problem(Fault.CHANGED, LANE, 5, 5, keys[4]) in verify().problems


def test_edit_with_a_digest_to_match_is_found_at_the_next_entry() -> None:
    keys = entries_recorded(9)
    row = AuditEntry.objects.get(pk=keys[4])
    before = AuditEntry.objects.get(pk=keys[3]).digest
    forged = digest_of_columns(
        row.lane,
        row.position,
        row.at,
        "user:2",
        row.action,
        row.subject_type,
        row.subject_id,
        row.content,
        before,
    )
    attack(f"UPDATE core_auditentry SET actor = 'user:2', digest = '{forged}' WHERE id = {keys[4]}")
    assert verify().problems == (Problem(Fault.CHANGED, LANE, 6, 6, keys[5]),)


def test_deletion_in_the_middle_is_found() -> None:
    keys = entries_recorded(9)
    attack(f"DELETE FROM core_auditentry WHERE id IN ({keys[3]}, {keys[4]})")
    assert faults() == [(Fault.MISSING, 4, 5)]


def test_deletion_of_the_first_is_found() -> None:
    keys = entries_recorded(9)
    attack(f"DELETE FROM core_auditentry WHERE id = {keys[0]}")
    assert faults() == [(Fault.MISSING, 1, 1)]


def test_cut_end_is_found_by_the_lane_table() -> None:
    keys = entries_recorded(9)
    attack(f"DELETE FROM core_auditentry WHERE id >= {keys[6]}")
    assert faults() == [(Fault.CUT, 7, 9)]


def test_emptied_log_is_found() -> None:
    entries_recorded(9)
    attack("DELETE FROM core_auditentry")
    assert faults() == [(Fault.CUT, 1, 9)]


def test_cut_end_with_the_lane_table_to_match_is_found_by_a_checkpoint() -> None:
    keys = entries_recorded(9)
    signed = heads()
    last = AuditEntry.objects.get(pk=keys[5])
    attack(
        f"DELETE FROM core_auditentry WHERE id >= {keys[6]}",
        f"UPDATE core_auditlane SET length = 6, head = '{last.digest}' WHERE number = {LANE}",
    )
    assert verify().whole
    assert verify(signed=signed).problems == (Problem(Fault.CUT, LANE, 7, 9),)


def test_log_written_anew_is_found_by_a_checkpoint() -> None:
    entries_recorded(9)
    signed = heads()
    attack("DELETE FROM core_auditentry", f"UPDATE core_auditlane SET length = 0, head = '{GENESIS}'")
    entries_recorded(12)
    assert verify().whole
    assert verify(signed=signed).problems == (Problem(Fault.REWRITTEN, LANE, 9, 9),)


def test_growth_after_a_checkpoint_is_whole() -> None:
    entries_recorded(9)
    signed = heads()
    entries_recorded(5)
    assert verify(signed=signed).whole


def test_checkpoint_of_an_empty_log_is_whole_later() -> None:
    signed = heads()
    entries_recorded(2)
    assert verify(signed=signed).whole


@pytest.mark.parametrize(("a", "b"), [(3, 4), (2, 7), (0, 8)])
def test_swapped_places_are_found(a: int, b: int) -> None:
    keys = entries_recorded(9)
    attack(
        f"UPDATE core_auditentry SET position = 1000 WHERE id = {keys[a]}",
        f"UPDATE core_auditentry SET position = {a + 1} WHERE id = {keys[b]}",
        f"UPDATE core_auditentry SET position = {b + 1} WHERE id = {keys[a]}",
    )
    found = verify()
    assert Problem(Fault.REORDERED, LANE, b + 1, b + 1, keys[a]) in found.problems
    assert len(found.problems) <= 4


def test_swapped_contents_are_found() -> None:
    keys = entries_recorded(9)
    columns = ("actor", "action", "subject_type", "subject_id", "content", "digest", "at")
    rows = {key: AuditEntry.objects.filter(pk=key).values(*columns).get() for key in (keys[2], keys[3])}
    attack()
    AuditEntry.objects.filter(pk=keys[2]).update(**rows[keys[3]])
    AuditEntry.objects.filter(pk=keys[3]).update(**rows[keys[2]])
    assert {problem.first for problem in verify().problems} >= {3, 4}


def test_renumbered_entry_is_found() -> None:
    keys = entries_recorded(9)
    attack(f"UPDATE core_auditentry SET position = 500 WHERE id = {keys[4]}")
    assert Problem(Fault.REORDERED, LANE, 500, 500, keys[4]) in verify().problems


def test_closing_the_gap_of_a_deletion_is_found() -> None:
    keys = entries_recorded(9)
    attack(
        f"DELETE FROM core_auditentry WHERE id = {keys[3]}",
        *(f"UPDATE core_auditentry SET position = {place} WHERE id = {keys[place]}" for place in range(4, 9)),
        f"UPDATE core_auditlane SET length = 8 WHERE number = {LANE}",
    )
    assert [(p.fault, p.first) for p in verify().problems] == [
        (Fault.CHANGED, place) for place in range(4, 9)
    ]


def test_inserted_entry_is_found() -> None:
    keys = entries_recorded(4)
    attack(
        "INSERT INTO core_auditentry (lane, position, at, actor, action, subject_type, subject_id, content, digest) "
        f"SELECT lane, 5, at, actor, action, subject_type, subject_id, content, digest FROM core_auditentry "
        f"WHERE id = {keys[3]}"
    )
    assert {problem.fault for problem in verify().problems} == {Fault.CHANGED, Fault.HEAD}


def test_changed_head_is_found() -> None:
    entries_recorded(9)
    attack(f"UPDATE core_auditlane SET head = '{GENESIS}' WHERE number = {LANE}")
    assert faults() == [(Fault.HEAD, 9, 9)]


def test_shortened_head_is_found() -> None:
    entries_recorded(9)
    attack(f"UPDATE core_auditlane SET length = 5 WHERE number = {LANE}")
    assert faults() == [(Fault.HEAD, 5, 9)]


def test_deleted_lane_is_found() -> None:
    entries_recorded(9)
    attack(f"DELETE FROM core_auditlane WHERE number = {LANE}")
    assert faults() == [(Fault.LANE, 1, 9)]


def test_deleted_lane_with_its_entries_is_found_by_a_checkpoint() -> None:
    entries_recorded(9)
    signed = heads()
    attack(f"DELETE FROM core_auditlane WHERE number = {LANE}", "DELETE FROM core_auditentry")
    assert verify().whole
    assert verify(signed=signed).problems == (Problem(Fault.CUT, LANE, 1, 9),)


def test_entries_of_two_lanes_are_followed_apart() -> None:
    entries_recorded(3)
    lane = AuditLane.objects.get(number=LANE)
    lane.delete()  # the next entries take another lane
    keys = entries_recorded(4)
    AuditLane.objects.create(number=LANE, length=lane.length, head=lane.head)
    assert verify().whole
    attack(f"DELETE FROM core_auditentry WHERE id = {keys[4]}")
    assert verify().problems == (Problem(Fault.MISSING, 1, 2, 2),)


def test_what_cannot_be_listed_is_counted() -> None:
    entries_recorded(1300)
    attack("UPDATE core_auditentry SET actor = 'user:2'")
    found = verify()
    assert len(found.problems) + found.more == 1300
