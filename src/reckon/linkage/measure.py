"""How well records were joined, by pairs: every two records of one enterprise are one question."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMeasure:
    """Pairs joined and meant to be, joined, and meant to be."""

    right: int
    joined: int
    meant: int

    @property
    def precision(self) -> float:
        """Share of joined pairs that are meant to be."""
        return self.right / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """Share of meant pairs that are joined."""
        return self.right / self.meant if self.meant else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.joined + self.meant) if self.joined + self.meant else 1.0


def measure(*, found: Mapping[str, str], truth: Mapping[str, str]) -> PairMeasure:
    """Compare two groupings of the same records, each record → group. Raises KeyError for a record not found."""
    both = Counter((found[record], group) for record, group in truth.items())
    return PairMeasure(
        right=_pairs(both),
        joined=_pairs(Counter(found[record] for record in truth)),
        meant=_pairs(Counter(truth.values())),
    )


def _pairs(sizes: Mapping[object, int] | Counter[str] | Counter[tuple[str, str]]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())
