"""How alike messages are, for those pairs where it is not nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reckon.topics.features import Features, Floats, Matrix, Numbers
from reckon.topics.settings import Grouping

ROWS_AT_ONCE = 512
SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True)
class Likenesses:
    """Pairs of messages (`first` > `second`, as row numbers) and how alike they are, 0 to 1."""

    first: Numbers
    second: Numbers
    value: Floats


def likenesses(*, features: Features, times: Numbers, new_from: int, grouping: Grouping) -> Likenesses:
    """All pairs of which at least one message is at or after row `new_from`; times in seconds."""
    compared = Compared(
        names=features.names.unit_rows(common=grouping.common_in_names, background=grouping.background),
        text=features.text.unit_rows(common=grouping.common_in_text, background=grouping.background),
        problem=features.problem.unit_rows(common=1.0, background=grouping.background),
    )
    blocks = list(_blocks(compared, times, new_from, grouping))
    empty = Likenesses(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
    return Likenesses(
        np.concatenate([block.first for block in [empty, *blocks]]),
        np.concatenate([block.second for block in [empty, *blocks]]),
        np.concatenate([block.value for block in [empty, *blocks]]),
    )


@dataclass(frozen=True)
class Compared:
    """One row for each message, of length 1."""

    names: Matrix
    text: Matrix
    problem: Matrix

    def cosines(self, begin: int, end: int) -> "Compared":
        """Of these rows with all rows."""
        return Compared(
            names=self.names[begin:end] @ self.names.T,
            text=self.text[begin:end] @ self.text.T,
            problem=self.problem[begin:end] @ self.problem.T,
        )


def _blocks(compared: Compared, times: Numbers, new_from: int, grouping: Grouping) -> Iterator[Likenesses]:
    for begin in range(new_from, len(times), ROWS_AT_ONCE):
        cosine = compared.cosines(begin, min(begin + ROWS_AT_ONCE, len(times)))
        kept = _score(cosine, grouping).tocoo()
        first, second, value = kept.row.astype(np.int64) + begin, kept.col.astype(np.int64), kept.data
        near = (second < first) & (value >= grouping.faint)
        first, second, value = first[near], second[near], value[near]
        days = np.abs(times[first] - times[second]) / SECONDS_A_DAY
        value = value * 0.5 ** (days / grouping.half_life_days)
        near = value >= grouping.faint
        yield Likenesses(first[near], second[near], value[near].astype(np.float32))


def _score(cosine: Compared, grouping: Grouping) -> Matrix:
    """The stated formula, without time; see data/settings.toml."""
    both = cosine.names.multiply(cosine.text).sqrt()
    problem = cosine.problem
    problem.data = np.minimum(problem.data / grouping.same_problem, 1.0)
    placed = both * grouping.other_problem + both.multiply(problem) * (1.0 - grouping.other_problem)
    return placed * grouping.both + cosine.text.power(2) * grouping.text_alone
