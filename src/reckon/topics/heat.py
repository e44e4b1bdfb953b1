"""How hot a topic is: a stated formula over voices, votes, duration and recency, with its working."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True)
class HeatWeights:
    """The formula's weights; each is explained in data/settings.toml."""

    voice: float
    repeat: float
    support: float
    against: float
    duration: float
    floor: float
    half_life_days: float


@dataclass(frozen=True)
class Voices:
    """What is counted: distinct messages of each person (by token), votes, and when."""

    messages_of: Mapping[str, int]
    support: int
    against: int
    first: float
    last: float


@dataclass(frozen=True)
class Heat:
    """The index and its parts: (voices + support + against + duration) * recency."""

    index: float
    voices: float
    support: float
    against: float
    duration: float
    recency: float


def heat_of(*, counted: Voices, weights: HeatWeights, as_of: float) -> Heat:
    """Heat at `as_of`; all times in seconds since 1970. Never falls when a distinct message joins on the same days."""
    voices = weights.voice * sum(
        1.0 + weights.repeat * log(counted.messages_of[person]) for person in sorted(counted.messages_of)
    )
    support = weights.support * log(1.0 + counted.support)
    against = weights.against * log(1.0 + counted.against)
    duration = weights.duration * log(1.0 + (counted.last - counted.first) / SECONDS_A_DAY)
    age = max(0.0, as_of - counted.last) / SECONDS_A_DAY
    recency = weights.floor + (1.0 - weights.floor) * float(0.5 ** (age / weights.half_life_days))
    total = recency * (voices + support + against + duration)
    return Heat(total, voices, support, against, duration, recency)
