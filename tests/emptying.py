"""How a test that commits leaves the database: empty but for the base data.

Django's own emptying fails here by design: the audit log refuses it, and the search table is no model. So the
audit table's triggers are lifted for this one act, as only the table's owner can, and put back.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

from bandeng.core.setup import base_data_load

GUARDED = "core_auditentry"
#: Written by the migrations, not by tests.
KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
#: The inner tables of SQLite's full-text index empty themselves with it.
INNER = "matters_search_"


@contextmanager
def unguarded() -> Iterator[CursorWrapper]:
    """Lift the audit table's triggers for the block."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {GUARDED} DISABLE TRIGGER USER")
            yield cursor
            cursor.execute(f"ALTER TABLE {GUARDED} ENABLE TRIGGER USER")
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [GUARDED]
        )
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield cursor
        for _, statement in triggers:
            cursor.execute(statement)


def empty_and_load(case: TransactionTestCase) -> None:
    """Empty every table of ours, and bring the base data in again."""
    with unguarded() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            for name in names:
                if not name.startswith(INNER):
                    cursor.execute(f'DELETE FROM "{name}"')
            cursor.execute("PRAGMA foreign_keys = ON")
    base_data_load()


def allow_emptying() -> None:
    """Let tests that commit be followed by others."""
    TransactionTestCase._fixture_teardown = empty_and_load  # type: ignore[attr-defined]


def others_end() -> None:
    """End what a test's server thread has left open: PostgreSQL drops no database that is in use."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
