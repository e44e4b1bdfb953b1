"""The whole demo district before it goes into a database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from bandeng.demo.crew import Crew
from bandeng.demo.geography import Geography, geography_build
from bandeng.demo.life import Life
from bandeng.demo.merging import merge_hot_spots
from bandeng.demo.organisations import OrganisationPlan, organisations_build
from bandeng.demo.origins import origins_build
from bandeng.demo.pace import LOCAL, Pace
from bandeng.demo.places import neighbourhoods_build
from bandeng.demo.routing import Desk, universe_of
from bandeng.demo.scale import Scale
from bandeng.demo.staff import Staff, staff_build
from bandeng.demo.story import Story
from bandeng.demo.taxonomy import type_rows

Tick = Callable[[int], None]


@dataclass(frozen=True)
class District:
    """Everything but the matters."""

    geography: Geography
    organisations: tuple[OrganisationPlan, ...]
    staff: Staff


def district_build(*, scale: Scale, seed: int) -> District:
    """The same district for the same scale and seed."""
    geography = geography_build(scale=scale, seed=seed)
    return District(
        geography=geography,
        organisations=organisations_build(geography=geography, enterprises=scale.enterprises, seed=seed),
        staff=staff_build(geography=geography, scale=scale, seed=seed),
    )


def month_build(
    *,
    district: District,
    scale: Scale,
    seed: int,
    until: datetime,
    profiles: Mapping[str, Mapping[str, Any]],
    tick: Tick,
) -> list[Story]:
    """A month of stories that ends at `until` (aware), in order of arrival; ticks as they are told."""
    random = Random(f"month {seed}")  # noqa: S311 (a demo, not a secret)
    local = until.astimezone(LOCAL)
    crew = Crew(members=district.staff.members)
    origins = origins_build(
        count=scale.matters,
        until=local,
        crew=crew,
        random=random,
        neighbourhoods=neighbourhoods_build(geography=district.geography, seed=seed),
    )
    universe = universe_of(
        types=type_rows(),
        areas=(area.code for area in district.geography.areas),
        organisations=district.organisations,
        limits=profiles,
    )
    desk = Desk(types=type_rows(), universe=universe, profiles=profiles)
    life = Life(crew=crew, pace=Pace(until=local), until=local, random=random)
    stories = []
    for origin in origins:
        stories.append(life.tell(origin=origin, decision=desk.decide(origin), photos=scale.photos))
        tick(1)
    return merge_hot_spots(stories=stories, crew=crew, until=local, random=random)
