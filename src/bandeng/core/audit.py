"""The audit log: append-only, hash-chained, written in the transaction of the change.

There are several chains (lanes). A transaction takes a lane that nobody holds, so writers do not queue
behind one another; each lane is a chain of SHA-256 digests, and a signed checkpoint names all heads.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from bandeng.core import bulk, clock
from bandeng.core.models import AuditEntry, AuditLane

LANES = 32
GENESIS = "0" * 64
#: json.dumps would make an encoder anew at each call.
CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class AuditOutsideTransaction(RuntimeError):
    """An entry was about to be written without the change that it tells."""


@dataclass(frozen=True)
class Record:
    """What is told of one change; `subject` is the type's label and the key, such as ("matters.matter", "7")."""

    action: str
    subject: tuple[str, str]
    actor: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def subject_of(row: Model) -> tuple[str, str]:
    """Type label and key of a saved row."""
    return row._meta.label_lower, str(row.pk)


def record(
    *,
    action: str,
    subject: Model | tuple[str, str],
    actor: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Append one entry. Raises AuditOutsideTransaction when no transaction is open."""
    known = subject if isinstance(subject, tuple) else subject_of(subject)
    record_many([Record(action, known, actor, before or {}, after or {}, reason)])


def record_many(records: Sequence[Record]) -> None:
    """Append entries to one lane, in order, with three queries in all."""
    if not records:
        return
    if not connection.in_atomic_block:
        raise AuditOutsideTransaction("audit.record needs the transaction of the change")
    lane = _free_lane()
    entries, at = [], clock.now()
    for each in records:
        lane.length += 1
        content = content_of(each)
        lane.head = digest_of_columns(
            lane.number, lane.length, at, each.actor, each.action, *each.subject, content, lane.head
        )
        entries.append(_entry(lane, at, each, content))
    bulk.insert(entries)
    lane.save(update_fields=["length", "head"])


def _entry(lane: AuditLane, at: datetime, each: Record, content: str) -> AuditEntry:
    return AuditEntry(
        lane=lane.number,
        position=lane.length,
        at=at,
        actor=each.actor,
        action=each.action,
        subject_type=each.subject[0],
        subject_id=each.subject[1],
        content=content,
        digest=lane.head,
    )


def content_of(each: Record) -> str:
    """The entry's body as canonical JSON."""
    return CANONICAL.encode({"before": each.before, "after": each.after, "reason": each.reason})


def digest_of(*, lane: int, position: int, at: datetime, record: Record, previous: str) -> str:
    """SHA-256 over the previous digest and everything that the entry says, as hexadecimal digits."""
    return digest_of_columns(
        lane, position, at, record.actor, record.action, *record.subject, content_of(record), previous
    )


def digest_of_columns(
    lane: int, position: int, at: datetime, actor: str, action: str, subject_type: str, subject_id: str,
    content: str, previous: str,
) -> str:  # fmt: skip
    """The digest from the columns as stored."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [lane, position, moment, actor, action, subject_type, subject_id, content, previous]
    return hashlib.sha256(COMPACT.encode(parts).encode()).hexdigest()


def _free_lane() -> AuditLane:
    """A lane that no other transaction holds; if all are held, wait for the first."""
    if not connection.features.has_select_for_update_skip_locked:
        return AuditLane.objects.order_by("number")[:1].get()
    free = AuditLane.objects.select_for_update(skip_locked=True).order_by("number").first()
    return free or AuditLane.objects.select_for_update().order_by("number")[:1].get()


@transaction.atomic
def lanes_create() -> None:
    """Create the lanes that are missing."""
    for number in range(LANES):
        AuditLane.objects.get_or_create(number=number, defaults={"length": 0, "head": GENESIS})
