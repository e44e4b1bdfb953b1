"""Open311 GeoReport v2: read and write, JSON and XML, and the checker against our own server."""

import json
from io import StringIO

import pytest
from defusedxml.ElementTree import fromstring
from django.core.management import call_command
from django.test import Client

from bandeng.dispatch.tests.factories import house
from bandeng.intake.tests.factories import token
from bandeng.matters.models import Matter
from bandeng.matters.rules import AccessClass
from bandeng.matters.tests.factories import matter_opened

pytestmark = pytest.mark.django_db
KEY = "bd_00000000_test"
REQUEST = {
    "api_key": KEY,
    "service_code": "01.01.01",
    "description": "路灯<不亮>&闪烁",
    "lat": "30.0",
    "long": "120.0",
    "attribute[danger]": "no",
}


def test_services_are_the_third_level_types(client: Client) -> None:
    house()
    services = client.get("/open311/v2/services.json").json()
    assert {each["service_code"] for each in services} >= {"01.01.01", "01.01.02"}
    tree = fromstring(client.get("/open311/v2/services.xml").content)
    assert tree.tag == "services" and tree[0].find("service_name") is not None


def test_posted_request_is_dispatched_and_read_back_in_both_formats(client: Client) -> None:
    token(house=house())
    posted = client.post("/open311/v2/requests.json", REQUEST)
    assert posted.status_code == 200, posted.content
    number = posted.json()[0]["service_request_id"]
    assert Matter.objects.get().state == "dispatched"
    read = client.get(f"/open311/v2/requests/{number}.json?api_key={KEY}").json()[0]
    assert (read["status"], read["description"].endswith("路灯<不亮>&闪烁")) == ("open", True)
    tree = fromstring(client.get(f"/open311/v2/requests/{number}.xml?api_key={KEY}").content)
    assert tree.findtext("request/description", "").endswith("路灯<不亮>&闪烁")
    listed = client.get("/open311/v2/requests.json?status=open").json()
    assert [each["service_request_id"] for each in listed] == [number]
    assert client.get("/open311/v2/requests.json?status=closed").json() == []


def test_public_sees_neither_words_nor_exact_place(client: Client) -> None:
    house()
    opened = matter_opened(longitude=120.123456, latitude=30.123456)
    record = client.get(f"/open311/v2/requests/{opened.matter.number}.json").json()[0]
    assert record["description"] is None and record["address"] is None
    assert (record["long"], record["lat"]) == (120.123, 30.123)


def test_sealed_and_restricted_matters_are_no_public_requests(client: Client) -> None:
    house()
    for access in (AccessClass.SEALED, AccessClass.RESTRICTED):
        opened = matter_opened(ruling={"access_class": access})
        assert client.get(f"/open311/v2/requests/{opened.matter.number}.json").status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "wrong"}, 403),
        ({"service_code": ""}, 400),
        ({"attribute[danger]": ""}, 400),
        ({"service_code": "99.99"}, 404),
        ({"lat": "north"}, 400),
        ({"lat": "nan", "long": "nan"}, 400),
        ({"lat": "", "long": ""}, 400),
        ({"description": "字" * 20_001}, 400),
    ],
)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_bad_posts_are_told_in_the_format_asked_for(
    client: Client, change: dict[str, str], status: int, form: str
) -> None:
    token(house=house())
    answer = client.post(f"/open311/v2/requests.{form}", {**REQUEST, **change})
    assert answer.status_code == status
    if form == "json":
        assert json.loads(answer.content)[0]["code"] == status
    else:
        assert fromstring(answer.content).findtext("error/code") == str(status)
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    "query",
    ["status=maybe", "start_date=yesterday", "start_date=2026-01-01", "page=0", "page_size=1001", "page=x"],
)
def test_bad_queries_are_refused(client: Client, query: str) -> None:
    house()
    assert client.get(f"/open311/v2/requests.json?{query}").status_code == 400


def test_checker_passes_our_own_server(live_server: object, client: Client) -> None:
    token(house=house())
    matter_opened()
    out = StringIO()
    url = f"{live_server.url}/open311/v2"  # type: ignore[attr-defined]
    call_command("open311", "check", url, "--api-key", KEY, "--write", stdout=out)
    assert "FAIL" not in out.getvalue() and "all passed" in out.getvalue()
    assert Matter.objects.count() == 3, "two formats, one posted request each"


def test_checker_finds_what_is_wrong(live_server: object) -> None:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("open311", "check", f"{live_server.url}/nothing", stdout=out, stderr=StringIO())  # type: ignore[attr-defined]
    assert "FAIL  GET services.json" in out.getvalue()
