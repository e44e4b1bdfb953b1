"""Groups become listed topics: counted, named, ranked by heat, with ids that stay."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reckon.topics.heat import Heat, Voices, heat_of
from reckon.topics.message_table import Message
from reckon.topics.naming import Rarity, name_of
from reckon.topics.settings import Listing, TopicSettings
from reckon.topics.state import Named, State
from reckon.topics.tables import Topic

NO_WORD = re.compile(r"\W+")


@dataclass(frozen=True)
class Counted:
    """One group's messages, what is counted of them, and its heat."""

    group: int
    messages: tuple[Message, ...]
    voices: Voices
    heat: Heat

    @property
    def distinct(self) -> int:
        """Messages, the same text of one person once."""
        return sum(self.voices.messages_of.values())


def ranked(state: State, *, settings: TopicSettings, as_of: int) -> tuple[list[Topic], State]:
    """Listed topics, the hottest first, and the state with their ids and names."""
    listed = [
        counted
        for group, messages in _groups(state).items()
        if _is_listed(counted := _counted(group, messages, settings, as_of), settings.listing)
    ]
    listed.sort(key=_place_in_ranking)
    ids = _ids(listed, state.topic_ids)
    named = _names(listed, state)
    topics = [
        Topic(
            rank=rank,
            id=ids[counted.group],
            heat=counted.heat,
            place=named[counted.group].name.place,
            description=named[counted.group].name.description,
            distinct=counted.distinct,
            people=len(counted.voices.messages_of),
            support=counted.voices.support,
            against=counted.voices.against,
            messages=counted.messages,
        )
        for rank, counted in enumerate(listed, start=1)
    ]
    return topics, replace(state, topic_ids=ids, named=named)


def voices_of(messages: Sequence[Message]) -> Voices:
    """What heat counts: of each person every text once; whoever gave no name counts as one person."""
    texts: dict[str, set[str]] = defaultdict(set)
    for message in messages:
        texts[message.reporter].add(NO_WORD.sub("", message.title + message.text))
    times = [message.time for message in messages]
    return Voices(
        messages_of={person: len(said) for person, said in texts.items()},
        support=sum(message.support for message in messages),
        against=sum(message.against for message in messages),
        first=min(times),
        last=max(times),
    )


def _groups(state: State) -> dict[int, tuple[Message, ...]]:
    rows: dict[int, list[Message]] = defaultdict(list)
    for group, message in zip(state.group.tolist(), state.messages, strict=True):
        rows[group].append(message)
    return {
        group: tuple(sorted(messages, key=lambda message: (message.time, message.id)))
        for group, messages in rows.items()
    }


def _counted(group: int, messages: tuple[Message, ...], settings: TopicSettings, as_of: int) -> Counted:
    voices = voices_of(messages)
    return Counted(group, messages, voices, heat_of(counted=voices, weights=settings.heat, as_of=as_of))


def _is_listed(counted: Counted, listing: Listing) -> bool:
    return counted.distinct >= listing.fewest_messages or counted.voices.support >= listing.votes_alone


def _place_in_ranking(counted: Counted) -> tuple[float, int, str]:
    return -counted.heat.index, counted.messages[0].time, counted.messages[0].id


def _ids(listed: Sequence[Counted], before: Mapping[int, int]) -> dict[int, int]:
    """Ids given once are kept, also of topics that are not listed at present."""
    ids = dict(before)
    following = max(ids.values(), default=0) + 1
    for counted in listed:
        if counted.group not in ids:
            ids[counted.group] = following
            following += 1
    return ids


def _names(listed: Sequence[Counted], state: State) -> dict[int, Named]:
    """A name is found anew only where messages joined."""
    rarity = Rarity.in_names(state.features.names)
    return {
        counted.group: (
            known
            if (known := state.named.get(counted.group)) and known.messages == len(counted.messages)
            else Named(name_of(members=counted.messages, rarity=rarity), len(counted.messages))
        )
        for counted in listed
    }
