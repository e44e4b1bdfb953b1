"""Parts for cross-validation: every category in every part, near-duplicates never in two."""

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

COMMONPLACE = 60
"""An n-gram in more messages than this tells nothing about who copied whom."""

Numbers = NDArray[np.int64]


def near_duplicates(vectors: "csr_matrix", *, share: float) -> Numbers:
    """The number of each row's group: rows that share that part of their n-grams (Jaccard) are together."""
    # Only training needs SciPy, and importing it takes half a second that no request should pay.
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    present = vectors.copy()
    present.data = np.ones_like(present.data)
    size = np.diff(present.indptr)
    frequency = np.bincount(present.indices, minlength=present.shape[1])
    telling = present[:, np.flatnonzero((frequency > 1) & (frequency <= COMMONPLACE))]
    rare = np.asarray(telling.sum(axis=1)).ravel()
    both = (telling @ telling.T).tocoo()
    union = rare[both.row] + rare[both.col] - both.data
    alike = (both.data >= share * union) & (size[both.row] > 0) & (both.data > 1)
    links = coo_matrix((np.ones(int(alike.sum())), (both.row[alike], both.col[alike])), shape=both.shape)
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


def fold_numbers(label: Numbers, groups: Numbers, *, folds: int, seed: int) -> Numbers:
    """The part of each row. A category whose rows are all near-duplicates is dealt row by row."""
    group = _separable(label, groups)
    order = np.random.default_rng(seed).permutation(int(group.max()) + 1)
    members = defaultdict(list)
    for row, number in enumerate(group.tolist()):
        members[number].append(row)
    result = np.zeros(len(label), np.int64)
    dealt: dict[int, Counter[int]] = defaultdict(Counter)
    for number in sorted(members, key=lambda each: (-len(members[each]), order[each])):
        rows = members[number]
        main = int(label[rows[0]])
        part = min(range(folds), key=lambda each: (dealt[main][each], (each + main) % folds))
        dealt[main][part] += len(rows)
        result[rows] = part
    return result


def _separable(label: Numbers, groups: Numbers) -> Numbers:
    result = groups.copy()
    fresh = int(groups.max()) + 1
    for category in np.unique(label):
        rows = np.flatnonzero(label == category)
        if len(np.unique(groups[rows])) < 2:
            result[rows] = np.arange(fresh, fresh + len(rows))
            fresh += len(rows)
    return result
