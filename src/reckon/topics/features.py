"""Messages as counted pairs of characters, for names and for the whole text, and as words of problems."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from reckon.topics.message_table import Message
from reckon.topics.phrases import phrases_of
from reckon.topics.settings import Grouping
from reckon.topics.words import SIGNS, words_in_force

BITS = np.uint64(21)
"""A character of Unicode fits; two of them are one code."""
SPACE = 32
NO_SIGN = re.compile(f"[^{SIGNS}]")

Codes = NDArray[np.uint64]
Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Matrix = Any
"""A scipy.sparse.csr_matrix; the library has no types."""


@dataclass(frozen=True)
class Pairs:
    """Row r holds `value` of `code` from `starts[r]` up to `starts[r + 1]`."""

    code: Codes
    value: Floats
    starts: Numbers

    @staticmethod
    def of_rows(rows: Sequence[tuple[Codes, Floats]]) -> "Pairs":
        """One row for each of `rows`."""
        size = [len(code) for code, _ in rows]
        code = np.concatenate([np.empty(0, np.uint64), *(code for code, _ in rows)])
        value = np.concatenate([np.empty(0, np.float32), *(value for _, value in rows)])
        return Pairs(code, value, np.concatenate([[0], np.cumsum(size)]).astype(np.int64))

    def followed_by(self, later: "Pairs") -> "Pairs":
        """These rows, then the later ones."""
        starts = np.concatenate([self.starts, later.starts[1:] + self.starts[-1]])
        return Pairs(
            np.concatenate([self.code, later.code]), np.concatenate([self.value, later.value]), starts
        )

    def unit_rows(self, *, common: float, background: int) -> Matrix:
        """Rows weighed by rarity, of length 1; a code in more than the share `common` of them is left out.

        `background` messages that hold nothing are counted beside these, so that in a short file not all is common.
        """
        codes, column = np.unique(self.code, return_inverse=True)
        rows = len(self.starts) - 1
        held = np.bincount(column, minlength=len(codes))
        rarity = np.log((1.0 + rows + background) / (1.0 + held))
        rarity[held > common * (rows + background)] = 0.0
        value = self.value * rarity.astype(np.float32)[column]
        row = np.repeat(np.arange(rows), np.diff(self.starts))
        length = np.sqrt(np.bincount(row, weights=value.astype(np.float64) ** 2, minlength=rows))
        value = (value / np.where(length > 0, length, 1.0)[row]).astype(np.float32)
        matrix = csr_matrix((value, column, self.starts), shape=(rows, len(codes)))
        matrix.eliminate_zeros()
        return matrix


@dataclass(frozen=True)
class Features:
    """What is compared: pairs of characters of names and of the whole, and words of problems."""

    names: Pairs
    text: Pairs
    problem: Pairs

    def followed_by(self, later: "Features") -> "Features":
        """These messages, then the later ones."""
        return Features(
            self.names.followed_by(later.names),
            self.text.followed_by(later.text),
            self.problem.followed_by(later.problem),
        )


def features_of(messages: Sequence[Message], grouping: Grouping) -> Features:
    """One row for each message."""
    return Features(
        names=Pairs.of_rows([_names(message, grouping) for message in messages]),
        text=Pairs.of_rows([_whole(message, grouping) for message in messages]),
        problem=Pairs.of_rows([_problem(message, grouping) for message in messages]),
    )


def _names(message: Message, grouping: Grouping) -> tuple[Codes, Floats]:
    weight: dict[int, float] = {}
    for phrase in phrases_of(message.title):
        _raise(weight, phrase.text, 1.0 if phrase.firm else grouping.loose_name)
    for phrase in phrases_of(message.text[: grouping.name_characters]):
        if phrase.firm:
            _raise(weight, phrase.text, grouping.name_in_text)
    codes = sorted(weight)
    return np.array(codes, np.uint64), np.array([weight[code] for code in codes], np.float32)


def _raise(weight: dict[int, float], phrase: str, value: float) -> None:
    for first, second in pairwise(phrase):
        code = ord(first) << int(BITS) | ord(second)
        weight[code] = max(weight.get(code, 0.0), value)


def _whole(message: Message, grouping: Grouping) -> tuple[Codes, Floats]:
    text = f"{message.title} {message.text[: grouping.text_characters]}"
    plain = NO_SIGN.sub(" ", words_in_force().area.sub(" ", text))
    signs = np.frombuffer(plain.encode("utf-32-le"), np.uint32).astype(np.uint64)
    first, second = signs[:-1], signs[1:]
    inside = (first != SPACE) & (second != SPACE)
    codes, count = np.unique((first[inside] << BITS) | second[inside], return_counts=True)
    return codes, (1.0 + np.log(count)).astype(np.float32)


def _problem(message: Message, grouping: Grouping) -> tuple[Codes, Floats]:
    number = words_in_force().number
    weight = dict.fromkeys(_spoken(message.text[: grouping.name_characters]), 1.0)
    weight |= dict.fromkeys(_spoken(message.title), grouping.problem_in_title)
    numbered = sorted((number[word], value) for word, value in weight.items() if word in number)
    return np.array([code for code, _ in numbered], np.uint64), np.array(
        [value for _, value in numbered], np.float32
    )


def _spoken(text: str) -> list[str]:
    words = words_in_force()
    return words.generic.findall(words.area.sub(" ", text))
