"""Checks every link of the audit log, and says where and how it was tampered with.

Entries are read once, in the order in which they were written; each lane's chain is followed as its entries
go by. Nothing is locked: the lane table is read before and after, so writers may go on meanwhile.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import connection, transaction

from bandeng.core.audit import GENESIS
from bandeng.core.models import AuditLane

FETCHED_AT_ONCE = 5000
MOST_LISTED = 1000
COLUMNS = "id, lane, position, actor, action, subject_type, subject_id, content, digest"
#: Moments are taken as text, in the form that the digest has: parsing a million of them costs more than hashing.
MOMENT = {
    "postgresql": """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')""",
    "sqlite": "at || ''",
}
Row = tuple[int, int, int, str, str, str, str, str, str, str]
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Fault(StrEnum):
    """What is wrong at one place of the log."""

    CHANGED = "changed"  # the entry does not say what it said when it was written
    MISSING = "missing"  # entries are gone
    REPEATED = "repeated"  # a place is taken twice
    REORDERED = "reordered"  # an entry stands where it was not written
    CUT = "cut"  # the end of the lane is gone
    HEAD = "head"  # the lane table does not agree with the entries
    LANE = "lane"  # a lane that the lane table does not know, or no longer knows
    REWRITTEN = "rewritten"  # the chain holds, but not with what the checkpoint signed


@dataclass(frozen=True)
class Problem:
    """One fault: lane, place in the lane (first and last of several), key of the entry where there is one."""

    fault: Fault
    lane: int
    first: int
    last: int
    entry: int | None = None


@dataclass(frozen=True)
class Head:
    """Where a lane ends: how many entries, and the last one's digest."""

    length: int
    digest: str


@dataclass
class _Lane:
    position: int = 0
    digest: str | None = GENESIS  # None: unknown, because the entry before is gone
    waiting: Row | None = None  # an entry out of line; the next one tells what it means
    displaced: set[int] = field(default_factory=set)  # places that entries out of line say they have
    missing: list[tuple[int, int]] = field(default_factory=list)
    seen: dict[int, str] = field(default_factory=dict)  # digests at the places that somebody asks for


@dataclass(frozen=True)
class Verdict:
    """How many entries were read, the problems found, lane by lane, and how many more there are than listed."""

    entries: int
    problems: tuple[Problem, ...]
    more: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing was tampered with."""
        return not self.problems


def heads() -> dict[int, Head]:
    """The lane table, in one statement and so at one moment."""
    rows = AuditLane.objects.order_by("number").values_list("number", "length", "head")
    return {number: Head(length, digest) for number, length, digest in rows}


def verify(*, signed: Mapping[int, Head] | None = None) -> Verdict:
    """Read the whole log and check it against the lane table, and against a checkpoint's heads if given."""
    before = heads()
    walk = _Walk(asked=_places(before), signed=_places(signed or {}))
    with entries() as rows:
        for row in rows:
            walk.take(row)
    return walk.verdict(before=before, after=heads(), signed=signed or {})


def _places(wanted: Mapping[int, Head]) -> dict[int, int]:
    return {number: head.length for number, head in wanted.items()}


@contextmanager
def entries(*, where: str = "", values: tuple[str, ...] = ()) -> Iterator[Iterator[Row]]:
    """The entries as plain tuples in the order of writing, streamed: (id, lane, position, at, actor, … digest)."""
    moment = MOMENT[connection.vendor]
    columns = COLUMNS.replace("position,", f"position, {moment},")
    statement = f"SELECT {columns} FROM core_auditentry {where} ORDER BY id"  # noqa: S608 (constants only)
    if connection.vendor == "sqlite":
        # No transaction: SQLite's would take the writers' lock. One statement sees one state anyway.
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            yield _rows(cursor)
        return
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        yield _rows(cursor)


def _rows(cursor: object) -> Iterator[Row]:
    on_sqlite = connection.vendor == "sqlite"
    while rows := cursor.fetchmany(FETCHED_AT_ONCE):  # type: ignore[attr-defined]
        for row in rows:
            yield (*row[:3], _moment(row[3]), *row[4:]) if on_sqlite else row


def _moment(text: str) -> str:
    """SQLite's "2026-11-23 02:00:00[.123456]" in the digest's form."""
    return f"{text[:10]}T{text[11:]}+00:00" if len(text) == 26 else f"{text[:10]}T{text[11:19]}.000000+00:00"


