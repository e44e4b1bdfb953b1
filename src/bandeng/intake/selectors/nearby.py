"""Likely duplicates of a report: near the same point, about the same words, and public."""

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from django.db.models import Q, QuerySet

from bandeng.areas.selectors import metres_between, tile_of, tiles_around
from bandeng.core import clock
from bandeng.dispatch.selectors import visible
from bandeng.matters import search
from bandeng.matters.models import IS_OPEN, Matter
from bandeng.matters.rules import AccessClass, MatterState, id_of
from bandeng.matters.selectors import within_area
from bandeng.organisations.rules import Scope

FILE = Path(__file__).parent.parent / "data" / "nearby.toml"
MOST_COMPARED = 200
METRES_A_DEGREE = 111_195.0  # of latitude, on the sphere that metres_between uses


@dataclass(frozen=True, kw_only=True)
class NearbyRule:
    """One dated row of what counts as a likely duplicate."""

    valid_from: date
    source: str
    metres: int
    closed_days: int
    words_percent: int
    least_percent: int
    shown: int


@dataclass(frozen=True)
class Near:
    """A likely duplicate as everybody may see it; `metres` from the point asked about."""

    id: int
    number: str
    title: str
    metres: int
    opened_at: datetime
    state: str
    is_open: bool
    longitude: float
    latitude: float


@cache
def _rows() -> tuple[NearbyRule, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["nearby"]
    return tuple(sorted((NearbyRule(**row) for row in rows), key=lambda row: row.valid_from))


def nearby_rule() -> NearbyRule:
    """The rule in force today."""
    today = clock.now().date()
    return [row for row in _rows() if row.valid_from <= today][-1]


def likely_duplicates(*, longitude: float, latitude: float, text: str) -> list[Near]:
    """Public matters that may be the same, the likeliest first; bounded in number and in work."""
    rule, words = nearby_rule(), bag_of(text)
    ranked = []
    for matter in _around(longitude, latitude, rule):
        metres = metres_between((longitude, latitude), (matter.longitude or 0, matter.latitude or 0))
        if metres > rule.metres:
            continue
        score = likeness(
            metres=metres, words=words, others=bag_of(f"{matter.title}\n{matter.text}"), rule=rule
        )
        if score >= rule.least_percent:
            ranked.append((-score, metres, matter))
    ranked.sort(key=lambda each: each[:2])
    return [_near(matter, metres) for _, metres, matter in ranked[: rule.shown]]


def likely_in_area(*, scope: Scope, area_code: str, text: str) -> list[Near]:
    """Open matters of an area that may be the same by their words, for staff who have no point on the map."""
    rule, words = nearby_rule(), bag_of(text)
    if not words or not area_code:
        return []
    rows = within_area(visible(scope), area_code).filter(IS_OPEN).order_by("-id")[:MOST_COMPARED]
    scored = [(common_words(words, bag_of(f"{row.title}\n{row.text}")), row) for row in rows]
    likely = [(score, row) for score, row in scored if rule.words_percent * score >= rule.least_percent]
    likely.sort(key=lambda each: -each[0])
    return [_near(row, 0) for _, row in likely[: rule.shown]]


def joinable(number: str) -> Near | None:
    """The public, open matter with this number that one more reporter may join."""
    key = id_of(number)
    matter = _public().filter(IS_OPEN, pk=key).first() if key is not None else None
    return _near(matter, 0) if matter else None


def likeness(*, metres: float, words: frozenset[str], others: frozenset[str], rule: NearbyRule) -> float:
    """0 to 100: common words and nearness, by the rule's weights; without words nearness alone."""
    near = 1 - metres / rule.metres
    if not words:
        return 100 * near
    return rule.words_percent * common_words(words, others) + (100 - rule.words_percent) * near


def common_words(words: frozenset[str], others: frozenset[str]) -> float:
    """0 to 1: the square root of the share of common words (Jaccard)."""
    union = len(words | others)
    return math.sqrt(len(words & others) / union) if union else 0.0


def bag_of(text: str) -> frozenset[str]:
    """The pairs of characters and the words of a text."""
    return frozenset(word for word in search.words_of(text) if len(word) > 1)


def _public() -> QuerySet[Matter]:
    return Matter.objects.filter(access_class=AccessClass.OPEN.value)


def _around(longitude: float, latitude: float, rule: NearbyRule) -> Iterable[Matter]:
    north = rule.metres / METRES_A_DEGREE
    east = north / max(math.cos(math.radians(latitude)), 0.01)
    box = Q(
        longitude__range=(longitude - east, longitude + east),
        latitude__range=(latitude - north, latitude + north),
    )
    since = clock.now() - timedelta(days=rule.closed_days)
    rows = _public().filter(box, cell__in=tiles_around(tile_of(longitude, latitude)))
    fields = ("id", "title", "text", "longitude", "latitude", "opened_at", "state")
    # Two queries, so that each can use its own index.
    for condition in (IS_OPEN, Q(state=MatterState.CLOSED.value, closed_at__gte=since)):
        yield from rows.filter(condition).only(*fields).order_by("-id")[:MOST_COMPARED]


def _near(matter: Matter, metres: float) -> Near:
    return Near(
        id=matter.pk,
        number=matter.number,
        title=matter.title,
        metres=round(metres, -1) if metres >= 10 else round(metres),  # type: ignore[arg-type]
        opened_at=matter.opened_at,
        state=matter.state,
        is_open=matter.state != MatterState.CLOSED.value,
        longitude=matter.longitude or 0.0,
        latitude=matter.latitude or 0.0,
    )
