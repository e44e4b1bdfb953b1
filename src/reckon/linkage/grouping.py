"""Records joined into groups, strongest pair first, within what reviewers, codes and contradictions allow."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class DecisionsConflict(ValueError):
    """Reviewers' decisions contradict each other; the message names two records."""


class Refusal(StrEnum):
    """Why a pair that looks like one enterprise was not joined."""

    REVIEWER = "reviewer"
    CODES = "codes"
    CONTRADICTION = "contradiction"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a reviewer decided about two records: one enterprise, or two."""

    left: str
    right: str
    same: bool


class Groups:
    """Groups of records under joining. Records are numbers; the caller keeps their keys."""

    def __init__(
        self, *, size: int, codes: Mapping[int, str], known: Mapping[int, str], keys: Sequence[str]
    ) -> None:
        self._parent = list(range(size))
        self._members: dict[int, list[int]] = {number: [number] for number in range(size)}
        self._codes: dict[int, set[str]] = {number: {code} for number, code in codes.items()}
        self._known: dict[int, set[str]] = {number: {name} for number, name in known.items()}
        self._apart: defaultdict[int, set[int]] = defaultdict(set)
        self._foes: defaultdict[int, set[int]] = defaultdict(set)
        self._keys = keys

    def root(self, number: int) -> int:
        """The group that a record is in."""
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def members(self) -> list[list[int]]:
        """All groups, each in ascending order, ordered by their first record."""
        return sorted(sorted(members) for members in self._members.values())

    def known(self, number: int) -> set[str]:
        """Ids of known enterprises in a record's group."""
        return self._known.get(self.root(number), set())

    def kept_apart(self, one: int, other: int) -> bool:
        """Whether a reviewer decided that these groups are two."""
        return other in self._apart.get(one, ())

    def decide(self, *, decisions: Iterable[tuple[int, int, bool]]) -> None:
        """Honour reviewers: first what is one, then what is two. Raises DecisionsConflict."""
        ordered = sorted(decisions, key=lambda decision: not decision[2])
        for left, right, same in ordered:
            one, other = self.root(left), self.root(right)
            if same:
                self._merge(one, other)
            elif one == other:
                raise DecisionsConflict(
                    f"records {self._keys[left]} and {self._keys[right]} are decided to be two enterprises, "
                    "and other decisions make them one; withdraw one of these decisions"
                )
            else:
                self._apart[one].add(other)
                self._apart[other].add(one)

    def contradict(self, *, left: int, right: int) -> None:
        """A pair so unlike that its groups are not joined by other pairs."""
        one, other = self.root(left), self.root(right)
        if one != other:
            self._foes[one].add(other)
            self._foes[other].add(one)

    def join(self, *, left: int, right: int) -> Refusal | None:
        """Join the groups of two records, or say why not."""
        one, other = self.root(left), self.root(right)
        if one == other:
            return None
        refusal = self._refusal(one, other)
        if refusal is None:
            self._merge(one, other)
        return refusal

    def _refusal(self, one: int, other: int) -> Refusal | None:
        if other in self._apart.get(one, ()):
            return Refusal.REVIEWER
        codes, others = self._codes.get(one), self._codes.get(other)
        if codes and others and codes.isdisjoint(others):
            return Refusal.CODES
        known, others = self._known.get(one), self._known.get(other)
        if known and others and known != others:
            return Refusal.KNOWN
        return Refusal.CONTRADICTION if other in self._foes.get(one, ()) else None

    def _merge(self, one: int, other: int) -> None:
        if one == other:
            return
        if len(self._members[one]) < len(self._members[other]):
            one, other = other, one
        self._parent[other] = one
        self._members[one] += self._members.pop(other)
        for held in (self._codes, self._known):
            if other in held:
                held[one] = held.get(one, set()) | held.pop(other)
        for edges in (self._apart, self._foes):
            self._move(edges, one, other)

    @staticmethod
    def _move(edges: defaultdict[int, set[int]], one: int, other: int) -> None:
        for neighbour in edges.pop(other, ()):
            edges[neighbour].discard(other)
            if neighbour != one:
                edges[neighbour].add(one)
                edges[one].add(neighbour)
