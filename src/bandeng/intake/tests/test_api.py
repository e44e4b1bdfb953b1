"""The REST API as another system meets it."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from bandeng.core import clock
from bandeng.core.models import AuditEntry, OutboxEvent
from bandeng.dispatch.models import Task
from bandeng.dispatch.services.reviews import review_ask
from bandeng.dispatch.tests.factories import house
from bandeng.dispatch.tests.petitions import ANSWERED, answered
from bandeng.dispatch.tests.stories import Stage
from bandeng.intake.services.requests import answers_clear
from bandeng.intake.tests.factories import BODY, bearer, send, token
from bandeng.matters.models import Matter, Report
from bandeng.matters.rules import AccessClass
from bandeng.matters.tests.factories import matter_opened
from bandeng.people.models import Contact

pytestmark = pytest.mark.django_db


def test_matter_open_dispatches_with_deadline_before_the_answer(client: Client) -> None:
    token(house=house())
    answer = send(client, "/matters", BODY)
    assert answer.status_code == 201, answer.content
    receipt = json.loads(answer.content)
    matter = Matter.objects.get()
    assert receipt["number"] == matter.number
    assert (receipt["state"], receipt["lead"]) == ("dispatched", "城市管理")
    assert receipt["due_at"] and len(receipt["secret"]) == 10
    assert Task.objects.get(matter=matter).role == "lead"
    assert AuditEntry.objects.filter(action="matter.opened", subject_id=str(matter.pk)).count() == 1
    assert OutboxEvent.objects.filter(name="MatterChanged").count() == 1


def test_intake_takes_at_most_fifteen_queries(client: Client, django_assert_max_num_queries: object) -> None:
    token(house=house())
    send(client, "/matters", BODY)  # reference data is in memory from here on, as in service
    body = {**BODY, "contact": {"name": "测试", "phone": "13800000000"}, "longitude": 120.0, "latitude": 30.0}
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        assert send(client, "/matters", body, **{"Idempotency-Key": "k-15"}).status_code == 201


def test_same_key_takes_effect_once(client: Client) -> None:
    token(house=house())
    first = send(client, "/matters", BODY, **{"Idempotency-Key": "once"})
    again = send(client, "/matters", BODY, **{"Idempotency-Key": "once"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
    assert Matter.objects.count() == 1


def test_same_key_for_another_request_is_refused(client: Client) -> None:
    token(house=house())
    send(client, "/matters", BODY, **{"Idempotency-Key": "once"})
    other = send(client, "/matters", {**BODY, "title": "另一件"}, **{"Idempotency-Key": "once"})
    assert other.status_code == 422
    assert Matter.objects.count() == 1


def test_keys_of_two_tokens_do_not_meet(client: Client) -> None:
    built = house()
    token(house=built)
    token(house=built, value="bd_11111111_other")
    send(client, "/matters", BODY, **{"Idempotency-Key": "once"})
    headers = bearer("bd_11111111_other", **{"Idempotency-Key": "once"})
    answer = client.post(
        "/api/v1/matters", json.dumps(BODY), content_type="application/json", headers=headers
    )
    assert answer.status_code == 201
    assert Matter.objects.count() == 2


def test_external_id_opens_one_matter(client: Client) -> None:
    token(house=house())
    first = send(client, "/matters", {**BODY, "external_id": "A-1"})
    again = send(client, "/matters", {**BODY, "external_id": "A-1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert json.loads(again.content)["number"] == json.loads(first.content)["number"]
    assert json.loads(again.content)["secret"] == ""
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        (b"\xff\xfe", 400),
        ("[]", 422),
        ({**BODY, "title": ""}, 422),
        ({**BODY, "text": "字" * 20_001}, 422),
        ({**BODY, "longitude": 120}, 422),
        ({**BODY, "longitude": 1e999, "latitude": 0}, 422),
        ({**BODY, "unknown": 1}, 422),
        ({**BODY, "reported_at": "2026-11-01T00:00:00"}, 422),
        ({**BODY, "area": "33' or 1=1"}, 422),
        ({**BODY, "external_id": "a\x00b"}, 422),
        ({**BODY, "type": "01\x00"}, 422),
        ({**BODY, "contact": {"name": "a\x00"}}, 422),
    ],
)
def test_bad_bodies_are_problems_and_leave_nothing(client: Client, body: object, status: int) -> None:
    token(house=house())
    answer = send(client, "/matters", body)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == status
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("said", "year"), [("0001-01-01T00:00:00+14:00", 1990), ("9999-12-31T23:59:59-14:00", 0)]
)
def test_times_that_no_clock_shows_are_bounded(client: Client, said: str, year: int) -> None:
    token(house=house())
    assert send(client, "/matters", {**BODY, "reported_at": said}).status_code == 201
    assert Matter.objects.get().opened_at.year == (year or clock.now().year)


def test_gigantic_body_is_refused(client: Client) -> None:
    token(house=house())
    answer = send(client, "/matters", json.dumps({**BODY, "text": "x" * 3_000_000}))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer nothing"}, {"Authorization": "Basic eDp5"}]
)
def test_without_a_token_nothing_opens(client: Client, headers: dict[str, str]) -> None:
    house()
    answer = client.post(
        "/api/v1/matters", json.dumps(BODY), content_type="application/json", headers=headers
    )
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_scope_that_is_missing_is_refused(client: Client) -> None:
    token(house=house(), scopes=["matters:read"])
    assert send(client, "/matters", BODY).status_code == 403


def test_contact_is_sealed_and_never_given_back(client: Client) -> None:
    token(house=house())
    number = json.loads(
        send(client, "/matters", {**BODY, "contact": {"name": "测试", "phone": "13800000000"}}).content
    )["number"]
    contact = Contact.objects.get()
    assert "13800000000" not in contact.sealed and contact.masked_phone == "138****0000"
    shown = client.get(f"/api/v1/matters/{number}", headers=bearer())
    assert shown.status_code == 200 and b"13800000000" not in shown.content


def test_list_pages_newest_first_and_narrows(client: Client) -> None:
    token(house=house())
    numbers = [
        json.loads(send(client, "/matters", {**BODY, "title": f"第{n}件"}).content)["number"]
        for n in range(3)
    ]
    page = client.get("/api/v1/matters?limit=2", headers=bearer()).json()
    assert [item["number"] for item in page["items"]] == numbers[:0:-1]
    rest = client.get(f"/api/v1/matters?limit=2&cursor={page['next']}", headers=bearer()).json()
    assert [item["number"] for item in rest["items"]] == numbers[:1] and rest["next"] is None
    found = client.get("/api/v1/matters?q=第1", headers=bearer()).json()
    assert [item["title"] for item in found["items"]] == ["第1件"]


def test_another_organisations_token_sees_nothing(client: Client) -> None:
    built = house()
    token(house=built)
    token(house=built, value="bd_22222222_housing", organisation="housing")
    number = json.loads(send(client, "/matters", BODY).content)["number"]
    theirs = bearer("bd_22222222_housing")
    assert client.get(f"/api/v1/matters/{number}", headers=theirs).status_code == 404
    assert client.get("/api/v1/matters", headers=theirs).json()["items"] == []


def test_sealed_matter_is_not_listed(client: Client) -> None:
    token(house=house())
    opened = matter_opened(ruling={"access_class": AccessClass.SEALED})
    assert client.get(f"/api/v1/matters/{opened.matter.number}", headers=bearer()).status_code == 404


def test_remark_reaches_the_story(client: Client) -> None:
    token(house=house())
    number = json.loads(send(client, "/matters", BODY).content)["number"]
    assert send(client, f"/matters/{number}/remarks", {"text": "又坏了一盏"}).status_code == 201
    story = client.get(f"/api/v1/matters/{number}", headers=bearer()).json()["steps"]
    assert story[-1]["kind"] == "remarked" and story[-1]["note"] == "又坏了一盏"


@pytest.mark.parametrize("number", ["SJ-0000-0001-0", "x", "SJ-9999999999999999999999", "%00"])
def test_unknown_numbers_are_not_found(client: Client, number: str) -> None:
    token(house=house())
    assert client.get(f"/api/v1/matters/{number}", headers=bearer()).status_code in {404, 422}


def test_description_is_openapi_3_1_with_every_operation(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    operations = {each["operationId"] for path in described["paths"].values() for each in path.values()}
    assert {
        "openMatter",
        "listMatters",
        "getMatter",
        "addRemark",
        "addWebhook",
        "listDeliveries",
    } <= operations


def test_kept_answers_are_forgotten_after_two_days(client: Client) -> None:
    token(house=house())
    send(client, "/matters", BODY, **{"Idempotency-Key": "old"})
    assert answers_clear() == 0
    with clock.fixed(clock.now() + timedelta(days=3)):
        assert answers_clear() == 1


def test_detail_tells_the_reviews_of_an_answer_without_their_words(client: Client) -> None:
    with clock.fixed(ANSWERED):
        stage = Stage()
        token(house=stage.house)
        opened = answered(stage, lead="city_management")
        review_ask(number=opened.matter.number, secret=opened.secret, reason="漏算了附属房屋")
        body = client.get(f"/api/v1/matters/{opened.matter.number}", headers=bearer()).json()
    assert body["reviews"] == [
        {
            "stage": 1, "state": "requested", "body": "district", "organisation": "治理中心", "outcome": "",
            "answered_at": "2026-11-24T02:00:00Z", "asked_at": "2026-11-24T02:00:00Z",
            "due_at": "2026-12-24T09:30:00Z", "document": "", "decided_at": None,
        }
    ]  # fmt: skip
    assert "漏算了附属房屋" not in str(body)
