"""The grid worker's pages and what the phone's queue asks of the server."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from bandeng.accounts.models import User
from bandeng.accounts.tests.factories import PASSWORD, user
from bandeng.areas.tests.factories import GRIDS, middle_of
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.services import handling
from bandeng.dispatch.tests.factories import House, house
from bandeng.intake.tests.reporting import picture
from bandeng.matters.models import Matter, Photo, Step
from bandeng.matters.rules import MatterState, StepKind
from bandeng.matters.tests.factories import MORNING, matter_opened
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import post

pytestmark = pytest.mark.django_db
KEY = "0f6a2c1e-9d3b-4c5a-8e7f-112233445566"


@pytest.fixture
def built() -> House:
    return house()


def worker_of(built: House, *duties: Duty, grid: str = GRIDS[0]) -> User:
    person = user(name="沈小禾")
    post(*(duties or (Duty.REPORT, Duty.VERIFY)), organisation=built.organisations[grid], user=person)
    return person


@pytest.fixture
def phone(client: Client, built: House) -> Client:
    client.login(username=worker_of(built).username, password=PASSWORD)
    return client


def upload(phone: Client, **fields: object) -> dict[str, object]:
    sent = {
        "key": KEY,
        "captured_at": clock.now().isoformat(),
        "title": "楼道堆放纸箱",
        "text": "12幢2单元",
        **fields,
    }
    answer = phone.post("/worker/sync", sent)
    return {"status": answer.status_code, **answer.json()}


@pytest.mark.parametrize("address", ["", "report/", "tasks/", "queue/", "me/"])
def test_pages_ask_to_sign_in_and_open_for_workers(client: Client, built: House, address: str) -> None:
    assert client.get(f"/worker/{address}").headers["Location"].startswith("/account/login/")
    client.login(username=worker_of(built).username, password=PASSWORD)
    assert client.get(f"/worker/{address}").status_code == 200


def test_pages_refuse_a_post_without_the_duty(client: Client, built: House) -> None:
    client.login(username=worker_of(built, Duty.HANDLE).username, password=PASSWORD)
    assert client.get("/worker/").status_code == 403
    assert client.post("/worker/sync", {}).status_code == 403


def test_session_tells_user_and_token_and_401_to_strangers(phone: Client) -> None:
    assert Client().get("/worker/session").status_code == 401
    answer = phone.get("/worker/session")
    assert set(answer.json()) == {"csrf", "user", "version"}
    assert "no-store" in answer.headers["Cache-Control"]


def test_service_worker_may_serve_all_worker_pages(client: Client) -> None:
    answer = client.get("/worker/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/worker/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_manifest_names_the_start(client: Client) -> None:
    answer = client.get("/worker/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert answer.json()["start_url"] == "/worker/"


def test_sync_takes_a_report_with_photos_once(phone: Client) -> None:
    assert upload(phone, photos=[picture(), picture(colour="red")])["status"] == 201
    again = upload(phone, photos=[picture(), picture(colour="red")])
    matter = Matter.objects.get()
    assert (again["status"], again["number"]) == (200, matter.number)
    assert (matter.channel, matter.area_code) == ("grid", GRIDS[0])
    assert Photo.objects.count() == 2
    assert Step.objects.filter(kind=StepKind.NOTED.value).count() == 0


def test_sync_keeps_what_was_added_while_the_first_answer_was_lost(phone: Client) -> None:
    upload(phone, photos=[picture()])
    for _ in range(2):
        upload(phone, text="12幢2单元，已堵住门", photos=[picture(), picture(colour="red")])
    assert Matter.objects.count() == 1
    assert Photo.objects.count() == 2
    assert Step.objects.filter(kind=StepKind.NOTED.value).count() == 1


def test_two_workers_may_use_the_same_key(phone: Client, built: House) -> None:
    other = Client()
    other.login(username=worker_of(built, grid=GRIDS[1]).username, password=PASSWORD)
    assert upload(phone)["status"] == upload(other)["status"] == 201
    assert Matter.objects.count() == 2


def test_sync_tells_what_is_wrong_by_field(phone: Client) -> None:
    bad = picture(cut=10)
    answer = upload(phone, title="", photos=[bad])
    assert answer["status"] == 422
    assert set(answer["errors"]) == {"title", "photos"}  # type: ignore[call-overload]
    assert Matter.objects.count() == 0


@pytest.mark.parametrize("key", ["", "short", "x" * 61, "a b c d e f g", "'; drop table"])
def test_sync_refuses_keys_that_no_phone_makes(phone: Client, key: str) -> None:
    assert upload(phone, key=key)["status"] == 422


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [(MORNING - timedelta(hours=2), MORNING - timedelta(hours=2)), (MORNING + timedelta(days=3), MORNING),
     (MORNING - timedelta(days=400), MORNING - timedelta(days=30))],
)  # fmt: skip
def test_phone_with_a_wrong_clock_neither_predates_nor_postdates(
    built: House, client: Client, claimed: datetime, kept: datetime
) -> None:
    person = worker_of(built)
    client.login(username=person.username, password=PASSWORD)
    with clock.fixed(MORNING):
        upload(client, captured_at=claimed.isoformat())
    assert Matter.objects.get().opened_at == kept


def test_point_decides_the_area(phone: Client) -> None:
    lon, lat = middle_of(GRIDS[1])
    upload(phone, lon=lon, lat=lat)
    assert Matter.objects.get().area_code == GRIDS[1]


def verifying_matter(built: House) -> Matter:
    lon, lat = middle_of(GRIDS[0])
    lead = built.organisations["city_management"].pk
    matter = matter_opened(
        state=MatterState.HANDLING, longitude=lon, latitude=lat,
        ruling={"lead_id": lead, "place": None},
    ).matter  # fmt: skip
    Matter.objects.filter(pk=matter.pk).update(area_code=GRIDS[0], area=built.areas[GRIDS[0]])
    handling.matter_handled(
        matter_id=matter.pk, result="换了灯头", actor=Actor("user:999", "别人"), scope=None
    )
    return Matter.objects.get(pk=matter.pk)


def test_worker_checks_on_the_spot_and_closes(phone: Client, built: House) -> None:
    matter = verifying_matter(built)
    assert matter.number in phone.get("/worker/tasks/").content.decode()
    assert "换了灯头" in phone.get(f"/worker/tasks/{matter.number}/").content.decode()
    phone.post(f"/worker/tasks/{matter.number}/", {"act": "close", "text": "灯已亮", "photos": [picture()]})
    matter.refresh_from_db()
    assert matter.state == MatterState.CLOSED.value
    assert Photo.objects.get().phase == "after"


def test_worker_sends_back_only_with_a_reason(phone: Client, built: House) -> None:
    matter = verifying_matter(built)
    address = f"/worker/tasks/{matter.number}/"
    assert phone.post(address, {"act": "send_back", "text": ""}).status_code == 422
    phone.post(address, {"act": "send_back", "text": "还有一盏不亮"})
    matter.refresh_from_db()
    assert matter.state == MatterState.HANDLING.value


def test_other_grids_matter_is_not_there(client: Client, built: House) -> None:
    matter = verifying_matter(built)
    client.login(username=worker_of(built, grid=GRIDS[7]).username, password=PASSWORD)
    assert client.get(f"/worker/tasks/{matter.number}/").status_code == 404
    assert client.post(f"/worker/tasks/{matter.number}/", {"act": "close"}).status_code == 404


def test_form_without_script_reports_at_once(phone: Client) -> None:
    phone.post("/worker/report/", {"key": KEY, "title": "绿化带占用", "photos": [picture()]})
    assert Photo.objects.get().matter.title == "绿化带占用"
    assert phone.post("/worker/report/", {"key": KEY, "title": ""}).status_code == 422


def test_today_counts_what_was_reported(phone: Client) -> None:
    upload(phone)
    assert "今天已上报 1 件" in phone.get("/worker/").content.decode()
