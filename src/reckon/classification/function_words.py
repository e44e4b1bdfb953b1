"""Words that carry the sentence and not the subject, found in a stream of symbols and left out."""

from functools import cache
from importlib.resources import files

import numpy as np

from reckon.classification.ngrams import ngrams
from reckon.classification.symbols import Codes, SymbolStream, symbols


def without_function_words(stream: SymbolStream) -> SymbolStream:
    """The stream less every function word; where two overlap, both go."""
    known = _function_words()
    dropped = np.zeros(len(stream.symbol), bool)
    for order, (rolled, begins) in enumerate(ngrams(stream, len(known)), start=1):
        found = begins[_contained(rolled, known[order - 1])]
        for step in range(order):
            dropped[found + step] = True
    return stream.without(dropped)


def _contained(rolled: Codes, known: Codes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if not len(known):
        return np.zeros(len(rolled), bool)
    nearest = np.minimum(np.searchsorted(known, rolled), len(known) - 1)
    return np.asarray(known[nearest] == rolled)


@cache
def _function_words() -> tuple[Codes, ...]:
    """Sorted hashes of the words of one symbol, of two, and so on."""
    source = files("reckon.classification").joinpath("data/function_words.txt").read_text(encoding="utf-8")
    words = " ".join(line for line in source.splitlines() if not line.startswith("#")).split()
    stream = symbols(words)
    length = np.bincount(stream.text, minlength=len(words))
    orders = enumerate(ngrams(stream, int(length.max())), start=1)
    found = [rolled[length[stream.text[begins]] == order] for order, (rolled, begins) in orders]
    return tuple(np.unique(rolled) for rolled in found)
