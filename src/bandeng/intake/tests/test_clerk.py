"""Phone calls: registered once, with hints, joined where neighbours have called, read out at the end."""

import pytest
from django.test import Client

from bandeng.accounts.tests.factories import PASSWORD, user
from bandeng.areas.tests.factories import COMMUNITIES, GRIDS, middle_of
from bandeng.dispatch.tests.factories import House, house
from bandeng.intake.tests.reporting import LAMP
from bandeng.matters.models import Matter, Report
from bandeng.matters.tests.factories import matter_opened
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, post
from bandeng.people.models import Contact

pytestmark = pytest.mark.django_db
KEY = "0f6a2c1e9d3b4c5a8e7f112233445566"


@pytest.fixture
def built() -> House:
    return house()


@pytest.fixture
def desk(client: Client, built: House) -> Client:
    person = user(name="陶知言")
    post(Duty.INTAKE, organisation=built.organisations[CENTRE], user=person)
    client.login(username=person.username, password=PASSWORD)
    return client


def hints(desk: Client, **place: str) -> str:
    """What the page says beside a call about a lamp."""
    return desk.get("/desk/register/hints", {"text": LAMP, **place}).content.decode()


def test_page_needs_the_duty(client: Client, built: House) -> None:
    assert client.get("/desk/register/").status_code == 302
    person = user()
    post(Duty.HANDLE, organisation=built.organisations["police"], user=person)
    client.login(username=person.username, password=PASSWORD)
    assert client.get("/desk/register/").status_code == 403


def test_call_is_registered_once_and_read_out(desk: Client) -> None:
    call = {"key": KEY, "text": LAMP, "type_code": "01.01.01", "name": "张女士", "phone": "13800000000"}
    call["area"] = COMMUNITIES[0]
    for _ in range(2):
        assert desk.post("/desk/register/", call).headers["Location"] == "/desk/register/done/"
    matter = Matter.objects.get()
    assert (matter.channel, matter.type_code, matter.area_code) == ("phone", "01.01.01", COMMUNITIES[0])
    page = desk.get("/desk/register/done/").content.decode()
    assert matter.number in page
    assert "前办结。" in page
    assert Contact.objects.get().masked_phone == "138****0000"


def test_empty_call_is_refused_and_nothing_typed_is_lost(desk: Client) -> None:
    answer = desk.post("/desk/register/", {"key": KEY, "text": "", "address": "古渡路58号"})
    assert answer.status_code == 422
    assert "古渡路58号" in answer.content.decode()


def test_hints_find_the_same_by_area_and_by_point(desk: Client) -> None:
    longitude, latitude = middle_of(GRIDS[0])
    known = matter_opened(longitude=longitude, latitude=latitude).matter
    Matter.objects.filter(pk=known.pk).update(area_code=GRIDS[0])
    assert known.number in hints(desk, area=COMMUNITIES[0])
    assert known.number in hints(desk, longitude=str(longitude), latitude=str(latitude))
    assert known.number not in hints(desk, area=COMMUNITIES[3])


@pytest.mark.parametrize(
    "query", [{}, {"area": "x"}, {"area": "%"}, {"longitude": "nan", "latitude": "1"}, {"text": "灯"}]
)
def test_hints_answer_whatever_was_typed(desk: Client, query: dict[str, str]) -> None:
    assert desk.get("/desk/register/hints", query).status_code == 200


def test_call_joins_what_neighbours_have_reported(desk: Client) -> None:
    known = matter_opened().matter
    desk.post("/desk/register/", {"key": KEY, "text": LAMP, "same": known.number})
    assert Matter.objects.count() == 1
    assert Report.objects.filter(matter_id=known.pk).count() == 2


def test_joining_a_number_that_is_not_there_is_refused(desk: Client) -> None:
    assert (
        desk.post("/desk/register/", {"key": KEY, "text": LAMP, "same": "SJ-0000-0999-1"}).status_code == 422
    )


def test_look_without_script_keeps_what_was_typed(desk: Client) -> None:
    page = desk.post("/desk/register/", {"key": KEY, "text": LAMP, "do": "look"})
    assert page.status_code == 200
    assert LAMP in page.content.decode()
    assert Matter.objects.count() == 0


def test_short_address_leads_to_the_page(desk: Client) -> None:
    assert desk.get("/desk/new").headers["Location"] == "/desk/register/"
