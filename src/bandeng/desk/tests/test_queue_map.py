"""The officer's map: clusters, boxes and the table beside it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bandeng.areas.selectors import tile_of
from bandeng.areas.tests.factories import GRIDS, STREETS, middle_of
from bandeng.core import clock
from bandeng.desk.selectors.clusters import BoxWrong, box_of
from bandeng.desk.tests.test_queue import signed_in
from bandeng.dispatch.tests.stories import CLERK_DUTIES, Stage
from bandeng.matters.models import Matter
from bandeng.matters.tests.factories import MORNING

WHOLE = "119.9,29.9,120.2,30.2"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def features(client: Client, *, bbox: str = WHOLE, zoom: int = 12, query: str = "") -> list[dict[str, Any]]:
    response = client.get(f"/desk/map/clusters?bbox={bbox}&zoom={zoom}&{query}")
    assert response.status_code == 200
    return list(response.json()["features"])


def total(found: list[dict[str, Any]], name: str = "count") -> int:
    return sum(each["properties"][name] for each in found)


@pytest.mark.django_db
@pytest.mark.parametrize("zoom", range(8, 19))
def test_every_zoom_counts_the_same_matters(stage: Stage, zoom: int) -> None:
    for grid in (GRIDS[0], GRIDS[0], GRIDS[3]):
        stage.opened(grid=grid)
    late = stage.opened(grid=GRIDS[7]).matter
    Matter.objects.filter(pk=late.pk).update(due_at=MORNING - timedelta(hours=1))
    found = features(signed_in(stage.centre), zoom=zoom)
    assert (total(found), total(found, "overdue")) == (4, 1)
    single = [each for each in found if each["properties"]["count"] == 1]
    assert all(each["properties"]["number"] and each["properties"]["title"] for each in single)
    for each in single:
        assert any(
            each["geometry"]["coordinates"] == pytest.approx(middle_of(grid), abs=1e-5) for grid in GRIDS
        )


@pytest.mark.django_db
def test_clusters_show_what_the_post_may_see(stage: Stage) -> None:
    stage.opened(grid=GRIDS[0])
    stage.opened(grid=GRIDS[7], type_code="01.01.02")
    assert total(features(signed_in(stage.scope(STREETS[0], *CLERK_DUTIES)))) == 1
    assert total(features(signed_in(stage.handler("housing")))) == 1
    assert total(features(signed_in(stage.centre), query="type=01.01.02")) == 1
    Matter.objects.update(access_class="sealed")
    assert features(signed_in(stage.centre)) == []


@pytest.mark.django_db
def test_a_box_leaves_out_what_lies_beside_it(stage: Stage) -> None:
    stage.opened(grid=GRIDS[0])
    stage.opened(grid=GRIDS[7])
    longitude, latitude = middle_of(GRIDS[0])
    near = f"{longitude - 0.002},{latitude - 0.002},{longitude + 0.002},{latitude + 0.002}"
    for zoom in (13, 17):
        assert total(features(signed_in(stage.centre), bbox=near, zoom=zoom)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("query", [
    "", "bbox=1,2,3&zoom=1", "bbox=a,b,c,d&zoom=1", "bbox=nan,0,1,1&zoom=1", "bbox=5,0,1,1&zoom=1",
    "bbox=0,0,1,1&zoom=x", "bbox=0,0,1,1&zoom=99", "bbox=0,0,1,1&zoom=-1", "bbox=-181,0,1,1&zoom=3",
    "bbox=0,0,1,inf&zoom=3", "bbox=0,0,1,1",
])  # fmt: skip
def test_a_box_that_cannot_be_read_is_told(stage: Stage, query: str) -> None:
    response = signed_in(stage.centre).get(f"/desk/map/clusters?{query}")
    assert response.status_code == 400
    assert response.json()["error"]


@given(st.text(max_size=40), st.text(max_size=6))
def test_no_box_breaks_the_reader(bbox: str, zoom: str) -> None:
    try:
        box = box_of(bbox, zoom)
    except BoxWrong:
        return
    assert box.west < box.east and box.south < box.north
    assert tile_of(box.west, box.north) >= 0


@pytest.mark.django_db
def test_the_table_tells_the_same_by_place(stage: Stage) -> None:
    for grid in (GRIDS[0], GRIDS[1], GRIDS[7]):
        stage.opened(grid=grid)
    client = signed_in(stage.centre)
    lines = client.get("/desk/map/").context["lines"]
    assert [(line.name, line.count, line.placed) for line in lines] == [
        ("Street 001", 2, 2),
        ("Street 002", 1, 1),
    ]
    below = client.get(f"/desk/map/?{lines[0].query}").context["lines"]
    assert sum(line.count for line in below) == 2
    finest = client.get(f"/desk/map/?{below[0].query}").context["lines"]
    assert [line.count for line in finest] == [1, 1] or sum(line.count for line in finest) == below[0].count
    assert client.get(f"/desk/map/?{finest[0].query}").status_code == 200
