"""Where the scored posts belong."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from bandeng.organisations.models import Post
from bandeng.organisations.rules import OrganisationKind

BATCH = 5_000


@dataclass(frozen=True)
class Place:
    """A post's organisation, area and what it is called."""

    post_id: int
    user_id: int
    area_code: str
    organisation_id: int
    title: str
    name: str
    seconded: bool


def places_of(units: Iterable[str]) -> dict[str, Place]:
    """The posts behind units, by unit."""
    return _places(units, Q())


def scored_places_of(units: Iterable[str]) -> dict[str, Place]:
    """The same, of posts whose work is scored: seconded officers and grid staff, nobody else's."""
    return _places(units, Q(seconded=True) | Q(organisation__kind=OrganisationKind.GRID_TEAM.value))


def _places(units: Iterable[str], which: Q) -> dict[str, Place]:
    keys = [int(unit) for unit in units if unit.isdecimal()]
    found: dict[str, Place] = {}
    for start in range(0, len(keys), BATCH):
        # Only what is needed: areas come with their outlines.
        rows = Post.objects.filter(which, pk__in=keys[start : start + BATCH]).values_list(
            "pk", "user_id", "area__code", "organisation__area__code", "organisation_id", "title", "user__name",
            "user__username", "seconded",
        )  # fmt: skip
        for key, user, area, office_area, office, title, name, login, seconded in rows:
            place = Place(key, user, area or office_area or "", office, title, name or login, seconded)
            found[str(key)] = place
    return found