def digest_of_row(row: Row, previous: str) -> str:
    """The digest that a row must have after `previous`."""
    return hashlib.sha256(_ENCODE([*row[1:9], previous]).encode()).hexdigest()


class _Walk:
    def __init__(self, *, asked: Mapping[int, int], signed: Mapping[int, int]) -> None:
        self.lanes: dict[int, _Lane] = {}
        self.places = {(lane, place) for wanted in (asked, signed) for lane, place in wanted.items()}
        self.problems: list[Problem] = []
        self.count = self.more = 0

    def take(self, row: Row) -> None:
        """Follow the row's lane by one entry."""
        self.count += 1
        lane = self.lanes.get(row[1])
        if lane is None:
            lane = self.lanes[row[1]] = _Lane()
        if lane.waiting is not None:
            self._settle(lane, lane.waiting, row)
        if row[2] == lane.position + 1:
            self._follow(lane, row)
        else:
            lane.waiting = row

    def _follow(self, lane: _Lane, row: Row) -> None:
        number, position, digest = row[1], row[2], row[9]
        if lane.digest is not None and digest_of_row(row, lane.digest) != digest:
            self._tell(Fault.CHANGED, number, position, position, row[0])
        lane.position, lane.digest = position, digest
        if (number, position) in self.places:
            lane.seen[position] = digest

    def _settle(self, lane: _Lane, odd: Row, following: Row | None) -> None:
        """Say what an entry out of line means, now that the one behind it is known (None at the end)."""
        lane.waiting = None
        number, place, expected = odd[1], odd[2], lane.position + 1
        if following is not None and following[2] in {expected, expected + 1}:
            # The line goes on as if this entry had the expected place, or were not there.
            self._tell(Fault.REORDERED, number, place, place, odd[0])
            lane.displaced.add(place)
            if following[2] == expected + 1:
                lane.position, lane.digest = expected, odd[9]
        elif place > expected:
            lane.missing.append((expected, place - 1))
            lane.digest = None
            lane.position = place - 1
            self._follow(lane, odd)
        else:
            self._tell(Fault.REPEATED, number, place, place, odd[0])

    def _tell(self, fault: Fault, lane: int, first: int, last: int, entry: int | None = None) -> None:
        if len(self.problems) < MOST_LISTED:
            self.problems.append(Problem(fault, lane, first, last, entry))
        else:
            self.more += 1

    def verdict(
        self, *, before: Mapping[int, Head], after: Mapping[int, Head], signed: Mapping[int, Head]
    ) -> Verdict:
        """Everything found on the way and at the ends."""
        for number, lane in self.lanes.items():
            if lane.waiting is not None:
                self._settle(lane, lane.waiting, None)
            for first, last in lane.missing:
                if not (first == last and first in lane.displaced):
                    self._tell(Fault.MISSING, number, first, last)
            if number not in before:
                self._tell(Fault.LANE, number, 1, lane.position)
        for number, head in before.items():
            self._check_end(number, head, after.get(number))
        for number, head in signed.items():
            self._check_signed(number, head)
        found = sorted(set(self.problems), key=lambda p: (p.lane, p.first, p.fault))
        return Verdict(self.count, tuple(found), self.more)

    def _check_end(self, number: int, head: Head, later: Head | None) -> None:
        lane = self.lanes.get(number, _Lane())
        if lane.position < head.length:
            self._tell(Fault.CUT, number, lane.position + 1, head.length)
        elif later is None:
            self._tell(Fault.LANE, number, 1, lane.position)
        elif lane.position > later.length or not _ends_in(lane, head):
            self._tell(Fault.HEAD, number, head.length, lane.position)

    def _check_signed(self, number: int, head: Head) -> None:
        lane = self.lanes.get(number, _Lane())
        if lane.position < head.length:
            self._tell(Fault.CUT, number, lane.position + 1, head.length)
        elif not _ends_in(lane, head):
            self._tell(Fault.REWRITTEN, number, head.length, head.length)


def _ends_in(lane: _Lane, head: Head) -> bool:
    """Whether the entry at the head's place is the head's; a place that is missing is told elsewhere."""
    known = lane.seen.get(head.length) if head.length else GENESIS
    return known is None or known == head.digest
