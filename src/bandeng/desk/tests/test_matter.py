"""A matter's page: what it shows, to whom, in how many queries."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from bandeng.areas.tests.factories import GRIDS, STREETS
from bandeng.core import clock, remembered
from bandeng.core.models import AuditEntry
from bandeng.desk.selectors import counts
from bandeng.desk.selectors.whole import whole_of
from bandeng.desk.selectors.workings import working_for
from bandeng.desk.tests.officers import address, signed_in
from bandeng.dispatch.services import dispatching, handling, merging, pausing, reporters, splitting
from bandeng.dispatch.services.splitting import Part
from bandeng.dispatch.tests.stories import CLERK_DUTIES, Stage, actor_of, fresh, later
from bandeng.matters.models import Matter, Report
from bandeng.matters.rules import AccessClass, Channel
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import Duty
from bandeng.people.services import ContactDetails

pytestmark = pytest.mark.django_db
MOST_QUERIES = 16
"""Twelve of the page's own; session, account, posts and the count of unread notices belong to every page."""


@pytest.fixture
def stage() -> Iterator[Stage]:
    counts.forget()
    with clock.fixed(MORNING), translation.override("en"):
        yield Stage()
    counts.forget()


def busy(stage: Stage) -> Matter:
    """A road that three organisations work on, reported by many, with parts and merged ones."""
    matter = stage.opened(type_code="01.01.02").matter
    housing = stage.handler("housing")
    handling.matter_start(matter_id=matter.pk, actor=actor_of(housing), scope=housing)
    for number in range(12):
        contact = ContactDetails(name="李明", phone=f"1380000{number:04d}")
        reporters.matter_join(
            matter_id=matter.pk, channel=Channel.PHONE, text=f"我也看见了{number}", contact=contact
        )
        handling.matter_note(
            matter_id=matter.pk, text=f"第{number}次到场", actor=actor_of(housing), scope=housing
        )
    other = stage.opened(type_code="01.01.02").matter
    merging.matter_merge(
        child_id=other.pk, target_id=matter.pk, actor=actor_of(stage.centre), scope=stage.centre
    )
    parts = [Part(title="补坑"), Part(title="划线")]
    splitting.matter_split(matter_id=matter.pk, parts=parts, actor=actor_of(stage.centre), scope=stage.centre)
    return fresh(matter)


