"""How a reporter may write the name of an office or of staff, and how it is found all the same. No Django.

A name that is missed reaches whom it accuses, so texts and names are compared by their letters and digits alone:
spaces, punctuation, line breaks, signs that nobody sees, full-width and compatibility forms make no difference.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bandeng.organisations.rules import OrganisationKind

#: Letters to Unicode, and blank to everybody else: the fillers of Hangul.
FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
IN_BRACKETS = re.compile(r"[（(\[【][^（(\[【）)\]】]*[）)\]】]")
CITY = re.compile(r"^(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|市))+(?=.{2})")
BRANCH, BUREAU = "分局", "局"
DEPARTMENT = OrganisationKind.DEPARTMENT
SMALLER_AREAS = ("街道", "镇", "乡", "社区", "村")
"""Each of these has a centre of its own, which is not the district's."""
SPOKEN = {"社区": ("居委会", "居民委员会"), "街道": ("办事处", "街办")}
"""How an area's office is called in short, from how the name of the area ends."""
COMMON = {
    "公安": ("派出所", "民警", "警察", "交警"), "城市管理": ("城管",), "市场监督管理": ("市监", "市场监管", "工商局"),
}  # fmt: skip
"""What people say instead of the name of an office, from a part of its name."""
CENTRES = ("治理中心", "综治中心")
"""What a centre is called, also in a free text, and what people call it as well."""
SHORTEST_NAME = 2
SHORTEST_OFFICE = 3


@dataclass(frozen=True)
class Told:
    """What is left of a text to look for names in; `joints`: before which letters something stood between."""

    letters: str
    joints: frozenset[int]


def told(text: str) -> Told:
    """A text by its letters and digits alone."""
    kept: list[str] = []
    joints = {0}
    for sign in _plain(text):
        kind = unicodedata.category(sign)
        if sign in FILLERS or kind[0] not in "LN" or kind == "Lm":
            joints.add(len(kept))
            continue
        if kept and sign.isascii() != kept[-1].isascii():
            joints.add(len(kept))
        kept.append(sign)
    return Told("".join(kept), frozenset(joints | {len(kept)}))


def folded(text: str) -> str:
    """A name or a text as they are compared; nothing for what has no letter or digit."""
    return told(text).letters


def _plain(text: str) -> str:
    """Compatibility forms as what they stand for, without accents and other marks, no capitals."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    letters = "".join(sign for sign in apart if unicodedata.category(sign)[0] != "M")
    return unicodedata.normalize("NFKD", letters.casefold())


def says(text: Told, word: str) -> bool:
    """Whether a folded word stands in a text; one of Latin letters as a word of its own: Li Na is not in Carolina."""
    if not word.isascii():
        return word in text.letters
    return any({at, at + len(word)} <= text.joints for at in _places(text.letters, word))


def _places(letters: str, word: str) -> list[int]:
    """Where a word stands, also where it overlaps itself; nothing stands nowhere."""
    found: list[int] = []
    at = letters.find(word) if word else -1
    while at >= 0:
        found.append(at)
        at = letters.find(word, at + 1)
    return found


@lru_cache(maxsize=1 << 16)
def names_of_person(name: str) -> frozenset[str]:
    """A person's name as it is compared: whole, and without what is in brackets."""
    words = {folded(name), folded(IN_BRACKETS.sub("", name))}
    return frozenset(word for word in words if len(word) >= SHORTEST_NAME)


def person_named(text: Told, name: str) -> bool:
    """Whether a person's name stands in a text."""
    return any(says(text, word) for word in names_of_person(name))


@dataclass(frozen=True)
class OfficeNames:
    """How one office is called: `core` not where a smaller area has its own, `brief` only where it is asked for."""

    full: frozenset[str]
    core: frozenset[str]
    brief: frozenset[str]


