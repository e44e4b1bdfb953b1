"""A topic's place or group and its description, in the words of its own messages."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import pow as pow_of
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from reckon.topics.features import BITS, Codes, Pairs
from reckon.topics.message_table import Message
from reckon.topics.phrases import names_of, phrases_of
from reckon.topics.words import words_in_force

MOST_READ = 80
"""Messages of a topic that are read for its name, the earliest ones; more change no name."""
CHARACTERS_READ = 300
SHARED = 0.5
"""Share of the messages that must hold a place or group for the topic to bear its name."""
FULL_LENGTH = 6
"""Characters from which on a name tells all it can."""
WIDE = 0.45
"""What the name of a street counts against that of one spot in it."""
TEXT = 0.3
"""What a name counts where it is found at all, against 1 more for the title."""
OPEN_END = 0.9
"""What a name counts whose end is none of a place."""
FITTING = range(8, 31)
"""Characters of a description that reads well."""


@dataclass(frozen=True)
class TopicName:
    """Place or group, and description (place and problem)."""

    place: str
    description: str


@dataclass(frozen=True)
class Rarity:
    """How seldom phrases are among all messages, by their pairs of characters."""

    codes: Codes
    value: NDArray[np.float64]

    @staticmethod
    def in_names(names: Pairs) -> "Rarity":
        """From the pairs of all messages' names."""
        codes, held = np.unique(names.code, return_counts=True)
        return Rarity(codes, np.log(len(names.starts) / held))

    def of(self, phrase: str) -> float:
        """Mean over the pairs; a pair that is nowhere counts as none."""
        wanted = np.array([ord(a) << int(BITS) | ord(b) for a, b in pairwise(phrase)], np.uint64)
        at = np.minimum(np.searchsorted(self.codes, wanted), len(self.codes) - 1)
        return float(np.where(self.codes[at] == wanted, self.value[at], 0.0).mean())


def name_of(*, members: Sequence[Message], rarity: Rarity) -> TopicName:
    """The same for any order of the members."""
    read = sorted(members, key=lambda message: (message.time, message.id))[:MOST_READ]
    whole = [f"{message.title} {message.text[:CHARACTERS_READ]}" for message in read]
    area, spot = _area(read), _spot(read, whole, rarity)
    group = _group(whole)
    place = f"{area}{spot}"
    full = place if place.endswith(group) else f"{place}{group}"
    return TopicName(place=full, description=_description([message.title for message in read], area, spot))


def _area(read: Sequence[Message]) -> str:
    """City and district as most titles give them, or the texts where no title does."""
    for texts in ([message.title for message in read], [message.text[:CHARACTERS_READ] for message in read]):
        chains = Counter(chain for text in texts if (chain := _chain(text)))
        if chains:
            return min(chains, key=lambda chain: (-chains[chain], -len(chain), chain))
    return ""


def _chain(text: str) -> str:
    """The first area and those that follow at once: city, district."""
    area = words_in_force().area
    found = area.search(text)
    if found is None:
        return ""
    begin = end = found.start()
    while found is not None:
        end = found.end()
        found = area.match(text, end)
    return text[begin:end]


def _spot(read: Sequence[Message], whole: Sequence[str], rarity: Rarity) -> str:
    words = words_in_force()
    titles = [message.title for message in read]
    candidates = {name for title in titles for name in names_of(title, opening=True)}
    candidates |= {
        name for message in read for name in names_of(message.text[:CHARACTERS_READ], opening=False)
    }
    scores = {}
    for name in candidates:
        share = sum(name in text for text in whole) / len(whole)
        if share >= SHARED:
            in_titles = sum(name in title for title in titles) / len(titles)
            width = WIDE if words.wide.search(name) else 1.0
            width *= 1.0 if words.named.fullmatch(name) else OPEN_END
            length = sqrt(min(len(name), FULL_LENGTH))
            scores[name] = (share * TEXT + in_titles) * rarity.of(name) * length * width
    return min(scores, key=lambda name: (-scores[name], -len(name), name), default="")


def _group(whole: Sequence[str]) -> str:
    """The group most often named, of those that most messages name; the narrower of two named alike."""
    groups = [
        group
        for group in words_in_force().groups
        if sum(group in text for text in whole) >= SHARED * len(whole)
    ]
    named = {group: sum(text.count(group) for text in whole) for group in groups}
    return min(groups, key=lambda group: (-named[group], groups.index(group)), default="")


def _description(titles: Sequence[str], area: str, spot: str) -> str:
    cleaned = [_cleaned(title) for title in titles]
    told = _told(cleaned)
    best = min(
        {text for text in cleaned if text} or {spot},
        key=lambda text: (-_fitness(text, told, spot), len(text), text),
    )
    return _with_place(best, area, spot)


def _cleaned(title: str) -> str:
    """Without what is said before and after the subject, unless nothing would be left."""
    words = words_in_force()
    opened = words.opener.sub("", title)
    closed = words.closer.sub("", opened)
    return closed if len(closed) >= min(FITTING) else opened


def _told(titles: Iterable[str]) -> Counter[str]:
    return Counter(pair for title in titles for pair in _pairs(title))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _fitness(text: str, told: Counter[str], spot: str) -> float:
    """How much of what all say is in this one, said once and shortly."""
    pairs = _pairs(text)
    common = sum(told[pair] for pair in pairs) / (pow_of(len(pairs), SHORT) + 1.0)
    placed = 1.25 if spot and spot in text else 1.0
    spoken = 0.8 if any(word in text for word in SPOKEN) else 1.0
    return common * placed * spoken * (1.0 if len(text) in FITTING else 0.75)


SHORT = 0.6
"""Between 0 (the longest title says most) and 1 (the shortest says it best)."""
SPOKEN = ("我", "吗", "呢", "啊", "！", "？", "!", "?", "怎么", "为什么", "何时", "什么")
"""Words of somebody speaking or asking; a description states."""


def _with_place(text: str, area: str, spot: str) -> str:
    """The description, with the area before it and the place where it says none."""
    words = words_in_force()
    found = words.area.match(text)
    bare = text[len(_chain(text)) :] if found else text
    if spot and not _says(bare, spot):
        return f"{area}{spot}：{bare}" if phrases_of(bare) else f"{area}{spot}{bare}"
    if words.area.search(text):
        return text
    return f"{area}{text}"


def _says(text: str, spot: str) -> bool:
    """Whether most of the place's pairs stand in the text: people shorten names."""
    pairs = _pairs(spot)
    return sum(pair in text for pair in pairs) >= SHARED * len(pairs)
