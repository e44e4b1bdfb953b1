"""A Spark session for tests, and whether it gives the rows that DuckDB gives."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ibis.expr.types import Table
from pyspark.sql import SparkSession

from bandeng.ledger import files

MARKS = [
    pytest.mark.spark,
    # Py4J, through which Spark is called, leaves it to the collector to close its sockets.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@contextmanager
def session() -> Iterator[SparkSession]:
    """A cluster of one machine, on addresses that nobody else can reach."""
    made = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    yield made
    made.stop()


def assert_same_rows(
    spark: SparkSession, asked: Mapping[str, Table], *, ledger: pa.Table, folder: Path, **tables: pa.Table
) -> None:
    """Each expression has rows, and the same ones on both engines; `tables`: what it reads beside the ledger."""
    files.write(ledger, "one.parquet")
    spark.read.parquet(str(files.folder() / "one.parquet")).createOrReplaceTempView("ledger")
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
        spark.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(name)
    with files.opened(["one.parquet"]) as engine:
        for name, table in tables.items():
            engine.register(name, table)
        for name, expression in asked.items():
            here = files.fetch(engine, expression).to_pylist()
            there = [row.asDict() for row in spark.sql(ibis.to_sql(expression, dialect="pyspark")).collect()]
            assert here, name
            assert _sorted(there) == _sorted(here), name


def _sorted(found: list[dict[str, object]]) -> list[list[tuple[str, object]]]:
    return sorted(sorted(row.items()) for row in found)
