"""The words by which places, people and problems are told apart, compiled once."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

# A city, district or county: by its name, or by the code that replaces it in published data ("A市A3区").
# What looks like one by its last character but is a part of a town (小区, 校区) or of trade (超市) is none.
AREA = (
    r"[A-Z]\d{0,2}(?:市(?!场)|区|县)+|(?:黑龙江|内蒙古|[\u4e00-\u9fff]{2}(?<![我本全各外跨]))省"
    r"|[\u4e00-\u9fff]{2}(?<![城超夜菜门都上股楼我本全各该入])市(?!场)"
    r"|[\u4e00-\u9fff]{2}(?<![小社园校片城街景地置发新库住山厂我本全各该辖民宅能老旧分治务学厂])[区县]"
)
SIGNS = "\u4e00-\u9fffA-Za-z0-9"


@dataclass(frozen=True)
class Words:
    """Patterns made of data/words.toml, and a number for each generic word; `digest` tells whether they changed."""

    area: re.Pattern[str]
    generic: re.Pattern[str]
    place: re.Pattern[str]
    named: re.Pattern[str]
    wide: re.Pattern[str]
    opener: re.Pattern[str]
    closer: re.Pattern[str]
    groups: tuple[str, ...]
    number: Mapping[str, int]
    digest: str


@cache
def words_in_force() -> Words:
    """The words shipped with the program."""
    source = files("reckon.topics").joinpath("data/words.toml").read_text(encoding="utf-8")
    data = tomllib.loads(source)
    listed = {name: data[name].split() for name in data if name != "valid_from"}
    ends = _any_of(listed["place_ends"])
    return Words(
        area=re.compile(AREA),
        generic=re.compile(f"{_any_of(listed['generic'])}|[^{SIGNS}·.]+"),
        place=re.compile(f".{{1,9}}?(?:{ends})+"),
        named=re.compile(f".*(?:{ends})"),
        wide=re.compile(f"(?:{_any_of(listed['wide_ends'])})$"),
        opener=re.compile(f"^(?:{_any_of(listed['openers'])}|[^{SIGNS}“《（]+)+"),
        closer=re.compile(f"(?:{_any_of(listed['closers'])}|[^{SIGNS}”》）]+)+$"),
        groups=tuple(listed["groups"]),
        number={word: place for place, word in enumerate(sorted(set(listed["generic"]))) if len(word) > 1},
        digest=sha256((AREA + source).encode()).hexdigest(),
    )


def _any_of(entries: Iterable[str]) -> str:
    # Grouped by first character: the regular-expression engine tries every branch in turn.
    by_first: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        by_first[entry[0]].add(entry[1:])
    return "|".join(
        f"{re.escape(first)}(?:{_longest_first(rests)})" for first, rests in sorted(by_first.items())
    )


def _longest_first(entries: Iterable[str]) -> str:
    return "|".join(re.escape(entry) for entry in sorted(entries, key=lambda entry: (-len(entry), entry)))
