"""Stream records are joined into enterprises; what is doubtful waits for a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.core import bulk, clock
from bandeng.harm.models import Alert, Enterprise, Pair, StreamRecord
from bandeng.harm.naming import Unit, asked_by_name, joined_by_name, units_of
from bandeng.harm.rules import CLUES, REGISTRY, PairState
from bandeng.harm.services.handing import alerts_give_back, enterprises_gone
from bandeng.harm.services.merging import enterprises_empty_follow, enterprises_merge
from bandeng.harm.services.turns import turn_take
from reckon.linkage import (
    Decision,
    DecisionsConflict,
    Resolution,
    Review,
    model_in_force,
    pair_in_words,
    resolve,
    settings_in_force,
    vocabulary_in_force,
)
from reckon.linkage.resolution import Enterprise as Found
from reckon.linkage.wording import Language

STREET = CODE_LENGTH[Level.STREET]
EXPOSURES = ("customers", "employees", "buyers")
CHUNK = 500


@dataclass(frozen=True)
class Resolved:
    """What a resolution came to."""

    enterprises: int
    pairs: int


def decisions_in_force() -> list[Decision]:
    """What people have decided and not taken back."""
    rows = Pair.objects.exclude(state=PairState.SUGGESTED.value).order_by("pk")
    return [Decision(left=row.left, right=row.right, same=row.state == PairState.SAME) for row in rows]


@transaction.atomic
def enterprises_resolve(*, anew: bool = False) -> Resolved:
    """Join every record to an enterprise; `anew`: also where nothing came in, as after a file was taken back."""
    turn_take()
    records = list(StreamRecord.objects.order_by("pk"))
    if not anew and not any(row.enterprise_id is None for row in records):
        return Resolved(Enterprise.objects.count(), 0)
    units = units_of(records)
    _units_write(units)
    numbers = dict(Enterprise.objects.values_list("pk", "number"))
    known, gone = _known(units, numbers), enterprises_gone()
    resolution = _resolved(units, known)
    rows = _enterprises_write(resolution, {unit.key: unit for unit in units})
    _parents_write(resolution, rows)
    enterprises_merge(numbers.values(), resolution, known, rows)
    alerts_give_back(rows, gone)
    _tidy()
    return Resolved(len(rows), _pairs_write(resolution, units))


@transaction.atomic
def enterprises_join(*, firms: set[int]) -> None:
    """Do what people have said of the records of these enterprises, and look at no others: nothing new is compared.

    Raises DecisionsConflict.
    """
    turn_take()
    units = units_of(StreamRecord.objects.filter(enterprise_id__in=firms).order_by("pk"))
    numbers = dict(Enterprise.objects.filter(pk__in=firms).values_list("pk", "number"))
    known = _known(units, numbers)
    resolution = _resolved(units, known)
    rows = _enterprises_write(resolution, {unit.key: unit for unit in units})
    enterprises_merge(numbers.values(), resolution, known, rows)


@transaction.atomic
def enterprises_part(*, firms: set[int]) -> None:
    """Compare the records of these enterprises anew, as if nothing had joined them but what people say by now.

    Raises DecisionsConflict.
    """
    turn_take()
    records = StreamRecord.objects.filter(enterprise_id__in=firms)
    before = dict(records.values_list("pk", "enterprise_id"))
    records.update(enterprise=None)
    enterprises_resolve(anew=True)
    enterprises_empty_follow(before)


def _known(units: list[Unit], numbers: Mapping[int, str]) -> dict[str, str]:
    return {
        unit.key: numbers[found]
        for unit in units
        if (found := next((row.enterprise_id for row in unit.rows if row.enterprise_id), None))
    }


def _units_write(units: list[Unit]) -> None:
    """Records that give a name alone keep the key of their unit: whoever judges a pair finds them by it."""
    moved = []
    for unit in units:
        for row in unit.rows:
            key = unit.key if unit.key != row.key else ""
            if row.unit != key:
                row.unit = key
                moved.append(row)
    StreamRecord.objects.bulk_update(moved, ["unit"], batch_size=CHUNK)


def _tidy() -> None:
    """Enterprises of which no record and no alert is left are forgotten."""
    spoken = StreamRecord.objects.filter(enterprise_id=OuterRef("pk"))
    empty = Enterprise.objects.filter(~Exists(spoken), merged_into__isnull=True)
    alerted = Alert.objects.filter(enterprise_id=OuterRef("pk"))
    pointed = Enterprise.objects.filter(merged_into_id=OuterRef("pk"))
    empty.filter(~Exists(alerted), ~Exists(pointed)).delete()


def _resolved(units: list[Unit], known: Mapping[str, str]) -> Resolution:
    """With names that only one registered enterprise bears, unless that contradicts what a person said."""
    decided = decisions_in_force()
    try:
        return _resolve(units, known, [*decided, *joined_by_name(units, decided)])
    except DecisionsConflict:
        return _resolve(units, known, decided)


def _resolve(units: list[Unit], known: Mapping[str, str], decisions: list[Decision]) -> Resolution:
    return resolve(
        records=[unit.record for unit in units],
        vocabulary=vocabulary_in_force(),
        model=model_in_force(),
        settings=settings_in_force(),
        decisions=decisions,
        known=known or None,
    )


def _enterprises_write(resolution: Resolution, units: Mapping[str, Unit]) -> dict[str, Enterprise]:
    numbers = [found.id for found in resolution.enterprises]
    present = {row.number: row for row in _of_numbers(numbers)}
    moment = clock.now()
    rows, fresh, changed = {}, [], []
    for found in resolution.enterprises:
        records = [row for key in found.records for row in units[key].rows]
        row = present.get(found.id)
        if row is None:
            row = Enterprise(number=found.id)
            fresh.append(row)
        if _filled(row, found, records, moment) and row.pk:
            changed.append(row)
        rows[found.id] = row
    bulk.insert(fresh)
    Enterprise.objects.bulk_update(changed, [*FILLED, "merged_into", "changed_at"], batch_size=CHUNK)
    _records_write(resolution, rows, units)
    return rows


def _of_numbers(numbers: list[str]) -> Iterator[Enterprise]:
    for start in range(0, len(numbers), CHUNK):
        yield from Enterprise.objects.filter(number__in=numbers[start : start + CHUNK])


FILLED = ("name", "code", "branch", "area_code", "documented", *EXPOSURES)


def _filled(row: Enterprise, found: Found, records: list[StreamRecord], moment: datetime) -> bool:
    """What the records say of an enterprise; returns whether anything is different. A clue names it only to itself."""
    open_records = [each for each in records if each.stream != CLUES]
    extracts = [each for each in open_records if each.stream == REGISTRY]
    naming = max(
        open_records,
        key=lambda each: (each.stream == REGISTRY, bool(each.code), len(each.name), each.happened_on),
        default=None,
    )
    areas = Counter(each.area_code[:STREET] for each in extracts or open_records or records if each.area_code)
    values = {
        "name": naming.name if naming else found.name,
        "code": found.code or "",
        "branch": found.branch[:60],
        "area_code": min(areas, key=lambda code: (-areas[code], code)) if areas else "",
        "documented": bool(open_records),
        **{name: _newest(extracts, name) for name in EXPOSURES},
    }
    different = row.merged_into_id is not None or any(getattr(row, name) != values[name] for name in FILLED)
    for name, value in values.items():
        setattr(row, name, value)
    row.merged_into = None
    if different:
        row.changed_at = moment
    return different


def _newest(extracts: Iterable[StreamRecord], name: str) -> int | None:
    told = [(each.happened_on, each.exposure[name]) for each in extracts if each.exposure.get(name)]
    return int(max(told)[1]) if told else None


def _parents_write(resolution: Resolution, rows: Mapping[str, Enterprise]) -> None:
    moved = []
    for found in resolution.enterprises:
        row, parent = rows[found.id], rows.get(found.parent or "")
        if row.parent_id != (parent.pk if parent else None):
            row.parent = parent
            moved.append(row)
    Enterprise.objects.bulk_update(moved, ["parent"], batch_size=CHUNK)


def _records_write(resolution: Resolution, rows: Mapping[str, Enterprise], units: Mapping[str, Unit]) -> None:
    moved: dict[int, list[int]] = defaultdict(list)
    for found in resolution.enterprises:
        target = rows[found.id].pk
        for key in found.records:
            moved[target] += [row.pk for row in units[key].rows if row.enterprise_id != target]
    for target, keys in moved.items():
        for start in range(0, len(keys), CHUNK):
            StreamRecord.objects.filter(pk__in=keys[start : start + CHUNK]).update(enterprise_id=target)


def _pairs_write(resolution: Resolution, units: list[Unit]) -> int:
    """Pairs for a person; one that was answered by what came in since is put aside. Returns how many are new."""
    now = resolution.enterprise_of
    known = set(Pair.objects.values_list("left", "right"))
    fresh = [
        Pair(
            left=each.pair.left, right=each.pair.right, probability=each.pair.probability, lines=_lines(each),
            found_at=clock.now(),
        )
        for each in resolution.reviews
        if (each.pair.left, each.pair.right) not in known
    ]  # fmt: skip
    taken = known | {(row.left, row.right) for row in fresh}
    for left, right in asked_by_name(units):
        if now[left] != now[right] and not {(left, right), (right, left)} & taken:
            fresh.append(Pair(left=left, right=right, lines={}, found_at=clock.now()))
    bulk.insert(fresh)
    for stale in (True, False):
        asked = Pair.objects.filter(state=PairState.SUGGESTED.value).exclude(stale=stale)
        turned = [row.pk for row in asked if (now.get(row.left) == now.get(row.right)) == stale]
        for start in range(0, len(turned), CHUNK):
            Pair.objects.filter(pk__in=turned[start : start + CHUNK]).update(stale=stale)
    return len(fresh)


def _lines(review: Review) -> dict[str, object]:
    return {
        "zh": _worded(review, "zh"),
        "en": _worded(review, "en"),
        "refusal": review.refusal.value if review.refusal else "",
    }


def _worded(review: Review, language: Language) -> list[list[object]]:
    rows = pair_in_words(pair=review.pair, language=language)
    return [[row.comparison, row.finding, round(row.bits, 1)] for row in rows]
