"""What known tricks gained in the simulated district: kept as measured, because playing them takes seconds.

`bandeng evaluation gaming --seeds 5 --keep FILE` measures anew; a test compares what is kept with the duties of today.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from reckon.index import duties_shipped
from reckon.index.gaming import Gain

DIGITS = 3


@dataclass(frozen=True, kw_only=True)
class Study:
    """Points that each trick gained, over so many seeds, under the duties of the digest."""

    duties: str
    seeds: int
    gains: tuple[Gain, ...]


def study_text(gains: Sequence[Gain], *, seeds: int) -> str:
    """A study as its file keeps it."""
    rows = [
        {
            key: round(value, DIGITS) if isinstance(value, float) else value
            for key, value in asdict(gain).items()
        }
        for gain in gains
    ]
    return json.dumps({"duties": duties_shipped().digest, "seeds": seeds, "gains": rows}, indent=1) + "\n"


@cache
def study_kept() -> Study:
    """The study that comes with the program."""
    data = json.loads(files("bandeng.evaluation").joinpath("data/gaming.json").read_text(encoding="utf-8"))
    return Study(
        duties=data["duties"], seeds=data["seeds"], gains=tuple(Gain(**row) for row in data["gains"])
    )
