"""Pairs of records for a person to judge, with what each says and what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from bandeng.harm.labels import chinese, stream_name
from bandeng.harm.models import Pair, PairDecision, StreamRecord
from bandeng.harm.rules import CLUES, PairState, judges_pairs, sees_clues
from bandeng.harm.selectors.visibility import NotVisible
from bandeng.organisations.rules import Scope
from reckon.linkage.grouping import Refusal
from reckon.linkage.wording import refusal_in_words


@dataclass(frozen=True)
class Side:
    """One record of a pair: what its streams say of the enterprise, nothing of who said it."""

    name: str
    streams: tuple[str, ...]
    code: str
    address: str
    phone: str
    records: int
    enterprise: str
    sealed: bool


@dataclass(frozen=True)
class PairShown:
    """A pair with both sides, the weights in words, and its history, newest first."""

    pair: Pair
    sides: tuple[Side, Side]
    lines: tuple[tuple[str, str, float], ...]
    refusal: str
    history: tuple[PairDecision, ...]


def pairs_listed(scope: Scope, *, state: PairState) -> QuerySet[Pair]:
    """Pairs in a state, the likeliest first. None for whoever does not judge pairs."""
    if not judges_pairs(scope):
        return Pair.objects.none()
    rows = Pair.objects.filter(state=state.value, stale=False)
    return rows.order_by("-probability", "pk")


def pair_for(scope: Scope, pair_id: int) -> Pair:
    """One pair. Raises NotVisible."""
    row = Pair.objects.filter(pk=pair_id).first() if judges_pairs(scope) else None
    if row is None or not _may_see(scope, row):
        raise NotVisible
    return row


def _may_see(scope: Scope, row: Pair) -> bool:
    """A side that only clues name is shown to nobody who may not see clues."""
    if sees_clues(scope):
        return True
    return not any(_sealed(rows) for rows in rows_of([row.left, row.right]).values())


def _sealed(rows: list[StreamRecord]) -> bool:
    return bool(rows) and all(row.stream == CLUES for row in rows)


def rows_of(keys: Iterable[str]) -> dict[str, list[StreamRecord]]:
    """The stream records behind each key of a side; none for one that is gone."""
    found: dict[str, list[StreamRecord]] = {key: [] for key in keys}
    rows = StreamRecord.objects.filter(Q(unit__in=found) | Q(key__in=found, unit="")).select_related(
        "enterprise"
    )
    for row in rows.order_by("pk"):
        found[row.unit or row.key].append(row)
    return found


def shown(scope: Scope, pairs: list[Pair]) -> list[PairShown]:
    """Pairs as their page shows them, without those that the post may not see."""
    behind = rows_of({key for pair in pairs for key in (pair.left, pair.right)})
    history: dict[int, list[PairDecision]] = {pair.pk: [] for pair in pairs}
    for one in PairDecision.objects.filter(pair__in=pairs).order_by("-pk"):
        history[one.pair_id].append(one)
    found = []
    for pair in pairs:
        sides = (_side(behind[pair.left]), _side(behind[pair.right]))
        if any(side.sealed for side in sides) and not sees_clues(scope):
            continue
        found.append(PairShown(pair, sides, _lines(pair), _refusal(pair), tuple(history[pair.pk])))
    return found


def _side(rows: list[StreamRecord]) -> Side:
    if not rows:
        return Side("", (), "", "", "", 0, "", False)
    one = rows[0]
    return Side(
        name=one.name,
        streams=tuple(sorted({stream_name(row.stream) for row in rows if row.stream != CLUES})),
        code=one.code,
        address=one.address,
        phone=one.phone,
        records=len([row for row in rows if row.stream != CLUES]),
        enterprise=one.enterprise.number if one.enterprise else "",
        sealed=_sealed(rows),
    )


def _lines(pair: Pair) -> tuple[tuple[str, str, float], ...]:
    rows: list[list[Any]] = pair.lines.get("zh" if chinese() else "en", [])
    return tuple((row[0], row[1], float(row[2])) for row in rows)


def _refusal(pair: Pair) -> str:
    code = pair.lines.get("refusal", "")
    return refusal_in_words(refusal=Refusal(code), language="zh" if chinese() else "en") if code else ""
