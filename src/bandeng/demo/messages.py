"""What residents and grid workers write: a small grammar over phrases and sentences."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from bandeng.demo.places import Spot

SHORTEST, LONGEST = 30, 300
#: A title is the place and the first clause; longer ones are cut at a clause in lists anyway.
TITLE_LONGEST = 40
SLOT = re.compile(r"\{([a-z]+)\}")
MONTHS = ("一个月", "两个月", "三个月", "四个多月", "半年", "半年多", "快一年", "一年多")
DAYS = ("三天", "四天", "五天", "一个星期", "十来天", "半个月", "快一个月")
NAMED_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日", "上周三", "上周五", "月初", "这周一")
HOURS = (
    "早上五点",
    "早上六点半",
    "中午十二点",
    "下午三点",
    "傍晚六点",
    "晚上八点",
    "晚上十点",
    "晚上十一点半",
    "半夜一点",
    "凌晨两点",
    "凌晨四点",
)
SUMS = (
    "300",
    "480",
    "560",
    "800",
    "980",
    "1200",
    "1680",
    "2000",
    "2600",
    "3500",
    "4800",
    "6800",
    "9800",
    "1.2万",
    "3万",
    "8万",
)
FIRMS = (
    "云帆",
    "锦禾",
    "启明",
    "鼎新",
    "瑞丰",
    "众合",
    "捷诚",
    "海纳",
    "中远达",
    "宏图",
    "卓越",
    "方圆",
    "恒信",
    "百川",
)
TRADES = ("物流", "电子", "服饰", "餐饮", "科技", "建材", "家具", "食品", "包装", "机械", "装饰", "保洁")


@dataclass(frozen=True)
class Phrase:
    """What messages of one matter type say, at which kind of place, and how often the type comes up."""

    place: str
    weight: float
    cores: tuple[str, ...]


@dataclass(frozen=True)
class Message:
    """One report as written."""

    title: str
    text: str


@cache
def phrases() -> dict[str, Phrase]:
    """Phrases by matter type of the third level."""
    return {
        code: Phrase(place=row["place"], weight=float(row["weight"]), cores=tuple(row["cores"]))
        for code, row in _read("phrases.toml").items()
    }


@cache
def sentences() -> dict[str, dict[str, list[str]]]:
    """Sentences around the matter itself, by part of speech and by who speaks or of what."""
    return _read("sentences.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("bandeng.demo").joinpath("data", name).read_text(encoding="utf-8"))


def message_write(*, type_code: str, channel: str, spot: Spot, random: Random) -> Message:
    """A message of 30 to 300 characters about a matter of the type at the place."""
    core = fill(text=random.choice(phrases()[type_code].cores), spot=spot, random=random)
    others = [other for other in phrases()[type_code].cores if other[:4] != core[:4]]
    after = _after(type_code=type_code, channel=channel, others=others, random=random)
    parts = [*_before(channel=channel, random=random), _ended(core), *after]
    text = fill(text="".join(parts), spot=spot, random=random)
    while len(text) < SHORTEST:
        text += fill(text=random.choice(sentences()["effects"]["any"]), spot=spot, random=random)
    return Message(title=_title(core=core, spot=spot), text=_shortened(text))


def _before(*, channel: str, random: Random) -> list[str]:
    """Opening, time and address, in one of the orders in which people say them."""
    known = sentences()
    opening = random.choice(known["openings"].get(channel, known["openings"]["resident"]))
    time = random.choice(known["times"]["any"]) if random.random() < 0.75 else ""
    address = random.choice(known["addresses"]["any"])
    return [opening, time, address] if random.random() < 0.6 else [opening, address, time]


def _after(*, type_code: str, channel: str, others: list[str], random: Random) -> list[str]:
    known, parts = sentences(), []
    more = random.sample(others, min(len(others), random.choices((0, 1, 2), (65, 27, 8))[0]))
    parts += [random.choice(("另外，", "还有，", "而且", "同时，")) + _ended(other) for other in more]
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        parts.append(random.choice(_effects(type_code=type_code, random=random)))
    parts.append(random.choice(known["histories"]["any"]) if channel != "grid" else "")
    parts.append(random.choice(_asks(type_code=type_code, channel=channel)))
    parts.append(random.choice(known["closings"]["any"]) if channel != "grid" else "")
    return parts


def _effects(*, type_code: str, random: Random) -> list[str]:
    effects = sentences()["effects"]
    own = effects.get(type_code[:2])
    return own if own and random.random() < 0.6 else effects["any"]


def _asks(*, type_code: str, channel: str) -> list[str]:
    asks = sentences()["asks"]
    if channel == "grid":
        return asks["grid"]
    return asks["suggestion"] if type_code.startswith("13.03") else asks["any"]


def _ended(text: str) -> str:
    return text if text.endswith(("。", "？", "！")) else text + "。"


def _title(*, core: str, spot: Spot) -> str:
    clause = re.split("[，。？]", core)[0]
    title = clause if spot.place in clause else spot.place + clause
    return title[:TITLE_LONGEST]


def _shortened(text: str) -> str:
    """At most the longest length, cut after a whole sentence."""
    if len(text) <= LONGEST:
        return text
    return text[: text.rindex("。", 0, LONGEST) + 1]


def fill(*, text: str, spot: Spot, random: Random) -> str:
    """The text with its slots filled; a slot within a filling is filled as well."""
    while "{" in text:
        text = SLOT.sub(lambda match: _filling(slot=match[1], spot=spot, random=random), text)
    return text


def _filling(*, slot: str, spot: Spot, random: Random) -> str:
    """One filling. Raises KeyError for a slot that no phrase may use."""
    if slot in ("n", "nn"):
        return str(random.randint(2, 9) if slot == "n" else random.randint(10, 60))
    spoken = {"address": spot.address, "place": spot.place, "road": spot.road, "compound": spot.compound}
    if slot in spoken:
        return spoken[slot]
    if slot == "market":
        return spot.place if "市场" in spot.place else "菜场"
    if slot == "shop":
        return (
            spot.place
            if spot.place.endswith(("店", "馆", "行", "室", "超市", "房", "中心", "院"))
            else "楼下的店"
        )
    if slot == "firm":
        return random.choice(FIRMS) + random.choice(TRADES)
    lists = {
        "m": MONTHS,
        "d": DAYS,
        "day": NAMED_DAYS,
        "hour": HOURS,
        "yuan": SUMS,
        "other": ("街道", "物业主管部门"),
    }
    return random.choice(lists[slot])
