"""The same expressions on DuckDB and on Spark give the same rows."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ibis.expr.types import Table
from pyspark.sql import SparkSession

from bandeng.ledger import expressions
from bandeng.ledger.rules import LOCAL, Record, row_of, table_of
from bandeng.ledger.tests.spark import MARKS, assert_same_rows, session
from reckon.index import Measure, declaration_shipped

CATEGORIES = ("11.03.04", "11.01.02", "03.01", "13.04", "07.03.01")
FLAGS = ("late", "reopened", "confirmed", "joint")
START = datetime(2026, 1, 31, 22, tzinfo=LOCAL)
ROWS = 4_000

pytestmark = MARKS


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with session() as made:
        yield made


def rows() -> list[dict[str, object]]:
    """Signed rows of records, some of them taken back."""
    random, found = Random(7), list[dict[str, object]]()
    for subject in range(ROWS):
        opened = START + timedelta(minutes=random.randrange(60 * 24 * 90))
        closed = opened + timedelta(days=random.randrange(30)) if random.random() < 0.8 else None
        record = Record(
            source="matters", records="matters", subject=subject,
            area_code=f"330199{random.randrange(1, 4):03d}001001", category=random.choice(CATEGORIES),
            channel=random.choice(("resident", "grid")), opened=opened, accepted=opened, due=opened + timedelta(days=9),
            closed=closed, flags=frozenset(flag for flag in FLAGS if random.random() < 0.3),
            is_counted=random.random() < 0.95,
        )  # fmt: skip
        signs = (1, -1) if random.random() < 0.1 else (1,)
        found.extend(row_of(record) | {"sign": sign, "recorded": subject} for sign in signs)
    return found


def measures() -> dict[str, Measure]:
    """Every measure of the shipped indicators that counts records."""
    pairs = [(each.numerator, each.denominator) for each in declaration_shipped().indicators]
    return {
        expressions.key_of(measure): measure for pair in pairs for measure in pair if not measure.is_stock
    }


def asked() -> dict[str, Table]:
    """All that is ever asked of the ledger's rows."""
    found: dict[str, Table] = {}
    for key, measure in measures().items():
        if measure.is_span:
            found[key] = expressions.spans(measure)
    for moment in ("opened", "due", "closed"):
        group = {
            key: each for key, each in measures().items() if each.dated_by == moment and not each.is_span
        }
        found[moment] = expressions.counts(group, dated_by=moment)
    fires = Measure(records="matters", count="all", dated_by="opened", category=("11.03",))
    found["behind"] = expressions.behind(fires, area="330199001", month=202602)
    return found


def test_spark_gives_the_rows_of_duckdb(spark: SparkSession, tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    assert_same_rows(spark, asked(), ledger=table_of(rows()), folder=tmp_path)
