"""The figures of posts and grids on DuckDB and on Spark: the same to the last digit, with records left out too."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from ibis.expr.types import Table
from pyspark.sql import SparkSession

from bandeng.evaluation import expressions
from bandeng.evaluation.expressions import SCALE, Asked, LeftOut, StrataWords
from bandeng.evaluation.rules import Kind
from bandeng.ledger.rules import FLAG_COLUMNS, LOCAL, Record, row_of, table_of
from bandeng.ledger.tests.spark import MARKS, assert_same_rows, session
from reckon.index import DutyDeclaration, duties_shipped

pytestmark = MARKS
MONTHS = (202608, 202609, 202610)
WORDS = StrataWords(
    categories=("", "01.02", "11.03", "11.04"), severities=("normal", "urgent"), band_starts=(0, 6, 12, 18)
)
GRID, STREET = "330199001001001", "330199001"
ROWS = 3_000


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with session() as made:
        yield made


def records() -> pa.Table:
    """Matters and tasks of four posts in three grids, some of them taken back."""
    random, rows = Random(5), list[dict[str, Any]]()
    for subject in range(1, ROWS + 1):
        opened = datetime(2026, 8, 1, tzinfo=LOCAL) + timedelta(minutes=random.randrange(60 * 24 * 90))
        is_task = random.random() < 0.5
        record = Record(
            source="tasks" if is_task else "matters", records="tasks" if is_task else "matters", subject=subject,
            area_code=f"{GRID[:-1]}{random.randrange(1, 4)}", category=random.choice(("01.02.01", "11.03.04", "03.01")),
            channel=random.choice(("resident", "grid")), severity=random.choice(("normal", "urgent")),
            organisation=random.choice((STREET, "330199-fire")), post=random.randrange(1, 5),
            opened=opened, accepted=opened, due=opened + timedelta(days=5),
            closed=opened + timedelta(days=random.randrange(1, 9)) if random.random() < 0.9 else None,
            flags=frozenset(flag for flag in FLAG_COLUMNS if random.random() < 0.3), is_counted=random.random() < 0.95,
        )  # fmt: skip
        signs = (1, -1) if random.random() < 0.1 else (1,)
        rows.extend(row_of(record) | {"sign": sign, "recorded": subject} for sign in signs)
    return table_of(rows)


def case_mix(declaration: DutyDeclaration) -> pa.Table:
    """Shares of every stratum, as whole numbers."""
    random, rows = Random(6), list[dict[str, object]]()
    for category in WORDS.categories:
        for severity in WORDS.severities:
            for band in range(len(WORDS.band_starts)):
                row: dict[str, object] = {"category": category, "severity": severity, "band": band}
                for place in range(len(declaration.codes)):
                    row |= {f"e{place}": random.randrange(SCALE), f"v{place}": random.randrange(SCALE)}
                rows.append(row)
    return pa.Table.from_pylist(rows)


def asked(declaration: DutyDeclaration) -> dict[str, Table]:
    """All that an evaluation asks of the ledger."""
    found: dict[str, Table] = {}
    for kind, unit in ((Kind.POSTS, "2"), (Kind.GRIDS, GRID)):
        gone = [LeftOut("matters", subject, unit) for subject in range(1, 200)]
        gone += [LeftOut("tasks", subject, unit, declaration.codes[-1]) for subject in range(200, 400)]
        for name, excluded in (("all", ()), ("left out", gone)):
            counted = Asked(kind=kind, months=MONTHS, excluded=excluded)
            found[f"{kind} {name}"] = expressions.figures(declaration, asked=counted, words=WORDS)
            found[f"{kind} {name}, strata"] = expressions.strata(declaration, asked=counted, words=WORDS)
        everything = Asked(kind=kind, months=MONTHS)
        found[f"{kind} categories"] = expressions.categories(everything)
        found[f"{kind} closed"] = expressions.closed_records(everything)
        duty = declaration.duties[0]
        found[f"{kind} behind"] = expressions.records(duty, duty.denominator, asked=everything, unit=unit)
    found["named"] = expressions.named_records([("matters", 5), ("tasks", 5), ("matters", 6), ("tasks", 6)])
    found["teams"] = expressions.team_months(MONTHS)
    return found


def test_spark_gives_the_figures_of_duckdb(spark: SparkSession, tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    declaration = duties_shipped()
    assert_same_rows(spark, asked(declaration), ledger=records(), folder=tmp_path, mix=case_mix(declaration))
