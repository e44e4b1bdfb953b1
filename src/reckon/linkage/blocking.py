"""Which records are brought together to be compared: keys, each shared by no more records than can all be compared.

Pairs grow with the square of a block. Where very many share a key (a common trade name, an address at which thousands
are registered), the next narrower key takes its place; what is left has the other rules to meet by.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from reckon.linkage.names import shortened
from reckon.linkage.records import Reading

#: From wide to narrow; an empty key brings nothing together.
Chain = tuple[Callable[[Reading], str], ...]


def _joined(*parts: str) -> str:
    """All parts as one key; none where one of them is unknown."""
    return "\x1f".join(parts) if all(parts) else ""


def _stem(reading: Reading) -> str:
    return _joined(reading.name.core, reading.name.industry)


def _trade_name(reading: Reading) -> str:
    return reading.name.core


def _stem_and_building(reading: Reading) -> str:
    return _joined(_stem(reading), reading.address.building)


def _organisation(reading: Reading) -> str:
    return reading.code.organisation or ""


def _registration(reading: Reading) -> str:
    return reading.code.registration or ""


def _organisation_and_stem(reading: Reading) -> str:
    return _joined(_organisation(reading), _stem(reading))


def _room(reading: Reading) -> str:
    return _joined(reading.address.building, reading.address.room)


def _room_and_sign(reading: Reading) -> str:
    return _joined(_room(reading), reading.name.core[:1])


def _building_and_sign(reading: Reading) -> str:
    return _joined(reading.address.building, reading.name.core[:1])


def _building_and_signs(reading: Reading) -> str:
    return _joined(reading.address.building, reading.name.core[:2])


def _tower_and_sign(reading: Reading) -> str:
    return _joined(reading.address.tower, reading.name.core[:1])


def _tower_and_signs(reading: Reading) -> str:
    return _joined(reading.address.tower, reading.name.core[:2])


#: Column of the comparison table → its keys.
SINGLE: dict[str, Chain] = {
    "by_organisation": (_organisation, _organisation_and_stem),
    "by_registration": (_registration,),
    "by_name": (_trade_name, _stem, _stem_and_building),
    "by_room": (_room, _room_and_sign),
    "by_building": (_building_and_sign, _building_and_signs),
    "by_tower": (_tower_and_sign, _tower_and_signs),
}


def _near_names(readings: Sequence[Reading]) -> list[tuple[str, ...]]:
    """What one wrong sign leaves of each trade name, with the trade."""
    names = [one.name for one in readings]
    return [
        tuple(f"{word}\x1f{name.industry}" for word in shortened(word=name.core)) if name.core else ()
        for name in names
    ]


def _near_codes(readings: Sequence[Reading]) -> list[tuple[str, ...]]:
    """What one wrong sign leaves of each code; two codes that both pass their check are no slip of each other."""
    near = [shortened(word=one.code.text) if one.code.text else () for one in readings]
    doubtful = {key for one, keys in zip(readings, near, strict=True) if not one.code.unified for key in keys}
    return [tuple(key for key in keys if key in doubtful) for keys in near]


#: Columns with several keys a record.
SEVERAL: dict[str, Callable[[Sequence[Reading]], list[tuple[str, ...]]]] = {
    "by_near_name": _near_names,
    "by_near_code": _near_codes,
}
PHONE = "by_phone"
ONE_KEY = (*SINGLE, PHONE)


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """Keys of every record by column, in the order of the readings; None and () meet nobody."""

    single: dict[str, list[str | None]]
    several: dict[str, list[tuple[str, ...]]]

    def columns(self) -> dict[str, pa.Array]:
        """The keys as columns of a table."""
        rows = {name: pa.array(keys, pa.string()) for name, keys in self.single.items()}
        lists = {name: pa.array(keys, pa.list_(pa.string())) for name, keys in self.several.items()}
        return rows | lists

    def touched(self, *, rows: Iterable[int]) -> list[int]:
        """These rows and all that share a key with one of them, in ascending order."""
        found = set(rows)
        first = tuple(found)
        for column in self.single.values():
            wanted = {column[row] for row in first} - {None}
            found.update(row for row, key in enumerate(column) if key in wanted)
        for keys in self.several.values():
            all_wanted = {key for row in first for key in keys[row]}
            found.update(row for row, own in enumerate(keys) if not all_wanted.isdisjoint(own))
        return sorted(found)


def blocks_of(*, readings: Sequence[Reading], busy: frozenset[str], most: int) -> Blocks:
    """The keys of all records; no key has more than `most` of them."""
    single = {name: _chained(readings, chain, most) for name, chain in SINGLE.items()}
    single[PHONE] = _kept([_own_phone(reading, busy) for reading in readings], most)
    several = {name: _rare(keys(readings), most) for name, keys in SEVERAL.items()}
    return Blocks(single=single, several=several)


def _own_phone(reading: Reading, busy: frozenset[str]) -> str:
    return next((phone for phone in reading.phones if phone not in busy), "")


def _chained(readings: Sequence[Reading], chain: Chain, most: int) -> list[str | None]:
    found: list[str | None] = [None] * len(readings)
    left = list(range(len(readings)))
    for key in chain:
        kept = _kept([key(readings[row]) for row in left], most)
        for row, value in zip(left, kept, strict=True):
            found[row] = value
        left = [row for row, value in zip(left, kept, strict=True) if value is None]
    return found


def _kept(keys: Sequence[str], most: int) -> list[str | None]:
    sizes = Counter(keys)
    return [key if key and sizes[key] <= most else None for key in keys]


def _rare(keys: Sequence[tuple[str, ...]], most: int) -> list[tuple[str, ...]]:
    sizes = Counter(key for own in keys for key in own)
    return [tuple(key for key in own if sizes[key] <= most) for own in keys]
