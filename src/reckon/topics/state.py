"""What is kept between runs: messages, their features and groups.

Readable header, plain arrays, checksum; nothing in it can run. It holds the messages' texts and so needs the same
protection as the tables beside it; people are only tokens.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from reckon.topics.features import Features, Numbers, Pairs
from reckon.topics.message_table import Message
from reckon.topics.naming import TopicName
from reckon.topics.replacing import replace_file

MAGIC = b"reckon.topics state\n"
VERSION = 1
DIGEST = sha256().digest_size
QUICK = 1
"""Compression level: the time counts more than the size."""


class StateUnusable(Exception):
    """The state cannot be continued; the message says why."""


@dataclass(frozen=True)
class Named:
    """A group's name and how many messages it had when it was named."""

    name: TopicName
    messages: int


@dataclass(frozen=True)
class State:
    """Messages by row (`reporter` holds a token), the group of each, topic ids and names by group."""

    basis: str
    salt: str
    messages: tuple[Message, ...]
    features: Features
    group: Numbers
    topic_ids: Mapping[int, int]
    named: Mapping[int, Named]


def write_state(path: Path, state: State) -> None:
    """The whole file or nothing."""
    header = {
        "version": VERSION,
        "basis": state.basis,
        "salt": state.salt,
        "messages": [
            [
                message.id,
                message.title,
                message.time,
                message.text,
                message.reporter,
                message.support,
                message.against,
            ]
            for message in state.messages
        ],
        "group": state.group.tolist(),
        "topic_ids": sorted(state.topic_ids.items()),
        "named": [
            [group, named.messages, named.name.place, named.name.description]
            for group, named in sorted(state.named.items())
        ],
    }
    parts = [json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")]
    for pairs in (state.features.names, state.features.text, state.features.problem):
        parts += [
            pairs.code.astype("<u8").tobytes(),
            pairs.value.astype("<f4").tobytes(),
            pairs.starts.astype("<i8").tobytes(),
        ]
    sizes = np.array([len(part) for part in parts], "<i8").tobytes()
    body = zlib.compress(sizes + b"".join(parts), QUICK)
    replace_file(path, MAGIC + sha256(body).digest() + body)


def read_state(path: Path) -> State:
    """Raises StateUnusable, and FileNotFoundError where there is none."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StateUnusable(f"cannot be read: {error.strerror}") from error
    body = content[len(MAGIC) + DIGEST :]
    if not content.startswith(MAGIC) or content[len(MAGIC) : len(MAGIC) + DIGEST] != sha256(body).digest():
        raise StateUnusable("damaged, or not written by this program")
    try:
        return _state(zlib.decompress(body))
    except (ValueError, KeyError, TypeError, IndexError, zlib.error) as error:
        raise StateUnusable(f"not of this version: {error}") from error


def _state(plain: bytes) -> State:
    sizes = np.frombuffer(plain, "<i8", PARTS)
    ends = PARTS * 8 + np.cumsum(sizes)
    part = [plain[end - size : end] for end, size in zip(ends.tolist(), sizes.tolist(), strict=True)]
    header: dict[str, Any] = json.loads(part[0].decode("utf-8", "surrogatepass"))
    if header["version"] != VERSION:
        raise ValueError(f"version {header['version']}")
    state = State(
        basis=header["basis"],
        salt=header["salt"],
        messages=tuple(Message(*row) for row in header["messages"]),
        features=Features(names=_pairs(part[1:4]), text=_pairs(part[4:7]), problem=_pairs(part[7:10])),
        group=np.array(header["group"], np.int64),
        topic_ids={int(group): int(topic) for group, topic in header["topic_ids"]},
        named={
            int(group): Named(TopicName(place, text), int(count))
            for group, count, place, text in header["named"]
        },
    )
    rows = {len(state.messages), len(state.group), len(state.features.names.starts) - 1}
    if len(rows) > 1:
        raise ValueError("its parts do not fit together")
    return state


PARTS = 10
"""Header, then codes, values and starts of names, of text and of problems."""


def _pairs(part: list[bytes]) -> Pairs:
    return Pairs(
        np.frombuffer(part[0], "<u8").astype(np.uint64),
        np.frombuffer(part[1], "<f4").astype(np.float32),
        np.frombuffer(part[2], "<i8").astype(np.int64),
    )
