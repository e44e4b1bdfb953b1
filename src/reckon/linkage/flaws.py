"""How records come to differ from the truth: words left out, signs mistaken, numbers missing or another's."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from reckon.linkage.invented import Invented
from reckon.linkage.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaws:
    """The chance of each flaw in a record of a stream."""

    code_missing: float
    old_number: float
    address_missing: float
    phone_missing: float
    other_phone: float
    short_name: float
    core_only: float
    typing_error: float
    room_missing: float


def written(
    *, draw: Random, key: str, stream: str, of: Invented, flaws: Flaws, stock: Mapping[str, Any]
) -> Record:
    """One record of an enterprise as its stream would write it."""
    return Record(
        key=key,
        stream=stream,
        name=_name(draw, of, flaws, stock),
        code=_code(draw, of, flaws),
        address=_address(draw, of, flaws, stock),
        phone=_phone(draw, of, flaws),
    )


def _name(draw: Random, of: Invented, flaws: Flaws, stock: Mapping[str, Any]) -> str:
    core = of.former if of.former and draw.random() < 0.35 else of.core
    if draw.random() < flaws.typing_error:
        core = mistaken(draw=draw, word=core, pairs=stock["mistaken"], signs=stock["signs"])
    if draw.random() < flaws.core_only:
        return core + draw.choice(("", "公司", "店"))
    if draw.random() < flaws.short_name:
        stem = core + draw.choice((of.industry, of.industry, of.industry[:2]))
        return stem + (f"({of.branch}店)" if of.branch and draw.random() < 0.8 else "")
    return _full(draw, of, core, stock)


def _full(draw: Random, of: Invented, core: str, stock: Mapping[str, Any]) -> str:
    city, district = stock["city"], stock["district"]
    region = draw.choice((city, f"{city}市", f"{city}市{district}区", f"{city}"))
    stem = core + of.industry + of.form
    full = draw.choice(
        (f"{region}{stem}", f"{region}{stem}", f"{core}（{city}）{of.industry}{of.form}", stem)
    )
    if of.branch:
        full += draw.choice((f"{of.branch}分公司", f"（{of.branch}店）", f"{of.branch}分店"))
    return full.translate(str.maketrans("()", "（）")) if draw.random() < 0.5 else full


def mistaken(*, draw: Random, word: str, pairs: list[str], signs: str) -> str:
    """The word with one sign taken for another, dropped, or two exchanged."""
    alike = {sign: other for pair in pairs for sign, other in (tuple(pair), tuple(reversed(pair)))}
    place = draw.randrange(len(word))
    kind = draw.random()
    if kind < 0.6:
        return word[:place] + alike.get(word[place], draw.choice(signs)) + word[place + 1 :]
    if kind < 0.8 and len(word) > 2:
        return word[:place] + word[place + 1 :]
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _code(draw: Random, of: Invented, flaws: Flaws) -> str:
    if draw.random() < flaws.code_missing:
        return ""
    if draw.random() < flaws.old_number:
        return of.number
    if draw.random() < flaws.typing_error:
        place = draw.randrange(8, 17)
        return of.code[:place] + draw.choice("0123456789") + of.code[place + 1 :]
    return of.code if draw.random() < 0.9 else of.code.lower()


def _address(draw: Random, of: Invented, flaws: Flaws, stock: Mapping[str, Any]) -> str:
    if draw.random() < flaws.address_missing:
        return ""
    region = draw.choice((f"{stock['city']}市{stock['district']}区", f"{stock['district']}区", "", ""))
    street = draw.choice(stock["streets"]) if draw.random() < 0.2 else ""
    house = f"{of.road}{of.house}号" if draw.random() < 0.85 or not of.tower else ""
    tower = of.tower if draw.random() < 0.7 else ""
    block = f"{of.block}{draw.choice(('幢', '号楼', '栋'))}" if of.block else ""
    if draw.random() < flaws.room_missing:
        return f"{region}{street}{house}{tower}{block}" or of.road
    return f"{region}{street}{house}{tower}{block}{of.room}{draw.choice(('室', '室', ''))}"


def _phone(draw: Random, of: Invented, flaws: Flaws) -> str:
    if draw.random() < flaws.phone_missing:
        return ""
    if draw.random() < flaws.other_phone:
        return "1" + draw.choice("3456789") + "".join(draw.choices("0123456789", k=9))
    if len(of.phone) == 11 and of.phone[0] == "1":
        return draw.choice((of.phone, of.phone, f"+86 {of.phone[:3]}-{of.phone[3:7]}-{of.phone[7:]}"))
    return draw.choice((of.phone, of.phone[4:], f"({of.phone[:4]}){of.phone[4:]}"))
