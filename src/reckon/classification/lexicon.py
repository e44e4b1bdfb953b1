"""The n-grams that count, and messages as vectors of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reckon.classification.function_words import without_function_words
from reckon.classification.messages import MessageText
from reckon.classification.ngrams import ngrams
from reckon.classification.settings import Part, TrainingSettings, View
from reckon.classification.symbols import symbols
from reckon.classification.vectors import Floats, Numbers, Vectors

SLOT_BITS = 22
"""Hashes fall into four million slots: 16 MB of memory, and one n-gram in twenty shares its slot."""
SLOTS = 1 << SLOT_BITS
DROP = np.uint64(64 - SLOT_BITS)
TITLE_END = "\u3000\u3000"
"""A paragraph's indent ends the title where both were joined into one text."""
BATCH = 256
"""Messages taken at once: their n-grams fit in the processor's cache."""


@dataclass(frozen=True)
class Lexicon:
    """Slots that count, the view each belongs to (ascending), and its weight as evidence."""

    slot: NDArray[np.uint32]
    view: NDArray[np.uint8]
    evidence: Floats
    views: tuple[View, ...]
    lead_characters: int

    @cached_property
    def _column(self) -> NDArray[np.int32]:
        column = np.full(SLOTS, -1, np.int32)
        column[self.slot] = np.arange(len(self.slot), dtype=np.int32)
        return column

    def counts(self, messages: Sequence[MessageText]) -> Vectors:
        """One row a message: 1 + log(how often) for each n-gram that counts."""
        size = max(len(self.slot), 1)
        found = [np.empty(0, np.int64)]
        for slot, message in occurrences(messages, self.views, self.lead_characters):
            column = self._column[slot]
            kept = np.flatnonzero(column >= 0)
            found.append(message[kept] * size + column[kept])
        key = np.sort(np.concatenate(found))
        first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else key
        often = np.diff(np.append(first, len(key)))
        row, column = np.divmod(key[first], size)
        starts = np.searchsorted(row, np.arange(len(messages) + 1)).astype(np.int64)
        return Vectors(
            np.asarray(1 + np.log(often), np.float32), column.astype(np.int64), starts, len(self.slot)
        )

    def weighed(self, counts: Vectors, factor: Floats) -> Vectors:
        """Counts times a factor of each n-gram, every view to its length."""
        return counts.weighed(factor, self.view, [view.weight for view in self.views])

    def vectors(self, messages: Sequence[MessageText]) -> Vectors:
        """What the classifier looks at."""
        return self.weighed(self.counts(messages), self.evidence)


def learn_lexicon(messages: Sequence[MessageText], *, settings: TrainingSettings, categories: int) -> Lexicon:
    """The n-grams frequent enough to be evidence, the most frequent where a model may not hold all."""
    rows = np.zeros(SLOTS, np.int32)
    view_of = np.zeros(SLOTS, np.uint8)
    for start in range(0, len(messages), BATCH):
        batch = messages[start : start + BATCH]
        for number, (slot, message) in enumerate(
            occurrences(batch, settings.views, settings.lead_characters)
        ):
            once = np.unique(message * SLOTS + slot) % SLOTS
            np.add.at(rows, once, 1)
            view_of[once] = number
    known = np.flatnonzero(rows >= settings.rarest)
    most = settings.most_weights // categories
    if len(known) > most:
        known = known[np.sort(np.argsort(-rows[known], kind="stable")[:most])]
    known = known[np.argsort(view_of[known], kind="stable")]
    rarity = np.log((1 + len(messages)) / (1 + rows[known])) + 1
    return Lexicon(
        known.astype(np.uint32),
        view_of[known],
        rarity.astype(np.float32),
        settings.views,
        settings.lead_characters,
    )


def occurrences(
    messages: Sequence[MessageText], views: Sequence[View], lead_characters: int
) -> Iterator[tuple[Numbers, Numbers]]:
    """For each view: the slot of each n-gram in the batch and the number of its message."""
    texts = {
        Part.WHOLE: [f"{message.title}\n{message.text}" for message in messages],
        Part.LEAD: [lead(message, lead_characters) for message in messages],
    }
    streams = {part: without_function_words(symbols(texts[part])) for part in {view.part for view in views}}
    for number, view in enumerate(views):
        stream = streams[view.part]
        found = list(ngrams(stream, view.longest, salt=number))
        slot = np.concatenate([(rolled >> DROP).astype(np.int64) for rolled, _ in found])
        yield slot, np.concatenate([stream.text[begins] for _, begins in found])


def lead(message: MessageText, characters: int) -> str:
    """The title; without one, what stands before the first indent, or the opening characters."""
    if message.title.strip():
        return message.title
    opening, indent, _ = message.text[: 2 * characters].partition(TITLE_END)
    return opening if indent and opening.strip() else message.text[:characters]
