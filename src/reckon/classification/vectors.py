"""Messages as sparse vectors of n-grams, without the import time of a library for sparse matrices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Vectors:
    """Row r holds `value` at `column` from `starts[r]` up to `starts[r + 1]`."""

    value: Floats
    column: Numbers
    starts: Numbers
    columns: int

    @property
    def row(self) -> Numbers:
        """The row of each value."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def rows(self, chosen: Numbers) -> "Vectors":
        """These rows only, in this order."""
        size = np.diff(self.starts)[chosen]
        starts = np.concatenate([[0], np.cumsum(size)])
        place = np.arange(starts[-1]) + np.repeat(self.starts[chosen] - starts[:-1], size)
        return replace(self, value=self.value[place], column=self.column[place], starts=starts)

    def weighed(self, factor: Floats, view: NDArray[np.uint8], weights: Sequence[float]) -> "Vectors":
        """Every column times its factor, then in each row every view brought to the length in `weights`."""
        value = self.value * factor[self.column]
        cell = self.row * len(weights) + view[self.column]
        square = np.bincount(cell, weights=value * value, minlength=(len(self.starts) - 1) * len(weights))
        length = np.tile(np.asarray(weights), len(self.starts) - 1)
        scale = (length / np.sqrt(np.where(square > 0, square, 1.0))).astype(np.float32)
        return replace(self, value=value * scale[cell])

    def scores(self, weights: Floats, intercepts: Floats) -> NDArray[np.float64]:
        """One column for each row of `weights`: the sum of values times weights, plus the intercept."""
        result = np.tile(intercepts.astype(np.float64), (len(self.starts) - 1, 1))
        filled = np.flatnonzero(np.diff(self.starts))
        if len(filled):
            begins = self.starts[filled]
            for number, weight in enumerate(weights):
                result[filled, number] += np.add.reduceat(self.value * weight[self.column], begins)
        return result

    def matrix(self) -> "csr_matrix":
        """The same for scikit-learn and SciPy."""
        # Only training needs matrices, and importing SciPy takes half a second that no request should pay.
        from scipy.sparse import csr_matrix

        return csr_matrix((self.value, self.column, self.starts), shape=(len(self.starts) - 1, self.columns))
