"""Following a matter by number and code: the same silence for everything wrong, and what a reporter may do."""

from datetime import timedelta

import pytest
from django.test import Client

from bandeng.core import clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.dispatch.services import dispatching, handling, merging, verifying
from bandeng.dispatch.tests.factories import House, house
from bandeng.intake.tests.reporting import sent
from bandeng.matters.models import Matter, Report, Step
from bandeng.matters.rules import MatterState, id_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def built() -> House:
    return house()


def matter_of(receipt: dict[str, str]) -> Matter:
    return Matter.objects.get(pk=id_of(receipt["number"]) or 0)


def closed(matter: Matter, built: House) -> None:
    actor = Actor("user:1", "周宁")
    if matter.state == MatterState.RECEIVED.value:
        lead = built.organisations["city_management"].pk
        dispatching.matter_dispatch(matter_id=matter.pk, lead_id=lead, actor=actor, scope=None)
    handling.matter_start(matter_id=matter.pk, actor=actor, scope=None)
    handling.matter_handled(matter_id=matter.pk, result="换了灯头", actor=actor, scope=None)
    verifying.matter_close(matter_id=matter.pk, actor=Actor("user:2", "苏禾"), scope=None)


def test_code_on_the_receipt_opens_the_story_and_leaves_the_address_clean(built: House) -> None:
    receipt = sent(Client())
    visitor = Client()
    answer = visitor.get(f"/track/{receipt['number']}?s={receipt['secret']}")
    assert answer.headers["Location"] == f"/track/{receipt['number']}"
    page = visitor.get(f"/track/{receipt['number']}").content.decode()
    assert "您反映了这件事" in page
    assert receipt["secret"] not in page


def test_number_and_code_may_be_typed_carelessly(built: House) -> None:
    receipt = sent(Client())
    number, secret = receipt["number"].replace("-", " ").lower(), f" {receipt['secret'].lower()} "
    assert Client().post("/track/", {"number": number, "secret": secret}).status_code == 302


def test_wrong_code_and_unknown_number_are_told_alike(built: House) -> None:
    receipt = sent(Client())
    wrong = Client().post("/track/", {"number": receipt["number"], "secret": "ABCDEFGHJK"})
    unknown = Client().post("/track/", {"number": "SJ-0000-0999-1", "secret": "ABCDEFGHJK"})
    assert wrong.status_code == unknown.status_code == 422
    message = "编号和查询码对不上"
    assert message in wrong.content.decode() and message in unknown.content.decode()


def test_story_without_the_code_leads_to_the_form(built: House) -> None:
    receipt = sent(Client())
    answer = Client().get(f"/track/{receipt['number']}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/track/?number=")


def test_tries_are_limited_by_address_and_by_number(built: House) -> None:
    receipt = sent(Client())
    tries = [
        Client(REMOTE_ADDR=f"203.0.113.{n}").post(
            "/track/", {"number": receipt["number"], "secret": "ABCDEFGHJK"}
        )
        for n in range(11)
    ]
    assert [each.status_code for each in tries] == [422] * 10 + [429]
    elsewhere = [
        Client(REMOTE_ADDR="203.0.113.99").post("/track/", {"number": "1", "secret": "X"}) for _ in range(11)
    ]
    assert elsewhere[-1].status_code == 429


def test_remark_reaches_the_story(client: Client, built: House) -> None:
    receipt = sent(client)
    client.post(f"/track/{receipt['number']}/remark", {"text": "隔壁的灯也不亮了"})
    assert "隔壁的灯也不亮了" in client.get(f"/track/{receipt['number']}").content.decode()


def test_acts_of_somebody_without_the_code_change_nothing(built: House) -> None:
    receipt = sent(Client())
    before = Step.objects.count()
    stranger = Client()
    for act, data in (
        ("remark", {"text": "假的说明"}),
        ("rate", {"rating": "5"}),
        ("reopen", {"reason": "假的理由"}),
    ):
        assert stranger.post(f"/track/{receipt['number']}/{act}", data).status_code == 302
    stranger.post(f"/track/{receipt['number']}/withdraw", {"reason": "假的理由"})
    assert Step.objects.count() == before


def test_rating_then_reopening(client: Client, built: House) -> None:
    receipt = sent(client)
    matter = matter_of(receipt)
    closed(matter, built)
    page = client.get(f"/track/{receipt['number']}").content.decode()
    assert "您满意吗" in page and "换了灯头" in page
    client.post(f"/track/{receipt['number']}/rate", {"rating": "1"})
    client.post(f"/track/{receipt['number']}/rate", {"rating": "1", "text": "还是不亮"})
    assert Report.objects.get().rating_text == "还是不亮"
    client.post(f"/track/{receipt['number']}/reopen", {"reason": "昨晚又不亮了"})
    matter.refresh_from_db()
    assert matter.state == MatterState.DISPATCHED.value
    assert matter.reopen_count == 1


def test_reopening_ends_with_its_period(client: Client, built: House) -> None:
    receipt = sent(client)
    matter = matter_of(receipt)
    closed(matter, built)
    with clock.fixed(clock.now() + timedelta(days=17)):
        assert client.get(f"/track/{receipt['number']}/reopen").status_code == 302
        client.post(f"/track/{receipt['number']}/reopen", {"reason": "昨晚又不亮了"})
    matter.refresh_from_db()
    assert matter.state == MatterState.CLOSED.value


def test_withdrawing_asks_why_and_is_final(client: Client, built: House) -> None:
    receipt = sent(client)
    assert client.get(f"/track/{receipt['number']}/withdraw").status_code == 200
    assert client.post(f"/track/{receipt['number']}/withdraw", {"reason": ""}).status_code == 422
    client.post(f"/track/{receipt['number']}/withdraw", {"reason": "已经自己修好了"})
    assert matter_of(receipt).state == MatterState.WITHDRAWN.value


def test_merged_matter_tells_the_story_of_its_target(client: Client, built: House) -> None:
    target, receipt = sent(Client()), sent(client)
    merging.matter_merge(
        child_id=matter_of(receipt).pk, target_id=matter_of(target).pk, actor=SYSTEM, scope=None
    )
    page = client.get(f"/track/{receipt['number']}").content.decode()
    assert target["number"] in page


def test_forgetting_on_a_borrowed_telephone(client: Client, built: House) -> None:
    receipt = sent(client)
    client.post("/track/", {"do": "forget"})
    assert client.get(f"/track/{receipt['number']}").status_code == 302


def test_story_names_no_staff(client: Client, built: House) -> None:
    receipt = sent(client)
    closed(matter_of(receipt), built)
    page = client.get(f"/track/{receipt['number']}").content.decode()
    assert "周宁" not in page and "苏禾" not in page
