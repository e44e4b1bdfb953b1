"""Small numbers stay hidden, also from whoever subtracts."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bandeng.clues.rules.suppression import Grid, Published, publish, with_totals

SMALLEST = 5
TABLES = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.lists(st.integers(0, 12), min_size=columns, max_size=columns), min_size=1, max_size=4
    )
)
MOST = 15
INNER = np.array(list(itertools.product(range(MOST + 1), repeat=4)), np.int64).reshape(-1, 2, 2)
ALL = np.concatenate([INNER, INNER.sum(axis=1, keepdims=True)], axis=1)
ALL = np.concatenate([ALL, ALL.sum(axis=2, keepdims=True)], axis=2)
SMALL_TABLES = st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=2)


def primary(published: Published, counts: list[list[int]]) -> list[tuple[int, int]]:
    grid = with_totals(counts)
    return [
        (r, c) for r in range(grid.shape[0]) for c in range(grid.shape[1]) if 0 < int(grid[r, c]) < SMALLEST
    ]


@given(TABLES)
@settings(max_examples=60)
def test_no_small_count_is_shown_and_what_is_shown_is_true(counts: list[list[int]]) -> None:
    published, grid = publish(counts, smallest=SMALLEST), with_totals(counts)
    for r, row in enumerate(published.cells):
        for c, shown in enumerate(row):
            assert shown is None or (shown == grid[r, c] and not 0 < shown < SMALLEST)
            assert shown is not None or grid[r, c] > 0  # a nought is never hidden


def tables_that_look_alike(published: Published) -> Grid:
    """Every 2 × 2 table of counts up to MOST that would show the same figures: all that an attacker may think."""
    same = np.ones(len(ALL), bool)
    for r, row in enumerate(published.cells):
        for c, shown in enumerate(row):
            if shown is not None:
                same &= ALL[:, r, c] == shown
    return ALL[same]


@given(SMALL_TABLES)
@settings(max_examples=60)
@example([[3, 6], [7, 7]])
@example([[1, 0], [0, 6]])
def test_subtraction_leaves_every_hidden_count_open(counts: list[list[int]]) -> None:
    published = publish(counts, smallest=SMALLEST)
    alike = tables_that_look_alike(published)
    for r, c in primary(published, counts):
        assert alike[:, r, c].min() == 0
        assert alike[:, r, c].max() >= SMALLEST


def test_one_hidden_cell_in_a_line_draws_another() -> None:
    published = publish([[3, 20], [15, 30]], smallest=SMALLEST)
    assert len(published.hidden) >= 4
    assert published.cells[0][0] is None and published.cells[0][1] is None


def test_nothing_small_hides_nothing() -> None:
    published = publish([[5, 0], [9, 30]], smallest=SMALLEST)
    assert published.cells == ((5, 0, 5), (9, 30, 39), (14, 30, 44))


@pytest.mark.parametrize("counts", [[], [[1], [1, 2]], [[-1]]])
def test_what_is_no_table_is_refused(counts: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r"table|count"):
        publish(counts, smallest=SMALLEST)
