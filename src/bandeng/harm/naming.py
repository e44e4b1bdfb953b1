"""Records as linkage takes them, and what a name alone tells.

A matter or a clue gives an enterprise's name and nothing else, so all that give one name are one record to linkage.
In one registration authority no two enterprises of a trade bear one trade name, but where one has invested in the
other (企业名称登记管理规定第十七条). So a full name that a single registered enterprise bears is that enterprise; its
short form, which such relatives share, is put to a person.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from bandeng.harm.models import StreamRecord
from reckon.linkage import Decision, Name, Record, name_of, vocabulary_in_force

LEAST_FORM = 4  # letters: 有限公司 and longer; shorter forms are borne by many


@dataclass(frozen=True)
class Unit:
    """One record of linkage with the stream records behind it."""

    key: str
    name: Name
    rows: tuple[StreamRecord, ...]

    @property
    def record(self) -> Record:
        """What linkage compares."""
        one = self.rows[0]
        return Record(
            key=self.key, stream=one.stream, name=one.name, code=one.code, address=one.address, phone=one.phone
        )  # fmt: skip


def units_of(records: Iterable[StreamRecord]) -> list[Unit]:
    """One unit for each record that says more than a name, and for each name that stands alone."""
    vocabulary = vocabulary_in_force()
    grouped: dict[str, list[StreamRecord]] = defaultdict(list)
    names: dict[str, Name] = {}
    for row in records:
        name = name_of(text=row.name, vocabulary=vocabulary)
        key = row.key if row.code or row.address or row.phone else _name_key(name, row.name)
        grouped[key].append(row)
        names[key] = name
    return [Unit(key, names[key], tuple(rows)) for key, rows in grouped.items()]


def _name_key(name: Name, text: str) -> str:
    return "name:" + blake2b((name.plain or text).encode(), digest_size=16).hexdigest()


def joined_by_name(units: Iterable[Unit], decided: Iterable[Decision]) -> list[Decision]:
    """Names that stand alone, each with the one registered enterprise that bears it in full, unless a person spoke."""
    known = list(units)
    spoken = {key for one in decided for key in (one.left, one.right)}
    bearers: dict[str, dict[str, str]] = defaultdict(dict)
    for unit in known:
        if unit.record.code:
            bearers[unit.name.plain].setdefault(unit.record.code, unit.key)
    return [
        Decision(left=unit.key, right=next(iter(bearers[unit.name.plain].values())), same=True)
        for unit in known
        if unit.key.startswith("name:")
        and len(unit.name.form) >= LEAST_FORM
        and len(bearers.get(unit.name.plain, ())) == 1
        and unit.key not in spoken
    ]


def asked_by_name(units: Iterable[Unit]) -> list[tuple[str, str]]:
    """Names that stand alone and are the short form of one registered enterprise's: for a person."""
    known = list(units)
    bearers: dict[str, dict[str, str]] = defaultdict(dict)
    for unit in known:
        if unit.record.code and unit.name.industry and not unit.name.branch:
            bearers[unit.name.stem].setdefault(unit.record.code, unit.key)
    return [
        (unit.key, next(iter(bearers[unit.name.stem].values())))
        for unit in known
        if unit.key.startswith("name:") and len(bearers.get(unit.name.stem, ())) == 1
    ]
