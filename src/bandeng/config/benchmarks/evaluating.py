"""How fast everybody's score is reckoned anew: 871 posts with 15,291 matters, and 100,000 posts with ten million.

The records are made up: two rows a matter (itself and its task), written as Parquet in the columns of the ledger. What
is measured is the whole way from the files to scores with every figure of their working, as a draft takes it; writing
the scores to the database is measured apart.
"""

import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.random import Generator

from bandeng.core.measuring import Figure, benchmark
from bandeng.evaluation.expressions import Asked
from bandeng.evaluation.rules import Kind
from bandeng.evaluation.rules.settings import duties_of, settings_of, shipped_content
from bandeng.evaluation.selectors.counting import (
    FrozenMix,
    Rule,
    UnitFigures,
    digest_of,
    figures_of,
    freeze,
    scores_of,
)
from bandeng.ledger import files
from bandeng.ledger.rules import FLAG_COLUMNS, SCHEMA

MONTHS = (202608, 202609, 202610)
HISTORY = (202605, 202606, 202607)
PIECE = 2_000_000
SIZES = ((871, 15_291, 2.0), (100_000, 10_000_000, 60.0))
TYPES = ("01.02.01", "01.04.01", "06.01.02", "10.01.01", "11.01.02", "11.03.04", "11.04.01", "14.03.01")
RARE = 0.1


@benchmark(
    name="evaluation", meaning="all scores anew: 871 posts, 100,000 posts with ten million matters / 考核重算"
)
def measure() -> Sequence[Figure]:
    """Both sizes; the reference is frozen once before, as in service."""
    content = shipped_content()
    rule = Rule(id=0, version=0, first_month=0, declaration=duties_of(content), settings=settings_of(content))
    figures: list[Figure] = []
    for posts, matters, limit in SIZES:
        figures += _measured(rule, posts=posts, matters=matters, limit=limit)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*figures, Figure("largest memory of the process", peak, "MB")]


def _measured(rule: Rule, *, posts: int, matters: int, limit: float) -> list[Figure]:
    history = _written("history", posts=posts, matters=min(matters, 1_000_000), months=HISTORY)
    names = _written("scored", posts=posts, matters=matters, months=MONTHS)
    try:
        frozen = freeze(names=history, rule=rule, kind=Kind.POSTS, months=HISTORY)
        started, used = time.perf_counter(), time.process_time()
        first = _reckoned(rule, frozen, names)
        seconds, cpu = time.perf_counter() - started, time.process_time() - used
        again = _reckoned(rule, frozen, names)
    finally:
        for name in (*history, *names):
            (files.folder() / name).unlink()
    size = f"{posts:,} posts, {matters:,} matters"
    return [
        Figure(f"{size}: scores reckoned", seconds, "s", limit),
        Figure(f"{size}: our own CPU", cpu, "s"),
        Figure(f"{size}: units scored", len(first[0].units), ""),
        Figure(f"{size}: a second reckoning differs", float(first[1] != again[1]), "", limit=0),
    ]


def _reckoned(rule: Rule, frozen: FrozenMix, names: Sequence[str]) -> tuple[UnitFigures, str]:
    figures = figures_of(
        names=names, declaration=rule.declaration, frozen=frozen, asked=Asked(kind=Kind.POSTS, months=MONTHS)
    )
    scores = scores_of(rule=rule.declaration, frozen=frozen, figures=figures, audits={})
    return figures, digest_of(scores)


def _written(name: str, *, posts: int, matters: int, months: tuple[int, ...]) -> list[str]:
    """Files of made-up matters and tasks, a piece at a time, so that making them takes no more memory than reading."""
    random = np.random.default_rng(1)
    names = []
    for start in range(0, matters, PIECE):
        file = f"benchmark-{name}-{start}.parquet"
        count = min(PIECE, matters - start)
        writer = pq.ParquetWriter(Path(files.folder()) / file, SCHEMA, compression="zstd")
        for records in ("matters", "tasks"):
            table = _table(random, records=records, first=start, count=count, posts=posts, months=months)
            writer.write_table(table, row_group_size=files.PIECE)
        writer.close()
        names.append(file)
    return names


def _table(
    random: Generator, *, records: str, first: int, count: int, posts: int, months: tuple[int, ...]
) -> pa.Table:
    month = np.array(months, dtype=np.int32)[random.integers(0, len(months), count)]
    whole: dict[str, object] = {
        "sign": np.ones(count, dtype=np.int8),
        "recorded": np.zeros(count, dtype=np.int64),
        "subject": np.arange(first, first + count),
        "post": random.integers(1, posts + 1, count),
        "opened_hour": random.integers(0, 24, count).astype(np.int8),
        "days_to_accept": np.zeros(count, dtype=np.int16),
        "days_to_close": random.integers(0, 20, count).astype(np.int16),
        "is_counted": random.random(count) > RARE,
    }
    whole |= {f"{moment}_month": month for moment in ("opened", "accepted", "due", "closed")}
    whole |= {flag: random.random(count) < RARE * 2 for flag in FLAG_COLUMNS}
    texts = {
        "source": ["benchmark"],
        "records": [records],
        "area_code": ["330199001001001"],
        "category": list(TYPES),
        "channel": ["grid", "resident"],
        "severity": ["normal", "normal", "urgent", "critical"],
        "outcome": ["closed"],
        "organisation": ["330199001"],
    }
    words = {
        key: pa.DictionaryArray.from_arrays(
            pa.array(random.integers(0, len(values), count).astype(np.int32)), pa.array(values)
        )
        for key, values in texts.items()
    }
    arrays = {key: pa.array(value) for key, value in whole.items()} | words
    return pa.table([arrays[field.name].cast(field.type) for field in SCHEMA], schema=SCHEMA)
