"""Locating the register grid by grid moves no sum of a community, and gives the grids what they need for an index."""

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from bandeng.areas.tests.factories import GRIDS, area_tree
from bandeng.demo.five_colours import SOURCE
from bandeng.demo.grid_index import grids_locate
from bandeng.evaluation.selectors.counting import files_through, last_file
from bandeng.ledger import files
from bandeng.ledger.rules import LOCAL, Record, row_of, table_of
from bandeng.ledger.services import table_write

pytestmark = pytest.mark.django_db
MONTHS = [202609, 202610]
#: What the five-colour map counts, by community.
SUMS = """
    SELECT substr(area_code, 1, 12) AS community, opened_month, category, sum(sign) AS cases,
        sum(CASE WHEN late THEN sign ELSE 0 END) AS late, sum(CASE WHEN reopened THEN sign ELSE 0 END) AS reopened,
        sum(CASE WHEN confirmed THEN sign ELSE 0 END) AS confirmed
    FROM ledger WHERE records = 'matters' GROUP BY ALL HAVING sum(sign) <> 0 ORDER BY ALL
"""


@pytest.fixture(autouse=True)
def register(settings: Any, tmp_path: Any) -> None:
    """Two months of made-up matters that know their community only."""
    settings.DATA = tmp_path
    area_tree()
    random = np.random.default_rng(3)
    rows = []
    for subject in range(1, 601):
        flags = {flag for flag in ("late", "reopened", "confirmed", "returned") if random.random() < 0.3}
        moment = datetime(2026, 9 + subject % 2, 3, 10, tzinfo=LOCAL)
        record = Record(
            source=SOURCE, records="matters", subject=subject, area_code=GRIDS[subject % len(GRIDS)][:12],
            category=("01.02.01", "11.03.04")[subject % 2], opened=moment,
            flags=frozenset(flags),
        )  # fmt: skip
        rows.append(row_of(record) | {"sign": 1, "recorded": subject})
    table_write(table_of(rows))


def asked(query: str) -> list[tuple[Any, ...]]:
    with files.opened(files_through(last_file())) as engine:
        return engine.sql(query).fetchall()


def test_every_sum_of_a_community_stays_as_it_was() -> None:
    before = asked(SUMS)
    assert grids_locate(months=MONTHS, seed=1) == 600
    assert asked(SUMS) == before


def test_every_matter_lies_in_one_grid_of_its_community_afterwards() -> None:
    grids_locate(months=MONTHS, seed=1)
    rows = asked(
        "SELECT subject, area_code, sum(sign) FROM ledger WHERE records = 'matters' GROUP BY ALL HAVING sum(sign) <> 0"
    )
    assert len(rows) == 600
    assert all(area in GRIDS and count == 1 for _, area, count in rows)
    assert all(area[:12] == GRIDS[subject % len(GRIDS)][:12] for subject, area, _ in rows)


def test_every_grid_has_tasks_of_its_own() -> None:
    grids_locate(months=MONTHS, seed=1)
    rows = asked("SELECT DISTINCT area_code, organisation FROM ledger WHERE records = 'tasks'")
    assert set(rows) == {(grid, grid) for grid in GRIDS}
