"""One at a time: what joins records to enterprises and what raises alerts reads everything before it writes."""

from django.db import connection

KEY = 0x6861726D  # any number of our own
LOCK = "SELECT pg_advisory_xact_lock(%s)"


def turn_take() -> None:
    """Wait until nobody else resolves, raises or brings in; held until the transaction ends.

    SQLite has one writer anyway: its transactions begin by taking the writer's lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [KEY])
