"""When matters come in: thirty days with rush hours, slow weekends and a few days of rain."""

from bisect import bisect
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from bandeng.demo.habits import (
    CHANNEL_WEIGHTS,
    DAYS,
    GRID_HOURS,
    RAIN_DAYS,
    RAIN_WEIGHT,
    RESIDENT_HOURS,
    WEEKDAY_WEIGHTS,
)


@dataclass(frozen=True)
class Arrival:
    """A moment, the channel, and whether it rains."""

    at: datetime
    channel: str
    rain: bool


def arrivals(*, count: int, until: datetime, random: Random) -> list[Arrival]:
    """So many arrivals in the thirty days before `until`, the earliest first."""
    start = until - timedelta(days=DAYS)
    days = [start.date() + timedelta(days=number) for number in range(DAYS + 1)]
    rain = frozenset(random.sample(days[2:-1], RAIN_DAYS))
    weights = [WEEKDAY_WEIGHTS[day.weekday()] * (RAIN_WEIGHT if day in rain else 1) for day in days]
    channels = list(CHANNEL_WEIGHTS)
    found: list[Arrival] = []
    while len(found) < count:
        channel = random.choices(channels, list(CHANNEL_WEIGHTS.values()))[0]
        at = _moment(days=days, weights=weights, channel=channel, zone=until, random=random)
        if start < at <= until:
            found.append(Arrival(at=at, channel=channel, rain=at.date() in rain))
    return sorted(found, key=lambda arrival: arrival.at)


def _moment(
    *, days: list[date], weights: list[float], channel: str, zone: datetime, random: Random
) -> datetime:
    """A moment on one of the days, by the rhythm of the channel."""
    day = random.choices(days, weights)[0]
    totals = list(accumulate(GRID_HOURS if channel == "grid" else RESIDENT_HOURS))
    hour = bisect(totals, random.random() * totals[-1])
    clock = timedelta(hours=hour, minutes=random.randrange(60), seconds=random.randrange(60))
    return datetime(day.year, day.month, day.day, tzinfo=zone.tzinfo) + clock
