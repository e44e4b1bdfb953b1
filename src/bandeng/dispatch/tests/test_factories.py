"""The house that the other tests stand on."""

import pytest

from bandeng.areas.selectors import atlas
from bandeng.areas.tests.factories import GRIDS, middle_of
from bandeng.core.rules import RESIDENT
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.tests.factories import house
from bandeng.matters.tests.factories import new_matter


@pytest.mark.django_db
@pytest.mark.parametrize("grid", GRIDS)
def test_middle_of_a_grid_lies_in_it(grid: str) -> None:
    house()
    place = atlas().at(*middle_of(grid))
    assert place is not None and place.code == grid


@pytest.mark.django_db
def test_house_routes_a_lamp_to_city_management() -> None:
    built = house()
    longitude, latitude = middle_of(GRIDS[0])
    opened = matter_intake(
        new=new_matter(type_code="01.01.01", longitude=longitude, latitude=latitude), actor=RESIDENT
    )
    assert opened.matter.lead == built.organisations["city_management"]
    assert opened.matter.due_at is not None
