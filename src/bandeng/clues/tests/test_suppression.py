"""Small numbers stay hidden, also from whoever subtracts."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

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
    """Every 2 × 2 table of counts up to MOST that would show the same figures: all that an attacker may think.

    The attacker knows that noughts are shown.
    """
    same = np.ones(len(ALL), bool)
    for r, row in enumerate(published.cells):
        for c, shown in enumerate(row):
            same &= ALL[:, r, c] >= 1 if shown is None else ALL[:, r, c] == shown
    return ALL[same]


def least_known(counts: list[list[int]], cell: tuple[int, int]) -> int:
    """One for each count in a cell or in a total that is not nought: the noughts tell as much."""
    rows = counts if cell[0] == len(counts) else [counts[cell[0]]]
    lines = [row if cell[1] == len(row) else [row[cell[1]]] for row in rows]
    return sum(each > 0 for line in lines for each in line)


@given(SMALL_TABLES)
@settings(max_examples=60)
@example([[3, 6], [7, 7]])
@example([[1, 0], [0, 6]])
def test_subtraction_leaves_every_hidden_count_open(counts: list[list[int]]) -> None:
    published = publish(counts, smallest=SMALLEST)
    alike = tables_that_look_alike(published)
    for r, c in primary(published, counts):
        assert alike[:, r, c].min() == least_known(counts, (r, c))
        assert alike[:, r, c].max() >= SMALLEST


def worked_out(published: Published, cell: tuple[int, int]) -> tuple[float, float]:
    """Least and greatest value of a cell for whoever knows that noughts are shown.

    Reckoned from the counts alone: a total, shown or hidden, is no unknown but their sum.
    """
    rows, columns = len(published.cells) - 1, len(published.cells[0]) - 1
    inner = [[published.cells[r][c] for c in range(columns)] for r in range(rows)]
    bounds = [(1, 1000) if one is None else (one, one) for row in inner for one in row]
    sums, shown = [], []
    for r in range(rows + 1):
        for c in range(columns + 1):
            if published.cells[r][c] is not None and (r == rows or c == columns):
                sums.append(summed(r, c, rows, columns))
                shown.append(published.cells[r][c])
    known = {"A_eq": np.array(sums), "b_eq": np.array(shown)} if sums else {}
    aim = summed(*cell, rows, columns)
    low, high = (linprog(sign * aim, bounds=bounds, **known) for sign in (1, -1))
    assert (low.status, high.status) == (0, 0)
    return low.fun, -high.fun


def summed(r: int, c: int, rows: int, columns: int) -> np.ndarray:
    """Which counts a cell sums up."""
    marks = np.zeros((rows, columns))
    marks[slice(None) if r == rows else r, slice(None) if c == columns else c] = 1
    return marks.ravel()


WIDER_TABLES = st.integers(1, 6).flatmap(
    lambda columns: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 9, 30]), min_size=columns, max_size=columns),
        min_size=1,
        max_size=5,
    )
)


@given(WIDER_TABLES)
@settings(max_examples=60)
@example([[1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 30, 0], [9, 8, 7, 6, 20, 0]])
@example([[1] * 5] * 5)
@example([[1, 1, 1], [0, 0, 0]])
@example([[4, 0], [0, 5]])
def test_nobody_who_knows_that_noughts_are_shown_works_a_small_count_out(counts: list[list[int]]) -> None:
    published = publish(counts, smallest=SMALLEST)
    for cell in primary(published, counts):
        lowest, highest = worked_out(published, cell)
        assert lowest <= least_known(counts, cell) + 1e-6
        assert highest >= SMALLEST - 1e-6


def test_a_line_of_ones_hides_its_total() -> None:
    published = publish([[1] * 5] * 5, smallest=SMALLEST)
    assert {one for row in published.cells for one in row} == {None}


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
