"""Tables of small numbers: which cells must not be shown so that none can be worked out from the others. No Django.

Primary suppression hides every count from 1 to `smallest` − 1, totals included. Noughts are shown, so everybody knows
that a hidden cell is at least 1. Complementary suppression hides more, totals too, until for each cell of primary
suppression the shown figures, together with this knowledge, allow

- the least that the noughts alone leave: 1, and for a total 1 for each of its cells that is not nought; and
- at least `smallest`.

That range is found by linear programming, which is what an attacker would do (Willenborg & de Waal, Elements of
Statistical Disclosure Control, 2001, ch. 4); counts in lines with totals form a network, so its ends are whole
numbers. With all but the noughts hidden every cell has its range: there is always a safe table, and no nought has to
be hidden. What the order tells in which cells are chosen is not judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Counts = Sequence[Sequence[int]]
Grid = NDArray[np.int64]
Cell = tuple[int, int]
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Published:
    """A table with its totals as the last row and the last column; None: not shown."""

    cells: tuple[tuple[int | None, ...], ...]

    @property
    def hidden(self) -> frozenset[Cell]:
        """The places that are not shown."""
        return frozenset(
            (r, c) for r, row in enumerate(self.cells) for c, one in enumerate(row) if one is None
        )


def publish(counts: Counts, *, smallest: int) -> Published:
    """The table with totals, safe to show. Raises ValueError for a ragged table or a negative count."""
    grid = with_totals(counts)
    hidden = {(int(r), int(c)) for r, c in np.argwhere((grid > 0) & (grid < smallest))}
    for cell in sorted(hidden, key=lambda each: int(grid[each])):
        _protect(grid, hidden, cell, smallest)
    rows, columns = grid.shape
    return Published(
        tuple(
            tuple(None if (r, c) in hidden else int(grid[r, c]) for c in range(columns)) for r in range(rows)
        )
    )


def with_totals(counts: Counts) -> Grid:
    """The table with a row and a column of totals. Raises ValueError."""
    if not counts or any(len(row) != len(counts[0]) for row in counts):
        raise ValueError("a table needs rows of the same length")
    grid = np.array(counts, np.int64).reshape(len(counts), len(counts[0]))
    if (grid < 0).any():
        raise ValueError("a count is not negative")
    grid = np.vstack([grid, grid.sum(axis=0)])
    return np.hstack([grid, grid.sum(axis=1, keepdims=True)])


def _protect(grid: Grid, hidden: set[Cell], cell: Cell, smallest: int) -> None:
    """Hide more until the cell's range is wide enough; each step can only widen the ranges of all others."""
    while not is_safe(grid, hidden, cell, smallest):
        hidden.add(_next(grid, hidden, cell))


def is_safe(grid: Grid, hidden: set[Cell], cell: Cell, smallest: int) -> bool:
    """Whether the shown cells allow the hidden one its least, and at least `smallest`."""
    # To bring one cell to either end no other has to change by more than `smallest`, so this bounds nothing.
    most = int(grid[-1, -1]) + smallest
    lowest, highest = feasible_range(grid, hidden, cell, most=most)
    return lowest <= least(grid, cell) + TOLERANCE and highest >= smallest - TOLERANCE


def least(grid: Grid, cell: Cell) -> int:
    """What the noughts alone tell of a cell that is none: 1, of a total 1 for each of its cells that is no nought."""
    last = grid.shape[0] - 1, grid.shape[1] - 1
    rows = slice(0, -1) if cell[0] == last[0] else slice(cell[0], cell[0] + 1)
    columns = slice(0, -1) if cell[1] == last[1] else slice(cell[1], cell[1] + 1)
    return int(np.count_nonzero(grid[rows, columns]))


def feasible_range(grid: Grid, hidden: set[Cell], cell: Cell, *, most: int) -> tuple[float, float]:
    """Least and greatest value of a hidden cell that the shown ones allow, all hidden ones being from 1 to `most`."""
    places = {each: number for number, each in enumerate(sorted(hidden))}
    matrix, right = _equations(grid, places)
    aim = np.zeros(len(places))
    aim[places[cell]] = 1.0
    ends = [
        linprog(sign * aim, A_eq=matrix, b_eq=right, bounds=(1, most), method="highs") for sign in (1.0, -1.0)
    ]
    if any(each.status != 0 for each in ends):
        raise ArithmeticError("the range of a hidden count was not found")
    return float(ends[0].fun), -float(ends[1].fun)


def _equations(grid: Grid, places: dict[Cell, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every row and every column adds up to its total: what the shown cells leave for the hidden ones."""
    rows, columns = grid.shape
    lines = [[(r, c) for c in range(columns)] for r in range(rows)]
    lines += [[(r, c) for r in range(rows)] for c in range(columns)]
    matrix = np.zeros((len(lines), len(places)))
    right = np.zeros(len(lines))
    for number, line in enumerate(lines):
        for each in line:
            sign = -1.0 if each == line[-1] else 1.0
            if each in places:
                matrix[number, places[each]] = sign
            else:
                right[number] -= sign * float(grid[each])
    return matrix, right


def _next(grid: Grid, hidden: set[Cell], cell: Cell) -> Cell:
    """The smallest shown cell, first of those in the same row or column, then of the lines of all hidden ones."""
    shown = [(int(r), int(c)) for r, c in np.argwhere(grid > 0) if (int(r), int(c)) not in hidden]
    lines = {each[0] for each in hidden}, {each[1] for each in hidden}

    def cost(each: Cell) -> tuple[int, int]:
        near = each[0] == cell[0] or each[1] == cell[1]
        crossing = each[0] in lines[0] and each[1] in lines[1]
        return (0 if near else 1 if crossing else 2, int(grid[each]))

    return min(shown, key=cost)
