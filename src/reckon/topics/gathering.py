"""Messages gathered into groups: the most alike are joined first, as long as the mean over all pairs is high enough."""

import heapq
from dataclasses import dataclass, field

import numpy as np

from reckon.topics.features import Numbers
from reckon.topics.likeness import Likenesses

ROUNDED = 9
"""Decimals of a mean that are compared, so that the order of a sum decides nothing."""

Joins = dict[int, dict[int, float]]


def gathered(*, pairs: Likenesses, group: Numbers, alike: float) -> Numbers:
    """The group of each message, named by its lowest row.

    `group` is where each message stands before: groups of several messages are never joined with each other, for their
    pairs are not in `pairs`.
    """
    gathering = Gathering(alike=alike, size=_sizes(group), joins=_joins(pairs, group))
    gathering.run()
    return np.array([gathering.top(int(number)) for number in group], np.int64)


@dataclass
class Gathering:
    """Average linkage over a sparse graph; a missing edge is a likeness of nothing."""

    alike: float
    size: dict[int, int]
    joins: Joins
    into: dict[int, int] = field(default_factory=dict)
    waiting: list[tuple[float, int, int]] = field(default_factory=list)

    def run(self) -> None:
        """Join until no two groups are alike enough."""
        for first in self.joins:
            for second in self.joins[first]:
                if second < first:
                    self._offer(first, second)
        while self.waiting:
            negative, second, first = heapq.heappop(self.waiting)
            if first in self.into or second in self.into or self._mean(first, second) != -negative:
                continue
            self._join(first, second)

    def top(self, number: int) -> int:
        """The group in which this one ended."""
        while number in self.into:
            number = self.into[number]
        return number

    def _mean(self, first: int, second: int) -> float:
        total = self.joins[first].get(second, 0.0)
        return round(total / (self.size[first] * self.size[second]), ROUNDED)

    def _offer(self, first: int, second: int) -> None:
        mean = self._mean(first, second)
        if mean >= self.alike:
            heapq.heappush(self.waiting, (-mean, min(first, second), max(first, second)))

    def _join(self, gone: int, kept: int) -> None:
        self.into[gone] = kept
        moved, stays = self.joins.pop(gone), self.joins[kept]
        self.size[kept] += self.size.pop(gone)
        stays.pop(gone, None)
        for other, total in moved.items():
            if other != kept:
                stays[other] = stays.get(other, 0.0) + total
                self.joins[other].pop(gone)
                self.joins[other][kept] = stays[other]
        for other in stays:
            self._offer(kept, other)


def _sizes(group: Numbers) -> dict[int, int]:
    numbers, counts = np.unique(group, return_counts=True)
    return dict(zip(numbers.tolist(), counts.tolist(), strict=True))


def _joins(pairs: Likenesses, group: Numbers) -> Joins:
    joins: Joins = {}
    first, second = group[pairs.first], group[pairs.second]
    for one, other, value in zip(first.tolist(), second.tolist(), pairs.value.tolist(), strict=True):
        if one != other:
            total = joins.setdefault(one, {}).get(other, 0.0) + value
            joins[one][other] = total
            joins.setdefault(other, {})[one] = total
    return joins
