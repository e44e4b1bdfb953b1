"""From records to enterprises: score pairs, join what is sure, hand the doubtful to a person."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from reckon.linkage.blocking import blocks_of
from reckon.linkage.comparisons import CODE, COMPARISONS
from reckon.linkage.grouping import Decision, Groups, Refusal
from reckon.linkage.model import Model
from reckon.linkage.records import Reading, Record, busy_phones, comparison_table, readings_of
from reckon.linkage.scoring import Pair, Scores, bits_of, chance, score
from reckon.linkage.settings import LinkageSettings
from reckon.linkage.vocabulary import Vocabulary

SAME_CODE = frozenset({"same_code"})
DOUBTFUL = {
    one: keys
    for one in COMPARISONS
    if (keys := frozenset(level.key for level in one.levels if level.doubtful))
}
NO_SCORES = Scores(lefts=[], rights=[], bits=[], columns={}, contradictions=[])


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """Records of one enterprise, by key. `parent` is the id of the whole that a branch belongs to, where seen."""

    id: str
    name: str
    code: str | None
    records: tuple[str, ...]
    branch: str = ""
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A pair for a person. `refusal` says why a sure pair was not joined; None: it is not sure enough."""

    pair: Pair
    refusal: Refusal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Enterprises ordered by id; reviews with the strongest pair first; how many pairs were worth a look."""

    enterprises: tuple[Enterprise, ...]
    reviews: tuple[Review, ...]
    pairs_scored: int

    @property
    def enterprise_of(self) -> dict[str, str]:
        """Record key → enterprise id."""
        return {record: one.id for one in self.enterprises for record in one.records}


def resolve(
    *,
    records: Iterable[Record],
    vocabulary: Vocabulary,
    model: Model,
    settings: LinkageSettings,
    decisions: Iterable[Decision] = (),
    known: Mapping[str, str] | None = None,
) -> Resolution:
    """Join records into enterprises.

    `known` (record key → enterprise id) makes it incremental: those records stay together under their id, only pairs
    with a new record are scored, and two known enterprises are never made one unless a reviewer decides so.
    Raises RecordsInvalid, DecisionsConflict.
    """
    readings = readings_of(records=records, vocabulary=vocabulary)
    keys = [reading.record.key for reading in readings]
    decided = tuple(decisions)
    held = _held(known or {}, frozenset(keys), decided)
    fresh = frozenset(keys) - held.keys() if known is not None else None
    scores = _scored(readings, fresh, model, settings)
    number = {key: place for place, key in enumerate(keys)}
    groups = _groups(readings, keys, number, held, decided)
    reviews = _join(groups, scores, number, settings)
    enterprises = _enterprises(groups, readings)
    return Resolution(enterprises=enterprises, reviews=reviews, pairs_scored=len(scores))


def _scored(
    readings: Sequence[Reading], fresh: frozenset[str] | None, model: Model, settings: LinkageSettings
) -> Scores:
    """The pairs of all records, or where only some are `fresh`, those that one of these is in."""
    if fresh is not None and not fresh:
        return NO_SCORES
    busy = busy_phones(readings=readings, limit=settings.busy_phone)
    blocks = blocks_of(readings=readings, busy=busy, most=settings.most_in_block)
    whole = comparison_table(readings=readings, fresh=fresh, busy_limit=settings.busy_phone)
    for name, keys in blocks.columns().items():
        whole = whole.append_column(name, keys)
    part = whole
    if fresh is not None:
        rows = [row for row, one in enumerate(readings) if one.record.key in fresh]
        part = whole.take(blocks.touched(rows=rows))
    return score(
        table=part, whole=whole, model=model, fresh_only=fresh is not None, least=bits_of(chance=settings.review)
    )  # fmt: skip


def _held(known: Mapping[str, str], keys: frozenset[str], decisions: Sequence[Decision]) -> dict[str, str]:
    """Known records that are still here; an enterprise that a reviewer took apart is resolved afresh."""
    split = {
        known[one.left]
        for one in decisions
        if not one.same and one.left in known and known[one.left] == known.get(one.right)
    }
    return {key: name for key, name in known.items() if key in keys and name not in split}


def _groups(
    readings: Sequence[Reading],
    keys: Sequence[str],
    number: Mapping[str, int],
    held: Mapping[str, str],
    decisions: Sequence[Decision],
) -> Groups:
    codes = {place: one.code.unified for place, one in enumerate(readings) if one.code.unified}
    known = {number[key]: name for key, name in held.items()}
    groups = Groups(size=len(keys), codes=codes, known=known, keys=keys)
    first: dict[str, int] = {}
    kept = [(first.setdefault(name, place), place, True) for place, name in sorted(known.items())]
    decided = [
        (number[one.left], number[one.right], one.same)
        for one in decisions
        if one.left in number and one.right in number
    ]
    groups.decide(decisions=[*kept, *decided])
    return groups


def _join(
    groups: Groups, scores: Scores, number: Mapping[str, int], settings: LinkageSettings
) -> tuple[Review, ...]:
    pairs = [(number[left], number[right]) for left, right in zip(scores.lefts, scores.rights, strict=True)]
    coded = scores.holding(comparison=CODE, levels=SAME_CODE)
    doubts = [scores.holding(comparison=one, levels=keys) for one, keys in DOUBTFUL.items()]
    doubtful = set[int]().union(*doubts) - coded
    for one, other in scores.contradictions:
        groups.contradict(left=number[one], right=number[other])
    order = sorted(scores, key=lambda row: -scores.bits[row])
    refused: dict[int, Refusal | None] = {}
    for row in order:
        left, right = pairs[row]
        sure = chance(bits=scores.bits[row]) >= settings.link and row not in doubtful
        refusal = groups.join(left=left, right=right) if sure else None
        if refusal is not None or not sure:
            refused[row] = refusal
    return _reviews(groups, scores, pairs, refused)


def _reviews(
    groups: Groups, scores: Scores, pairs: Sequence[tuple[int, int]], refused: Mapping[int, Refusal | None]
) -> tuple[Review, ...]:
    """One question for each two groups: the strongest pair between them. What a reviewer decided is not asked."""
    asked: set[tuple[int, int]] = set()
    reviews = []
    for row, refusal in refused.items():
        one, other = sorted(groups.root(number) for number in pairs[row])
        if (
            one == other
            or (one, other) in asked
            or refusal is Refusal.REVIEWER
            or groups.kept_apart(one, other)
        ):
            continue
        asked.add((one, other))
        reviews.append(Review(pair=scores.pair(row=row), refusal=refusal))
    return tuple(reviews)


def _enterprises(groups: Groups, readings: Sequence[Reading]) -> tuple[Enterprise, ...]:
    found = [
        _enterprise(groups, [readings[place] for place in members], members[0])
        for members in groups.members()
    ]
    wholes: dict[tuple[str, str], set[str]] = {}
    for enterprise, reading in found:
        if not enterprise.branch:
            wholes.setdefault((reading.name.core, reading.name.industry), set()).add(enterprise.id)
    return tuple(
        sorted((_with_parent(one, reading, wholes) for one, reading in found), key=lambda one: one.id)
    )


def _enterprise(groups: Groups, readings: Sequence[Reading], first: int) -> tuple[Enterprise, Reading]:
    """The group as an enterprise, and the reading that names it: with a code, else the fullest, else the commonest."""
    names = Counter(reading.record.name for reading in readings)
    naming = max(
        readings,
        key=lambda one: (
            one.code.unified is not None,
            len(one.name.plain),
            names[one.record.name],
            one.record.name,
        ),
    )
    codes = Counter(reading.code.unified for reading in readings if reading.code.unified)
    code = min(codes, key=lambda text: (-codes[text], text)) if codes else None
    known = groups.known(first)
    enterprise = Enterprise(
        id=min(known) if known else _new_id(readings[0].record.key),
        name=naming.record.name,
        code=code,
        records=tuple(reading.record.key for reading in readings),
        branch=naming.name.branch,
    )
    return enterprise, naming


def _new_id(key: str) -> str:
    """An id that depends on the group's first record alone, so that the same input gives the same ids."""
    return "e" + blake2b(key.encode(), digest_size=10).hexdigest()


def _with_parent(
    enterprise: Enterprise, reading: Reading, wholes: Mapping[tuple[str, str], set[str]]
) -> Enterprise:
    """A branch's whole, if exactly one bears its name."""
    candidates = wholes.get((reading.name.core, reading.name.industry), set()) if enterprise.branch else set()
    if len(candidates) != 1:
        return enterprise
    return Enterprise(
        id=enterprise.id,
        name=enterprise.name,
        code=enterprise.code,
        records=enterprise.records,
        branch=enterprise.branch,
        parent=next(iter(candidates)),
    )
