"""How fast records become figures: against SQL written by hand, and for the records of one more hour."""

import resource
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from random import Random

import duckdb
from duckdb import DuckDBPyConnection

from bandeng.core import clock
from bandeng.core.measuring import Figure, benchmark
from bandeng.ledger import files, services
from bandeng.ledger.rules import FLAG_COLUMNS, SCHEMA, Record
from bandeng.ledger.services.counting import figures_of, measures_counted
from reckon.index import Measure, declaration_shipped

RECORDS = 100_000_000
PIECES = 10
ROUNDS = 3
HOUR = 3_000
MOST_RATIO, MOST_MEMORY, MOST_SECONDS = 1.2, 1024.0, 1.0

#: Two years of a district of 1,360 grids, its 15 × 3-level types and their life, drawn by arithmetic.
MADE = """
    SELECT 1::TINYINT AS sign, 0::BIGINT AS recorded, i AS subject,
        'matters' AS source, 'matters' AS records,
        '330199' || lpad((1 + h % 14)::VARCHAR, 3, '0') || lpad((1 + h // 14 % 14)::VARCHAR, 3, '0')
            || lpad((1 + h // 196 % 7)::VARCHAR, 3, '0') AS area_code,
        lpad((1 + h // 1372 % 15)::VARCHAR, 2, '0') || '.' || lpad((1 + h // 20580 % 4)::VARCHAR, 2, '0')
            || '.' || lpad((1 + h // 82320 % 4)::VARCHAR, 2, '0') AS category,
        CASE h // 7 % 3 WHEN 0 THEN 'resident' WHEN 1 THEN 'grid' ELSE 'phone' END AS channel,
        'normal' AS severity, 'closed' AS outcome, 'police' AS organisation, (h % 9600)::BIGINT AS post,
        (202501 + (m // 12) * 100 + m % 12)::INTEGER AS opened_month,
        (202501 + (m // 12) * 100 + m % 12)::INTEGER AS accepted_month,
        (202501 + (m // 12) * 100 + m % 12)::INTEGER AS due_month,
        (202501 + (m // 12) * 100 + m % 12)::INTEGER AS closed_month,
        (h % 24)::TINYINT AS opened_hour, (h // 11 % 3)::SMALLINT AS days_to_accept,
        (h // 13 % 40)::SMALLINT AS days_to_close, (h // 17 % 50) > 0 AS is_counted, {flags}
    FROM (SELECT i, (hash(i) // 4)::BIGINT AS h, ((i - {start}) * 24 // {count})::INTEGER AS m
          FROM range({start}, {start} + {count}) AS made(i))
"""

#: The same figures as the shipped indicators ask for, as somebody who knows DuckDB would write them.
BY_HAND = (
    """
    SELECT area_code, opened_month,
        sum(sign) FILTER (category LIKE '11.01.02%' AND confirmed),
        sum(sign) FILTER ((category LIKE '11.01.01%' OR category LIKE '11.01.03%' OR category LIKE '11.01.04%')
            AND confirmed),
        sum(sign) FILTER ((category LIKE '06.01.04%' OR category LIKE '11.03.04%' OR category LIKE '14.03%')
            AND confirmed),
        sum(sign) FILTER (category LIKE '07.03%' AND confirmed),
        sum(sign) FILTER ((category LIKE '03.01%' OR category LIKE '03.03%' OR category LIKE '03.04.01%') AND confirmed)
    FROM ledger WHERE opened_month IS NOT NULL AND is_counted AND records = 'matters' GROUP BY ALL
    """,
    """
    SELECT area_code, due_month,
        sum(sign) FILTER ((category LIKE '13.02.01%' OR category LIKE '13.04%') AND late),
        sum(sign) FILTER (category LIKE '13.02.01%' OR category LIKE '13.04%'),
        sum(sign) FILTER ((category LIKE '06.01.04%' OR category LIKE '11.03%' OR category LIKE '14.03%') AND late),
        sum(sign) FILTER (category LIKE '06.01.04%' OR category LIKE '11.03%' OR category LIKE '14.03%'),
        sum(sign) FILTER (category LIKE '07.03%' AND late),
        sum(sign) FILTER (category LIKE '07.03%')
    FROM ledger WHERE due_month IS NOT NULL AND is_counted AND records = 'matters' GROUP BY ALL
    """,
    """
    SELECT area_code, closed_month,
        sum(sign) FILTER (category LIKE '13.02.01%' OR category LIKE '13.04%'),
        sum(sign) FILTER (reopened),
        sum(sign),
        sum(sign) FILTER (category LIKE '13.04%' AND reviewed AND overturned),
        sum(sign) FILTER (category LIKE '13.04%' AND reviewed),
        sum(sign) FILTER (category LIKE '03%' AND reopened),
        sum(sign) FILTER (category LIKE '03%')
    FROM ledger WHERE closed_month IS NOT NULL AND is_counted AND records = 'matters' GROUP BY ALL
    """,
    """
    SELECT area_code, closed_month, days_to_close, sum(sign)
    FROM ledger WHERE closed_month IS NOT NULL AND days_to_close IS NOT NULL AND is_counted
        AND records = 'matters' AND (category LIKE '13.02.01%' OR category LIKE '13.04%')
    GROUP BY ALL
    """,
)


