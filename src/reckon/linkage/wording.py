"""A pair in words: what each comparison found and what it weighs."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from reckon.linkage.grouping import Refusal
from reckon.linkage.scoring import Pair

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One comparison of a pair. `bits` above zero speak for one enterprise; four bits are a factor of sixteen."""

    comparison: str
    finding: str
    bits: float


@cache
def words() -> dict[str, Any]:
    """The words shipped with the program: data/words.toml."""
    return tomllib.loads(files("reckon.linkage").joinpath("data/words.toml").read_text(encoding="utf-8"))


def pair_in_words(*, pair: Pair, language: Language) -> tuple[Line, ...]:
    """A line for each comparison, the weightiest first; with the prior, the lines' bits are the pair's."""
    known = words()
    lines = [
        Line(
            comparison=known["comparisons"][one.comparison][language],
            finding=known["levels"][one.comparison][one.level][language],
            bits=one.bits + one.rarity_bits,
        )
        for one in pair.contributions
    ]
    return tuple(sorted(lines, key=lambda line: -abs(line.bits)))


def refusal_in_words(*, refusal: Refusal, language: Language) -> str:
    """Why a sure pair was not joined."""
    return str(words()["refusals"][refusal.value][language])
