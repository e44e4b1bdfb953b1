"""Waves of fraud: weekly counts of each street and kind, judged by the detector; told in bands, never as counts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.utils import timezone

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.areas.selectors import Place, atlas
from bandeng.clues import terms
from bandeng.clues.models import Accusation, Clue
from bandeng.clues.rules import ClueKind
from bandeng.core import clock
from reckon.outbreak.detector import judge
from reckon.outbreak.judgements import Judgements
from reckon.outbreak.settings import shipped
from reckon.scams import ScamType

WEEK = timedelta(days=7)
BANDS = (5, 10, 20, 50, 100)
STREET = CODE_LENGTH[Level.STREET]


@dataclass(frozen=True)
class Band:
    """How many, roughly: from `least` up to, not including, `below`; both 0 for fewer than may be told."""

    least: int
    below: int | None


@dataclass(frozen=True)
class Wave:
    """One street and kind in the judged week."""

    street: Place
    scam_type: str
    week: date
    band: Band
    usual: Band
    alarm: bool
    detector: str


@dataclass(frozen=True)
class Weekly:
    """Counts of (street, kind) × week, the weeks by their Mondays."""

    keys: tuple[tuple[str, str], ...]
    mondays: tuple[date, ...]
    counts: np.ndarray  # (keys, weeks), whole numbers


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def band_of(count: int) -> Band:
    """The band of a count; counts below the smallest that may be shown, nought among them, have one band."""
    if count < terms.number("smallest_count"):
        return Band(0, 0)
    least = max(edge for edge in BANDS if edge <= count)
    place = BANDS.index(least)
    return Band(least, BANDS[place + 1] if place + 1 < len(BANDS) else None)


def told_frauds(*, since: date) -> Iterable[tuple[str, str, date]]:
    """Area, kind and day of each clue of fraud since a day that accuses no office and no staff.

    The others are in no figure, or the accused would see them there.
    """
    begin = datetime(since.year, since.month, since.day, tzinfo=clock.LOCAL)
    rows = Clue.objects.filter(kind=ClueKind.FRAUD.value, received_at__gte=begin).exclude(scam_type="")
    rows = rows.exclude(pk__in=Accusation.objects.values("clue_id"))
    for code, kind, at in rows.values_list("area_code", "scam_type", "received_at").iterator():
        yield code, kind, timezone.localtime(at, clock.LOCAL).date()


def weekly(*, until: date) -> Weekly:
    """Counts of the weeks that ended before `until`, at most as many as the rules say, of all streets and kinds."""
    last = monday_of(until) - WEEK
    since = last - WEEK * terms.number("wave_weeks")
    found = Counter(
        (code[:STREET], kind, monday_of(day))
        for code, kind, day in told_frauds(since=since)
        if len(code) >= STREET and monday_of(day) <= last
    )
    begun = min((monday for _, _, monday in found), default=last)
    length = min((last - begun).days // 7 + 1, terms.number("wave_weeks"))
    mondays = tuple(last - WEEK * back for back in range(length - 1, -1, -1))
    streets = sorted(place.code for place in atlas().by_code.values() if place.level == Level.STREET)
    keys = tuple((street, kind.value) for street in streets for kind in ScamType)
    counts = np.array([[found.get((*key, monday), 0) for monday in mondays] for key in keys], np.int64)
    return Weekly(keys, mondays, counts.reshape(len(keys), len(mondays)))


def waves(*, until: date) -> tuple[Wave, ...]:
    """The last whole week of each street and kind, alarms first; none while the record is too short to judge."""
    table = weekly(until=until)
    judged = _judged(table)
    if judged is None:
        return ()
    found = [_wave(table, judged, place) for place in range(len(table.keys))]
    return tuple(sorted(found, key=lambda each: (not each.alarm, -each.band.least, each.street.code)))


def _judged(table: Weekly) -> Judgements | None:
    """The one call of the detector."""
    settings = shipped()
    if not len(table.keys) or len(table.mondays) <= settings.ears_baseline:
        return None
    return judge(counts=table.counts, weeks=[len(table.mondays)], settings=settings)


def _wave(table: Weekly, judged: Judgements, place: int) -> Wave:
    street, kind = table.keys[place]
    count = int(table.counts[place, -1])
    return Wave(
        street=atlas().by_code[street],
        scam_type=kind,
        week=table.mondays[-1],
        band=band_of(count),
        # What is expected is made of past counts, so the exact figure would tell these from week to week.
        usual=band_of(round(float(judged.expected[place, 0]))),
        # An alarm on a count that may not be told would tell it.
        alarm=bool(judged.alarm[place, 0]) and count >= terms.number("smallest_count"),
        detector=judged.methods[0].value,
    )