def test_page_tells_the_whole_story_in_few_queries(
    stage: Stage, django_assert_max_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine the stamps of reference data would be asked for again in between.
    monkeypatch.setattr(remembered, "ASK_AGAIN_AFTER", 1e9)
    plain, matter = stage.opened().matter, busy(stage)
    client = signed_in(stage.centre)
    client.get(address(plain))
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(address(plain) + "?list=queue%3Dopen").status_code == 200
    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(address(matter) + "?list=queue%3Dopen")
    text = response.content.decode()
    for words in (
        "路灯不亮",
        "我也看见了3",
        "补坑",
        "reported by 14 people",
        "李**",
        "138****0003",
        "第3次到场",
        "Dispatched to 住建",
    ):
        assert words in text
    assert "13800000003" not in text


def test_page_of_a_department_shows_its_own_acts(stage: Stage) -> None:
    matter = stage.opened(type_code="01.01.02").matter
    lead = whole_of(matter, stage.handler("housing")).offers
    assert lead.main is not None and lead.main.act == "start"
    helper = whole_of(matter, stage.handler("police")).offers
    assert helper.main is not None and helper.main.act == "task_done"
    centre = whole_of(matter, stage.centre).offers
    assert "reassign" in {each.act for each in centre.plain}


def test_page_is_for_those_who_see_the_matter(stage: Stage) -> None:
    here = stage.opened(grid=GRIDS[0]).matter
    elsewhere = signed_in(stage.scope(STREETS[1], *CLERK_DUTIES))
    police = signed_in(stage.handler("police"))
    for client in (elsewhere, police):
        for path in ("", "close", "print", "clock", "trail.json", "reply"):
            response = client.get(address(here, path))
            assert response.status_code in (403, 404)
            assert here.title.encode() not in response.content
        assert client.get(address(here)).status_code == 404
        assert client.post(address(here, "note"), {"text": "看", "version": ""}).status_code == 404
    assert signed_in(stage.centre).get("/desk/matters/SJ-0000-0000-1/").status_code == 404
    assert signed_in(stage.centre).get("/desk/matters/" + "9" * 30 + "/").status_code == 404


@pytest.fixture
def _demo(settings: Settings) -> None:
    """Posts that unseal need a second factor, except in a demo."""
    settings.DEMO = True


@pytest.mark.usefixtures("_demo")
def test_sealed_matters_are_not_there_for_others(stage: Stage) -> None:
    matter = stage.opened().matter
    Matter.objects.filter(pk=matter.pk).update(access_class=AccessClass.SEALED.value)
    for scope in (stage.centre, stage.handler("city_management")):
        assert signed_in(scope).get(address(matter)).status_code == 404
        assert (
            signed_in(scope).post(address(matter, "note"), {"text": "看", "version": "x"}).status_code == 404
        )
    assert (
        signed_in(stage.scope("command_centre", Duty.SUPERVISE, Duty.UNSEAL)).get(address(matter)).status_code
        == 200
    )


def test_reports_of_a_sealed_matter_stay_hidden_where_it_was_merged(stage: Stage) -> None:
    matter, secret = stage.opened().matter, stage.opened(text="密封的话不能外传").matter
    merging.matter_merge(
        child_id=secret.pk, target_id=matter.pk, actor=actor_of(stage.centre), scope=stage.centre
    )
    Report.objects.filter(matter_id=secret.pk).update(text="密封的话不能外传")
    Matter.objects.filter(pk=secret.pk).update(access_class=AccessClass.SEALED.value)
    response = signed_in(stage.centre).get(address(matter))
    assert "密封的话" not in response.content.decode()


def test_a_number_typed_otherwise_leads_to_the_page(stage: Stage) -> None:
    matter = stage.opened().matter
    typed = matter.number.replace("-", "").lower()
    response = signed_in(stage.centre).get(f"/desk/matters/{typed}/")
    assert response.status_code == 302 and response.headers["Location"] == address(matter)


def test_key_steps_leave_notes_out_and_say_so(stage: Stage) -> None:
    matter = busy(stage)
    client = signed_in(stage.centre)
    text = client.get(address(matter) + "?story=key").content.decode()
    assert "第3次到场" not in text and "Dispatched to 住建" in text and "All, " in text


def test_several_who_report_the_same_are_one_line(stage: Stage) -> None:
    matter = stage.opened().matter
    for number in range(3):
        reporters.matter_join(matter_id=matter.pk, channel=Channel.RESIDENT, text=f"同件{number}")
    titles = [line.title for line in whole_of(fresh(matter), stage.centre).lines]
    assert "Reported by 3 more people" in titles


def test_why_names_rule_version_and_reasons(stage: Stage) -> None:
    why = whole_of(stage.opened().matter, stage.centre).why
    assert why is not None and why.rule == "lamps" and why.version == 1
    assert "路灯" in why.lines[0]
    dispatched = stage.waiting().matter
    lead = stage.organisation_id("police")
    dispatching.matter_dispatch(
        matter_id=dispatched.pk,
        lead_id=lead,
        note="夜间处警",
        actor=actor_of(stage.centre),
        scope=stage.centre,
    )
    chosen = whole_of(fresh(dispatched), stage.centre).why
    assert chosen is not None and "夜间处警" in chosen.lines[-1] and not chosen.rule


def test_clock_tells_its_working_with_pauses(stage: Stage) -> None:
    matter = stage.opened().matter
    with later(hours=1):
        pausing.matter_pause(
            matter_id=matter.pk, reason="等待检测", actor=actor_of(stage.centre), scope=stage.centre
        )
    with later(days=1):
        paused = whole_of(fresh(matter), stage.centre)
        assert paused.lane is not None and paused.lane.due_x is None and "等待检测" in paused.lane.pauses[0]
        assert "stands still" in working_for(fresh(matter)).result
        pausing.matter_resume(matter_id=matter.pk, actor=actor_of(stage.centre), scope=stage.centre)
    with later(days=1, hours=3):
        lane = whole_of(fresh(matter), stage.centre).lane
        assert lane is not None and [span.paused for span in lane.spans] == [False, True, False]
        assert lane.due_x is not None and lane.now_x < lane.due_x == 300
        working = working_for(fresh(matter))
    assert working.limit == "5 working days"
    assert any("等待检测" in line.text for line in working.lines)
    assert any("民法典" in line.basis for line in working.lines)


def test_clock_of_a_late_matter_ends_now(stage: Stage) -> None:
    matter = stage.opened().matter
    with later(days=20):
        lane = whole_of(fresh(matter), stage.centre).lane
    assert (
        lane is not None and lane.late and lane.now_x == 300 and lane.due_x is not None and lane.due_x < 300
    )


def test_nearby_and_earlier_matters_are_named(stage: Stage) -> None:
    near, far = stage.opened().matter, stage.opened(grid=GRIDS[7]).matter
    old = stage.opened().matter
    past = MORNING - timedelta(days=60)
    Matter.objects.filter(pk=old.pk).update(
        opened_at=past, state="closed", closed_at=past + timedelta(days=3)
    )
    matter = stage.opened().matter
    around = whole_of(matter, stage.centre).around
    assert [each.number for each in around.near] == [near.number]
    assert [each.number for each in around.earlier] == [old.number]
    assert far.number not in {each.number for each in (*around.near, *around.earlier)}


def test_list_around_the_matter_leads_on(stage: Stage) -> None:
    first, second, third = (stage.opened().matter for _ in range(3))
    client = signed_in(stage.centre)
    response = client.get(
        address(second), headers={"referer": "http://testserver/desk/?queue=open&sort=number"}
    )
    assert response.context["around_list"].position == 2
    assert first.number in response.context["previous"] and third.number in response.context["following"]
    follow = client.get(response.context["following"])
    assert follow.context["around_list"].position == 3 and follow.context["following"] == ""
    strange = client.get(address(second), headers={"referer": "http://elsewhere.example/desk/?queue=open"})
    assert strange.context["previous"] == "" and strange.context["list_query"] == ""
    assert client.get(address(second) + "?list=%00%ff&story=%00").status_code == 200


@pytest.mark.usefixtures("_demo")
def test_contact_is_opened_with_a_reason_and_logged(stage: Stage) -> None:
    matter = stage.opened(contact=ContactDetails(name="王小明", phone="13800001234")).matter
    report = Report.objects.get(matter_id=matter.pk)
    path = address(matter, f"contact/{report.pk}")
    unsealer = signed_in(stage.scope("command_centre", Duty.SUPERVISE, Duty.UNSEAL))
    assert "13800001234" not in unsealer.get(address(matter)).content.decode()
    assert unsealer.post(path, {"reason": ""}).status_code == 422
    assert unsealer.post(path, {"reason": "看"}).status_code == 422
    response = unsealer.post(path, {"reason": "电话核实位置"})
    assert "13800001234" in response.content.decode() and "no-store" in response.headers["Cache-Control"]
    entry = AuditEntry.objects.get(action="matter.contact_opened")
    assert entry.subject_id == str(matter.pk) and "电话核实位置" in entry.content
    assert AuditEntry.objects.filter(action="contact.opened").count() == 1
    assert signed_in(stage.centre).post(path, {"reason": "电话核实位置"}).status_code == 403
    other = stage.opened(contact=ContactDetails(phone="13900001234")).matter
    foreign = Report.objects.get(matter_id=other.pk)
    assert (
        unsealer.post(address(matter, f"contact/{foreign.pk}"), {"reason": "电话核实位置"}).status_code == 404
    )


def test_trail_is_exported_to_those_who_supervise_or_audit(stage: Stage) -> None:
    matter = stage.opened(title="=HYPERLINK(1)").matter
    handler = stage.handler("city_management")
    handling.matter_start(matter_id=matter.pk, actor=actor_of(handler), scope=handler)
    assert signed_in(handler).get(address(matter, "trail.json")).status_code == 403
    client = signed_in(stage.centre)
    entries = json.loads(client.get(address(matter, "trail.json")).content)["entries"]
    assert {"matter.opened", "matter.started", "task.working", "matter.trail_exported"} <= {
        each["action"] for each in entries
    }
    assert all(len(each["digest"]) == 64 for each in entries)
    table = client.get(address(matter, "trail.csv")).content.decode("utf-8-sig")
    assert table.count("matter.trail_exported") == 2 and "\n=" not in table
    assert client.get(address(matter, "trail.xml")).status_code == 404


def test_print_shows_everything_but_contacts(stage: Stage) -> None:
    matter = busy(stage)
    text = signed_in(stage.centre).get(address(matter, "print")).content.decode()
    assert "第3次到场" in text and "working days" in text and "138****" not in text


def test_page_speaks_chinese(stage: Stage) -> None:
    client = signed_in(stage.centre)
    text = client.get(address(busy(stage)), headers={"accept-language": "zh-hans"}).content.decode()
    for words in ("反映内容", "经过", "时限", "谁在办", "为什么派到这里", "怎么算的"):
        assert words in text
