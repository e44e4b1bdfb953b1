"""A matter's page under attack and under haste: not allowed, sent twice, sent too late, full of markup."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from bandeng.areas.tests.factories import GRIDS
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.desk.selectors import counts
from bandeng.desk.selectors.versions import version_of
from bandeng.desk.tests.officers import act, address, picture, signed_in, started
from bandeng.dispatch.services import handling, pausing
from bandeng.dispatch.tests.stories import Stage, actor_of, fresh, kinds_of, later
from bandeng.matters.models import MatterType
from bandeng.matters.rules import AccessClass
from bandeng.matters.selectors import taxonomy
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import Duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    counts.forget()
    with clock.fixed(MORNING), translation.override("en"):
        yield Stage()
    counts.forget()


def test_act_not_for_the_post_is_refused_with_the_reason(stage: Stage) -> None:
    matter = stage.opened(type_code="01.01.02").matter
    police = signed_in(stage.handler("police"))
    for response in (police.get(address(matter, "start")), act(police, matter, "start")):
        assert response.status_code == 403
        assert "is not for your post" in response.content.decode() and "the lead" in response.content.decode()
    assert act(police, matter, "handled", text="好了").status_code == 403
    assert act(police, matter, "reject", text="").status_code == 403
    assert fresh(matter).state == "dispatched"
    assert police.get(address(matter, "destroy")).status_code == 404
    assert act(signed_in(stage.centre), matter, "close").status_code == 422


def test_acts_need_the_token_of_the_page(stage: Stage) -> None:
    matter = stage.opened().matter
    client = signed_in(stage.handler("city_management"), csrf=True)
    assert client.post(address(matter, "start"), {"version": version_of(matter.pk)}).status_code == 403
    assert client.post(address(matter, "undo")).status_code == 403
    assert fresh(matter).state == "dispatched"


def test_sent_twice_is_done_once(stage: Stage) -> None:
    matter, phone = started(stage), signed_in(stage.handler("city_management"))
    version = version_of(matter.pk)
    for name, given in (
        ("note", {"text": "已到场"}),
        ("reply", {"text": "明天修"}),
        ("handled", {"text": "修好了"}),
    ):
        version = version_of(matter.pk)
        for _ in range(2):
            assert phone.post(address(matter, name), {"version": version, **given}).status_code == 302
    assert [kinds_of(matter).count(kind) for kind in ("noted", "replied", "handled")] == [1, 1, 1]
    assert AuditEntry.objects.filter(action="matter.handled").count() == 1


def test_changed_meanwhile_says_what_and_keeps_what_was_typed(stage: Stage) -> None:
    matter, phone = started(stage), signed_in(stage.handler("city_management"))
    version = version_of(matter.pk)
    with later(minutes=5):
        pausing.matter_pause(
            matter_id=matter.pk, reason="等待检测报告", actor=actor_of(stage.centre), scope=stage.centre
        )
    with later(minutes=6):
        pausing.matter_resume(matter_id=matter.pk, actor=actor_of(stage.centre), scope=stage.centre)
    with later(minutes=7):
        response = phone.post(address(matter, "handled"), {"version": version, "text": "已换灯泡"})
        assert response.status_code == 409
        text = response.content.decode()
        assert "等待检测报告" in text and "已换灯泡" in text and "meanwhile" in text
        assert fresh(matter).state == "handling"
        again = phone.post(address(matter, "handled"), {"version": version_of(matter.pk), "text": "已换灯泡"})
        assert again.status_code == 302 and fresh(matter).state == "verifying"


def test_a_reminder_meanwhile_disturbs_nobody(stage: Stage) -> None:
    matter, phone = started(stage), signed_in(stage.handler("city_management"))
    version = version_of(matter.pk)
    with later(minutes=5):
        handling.matter_note(
            matter_id=matter.pk, text="别人的话", actor=actor_of(stage.centre), scope=stage.centre
        )
        assert (
            phone.post(address(matter, "handled"), {"version": version, "text": "已换灯泡"}).status_code
            == 302
        )
        for wrong, status in (("", 422), ("x", 409), ("9" * 40, 409), ("-1", 409)):
            response = phone.post(address(matter, "reply"), {"version": wrong, "text": "话"})
            assert response.status_code == status


def test_a_dialog_gets_fragments_and_is_sent_on(stage: Stage) -> None:
    matter, phone = started(stage), signed_in(stage.handler("city_management"))
    asked = phone.get(address(matter, "handled"), headers={"hx-request": "true"})
    assert b"<html" not in asked.content and b"hx-post" in asked.content
    wrong = phone.post(
        address(matter, "handled"), {"version": version_of(matter.pk)}, headers={"hx-request": "true"}
    )
    assert wrong.status_code == 422 and b"<html" not in wrong.content
    old = phone.post(
        address(matter, "handled"), {"version": "x", "text": "好了"}, headers={"hx-request": "true"}
    )
    assert old.status_code == 422 and b"meanwhile" in old.content
    right = phone.post(
        address(matter, "handled"),
        {"version": version_of(matter.pk), "text": "好了"},
        headers={"hx-request": "true"},
    )
    assert right.status_code == 204 and right.headers["HX-Redirect"] == address(matter)


def test_a_post_that_no_longer_sees_the_matter_goes_back_to_its_list(stage: Stage) -> None:
    matter, centre = stage.opened().matter, signed_in(stage.centre)
    MatterType.objects.filter(code="01.01.02").update(access_class=AccessClass.SEALED.value)
    taxonomy.forget()
    sealed = act(centre, matter, "retype", type="01.01.02", list="queue=open")
    assert sealed.status_code == 302 and sealed.headers["Location"] == "/desk/?queue=open"
    assert centre.get(address(matter)).status_code == 404


def test_a_grid_team_writes_on_what_lies_in_its_grid(stage: Stage) -> None:
    matter = stage.opened().matter
    grid = signed_in(stage.scope(GRIDS[0], Duty.HANDLE, Duty.REPORT))
    assert act(grid, matter, "note", text="看过").status_code == 302
    assert act(grid, matter, "photo", photos=[picture()]).status_code == 302
    assert signed_in(stage.scope(GRIDS[1], Duty.HANDLE)).get(address(matter)).status_code == 404


def test_nothing_stored_is_taken_for_markup(stage: Stage) -> None:
    phone = signed_in(stage.handler("city_management"))
    matter = stage.opened(title="<b>粗</b>", text="<script>alert(1)</script>").matter
    act(phone, matter, "note", text="<img src=x onerror=alert(1)>")
    text = phone.get(address(matter)).content.decode()
    assert "<script>alert" not in text and "<img src=x" not in text and "&lt;b&gt;粗" in text
