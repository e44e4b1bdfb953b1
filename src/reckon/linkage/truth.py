"""Invented enterprises and the noisy records that six streams would hold of them, with the truth known."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any

from reckon.linkage.codes import ALPHABET, organisation_check, registration_check, unified_check
from reckon.linkage.flaws import Flaws, written
from reckon.linkage.invented import Invented
from reckon.linkage.records import Record


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Records, and the key of the enterprise that each (by its key) is of."""

    records: tuple[Record, ...]
    enterprise_of: Mapping[str, str]
    places: tuple[str, ...]


@cache
def stock() -> dict[str, Any]:
    """The material shipped with the program: data/truth.toml."""
    return tomllib.loads(files("reckon.linkage").joinpath("data/truth.toml").read_text(encoding="utf-8"))


def generate(*, enterprises: int, records: int, seed: int) -> Truth:
    """Draw so many enterprises (and their twins, near names and branches among them) and so many records."""
    draw = Random(seed)  # noqa: S311 (invented data, not a secret)
    material = stock()
    people = _enterprises(draw, material, enterprises)
    busy = list(accumulate(draw.lognormvariate(0.0, 0.7) for _ in people))
    streams = list(material["streams"])
    shares = [material["streams"][name]["share"] for name in streams]
    rows, truth = [], {}
    for place in range(records):
        # Every enterprise is in the register once before the rest is spread by how busy each is.
        of = people[place] if place < len(people) else draw.choices(people, cum_weights=busy)[0]
        stream = "registry" if place < len(people) else draw.choices(streams, weights=shares)[0]
        key = f"{stream}-{draw.getrandbits(48):012x}-{place}"
        flaws = Flaws(
            **{name: value for name, value in material["streams"][stream].items() if name != "share"}
        )
        rows.append(written(draw=draw, key=key, stream=stream, of=of, flaws=flaws, stock=material))
        truth[key] = of.key
    return Truth(records=tuple(rows), enterprise_of=truth, places=(material["city"], material["district"]))


def _enterprises(draw: Random, material: Mapping[str, Any], count: int) -> list[Invented]:
    agents = [_mobile(draw) for _ in range(max(1, count // 150))]
    shares = material["shares"]
    made: list[Invented] = []
    while len(made) < count:
        one = _whole(draw, material, agents, len(made))
        made.append(one)
        if draw.random() < shares["twin_in_building"]:
            made.append(_twin(draw, material, one, len(made)))
        if draw.random() < shares["near_name"]:
            made.append(_near(draw, material, agents, one, len(made)))
        if draw.random() < shares["has_branch"]:
            made += _branches(draw, material, one, len(made))
    return made[:count]


def _whole(draw: Random, material: Mapping[str, Any], agents: list[str], place: int) -> Invented:
    shares, forms = material["shares"], material["forms"]
    core = _core(draw, material)
    return Invented(
        key=f"t{place}",
        core=core,
        industry=draw.choice(material["industries"]),
        form=draw.choices(list(forms), weights=list(forms.values()))[0],
        branch="",
        code=_code(draw),
        number=_number(draw),
        road=draw.choice(material["roads"]),
        house=draw.randint(1, 260),
        tower=draw.choice(material["towers"]) if draw.random() < 0.5 else "",
        block=draw.choice((0, 0, 0, 1, 2, 3, 5)),
        room=draw.randint(1, 18) * 100 + draw.randint(1, 16),
        phone=draw.choice(agents) if draw.random() < shares["agent_phone"] else _phone(draw),
        former=_core(draw, material) if draw.random() < shares["renamed"] else "",
    )


def _twin(draw: Random, material: Mapping[str, Any], one: Invented, place: int) -> Invented:
    """A sister company: the same trade name and building, another trade, code and, half the time, number."""
    others = [word for word in material["industries"] if word != one.industry]
    return replace(
        one, key=f"t{place}", industry=draw.choice(others), code=_code(draw), number=_number(draw), former="",
        room=one.room + draw.choice((0, 1, 1, 2)), phone=one.phone if draw.random() < 0.5 else _phone(draw),
    )  # fmt: skip


def _near(
    draw: Random, material: Mapping[str, Any], agents: list[str], one: Invented, place: int
) -> Invented:
    """A stranger whose trade name differs by one sign, in the same trade."""
    where = draw.randrange(len(one.core))
    core = one.core[:where] + draw.choice(material["signs"]) + one.core[where + 1 :]
    return replace(_whole(draw, material, agents, place), core=core, industry=one.industry)


def _branches(draw: Random, material: Mapping[str, Any], one: Invented, place: int) -> list[Invented]:
    words = draw.sample(material["branch_words"], draw.choice((1, 1, 2)))
    return [
        replace(
            one, key=f"t{place + step}", branch=word, code=_code(draw), number=_number(draw), former="",
            road=draw.choice(material["roads"]), house=draw.randint(1, 260), tower="", block=0,
            room=draw.randint(101, 320), phone=_phone(draw),
        )
        for step, word in enumerate(words)
    ]  # fmt: skip


def _core(draw: Random, material: Mapping[str, Any]) -> str:
    return "".join(draw.choices(material["signs"], k=draw.choice((2, 2, 2, 3, 3, 4))))


def _code(draw: Random) -> str:
    organisation = "MA" + "".join(draw.choices(ALPHABET, k=6))
    body = "91" + "990199" + organisation + organisation_check(body=organisation)
    return body + unified_check(body=body)


def _number(draw: Random) -> str:
    body = "990199" + "".join(draw.choices("0123456789", k=8))
    return body + registration_check(body=body)


def _phone(draw: Random) -> str:
    return _mobile(draw) if draw.random() < 0.7 else "0599" + str(draw.randint(2_000_000, 8_999_999)) + "0"


def _mobile(draw: Random) -> str:
    return "1" + draw.choice("3456789") + "".join(draw.choices("0123456789", k=9))
