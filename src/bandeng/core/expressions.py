"""Database expressions that more than one app needs."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func
from django.db.models.sql.compiler import SQLCompiler


class Unindexed(Func):
    """A column that SQLite shall not look up in an index.

    SQLite has no statistics of ranges: it takes any range for a sixteenth of its table, prefers that to the few rows
    of a partial index, and may read a million rows. A leading plus is its own word for "not this one".
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the column with a plus before it."""
        return super().as_sqlite(compiler, connection, template="+%(expressions)s", **extra_context)