@lru_cache(maxsize=1 << 14)
def names_of_office(
    *, names: tuple[str, ...], names_en: tuple[str, ...], district: tuple[str, ...], kind: str
) -> OfficeNames:
    """How an office may be called, from its names and those of the district in both languages.

    A core is a name without the district's: 公安分局 for 上城区公安分局, also as 公安局. A brief name says too little
    to be looked for in a free text: two Chinese characters, one English word, what people say instead. The centre has
    no other brief name than 综治中心, for nobody here could lift what was only hinted at.
    """
    areas, centre = _areas(district), kind == OrganisationKind.CENTRE
    whole = {folded(each) for each in names}
    cores = {core for each in whole for core in _cores(each, areas, kind)}
    english = {folded(each): len(each.split()) > 1 for each in (*names_en, *_without(names_en, district))}
    full = {each for each in whole if len(each) >= SHORTEST_OFFICE and (not centre or _has(each, areas))}
    full |= {each for each, several in english.items() if several}
    core = {each for each in whole | cores if len(each) >= SHORTEST_OFFICE} - full
    if centre:
        brief = {CENTRES[1]} if CENTRES[0] in core else set()
    else:
        brief = {each for each in whole | cores if len(each) == SHORTEST_NAME} - {BRANCH}
        brief |= {each for each in english.keys() - full if len(each) >= SHORTEST_NAME} | _common(whole, kind)
    return OfficeNames(frozenset(full), frozenset(core), frozenset(brief))


def _common(names: set[str], kind: str) -> set[str]:
    """What people say instead of a department's name."""
    if kind != DEPARTMENT:
        return set()
    return {word for part, words in COMMON.items() if any(part in name for name in names) for word in words}


def _areas(district: tuple[str, ...]) -> tuple[str, ...]:
    """The district's names as they stand before those of its offices: 上城区, and 上城 alone."""
    whole = [word for word in map(folded, district) if word]
    stems = [word[:-1] for word in whole if word[-1] in "区县市" and len(word) > SHORTEST_OFFICE - 1]
    return (*whole, *stems)


def _has(name: str, areas: tuple[str, ...]) -> bool:
    return any(area in name for area in areas)


def _cores(name: str, areas: tuple[str, ...], kind: str) -> set[str]:
    """What an office is called besides a folded Chinese name of it."""
    if kind == OrganisationKind.CENTRE:
        own = name.endswith(CENTRES) and not any(area in name for area in SMALLER_AREAS)
        return {_bare(name, areas), *(CENTRES[:1] if own else ())}
    if kind != DEPARTMENT:
        return _spoken(name)
    core = _bare(name, areas)
    if not core.endswith(BUREAU):
        return {core}
    stem = core.removesuffix(BRANCH).removesuffix(BUREAU)
    return {stem + BUREAU, stem + BRANCH} if stem else set()


def _bare(name: str, areas: tuple[str, ...]) -> str:
    """A name without city and district."""
    for area in areas:
        before, _, after = name.partition(area)
        name = before if after in {"", BRANCH} else after
    return CITY.sub("", name).removeprefix("区")


def _spoken(name: str) -> set[str]:
    """What the office of a street or a community is called as well: 北桥居委会 for 北桥社区."""
    return {
        name.removesuffix(area) + office
        for area, offices in SPOKEN.items()
        if name.endswith(area) and len(name) >= len(area) + SHORTEST_NAME
        for office in offices
    }


def _without(names_en: tuple[str, ...], district: tuple[str, ...]) -> list[str]:
    """English names without the district's in front of them or behind."""
    found = [
        each.replace(area, " ").strip(" ,-")
        for each in names_en
        for area in district
        if area and area in each
    ]
    return [each.removesuffix(" of") for each in found]


def office_named(text: Told, office: OfficeNames) -> bool:
    """Whether an office stands in a text by a name that says enough anywhere."""
    return any(says(text, word) for word in office.full) or any(_own(text, word) for word in office.core)


def _own(text: Told, word: str) -> bool:
    """Whether a core stands in a text without the name of a smaller area right before it."""
    return any(
        at in text.joints or not text.letters[:at].endswith(SMALLER_AREAS)
        for at in _places(text.letters, word)
    )


def office_hinted(text: Told, office: OfficeNames) -> bool:
    """Whether one of an office's brief names stands in a text that says whom a clue is about."""
    return any(_own(text, word) if word in CENTRES else says(text, word) for word in office.brief)
