"""Hashes of runs of neighbouring symbols, for whole streams at once."""

from collections.abc import Iterator

import numpy as np

from reckon.classification.symbols import SPREAD, Codes, Places, SymbolStream

SHIFT = np.uint64(29)


def ngrams(stream: SymbolStream, longest: int, salt: int = 0) -> Iterator[tuple[Codes, Places]]:
    """For each length from 1 to `longest`: hashes of its n-grams and the places where they begin."""
    begins = np.arange(len(stream.symbol))
    rolled = np.full(len(begins), salt + 1, np.uint64) * SPREAD
    for order in range(1, longest + 1):
        ends = begins + (order - 1)
        inside = int(np.searchsorted(ends, len(stream.text)))
        whole = stream.text[begins[:inside]] == stream.text[ends[:inside]]
        begins, rolled = begins[:inside][whole], rolled[:inside][whole]
        rolled = (rolled ^ stream.symbol[begins + (order - 1)]) * SPREAD
        rolled ^= rolled >> SHIFT
        yield rolled, begins
