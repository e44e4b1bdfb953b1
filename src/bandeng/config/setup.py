"""First start on an empty data folder: tables and base data, once, whoever comes first."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bandeng.core.setup import base_data_load


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the data folder's set-up lock; a second process waits here."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with open(settings.DATA / ".setup.lock", "w", encoding="ascii") as lock:
        Path(lock.name).chmod(0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_empty() -> bool:
    """True while the database has no tables of ours."""
    with connection.cursor() as cursor:
        return "core_auditlane" not in connection.introspection.table_names(cursor)


def set_up() -> None:
    """Create or upgrade the tables and bring the base data in; running it again changes nothing."""
    call_command("migrate", verbosity=0, interactive=False)
    base_data_load()


def set_up_if_empty() -> None:
    """Set the database up if it is empty."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    if is_empty():
        with only_one():
            if is_empty():
                set_up()
