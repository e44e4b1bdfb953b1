"""Addresses in one form: road and number, named building, block, room."""

import re
import unicodedata
from dataclasses import dataclass

from reckon.linkage.vocabulary import Vocabulary

NUMERAL = "零一二三四五六七八九十百"
UNITS = "号幢栋座楼层弄巷单室"
NUMBERED = re.compile(rf"[{NUMERAL}]+(?=[{UNITS}])")
ROAD = re.compile(r"([一-鿿]{1,6}?(?:大道|路|街|巷|弄|道))(?:[东南西北]段)?(?:([0-9]+)(?:-[0-9]+)?号)?")
BLOCK = re.compile(r"([0-9A-Z]{1,3})(?:号楼|幢|栋|座|号院)")
ROOM = re.compile(
    r"(?:([0-9A-Z]?[0-9]{2,4})(?:-[0-9]+)?(?:室|房|号房|单元)?$)|(?:([0-9A-Z]?[0-9]{2,4})(?:室|房))"
)
FLOOR = re.compile(r"([0-9]{1,2})(?:楼|层|F)")
LOCAL = re.compile(r"^(?:[一-鿿]{2,6}?(?:街道|镇|乡|社区))+")
DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What could be read; an empty part is unknown."""

    plain: str
    road: str
    number: str
    tower: str
    block: str
    room: str

    @property
    def building(self) -> str:
        """One key for the building: road with number, or else its name; with the block."""
        place = self.road + self.number if self.number else self.tower
        return f"{place}#{self.block}" if place and self.block else place


def address_of(*, text: str, vocabulary: Vocabulary) -> Address:
    """Take an address apart."""
    folded = re.sub(r"[^0-9A-Z一-鿿\-]", "", unicodedata.normalize("NFKC", text).upper())
    plain = NUMBERED.sub(lambda found: str(_value(found[0])), _without_region(folded, vocabulary))
    road = ROAD.search(plain)
    rest = plain[road.end() :] if road else plain
    tower = vocabulary.tower.search(rest)
    inside = rest[tower.end() :] if tower else rest
    block = BLOCK.search(inside)
    within = inside[block.end() :] if block else inside
    return Address(
        plain=plain,
        road=road[1] if road else "",
        number=(road[2] or "") if road else "",
        tower=tower[1] if tower else "",
        block=block[1] if block else "",
        room=_room(within),
    )


def _room(text: str) -> str:
    found = ROOM.search(text)
    if found:
        return found[1] or found[2]
    floor = FLOOR.search(text)
    return f"F{floor[1]}" if floor else ""


def _without_region(text: str, vocabulary: Vocabulary) -> str:
    while found := vocabulary.place_start.match(text):
        text = text[found.end() :]
    return LOCAL.sub("", text)


def _value(numeral: str) -> int:
    """A Chinese numeral below a thousand, or digits read one by one."""
    if not set(numeral) & set("十百"):
        return int("".join(str(DIGITS[sign]) for sign in numeral))
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * _digit(hundreds, 1 if "百" in numeral else 0) + 10 * _digit(tens, 1 if ten else 0)
    return value + _digit(ones.lstrip("零"), 0)


def _digit(sign: str, otherwise: int) -> int:
    return DIGITS.get(sign.lstrip("零")[:1], otherwise)
