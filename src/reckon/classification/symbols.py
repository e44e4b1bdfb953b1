"""Text as a stream of symbols: a Chinese character is one, a word or number of an alphabet is one."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

CODES = 1 << 16
"""Characters beyond the basic plane are rare and stand for themselves."""
ITSELF = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xAC00, 0xD7A4))
"""Ideographs and Hangul syllables: no case, no compatibility form, each a symbol of its own."""
KANA = (0x3040, 0x3100)
PRIVATE = (0xD800, 0xF900)
"""Surrogates and private use mean nothing to anybody else."""
DIGIT = ord("0")
SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio: Knuth's multiplicative hashing spreads neighbours far apart."""

Codes = NDArray[np.uint64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class SymbolStream:
    """Symbols of many texts one after another; `text` is the number of the text each belongs to."""

    symbol: Codes
    text: Places

    def without(self, dropped: NDArray[np.bool_]) -> "SymbolStream":
        """The stream less the symbols marked."""
        return SymbolStream(self.symbol[~dropped], self.text[~dropped])


def symbols(texts: Sequence[str]) -> SymbolStream:
    """Read texts: case, width and the value of digits are ignored, marks only separate words."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    folded, spelled = _alphabet()
    low = np.minimum(codes, CODES - 1)
    symbol = np.where(codes < CODES, folded[low], codes).astype(np.uint64)
    in_word = spelled[low] & (codes < CODES)
    starts = _word_starts(symbol, in_word, owner)
    kept = np.flatnonzero(starts)
    if not len(kept):
        return SymbolStream(np.empty(0, np.uint64), np.empty(0, np.int64))
    return SymbolStream(_spelled_out(symbol, in_word, kept), owner[kept])


def _word_starts(symbol: Codes, in_word: NDArray[np.bool_], owner: Places) -> NDArray[np.bool_]:
    continues = np.zeros(len(symbol), bool)
    continues[1:] = in_word[1:] & in_word[:-1] & (owner[1:] == owner[:-1])
    return (symbol > 0) & ~continues


def _spelled_out(symbol: Codes, in_word: NDArray[np.bool_], kept: Places) -> Codes:
    """One number for each symbol kept; a word's comes from its letters and their order."""
    result = symbol[kept]
    worded = np.flatnonzero(in_word)
    if len(worded):
        word = np.searchsorted(kept, worded, side="right") - 1
        place = (worded - kept[word]).astype(np.uint64)
        mixed = (symbol[worded] + np.uint64(CODES) * place) * SPREAD
        mixed ^= mixed >> np.uint64(31)
        sums = np.zeros(len(kept), np.uint64)
        np.add.at(sums, word, mixed * SPREAD)
        longer = sums != 0
        result[longer] = sums[longer]
    return result


@cache
def _alphabet() -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """What each character counts as (0: a mark), and whether it is written together into words."""
    folded = np.zeros(CODES, np.uint32)
    spelled = np.zeros(CODES, bool)
    for start, end in ITSELF:
        folded[start:end] = np.arange(start, end)
    for code in range(CODES):
        if any(start <= code < end for start, end in (*ITSELF, PRIVATE)):
            continue
        plain = unicodedata.normalize("NFKC", chr(code)).lower()[:1]
        if plain and unicodedata.category(plain)[0] in "LMN":
            folded[code] = DIGIT if plain.isdigit() else ord(plain)
            spelled[code] = not (ord(plain) >= 0x2E80 or KANA[0] <= code < KANA[1])
    return folded, spelled
