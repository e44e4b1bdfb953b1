"""One matter's whole road through the real pages, from the report to the second closing."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from bandeng.areas.tests.factories import GRIDS, middle_of
from bandeng.core import clock
from bandeng.desk.tests.officers import act, address, picture, signed_in
from bandeng.dispatch.tests.stories import Stage, kinds_of
from bandeng.matters.models import Matter
from bandeng.matters.rules import id_of
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import Duty

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def reported(resident: Client) -> tuple[str, str]:
    """The resident's four steps; number and query code from the receipt."""
    longitude, latitude = middle_of(GRIDS[0])
    steps = [
        ("/report/", {"text": "古渡路58号门前的路面塌了一个坑，电动车摔倒过。"}),
        ("/report/place/", {"longitude": longitude, "latitude": latitude, "address": "古渡路58号"}),
        ("/report/contact/", {"who": "named", "name": "李明", "phone": "13800001234"}),
        ("/report/check/", {}),
    ]
    for path, given in steps:
        assert resident.post(path, given).status_code == 302
    text = resident.get("/report/done/").content.decode()
    number, secret = re.findall(r'<dd class="mono font-semibold">([^<]+)</dd>', text)
    return number, secret


def test_one_matter_from_report_to_the_second_closing(stage: Stage) -> None:
    resident = Client(headers={"accept-language": "en"})
    number, secret = reported(resident)
    matter = Matter.objects.get(pk=id_of(number) or 0)
    # No classifier is trained here, so the table's last rule takes it to the police, and an officer knows better.
    centre = signed_in(stage.centre)
    assert number in centre.get("/desk/?queue=open").content.decode()
    police = signed_in(stage.handler("police"))
    assert act(police, matter, "return", text="路面养护不属于本单位职责").status_code == 302
    assert act(centre, matter, "retype", type="01.01.02", text="道路").status_code == 302
    matter.refresh_from_db()
    assert matter.state == "dispatched" and matter.lead_id == stage.organisation_id("housing")

    phone = signed_in(stage.handler("housing"))
    with clock.fixed(MORNING + HOUR):
        assert "foot-bar" in phone.get(address(matter)).content.decode()
        assert act(phone, matter, "start").status_code == 302
        assert act(phone, matter, "photo", photos=[picture("brown")], phase="before").status_code == 302
        assert act(phone, matter, "reply", text="已安排人员，今天修补。").status_code == 302
    with clock.fixed(MORNING + 2 * HOUR):
        done = {"text": "路面已补平。", "note": "协办单位不必到场。", "photos": [picture("grey")]}
        assert act(phone, matter, "handled", **done).status_code == 302
        # Whoever did it does not verify it; here the duty is not theirs at all.
        assert act(phone, matter, "close", text="好了").status_code == 403
    verifier = signed_in(stage.scope("330199001001", Duty.VERIFY))
    with clock.fixed(MORNING + 3 * HOUR):
        assert (
            act(verifier, matter, "close", text="路面已补平，经社区查看。", note="骑过一遍").status_code
            == 302
        )
        track = resident.get(f"/track/{number}?s={secret}", follow=True).content.decode()
        assert "路面已补平，经社区查看。" in track and "骑过一遍" not in track and "今天修补" in track
        assert resident.post(f"/track/{number}/rate", {"rating": "3", "text": "补得不平"}).status_code == 302
    with clock.fixed(MORNING + timedelta(days=2)):
        assert resident.post(f"/track/{number}/reopen", {"reason": "又塌下去了，还有坑"}).status_code == 302
        matter.refresh_from_db()
        assert matter.state == "dispatched" and matter.reopen_count == 1 and matter.satisfaction == 3
        assert act(phone, matter, "start").status_code == 302
        assert act(phone, matter, "handled", text="重新开挖压实。").status_code == 302
        assert act(verifier, matter, "close").status_code == 302
        assert "重新开挖压实" in resident.get(f"/track/{number}").content.decode()
    matter.refresh_from_db()
    assert matter.state == "closed"
    assert [kind for kind in kinds_of(matter) if kind in {"closed", "reopened", "rated"}] == [
        "closed", "rated", "reopened", "closed",
    ]  # fmt: skip
    whole = centre.get(address(matter)).content.decode()
    assert "又塌下去了" in whole and "13800001234" not in whole
