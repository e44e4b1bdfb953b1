"""New messages join what is known: each counted once, assigned to a topic that exists or to a new one."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from hashlib import blake2b, sha256

import numpy as np

from reckon.topics.features import Features, Pairs, features_of
from reckon.topics.gathering import gathered
from reckon.topics.likeness import likenesses
from reckon.topics.message_table import Message
from reckon.topics.settings import Grouping
from reckon.topics.state import State
from reckon.topics.words import words_in_force

TOKEN_BYTES = 8
"""Enough to tell people apart, and no way back to who they are without the salt."""


def basis_of(grouping: Grouping) -> str:
    """What groups depend on: settings and words; topics of another basis cannot be continued."""
    source = json.dumps(asdict(grouping), sort_keys=True) + words_in_force().digest
    return sha256(source.encode()).hexdigest()


def empty_state(basis: str) -> State:
    """Before the first message."""
    none = Pairs.of_rows([])
    return State(
        basis=basis,
        salt=secrets.token_hex(16),
        messages=(),
        features=Features(none, none, none),
        group=np.empty(0, np.int64),
        topic_ids={},
        named={},
    )


def advanced(state: State, read: Sequence[Message], grouping: Grouping) -> State:
    """The state with these messages; a message known by its id only brings its votes up to date."""
    latest = _once(read)
    known = {message.id for message in state.messages}
    held = tuple(_with_votes(message, latest.get(message.id, message)) for message in state.messages)
    fresh = sorted(
        (message for message in latest.values() if message.id not in known),
        key=lambda message: (message.time, message.id),
    )
    messages = held + tuple(_without_person(message, state.salt) for message in fresh)
    if not fresh:
        return replace(state, messages=messages)
    features = state.features.followed_by(features_of(fresh, grouping))
    times = np.array([message.time for message in messages], np.int64)
    pairs = likenesses(features=features, times=times, new_from=len(held), grouping=grouping)
    before = np.concatenate([state.group, np.arange(len(held), len(messages))])
    group = gathered(pairs=pairs, group=before, alike=grouping.alike)
    return replace(
        state,
        messages=messages,
        features=features,
        group=group,
        topic_ids=_carried(state, group),
    )


def _once(read: Iterable[Message]) -> dict[str, Message]:
    """One message for each id, whatever the order: the last version, with the most votes seen."""
    found: dict[str, Message] = {}
    for message in read:
        other = found.get(message.id, message)
        newest = max(message, other, key=lambda one: (one.time, one.title, one.text, one.reporter))
        found[message.id] = _with_votes(newest, _with_votes(message, other))
    return found


def _with_votes(message: Message, other: Message) -> Message:
    return replace(
        message, support=max(message.support, other.support), against=max(message.against, other.against)
    )


def _without_person(message: Message, salt: str) -> Message:
    if not message.reporter:
        return message
    token = blake2b(message.reporter.encode(), digest_size=TOKEN_BYTES, key=bytes.fromhex(salt)).hexdigest()
    return replace(message, reporter=token)


def _carried(state: State, group: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[int, int]:
    """Topic ids by group; where two topics became one, the older id stays."""
    carried: dict[int, int] = {}
    for before, topic in sorted(state.topic_ids.items(), key=lambda item: item[1]):
        carried.setdefault(int(group[before]), topic)
    return carried
