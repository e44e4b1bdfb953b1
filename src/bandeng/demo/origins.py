"""A month of reports: what, where, by whom, and the hot spots among them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from bandeng.demo import messages
from bandeng.demo.crew import Crew
from bandeng.demo.habits import (
    HABITS,
    HOT_SPOT_HOURS,
    HOT_SPOT_SIZE,
    HOT_TYPES,
    MATTERS_PER_HOT_SPOT,
    RAIN_TYPES,
)
from bandeng.demo.moments import Arrival, arrivals
from bandeng.demo.names import name_make, phone_make
from bandeng.demo.organisations import CENTRE
from bandeng.demo.places import Neighbourhood, Spot, spot_choose
from bandeng.demo.story import HOTLINE, RESIDENT, Origin, Reporter
from bandeng.organisations.rules import Duty

#: Some forty metres in degrees: people stand in different corners of the same trouble.
SCATTER = 0.0004


@dataclass(frozen=True)
class HotSpot:
    """Several people, one place, one cause, within a few days."""

    number: int
    type_code: str
    spot: Spot
    start: datetime
    end: datetime
    size: int


class Chances:
    """Which types come up with and without rain, and in which grids: some are busier than others."""

    def __init__(self, *, neighbourhoods: Sequence[Neighbourhood], random: Random) -> None:
        phrases = messages.phrases()
        self._codes, self._neighbourhoods = list(phrases), neighbourhoods
        self._dry = list(accumulate(phrase.weight for phrase in phrases.values()))
        self._wet = list(accumulate(phrases[code].weight * RAIN_TYPES.get(code, 1) for code in phrases))
        self._busy = list(
            accumulate(each.grid.residents * random.lognormvariate(0, 0.7) for each in neighbourhoods)
        )

    def code(self, *, rain: bool, random: Random) -> str:
        """A matter type."""
        return random.choices(self._codes, cum_weights=self._wet if rain else self._dry)[0]

    def spot(self, *, code: str, random: Random) -> Spot:
        """A place where a matter of the type could be."""
        neighbourhood = random.choices(self._neighbourhoods, cum_weights=self._busy)[0]
        return spot_choose(neighbourhood=neighbourhood, kind=messages.phrases()[code].place, random=random)


def origins_build(
    *, count: int, until: datetime, neighbourhoods: tuple[Neighbourhood, ...], crew: Crew, random: Random
) -> list[Origin]:
    """So many reports until a moment, the earliest first, no two alike."""
    came_in = arrivals(count=count, until=until, random=random)
    chances = Chances(neighbourhoods=neighbourhoods, random=random)
    spots = _hot_spots(count=count, until=until, chances=chances, random=random)
    taken = _places_of(spots=spots, arrivals=came_in, random=random)
    written, seen = set[str](), dict[int, int]()
    found = []
    for ordinal, arrival in enumerate(came_in):
        hot = taken.get(ordinal)
        code = hot.type_code if hot else chances.code(rain=arrival.rain, random=random)
        spot = _scattered(hot.spot, random) if hot else chances.spot(code=code, random=random)
        origin = _origin(ordinal=ordinal, arrival=arrival, code=code, spot=spot, crew=crew, random=random)
        while origin.text in written:
            origin = _origin(ordinal=ordinal, arrival=arrival, code=code, spot=spot, crew=crew, random=random)
        written.add(origin.text)
        if hot:
            origin = replace(origin, hot_spot=hot.number, repeats=seen.get(hot.number, 0))
            seen[hot.number] = origin.repeats + 1
        found.append(origin)
    return found


def _hot_spots(*, count: int, until: datetime, chances: Chances, random: Random) -> list[HotSpot]:
    spots = []
    for number in range(max(2, count // MATTERS_PER_HOT_SPOT)):
        code = HOT_TYPES[number % len(HOT_TYPES)]
        end = until - timedelta(hours=random.uniform(0, 600))
        size = min(random.randint(*HOT_SPOT_SIZE), count // 20)
        start = end - timedelta(hours=random.uniform(*HOT_SPOT_HOURS))
        spot = chances.spot(code=code, random=random)
        spots.append(HotSpot(number=number, type_code=code, spot=spot, start=start, end=end, size=size))
    return spots


def _places_of(*, spots: list[HotSpot], arrivals: list[Arrival], random: Random) -> dict[int, HotSpot]:
    """Which arrivals belong to which hot spot; grid workers report a hot spot at most once."""
    taken: dict[int, HotSpot] = {}
    for spot in spots:
        fitting = [
            ordinal
            for ordinal, arrival in enumerate(arrivals)
            if spot.start <= arrival.at <= spot.end and ordinal not in taken and arrival.channel != "grid"
        ]
        for ordinal in random.sample(fitting, min(spot.size, len(fitting))):
            taken[ordinal] = spot
    return taken


def _scattered(spot: Spot, random: Random) -> Spot:
    """A place nearby that is still in the district: the address stays, the point moves a little."""
    return replace(
        spot,
        longitude=round(spot.longitude + random.uniform(-SCATTER, SCATTER) * 0.25, 7),
        latitude=round(spot.latitude + random.uniform(-SCATTER, SCATTER) * 0.25, 7),
    )


def _origin(*, ordinal: int, arrival: Arrival, code: str, spot: Spot, crew: Crew, random: Random) -> Origin:
    message = messages.message_write(type_code=code, channel=arrival.channel, spot=spot, random=random)
    return Origin(
        ordinal=ordinal,
        at=arrival.at,
        channel=arrival.channel,
        type_code=code,
        spot=spot,
        title=message.title,
        text=message.text,
        reporter=reporter_make(channel=arrival.channel, random=random),
        login=_login(channel=arrival.channel, spot=spot, crew=crew, random=random),
        hot_spot=None,
        repeats=0,
    )


def reporter_make(*, channel: str, random: Random) -> Reporter | None:
    """A name and a number, or nobody: grid workers report for themselves, some residents without a name."""
    if channel == "grid" or random.random() < HABITS.anonymous:
        return None
    return Reporter(name=name_make(random=random), phone=phone_make(random=random))


def _login(*, channel: str, spot: Spot, crew: Crew, random: Random) -> str:
    """Whoever types it in."""
    if channel == "grid":
        return crew.any_of(organisation=spot.grid_code, duty=Duty.REPORT, random=random).login
    if channel == "phone":
        return crew.any_of(organisation=CENTRE, duty=Duty.INTAKE, random=random).login
    return HOTLINE if channel == "api" else RESIDENT
