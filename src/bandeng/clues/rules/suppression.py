"""Tables of small numbers: which cells must not be shown so that none can be worked out from the others. No Django.

Primary suppression hides every count from 1 to `smallest` − 1, totals included. Complementary suppression then
hides more, until for each of these the published figures allow both nought and at least `smallest`; that range
is found by linear programming, which is what an attacker would do (Willenborg & de Waal, Elements of Statistical
Disclosure Control, 2001, ch. 4). Noughts are shown.
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
        more = _next(grid, hidden, cell)
        if more is None:  # nothing that is not nought is left to hide
            return
        hidden.add(more)


def is_safe(grid: Grid, hidden: set[Cell], cell: Cell, smallest: int) -> bool:
    """Whether the shown cells allow the hidden one to be nought, and to be at least `smallest`."""
    lowest, highest = feasible_range(grid, hidden, cell)
    return lowest <= TOLERANCE and highest >= smallest - TOLERANCE


def feasible_range(grid: Grid, hidden: set[Cell], cell: Cell) -> tuple[float, float]:
    """Least and greatest value of a hidden cell that the shown ones allow; infinite where nothing bounds it."""
    places = {each: number for number, each in enumerate(sorted(hidden))}
    matrix, right = _equations(grid, places)
    aim = np.zeros(len(places))
    aim[places[cell]] = 1.0
    low = linprog(aim, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
    high = linprog(-aim, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
    return (float(low.fun) if low.status == 0 else 0.0, float(-high.fun) if high.status == 0 else np.inf)


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


def _next(grid: Grid, hidden: set[Cell], cell: Cell) -> Cell | None:
    """The smallest shown cell, first of those in the same row or column, then of the lines of all hidden ones."""
    shown = [(int(r), int(c)) for r, c in np.argwhere(grid > 0) if (int(r), int(c)) not in hidden]
    lines = {each[0] for each in hidden}, {each[1] for each in hidden}

    def cost(each: Cell) -> tuple[int, int]:
        near = each[0] == cell[0] or each[1] == cell[1]
        crossing = each[0] in lines[0] and each[1] in lines[1]
        return (0 if near else 1 if crossing else 2, int(grid[each]))

    return min(shown, key=cost, default=None)
