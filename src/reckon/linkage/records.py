"""Records of all streams, and the columns on which they are compared."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow as pa

from reckon.linkage.addresses import Address, address_of
from reckon.linkage.codes import Code, code_of
from reckon.linkage.names import Name, name_of, shortened
from reckon.linkage.phones import phones_of
from reckon.linkage.vocabulary import Vocabulary


class RecordsInvalid(ValueError):
    """Records cannot be told apart; the message names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one stream says of one enterprise. `key` is unique over all streams; empty texts are unknown."""

    key: str
    stream: str
    name: str
    code: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A record taken apart."""

    record: Record
    name: Name
    code: Code
    address: Address
    phones: tuple[str, ...]


TEXT = pa.string()
TEXTS = pa.list_(pa.string())
SCHEMA = pa.schema(
    [
        ("record", TEXT), ("fresh", pa.bool_()), ("plain", TEXT), ("stem", TEXT), ("core", TEXT), ("industry", TEXT),
        ("form", TEXT), ("near", TEXTS), ("branch", TEXT), ("code", TEXT), ("organisation", TEXT), ("code_near", TEXTS),
        ("code_checked", pa.bool_()), ("registration", TEXT), ("road", TEXT), ("number", TEXT), ("tower", TEXT),
        ("block", TEXT), ("room", TEXT), ("building", TEXT), ("phones", TEXTS), ("busy_phones", TEXTS), ("phone", TEXT),
    ]
)  # fmt: skip


def readings_of(*, records: Iterable[Record], vocabulary: Vocabulary) -> tuple[Reading, ...]:
    """Take all records apart, in the order of their keys. Raises RecordsInvalid for a key used twice."""
    ordered = sorted(records, key=lambda record: record.key)
    twice = [one.key for one, other in pairwise(ordered) if one.key == other.key]
    if twice:
        raise RecordsInvalid(f"two records have the key {twice[0]}; give every record its own")
    return tuple(
        Reading(
            record=record,
            name=name_of(text=record.name, vocabulary=vocabulary),
            code=code_of(text=record.code),
            address=address_of(text=record.address, vocabulary=vocabulary),
            phones=phones_of(text=record.phone),
        )
        for record in ordered
    )


def busy_phones(*, readings: Sequence[Reading], limit: int) -> frozenset[str]:
    """Numbers given by so many trade names that they must be an agent's or a landlord's."""
    cores: defaultdict[str, set[str]] = defaultdict(set)
    for reading in readings:
        for phone in reading.phones:
            cores[phone].add(reading.name.core[:2])
    return frozenset(phone for phone, names in cores.items() if len(names) >= limit)


def comparison_table(
    *, readings: Sequence[Reading], fresh: frozenset[str] | None, busy_limit: int
) -> pa.Table:
    """One row a record, columns of SCHEMA. `fresh` names the new records; None means all are."""
    busy = busy_phones(readings=readings, limit=busy_limit)
    rows = [_row(reading, busy, fresh is None or reading.record.key in fresh) for reading in readings]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _row(reading: Reading, busy: frozenset[str], fresh: bool) -> dict[str, Any]:
    name, code, address = reading.name, reading.code, reading.address
    own = [phone for phone in reading.phones if phone not in busy]
    return {
        "record": reading.record.key,
        "fresh": fresh,
        "plain": name.plain or None,
        "stem": name.stem or None,
        "core": name.core or None,
        "industry": name.industry,
        # 公司 alone may stand for any form.
        "form": name.form if len(name.form) > 2 else "",
        # Records without a name must not all be compared with each other.
        "near": list(shortened(word=name.core)) if name.core else None,
        "branch": name.branch,
        "code": code.unified,
        "organisation": code.organisation,
        "code_near": list(shortened(word=code.text)) if code.text else None,
        "code_checked": code.unified is not None,
        "registration": code.registration,
        "road": address.road or None,
        "number": address.number or None,
        "tower": address.tower or None,
        "block": address.block or None,
        "room": address.room or None,
        "building": address.building or None,
        "phones": list(reading.phones) or None,
        "busy_phones": [phone for phone in reading.phones if phone in busy],
        "phone": own[0] if own else None,
    }
