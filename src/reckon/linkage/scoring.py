"""Pairs of records with their weight, and what each comparison adds to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from typing import Any

import pyarrow as pa

from reckon.linkage.comparisons import CODE, COMPARISONS, Comparison
from reckon.linkage.model import Model, engine, prior_of


def chance(*, bits: float) -> float:
    """Weight in bits as a probability; beyond sixty bits it no longer changes."""
    return float(1.0 / (1.0 + 2.0 ** -max(-60.0, min(60.0, bits))))


def bits_of(*, chance: float) -> float:
    """A probability as weight in bits, at most sixty either way."""
    bound = 2.0**-60
    return log2(max(chance, bound) / max(1.0 - chance, bound))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one comparison says: its level, the level's bits, and the bits that a rare or common value adds."""

    comparison: str
    level: str
    bits: float
    rarity_bits: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records, left before right. `bits` is the prior's and all contributions' sum; p = 2^bits / (1 + 2^bits)."""

    left: str
    right: str
    bits: float
    prior_bits: float
    contributions: tuple[Contribution, ...]

    @property
    def probability(self) -> float:
        """The chance that both are one enterprise."""
        return chance(bits=self.bits)


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The pairs worth it, as parallel columns; a Pair is made only of those that somebody asks for.

    `contradictions` are pairs so unlike that no other pair may join their groups, whatever they weigh.
    """

    lefts: list[str]
    rights: list[str]
    bits: list[float]
    columns: dict[str, list[Any]]
    contradictions: list[tuple[str, str]]

    def __len__(self) -> int:
        return len(self.bits)

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.bits)))

    def pair(self, *, row: int) -> Pair:
        """The pair in this row with its contributions."""
        contributions = tuple(self._contribution(place, row) for place in range(len(COMPARISONS)))
        said = sum(one.bits + one.rarity_bits for one in contributions)
        return Pair(
            left=self.lefts[row],
            right=self.rights[row],
            bits=self.bits[row],
            prior_bits=self.bits[row] - said,
            contributions=contributions,
        )

    def holding(self, *, comparison: Comparison, levels: frozenset[str]) -> set[int]:
        """The rows that took one of these levels of a comparison."""
        names = [level.key for level in comparison.levels if not level.unknown][::-1]
        wanted = {gamma for gamma, name in enumerate(names) if name in levels}
        column = self.columns.get(f"gamma_{comparison.key}", [])
        return {row for row, gamma in enumerate(column) if gamma in wanted}

    def _contribution(self, place: int, row: int) -> Contribution:
        comparison = COMPARISONS[place]
        level = level_key(comparison=comparison, gamma=self.columns[f"gamma_{comparison.key}"][row])
        rarity = self.columns.get(f"mw_tf_adj_{comparison.key}")
        return Contribution(
            comparison=comparison.key,
            level=level,
            bits=self.columns[f"mw_{comparison.key}"][row] or 0.0,
            rarity_bits=(rarity[row] or 0.0) if rarity else 0.0,
        )


def level_key(*, comparison: Comparison, gamma: int) -> str:
    """The level that the engine numbers so: the last is 0, unknown is -1."""
    known = [level for level in comparison.levels if not level.unknown]
    return "unknown" if gamma < 0 else known[len(known) - 1 - gamma].key


def score(*, table: pa.Table, whole: pa.Table, model: Model, fresh_only: bool, least: float) -> Scores:
    """Score every pair that a key brings together; those of at least `least` bits, ordered by the records' keys.

    `table` is `whole`, or the part of it that new records meet.
    """
    document = model.document(fresh_only=fresh_only, prior=prior_of(table=whole))
    with engine(table=table, document=document, whole=whole) as linker:
        relation = linker.inference.predict(warning_mode="never").as_duckdbpyrelation()
        wanted = ", ".join(["record_l", "record_r", "match_weight", *EXTRA])
        worth = relation.filter(f"match_weight >= {least}").project(wanted)
        found: pa.Table = worth.order("record_l, record_r").to_arrow_table()
        odd = relation.filter(_contradicting()).project("record_l, record_r").fetchall()
    return Scores(
        lefts=found.column("record_l").to_pylist(),
        rights=found.column("record_r").to_pylist(),
        bits=found.column("match_weight").to_pylist(),
        columns={name: found.column(name).to_pylist() for name in EXTRA},
        contradictions=odd,
    )


EXTRA = tuple(
    [f"{part}_{one.key}" for one in COMPARISONS for part in ("gamma", "mw")]
    + [f"mw_tf_adj_{one.key}" for one in COMPARISONS if any(level.rarity for level in one.levels)]
)


def _contradicting() -> str:
    """Pairs at a level that contradicts, unless their codes agree."""
    told = [
        f"gamma_{one.key} = {number}"
        for one in COMPARISONS
        for number, level in enumerate(reversed([level for level in one.levels if not level.unknown]))
        if level.contradicts
    ]
    agreed = len([level for level in CODE.levels if not level.unknown]) - 1
    return f"({' OR '.join(told)}) AND gamma_{CODE.key} <> {agreed}"
