"""Operations of migrations that change a big table while people work on it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.models import AddIndex
from django.db.migrations.state import ProjectState
from django.db.models import Model

UNFINISHED = """
SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relname = %s AND NOT indisvalid AND pg_table_is_visible(indexrelid)
"""


class AddIndexOnline(AddIndexConcurrently):
    """An index that nobody waits for: built CONCURRENTLY on PostgreSQL, as always on SQLite.

    Its migration is `atomic = False`, so it may be cut short: what was finished is kept, what was half built begins
    anew. SQLite's readers go on; its one writer waits, as for any other transaction.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Build the index unless it is there."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if schema_editor.connection.vendor == "postgresql":
            _unfinished_drop(schema_editor, str(self.index.name))
        if _present(schema_editor, model, str(self.index.name)):
            return
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take the index away, without a lock where that can be had."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


def _unfinished_drop(schema_editor: BaseDatabaseSchemaEditor, name: str) -> None:
    """PostgreSQL leaves an index that was cut short in place, invalid: kept up by every write, used by no query."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(UNFINISHED, [name])
        if cursor.fetchone():
            cursor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(name)}")


def _present(schema_editor: BaseDatabaseSchemaEditor, model: type[Model], name: str) -> bool:
    with schema_editor.connection.cursor() as cursor:
        known = schema_editor.connection.introspection.get_constraints(cursor, model._meta.db_table)
    return name in known