@benchmark(
    name="figures", meaning="a hundred million records into grid × month × indicator / 一亿条记录汇总成指标"
)
def measure() -> Sequence[Figure]:
    """Both ways in turn, ROUNDS times each, the quickest counts; then an hour's records on top."""
    services.measures_declare(each for pair in _pairs() for each in pair)
    names = _records()
    ours, by_hand = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda: _expressions(names)))
        by_hand.append(_seconds(lambda: _statements(names)))
    hours = [_seconds(partial(_hour, number)) for number in range(ROUNDS)]
    return [
        Figure("records", RECORDS, ""),
        Figure("expressions", min(ours), "s"),
        Figure("SQL by hand", min(by_hand), "s"),
        Figure("ratio", min(ours) / min(by_hand), "", MOST_RATIO),
        Figure(
            "memory at most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB", MOST_MEMORY
        ),
        Figure(f"one more hour ({HOUR:,} records): taken, written, counted", min(hours), "s", MOST_SECONDS),
    ]


def _pairs() -> list[tuple[Measure, Measure]]:
    return [(each.numerator, each.denominator) for each in declaration_shipped().indicators]


def _records() -> list[str]:
    """Files of RECORDS rows, made once in this data folder."""
    flags = ", ".join(f"(h // {place + 23} % 5) = 0 AS {flag}" for place, flag in enumerate(FLAG_COLUMNS))
    columns, count, names = ", ".join(SCHEMA.names), RECORDS // PIECES, []
    for piece in range(PIECES):
        names.append(f"benchmark-{piece}.parquet")
        path = files.folder() / names[-1]
        if not path.exists():
            made = MADE.format(start=piece * count, count=count, flags=flags)
            draft = path.with_suffix(".part")
            with duckdb.connect() as engine:
                engine.execute(f"SET memory_limit = '{files.MEMORY}'")
                engine.execute(
                    f"COPY (SELECT {columns} FROM ({made})) TO '{draft}' (FORMAT parquet, COMPRESSION zstd)"  # noqa: S608 (constants)
                )
            draft.rename(path)
    return names


def _expressions(names: Sequence[str]) -> None:
    with files.opened(names) as engine:
        for _ in figures_of(engine, measures_counted()):
            pass


def _statements(names: Sequence[str]) -> None:
    with files.opened(names) as engine:
        for statement in BY_HAND:
            for _ in _rows(engine, statement):
                pass


def _rows(engine: DuckDBPyConnection, statement: str) -> list[tuple[object, ...]]:
    return list(
        zip(*(column.to_pylist() for column in engine.sql(statement).to_arrow_table().columns), strict=True)
    )


def _hour(number: int) -> None:
    """What one hour brings: half of it new, half of it a correction of the hour before."""
    random, moment = Random(number), clock.now()  # noqa: S311 (a benchmark, not a secret)
    first = number * HOUR // 2
    services.records_take(
        [
            Record(
                source="benchmark", records="matters", subject=first + place,
                area_code=f"330199{random.randrange(1, 15):03d}{random.randrange(1, 15):03d}001",
                category=f"{random.randrange(1, 16):02d}.01.01", opened=moment - timedelta(days=random.randrange(60)),
            )
            for place in range(HOUR)
        ]
    )  # fmt: skip
    services.entries_write()
    services.figures_count()


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
