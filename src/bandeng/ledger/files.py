"""The ledger's files: written whole or not at all, read together."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from duckdb import DuckDBPyConnection
from ibis.expr.types import Table

from bandeng.ledger.expressions import LEDGER

#: Rows of one piece of a file, the unit in which a reader skips.
PIECE = 120_000
MEMORY = "700MB"


def folder() -> Path:
    """Where the files are."""
    path = Path(settings.DATA) / "ledger"
    path.mkdir(parents=True, exist_ok=True)
    return path


def write(table: pa.Table, name: str) -> str:
    """Write a file that is there whole or not at all, and return its digest."""
    path = folder() / name
    draft = path.with_suffix(".part")
    pq.write_table(table, draft, compression="zstd", row_group_size=PIECE)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
    directory = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return digest_of(path)


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        found = sha256()
        while chunk := file.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


@contextmanager
def opened(names: Sequence[str]) -> Iterator[DuckDBPyConnection]:
    """An engine that has some files as its table `ledger`, and spills to disk before it takes more than its memory."""
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{MEMORY}'")
        engine.execute("SET preserve_insertion_order = false")
        paths = [str(folder() / name) for name in names]
        engine.from_parquet(paths).create_view(LEDGER.get_name())
        yield engine


def fetch(engine: DuckDBPyConnection, asked: Table) -> pa.Table:
    """The rows of an expression."""
    return engine.sql(ibis.to_sql(asked, dialect="duckdb")).to_arrow_table()
