"""Phrases of a message that may name a place or a body."""

from dataclasses import dataclass

from reckon.topics.words import words_in_force

SHORTEST, LONGEST = 2, 16
"""Characters of a phrase; a longer one is a sentence without generic words, not a name."""
TORN = "性型式的们等"
"""No name begins with these: they are the rest of a word whose front was cut off, as in 普惠|性幼儿园."""
LONGEST_OPENING = 8
"""Characters of a name that is known only by standing after an area."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What stands between generic words; `firm` where it ends or begins like a name."""

    text: str
    firm: bool


def phrases_of(text: str) -> list[Phrase]:
    """Phrases in their order; digits alone are none."""
    words = words_in_force()
    found = []
    for number, stretch in enumerate(words.area.split(text)):
        for place, part in enumerate(words.generic.split(stretch)):
            phrase = part.strip("·.")
            if len(phrase) >= SHORTEST and not phrase.isdigit():
                opens = number > 0 and place == 0
                found.append(Phrase(phrase, opens or words.place.search(phrase) is not None))
    return found


def names_of(text: str, *, opening: bool) -> list[str]:
    """Names by their ends, several in a row also one by one; with `opening`, also short phrases after an area."""
    words = words_in_force()
    found = []
    for phrase in phrases_of(text):
        whole = words.named.match(phrase.text)
        if whole:
            found += [whole.group(), *words.place.findall(phrase.text)]
        rest = len(phrase.text) - (whole.end() if whole else 0)
        # One character behind a name begins the next word: 公园|建.
        if opening and phrase.firm and rest > 1 and len(phrase.text) <= LONGEST_OPENING:
            found.append(phrase.text)
    return [name for name in found if SHORTEST <= len(name) <= LONGEST and name[0] not in TORN]
