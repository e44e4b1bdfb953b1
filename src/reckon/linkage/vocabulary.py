"""Words that names and addresses are made of: dated data, to which a district adds its own places."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files

Words = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Lists of words; the patterns made of them try the longest word first."""

    valid_from: str
    source: str
    forms: Words
    branches: Words
    industries: Words
    places: Words
    not_places: Words
    towers: Words

    def with_places(self, *, places: Iterable[str]) -> "Vocabulary":
        """The same words and these places: names without their 省, 市 or 区."""
        return replace(self, places=tuple(sorted({*self.places, *places})))

    @cached_property
    def form_end(self) -> re.Pattern[str]:
        """A form of organisation at the end."""
        return re.compile(rf"(?:{_any(self.forms)})$")

    @cached_property
    def industry_end(self) -> re.Pattern[str]:
        """A word of industry at the end."""
        return re.compile(rf"(?:{_any(self.industries)})$")

    @cached_property
    def branch_end(self) -> re.Pattern[str]:
        """The name of a part at the end of a bracket."""
        return re.compile(rf"(?:{_any(self.branches)})$")

    @cached_property
    def branch_after_form(self) -> re.Pattern[str]:
        """Group 1: the whole with its form; group 2: the part that follows."""
        forms = _any(tuple(form for form in self.forms if len(form) > 1))
        return re.compile(rf"^(.+?(?:{forms}))(.{{0,12}}(?:{_any(self.branches)}))$")

    @cached_property
    def branch_without_form(self) -> re.Pattern[str]:
        """Group 1: the whole; group 2: a numbered part, or one with a word that no whole is called by."""
        ends = _any(tuple(word for word in self.branches if len(word) > 1))
        return re.compile(
            rf"^(.{{2,}}?)((?:第?[0-9一二三四五六七八九十]+|总)(?:{_any(self.branches)})|[^第0-9一二三四五六七八九十]{{2}}(?:{ends}))$"
        )

    @cached_property
    def place_start(self) -> re.Pattern[str]:
        """A known place, or any word called province, city, county or district, at the start."""
        known = rf"(?:{_any(self.places)})(?:特别行政区|自治区|省|市|区|县)?"
        other = rf"(?!.{{0,3}}(?:{_any(self.not_places)}))[一-鿿]{{2,3}}[省市区县](?=[一-鿿]{{3}})"
        return re.compile(rf"^(?:{known}|{other})")

    @cached_property
    def tower(self) -> re.Pattern[str]:
        """A named building or estate."""
        return re.compile(rf"([一-鿿A-Z0-9]{{2,8}}?(?:{_any(self.towers)}))")


def _any(words: Words) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def vocabulary_in_force() -> Vocabulary:
    """The words shipped with the program."""
    source = files("reckon.linkage").joinpath("data/vocabulary.toml").read_text(encoding="utf-8")
    data = tomllib.loads(source)
    valid_from = str(data.pop("valid_from"))
    origin = data.pop("source")
    lists = {name: tuple(words) for name, words in data.items()}
    return Vocabulary(valid_from=valid_from, source=origin, **lists)
