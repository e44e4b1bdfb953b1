"""Indexes come without a lock, can be cut short, and no migration forgets it."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.models import AddIndex, CreateModel
from django.db.migrations.state import ProjectState
from django.db.models import Index
from django.test.utils import CaptureQueriesContext

from bandeng.core.migrating import AddIndexOnline
from bandeng.core.models import Tick

NAME = "tick_test"
TABLE = Tick._meta.db_table
POSTGRESQL = connection.vendor == "postgresql"


@pytest.fixture
def _without_index(transactional_db: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {NAME}")


def act(*, forwards: bool = True) -> list[str]:
    """Run the operation as a migration does; the statements that it sent."""
    present = ProjectState.from_apps(apps)
    following = present.clone()
    operation = AddIndexOnline("tick", Index(fields=["began_at"], name=NAME))
    operation.state_forwards("core", following)
    with CaptureQueriesContext(connection) as sent, connection.schema_editor(atomic=False) as editor:
        if forwards:
            operation.database_forwards("core", editor, present, following)
        else:
            operation.database_backwards("core", editor, following, present)
    return [query["sql"] for query in sent if " INDEX " in query["sql"].upper()]


def present() -> bool:
    with connection.cursor() as cursor:
        return NAME in connection.introspection.get_constraints(cursor, TABLE)


@pytest.mark.usefixtures("_without_index")
def test_index_is_built_once_and_taken_away() -> None:
    assert [("CONCURRENTLY" in sql) for sql in act()] == [POSTGRESQL]
    assert present()
    assert act() == [], "what an earlier run had finished stays"
    act(forwards=False)
    assert not present()


@pytest.mark.usefixtures("_without_index")
def test_half_built_index_is_built_anew() -> None:
    act()
    if POSTGRESQL:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass RETURNING 1", [NAME]
            )
        assert [sql.split()[0] for sql in act()] == ["DROP", "CREATE"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass", [NAME])
            assert cursor.fetchone() == (True,)
    assert present()


def test_every_later_index_is_added_online() -> None:
    """A plain AddIndex keeps all writers of its table waiting on PostgreSQL."""
    wrong = []
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if not migration.__module__.startswith("bandeng.") or name.startswith("0001"):
            continue
        new = {each.name.lower() for each in migration.operations if isinstance(each, CreateModel)}
        indexes = [each for each in migration.operations if isinstance(each, AddIndex)]
        wrong += [
            f"{app} {name}: {each.index.name}"
            for each in indexes
            if each.model_name_lower not in new
            and not (isinstance(each, AddIndexOnline) and not migration.atomic)
        ]
    assert wrong == [], "write core.migrating.AddIndexOnline, in a migration with atomic = False"
