"""The full-text table: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

POSTGRESQL = """
CREATE TABLE matters_search (
    matter_id bigint PRIMARY KEY REFERENCES matters_matter (id) ON DELETE CASCADE,
    words tsvector NOT NULL
);
CREATE INDEX matters_search_words ON matters_search USING gin (words);
"""
SQLITE = 'CREATE VIRTUAL TABLE matters_search USING fts5(words, tokenize = "unicode61 remove_diacritics 0")'


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the table of this database."""
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop it."""
    schema_editor.execute("DROP TABLE matters_search")


class Migration(migrations.Migration):
    """Full-text search over matters."""

    dependencies = [("matters", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
