"""Audit entries for tests, and the acts of somebody who reached the database itself."""

from django.db import connection, transaction

from bandeng.core import audit
from bandeng.core.audit import Record
from bandeng.core.models import AuditEntry

TRIGGERS = {
    "postgresql": (
        "DROP TRIGGER core_audit_append_only ON core_auditentry",
        "DROP TRIGGER core_audit_no_truncate ON core_auditentry",
    ),
    "sqlite": ("DROP TRIGGER core_audit_no_update", "DROP TRIGGER core_audit_no_delete"),
}


def entries_recorded(count: int, *, apart: bool = False) -> list[int]:
    """Record `count` entries, each in its own transaction if `apart`; returns their keys in order."""
    records = [
        Record(
            "matter.opened",
            ("matters.matter", str(number)),
            "user:1",
            {},
            {"state": "received", "no": number},
        )
        for number in range(1, count + 1)
    ]
    for group in ([record] for record in records) if apart else [records]:
        with transaction.atomic():
            audit.record_many(group)
    return list(AuditEntry.objects.order_by("id").values_list("id", flat=True))


def attack(*statements: str) -> None:
    """Drop the triggers as whoever owns the table can, and run SQL."""
    with connection.cursor() as cursor:
        for statement in (*TRIGGERS[connection.vendor], *statements):
            cursor.execute(statement)
