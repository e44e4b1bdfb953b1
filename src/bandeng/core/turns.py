"""One at a time: work that reads much before it writes, where two at once would not see what the other does."""

from django.db import connection

LOCK = "SELECT pg_advisory_xact_lock(%s)"


def turn_take(key: int) -> None:
    """Wait until nobody else is at the work of a key, any number of its own; held until the transaction ends.

    SQLite has one writer anyway: its transactions begin by taking the writer's lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [key])
