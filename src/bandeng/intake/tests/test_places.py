"""Maps' data: outlines with their tag, likely duplicates, photos and who may see them."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from bandeng.accounts.tests.factories import PASSWORD, user
from bandeng.areas.tests.factories import COMMUNITIES, GRIDS, STREETS, area_tree, middle_of
from bandeng.core import clock
from bandeng.dispatch.tests.factories import House, house
from bandeng.intake.selectors.nearby import likely_duplicates
from bandeng.intake.tests.reporting import LAMP, picture, sent
from bandeng.matters.models import Matter, Photo
from bandeng.matters.rules import AccessClass, MatterState
from bandeng.matters.tests.factories import matter_opened
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import post

pytestmark = pytest.mark.django_db
LONGITUDE, LATITUDE = middle_of(GRIDS[0])


@pytest.fixture
def built() -> House:
    return house()


@pytest.mark.parametrize(
    ("level", "count"), [("street", 2), ("2", 2), ("community", 4), ("3", 4), ("grid", 8)]
)
def test_outlines_by_level(client: Client, level: str, count: int) -> None:
    area_tree()
    found = json.loads(client.get("/map/areas.geojson", {"level": level}).content)
    assert found["type"] == "FeatureCollection"
    assert len(found["features"]) == count


def test_outlines_within_an_area_and_by_tag(client: Client) -> None:
    area_tree()
    answer = client.get("/map/areas.geojson", {"level": "community", "within": STREETS[0]})
    codes = [each["properties"]["code"] for each in json.loads(answer.content)["features"]]
    assert codes == list(COMMUNITIES[:2])
    tag = {"if-none-match": answer.headers["ETag"]}
    again = client.get("/map/areas.geojson", {"level": "community", "within": STREETS[0]}, headers=tag)
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "query", [{"level": "planet"}, {"level": "grid", "within": "33"}, {"level": "grid", "within": "x' or 1"}]
)
def test_outlines_refuse_what_is_no_level_or_area(client: Client, query: dict[str, str]) -> None:
    assert client.get("/map/areas.geojson", query).status_code == 400


def test_nearby_tells_only_what_everybody_may_know(client: Client, built: House) -> None:
    matter_opened(longitude=LONGITUDE, latitude=LATITUDE + 0.0005)
    found = client.get(f"/report/nearby?lon={LONGITUDE}&lat={LATITUDE}&text={LAMP}").json()
    assert len(found) == 1
    keys = {"number", "title", "distance_m", "when", "state", "state_label", "open", "lon", "lat"}
    assert set(found[0]) == keys
    assert 50 <= found[0]["distance_m"] <= 60


def test_nearby_leaves_out_far_sealed_old_and_other_things(built: House) -> None:
    matter_opened(longitude=LONGITUDE, latitude=LATITUDE + 0.004)
    matter_opened(longitude=LONGITUDE, latitude=LATITUDE, ruling={"access_class": AccessClass.RESTRICTED})
    matter_opened(longitude=LONGITUDE, latitude=LATITUDE, title="楼上漏水", text="厨房天花板滴水已有一周")
    old = matter_opened(longitude=LONGITUDE, latitude=LATITUDE).matter
    Matter.objects.filter(pk=old.pk).update(
        state=MatterState.CLOSED.value, closed_at=clock.now() - timedelta(days=31)
    )
    assert likely_duplicates(longitude=LONGITUDE, latitude=LATITUDE, text=LAMP) == []


def test_nearby_ranks_by_words_and_distance_and_tells_closed_ones(built: House) -> None:
    near = matter_opened(longitude=LONGITUDE, latitude=LATITUDE + 0.0002).matter
    far = matter_opened(longitude=LONGITUDE, latitude=LATITUDE + 0.002).matter
    Matter.objects.filter(pk=far.pk).update(
        state=MatterState.CLOSED.value, closed_at=clock.now() - timedelta(days=3)
    )
    found = likely_duplicates(longitude=LONGITUDE, latitude=LATITUDE, text=LAMP)
    assert [each.id for each in found] == [near.pk, far.pk]
    assert [each.is_open for each in found] == [True, False]


@pytest.mark.parametrize("lon", ["", "x", "nan", "inf", "181", "1e400"])
def test_nearby_refuses_what_is_no_point(client: Client, lon: str) -> None:
    assert client.get("/report/nearby", {"lon": lon, "lat": "30"}).status_code == 400


def test_nearby_is_bounded(client: Client, built: House) -> None:
    address = f"/report/nearby?lon={LONGITUDE}&lat={LATITUDE}"
    codes = [client.get(address).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]


def test_photo_is_for_its_reporter_and_staff_of_the_area(client: Client, built: House) -> None:
    sent(client, longitude=LONGITUDE, latitude=LATITUDE, photos=[picture()])
    photo = Photo.objects.get()
    mine = client.get(f"/photos/{photo.pk}")
    assert mine.status_code == 200
    assert mine.headers["Content-Type"] == "image/jpeg"
    assert mine.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in mine.headers["Cache-Control"]
    assert Client().get(f"/photos/{photo.pk}").status_code == 404
    here, there = Client(), Client()
    for visitor, grid in ((here, GRIDS[0]), (there, GRIDS[7])):
        worker = user()
        post(Duty.REPORT, organisation=built.organisations[grid], user=worker)
        assert visitor.login(username=worker.username, password=PASSWORD)
    assert here.get(f"/photos/{photo.pk}").status_code == 200
    assert there.get(f"/photos/{photo.pk}").status_code == 404


@pytest.mark.parametrize("name", ["../keys/secret", "/etc/passwd", "staged"])
def test_photo_never_leads_out_of_its_folder(client: Client, built: House, name: str) -> None:
    sent(client, photos=[picture()])
    photo = Photo.objects.get()
    Photo.objects.filter(pk=photo.pk).update(file=name)
    assert client.get(f"/photos/{photo.pk}").status_code == 404
