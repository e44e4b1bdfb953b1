"""New rows of one table, one or a thousand: INSERT, then COPY on PostgreSQL and executemany on SQLite.

Django's own bulk_create builds the statement anew every time and prepares every value of every row by several
calls; it spends more time there than the database takes to write the rows.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import DateField, DateTimeField, Field, JSONField, Model

#: Below this, one statement is quicker than taking keys first.
FEW = 40
#: What COPY's text format keeps for itself (PostgreSQL, "COPY", File Formats).
SPECIAL = re.compile(r"[\\\t\n\r]")
ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
Prepare = Callable[[Any], Any]


@transaction.atomic(savepoint=False)
def insert(rows: Sequence[Model]) -> None:
    """Write new rows of one model and fill their keys in."""
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < FEW:
        _insert_few(model, rows)
    else:
        _insert_many(model, rows)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _insert_few(model: type[Model], rows: Sequence[Model]) -> None:
    values = [prepare(getattr(row, name)) for row in rows for name, prepare in _columns(model)[1:]]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, len(rows)), values)
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key


@cache
def _statement(model: type[Model], count: int) -> str:
    """An INSERT of so many rows that leaves their keys, each model's first column, to the database."""
    columns = _names(model)[1:]
    places = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * count)
    quote = connection.ops.quote_name
    names, key = ", ".join(columns), quote(str(model._meta.pk.column))
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {places} RETURNING {key}"  # noqa: S608 (names)


def _insert_many(model: type[Model], rows: Sequence[Model]) -> None:
    for key, row in zip(_keys(model, len(rows)), rows, strict=True):
        row.pk = key
    values = [[prepare(getattr(row, name)) for name, prepare in _columns(model)] for row in rows]
    if connection.vendor == "postgresql":
        _copy(model, values)
    else:
        _execute_many(model, values)


def _keys(model: type[Model], count: int) -> Sequence[int]:
    """As many keys as there are rows, taken so that nobody else gets them."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(statement, [f'"{table}"', column, count])
            return [row[0] for row in cursor.fetchall()]
        # The writer's lock is held since the transaction began: nobody can insert meanwhile.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    last = found[0] if found else 0
    return range(last + 1, last + 1 + count)


@cache
def _columns(model: type[Model]) -> list[tuple[str, Prepare]]:
    """Attribute and preparation of every column, in order."""
    return [(field.attname, _preparation(field)) for field in model._meta.concrete_fields]


def _preparation(field: "Field[Any, Any]") -> Prepare:
    if isinstance(field, JSONField):
        return lambda value: (
            None if value is None else json.dumps(value, ensure_ascii=False, cls=field.encoder)
        )
    if isinstance(field, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, DateField):
        return connection.ops.adapt_datefield_value
    return lambda value: value


def _names(model: type[Model]) -> list[str]:
    return [connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields]


def _copy(model: type[Model], values: list[list[Any]]) -> None:
    lines = ["\t".join(map(copied, row)) for row in values]
    table, names = connection.ops.quote_name(model._meta.db_table), ", ".join(_names(model))
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        copy.write("\n".join(lines) + "\n")


def copied(value: object) -> str:
    r"""A value in COPY's text format; `\N` for none."""
    if value is None:
        return "\\N"
    text = value if isinstance(value, str) else str(value)
    return SPECIAL.sub(lambda found: ESCAPED[found[0]], text) if SPECIAL.search(text) else text


def _execute_many(model: type[Model], values: list[list[Any]]) -> None:
    places = ", ".join(["%s"] * len(values[0]))
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({', '.join(_names(model))}) VALUES ({places})"  # noqa: S608 (names of our own tables)
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
