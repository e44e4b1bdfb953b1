"""Every act on a matter's page: done, refused, sent twice, sent too late, taken back."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from bandeng.core import clock
from bandeng.desk.selectors import counts
from bandeng.desk.selectors.versions import version_of
from bandeng.desk.tests.officers import act, address, handled, picture, signed_in, started
from bandeng.dispatch.models import Correction, MessageTemplate, Task
from bandeng.dispatch.selectors import Act
from bandeng.dispatch.services.templates import templates_load
from bandeng.dispatch.tests.stories import CLERK_DUTIES, Stage, fresh, kinds_of
from bandeng.matters.models import Matter, Photo, Step
from bandeng.matters.tests.factories import MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    counts.forget()
    with clock.fixed(MORNING), translation.override("en"):
        yield Stage()
    counts.forget()


def test_every_act_has_a_page_that_works_without_script(stage: Stage) -> None:
    """Whatever is offered opens; whatever is not is refused with a reason."""
    lamp = stage.opened().matter
    road, waiting, checked = started(stage, type_code="01.01.02"), stage.waiting().matter, handled(stage)
    handlers = [stage.handler(code) for code in ("housing", "police", "city_management")]
    clients = [signed_in(scope) for scope in (stage.centre, *handlers)]
    opened = set()
    for client in clients:
        for matter in (lamp, road, waiting, checked):
            for name in Act:
                response = client.get(address(matter, name.value))
                assert response.status_code in (200, 403, 404, 409), name
                if response.status_code == 200:
                    opened.add(name)
                if response.status_code in (403, 409):
                    assert b"note-error" in response.content
    assert opened == set(Act) - {Act.RESUME, Act.REOPEN, Act.MERGE_UNDO}


def test_accept_and_dispatch_with_co_handlers_and_own_limits(stage: Stage) -> None:
    matter, centre = stage.waiting().matter, signed_in(stage.centre)
    assert act(centre, matter, "accept", text="正在安排").status_code == 302
    given = {
        "lead": "公安", "text": "请尽快", "limit": "3 working days", "co_1": "住建", "co_1_limit": "1wd",
        "co_1_request": "查看路面", "co_2": "", "co_3": "",
    }  # fmt: skip
    response = act(centre, matter, "dispatch", **given)
    assert response.status_code == 302 and response.headers["Location"] == address(matter)
    assert fresh(matter).state == "dispatched" and fresh(matter).limit == "3wd"
    tasks = {task.organisation.short_name: task for task in Task.objects.filter(matter_id=matter.pk)}
    assert (
        tasks["住建"].limit == "1wd" and tasks["住建"].request == "查看路面" and tasks["公安"].role == "lead"
    )
    assert "Dispatched" in centre.get(address(matter)).content.decode()


def test_dispatch_names_what_is_wrong_and_keeps_what_was_typed(stage: Stage) -> None:
    matter, centre = stage.waiting().matter, signed_in(stage.centre)
    response = act(centre, matter, "dispatch", lead="没有这家", limit="很快", text="写好的话")
    assert response.status_code == 422
    text = response.content.decode()
    assert (
        "No organisation here" in text
        and "This is no limit" in text
        and "写好的话" in text
        and "没有这家" in text
    )
    assert "data-error-summary" in text and fresh(matter).state == "received"
    same = act(centre, matter, "dispatch", lead="公安", co_1="公安")
    assert same.status_code == 422 and fresh(matter).state == "received"


def test_handling_on_a_phone_from_start_to_handled(stage: Stage) -> None:
    matter, phone = stage.opened().matter, signed_in(stage.handler("city_management"))
    assert act(phone, matter, "start").status_code == 302
    assert act(phone, matter, "photo", photos=[picture("red")], phase="before").status_code == 302
    assert act(phone, matter, "note", text="已到场").status_code == 302
    assert act(phone, matter, "handled", text="已换灯泡", photos=[picture("blue")]).status_code == 302
    assert fresh(matter).state == "verifying"
    assert set(Photo.objects.filter(matter_id=matter.pk).values_list("phase", flat=True)) == {
        "before",
        "after",
    }
    assert kinds_of(matter)[-4:] == ["noted", "noted", "noted", "handled"]
    page = phone.get(address(matter)).content.decode()
    assert "1 photo added" in page and "foot-bar" in page


def test_photos_are_checked_by_their_content(stage: Stage) -> None:
    matter, phone = stage.opened().matter, signed_in(stage.handler("city_management"))
    fake = SimpleUploadedFile("现场.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    response = act(phone, matter, "photo", photos=[fake])
    assert response.status_code == 422 and "no photo" in response.content.decode()
    many = [picture(colour) for colour in ("red", "blue", "green", "black", "white", "grey", "pink")]
    assert act(phone, matter, "photo", photos=many).status_code == 422
    assert act(phone, matter, "photo").status_code == 422
    for _ in range(2):
        assert act(phone, matter, "photo", photos=[picture()], phase="after").status_code == 302
    assert Photo.objects.filter(matter_id=matter.pk).count() == 1
    assert Step.objects.filter(matter_id=matter.pk, kind="noted").count() == 1


def test_verifying_passes_and_tells_the_reporters(stage: Stage) -> None:
    templates_load()
    matter, centre = handled(stage), signed_in(stage.centre)
    shown = centre.get(address(matter, "close"))
    assert "已换灯泡" in shown.content.decode()
    template = MessageTemplate.objects.get(act="close")
    filled = centre.post(
        address(matter, "close"),
        {"version": version_of(matter.pk), "template": template.pk, "note": "到场看过"},
    )
    assert "已办结：已换灯泡。" in filled.content.decode() and "到场看过" in filled.content.decode()
    assert fresh(matter).state == "verifying"
    assert act(centre, matter, "close", text="灯亮了", note="到场看过").status_code == 302
    closed = Step.objects.filter(matter_id=matter.pk, kind="closed").get()
    assert closed.note == "灯亮了" and closed.public


def test_verifying_fails_and_goes_back(stage: Stage) -> None:
    matter, centre = handled(stage), signed_in(stage.centre)
    assert act(centre, matter, "send_back", text="").status_code == 422
    assert act(centre, matter, "send_back", text="灯还不亮").status_code == 302
    assert fresh(matter).state == "handling"


def test_pause_resume_extend(stage: Stage) -> None:
    matter, centre = stage.opened().matter, signed_in(stage.centre)
    assert act(centre, matter, "pause", text="等待检测").status_code == 302
    assert fresh(matter).paused_at is not None
    assert act(centre, matter, "resume").status_code == 302
    assert fresh(matter).paused_at is None
    assert act(centre, matter, "extend", limit="99wd", text="情况复杂").status_code == 422
    assert act(centre, matter, "extend", limit="2 working days", text="情况复杂").status_code == 302
    assert fresh(matter).limit == "7wd"


def test_pausing_can_be_taken_back_once(stage: Stage) -> None:
    matter, centre = stage.opened().matter, signed_in(stage.centre)
    act(centre, matter, "pause", text="等待检测")
    assert "Take back" in centre.get(address(matter)).content.decode()
    assert centre.post(address(matter, "undo")).status_code == 302
    assert fresh(matter).paused_at is None
    kinds = kinds_of(matter)
    centre.post(address(matter, "undo"))
    assert kinds_of(matter) == kinds


def test_return_reassign_assign_and_co_handlers(stage: Stage) -> None:
    matter, centre = stage.opened(type_code="01.01.02").matter, signed_in(stage.centre)
    housing, police = signed_in(stage.handler("housing")), signed_in(stage.handler("police"))
    post = stage.handler("housing").post_id
    assert act(housing, matter, "assign", post=post).status_code == 302
    assert fresh(matter).lead_post_id == post
    assert act(police, matter, "task_done", text="已设警示").status_code == 302
    assert (
        act(
            centre,
            matter,
            "task_cancel",
            task=Task.objects.get(matter_id=matter.pk, role="co_handler", state="assigned").pk,
            text="不用了",
        ).status_code
        == 302
    )
    added = act(centre, matter, "add_co_handler", co_1="1号社区", co_1_request="看现场")
    assert added.status_code == 302, added.content.decode()
    assert act(centre, matter, "reassign", lead="城市管理", text="占道经营为主").status_code == 302
    assert fresh(matter).lead_id == stage.organisation_id("city_management")
    management = signed_in(stage.handler("city_management"))
    assert act(management, matter, "return", text="不是我们的").status_code == 302
    assert fresh(matter).state == "returned"


def test_a_co_handler_declines(stage: Stage) -> None:
    matter, police = stage.opened(type_code="01.01.02").matter, signed_in(stage.handler("police"))
    assert act(police, matter, "task_return", text="不在职责内").status_code == 302
    assert Task.objects.get(matter_id=matter.pk, organisation__code="police").state == "returned"


def test_handled_needs_a_word_about_open_co_handlers(stage: Stage) -> None:
    matter, housing = started(stage, type_code="01.01.02"), signed_in(stage.handler("housing"))
    response = act(housing, matter, "handled", text="补好了")
    assert response.status_code == 422 and "Co-handlers have not finished" in response.content.decode()
    assert "公安" in response.content.decode()
    assert act(housing, matter, "handled", text="补好了", note="他们不必再来").status_code == 302


def test_correcting_the_type_feeds_the_classifier(stage: Stage) -> None:
    matter, centre = stage.waiting().matter, signed_in(stage.centre)
    assert act(centre, matter, "retype", type="没有的类").status_code == 422
    assert act(centre, matter, "retype", type="01.01.02 城乡建设 / 道路", text="是路面").status_code == 302
    assert (
        fresh(matter).type_code == "01.01.02"
        and Correction.objects.get(matter_id=matter.pk).right == "01.01.02"
    )


def test_merge_by_suggestion_or_number_and_its_undoing(stage: Stage) -> None:
    target, child, far = stage.opened().matter, stage.opened().matter, stage.opened().matter
    centre = signed_in(stage.centre)
    assert target.number in centre.get(address(child, "merge")).content.decode()
    assert act(centre, child, "merge", target="number", number="SJ-1").status_code == 422
    assert act(centre, child, "merge", target=target.pk, text="同一盏灯").status_code == 302
    assert fresh(child).merged_into_id == target.pk
    page = centre.get(address(child)).content.decode()
    assert target.number in page and "Take back" in page
    assert act(centre, child, "merge_undo").status_code == 302
    assert fresh(child).merged_into_id is None
    assert act(centre, far, "merge", target="number", number=target.number.lower()).status_code == 302
    assert fresh(far).merged_into_id == target.pk


def test_merging_into_a_hidden_matter_tells_nothing(stage: Stage) -> None:
    street = signed_in(stage.scope("330199001", *CLERK_DUTIES))
    matter, hidden = stage.opened().matter, stage.opened(grid="330199002001001").matter
    response = act(street, matter, "merge", target="number", number=hidden.number)
    assert response.status_code == 422 and "You see no matter" in response.content.decode()


def test_split_into_parts_with_one_more_row(stage: Stage) -> None:
    matter, centre = stage.opened().matter, signed_in(stage.centre)
    assert act(centre, matter, "split").status_code == 422
    more = centre.post(
        address(matter, "split"),
        {"version": version_of(matter.pk), "rows": "2", "more": "1", "part_1_title": "修灯"},
    )
    assert "part_3_title" in more.content.decode() and 'value="修灯"' in more.content.decode()
    given = {
        "rows": "3",
        "part_1_title": "修灯",
        "part_1_lead": "城市管理",
        "part_3_title": "修路",
        "part_3_limit": "2wd",
    }
    assert act(centre, matter, "split", **given).status_code == 302
    parts = Matter.objects.filter(parent_id=matter.pk).order_by("id")
    assert [part.title for part in parts] == ["修灯", "修路"] and parts[1].limit == "2wd"
    assert "修路" in centre.get(address(matter)).content.decode()


@pytest.mark.parametrize(("name", "state"), [("reject", "rejected"), ("withdraw", "withdrawn")])
def test_ends_other_than_closing(stage: Stage, name: str, state: str) -> None:
    matter, centre = stage.waiting().matter, signed_in(stage.centre)
    assert act(centre, matter, name, text="").status_code == 422
    assert act(centre, matter, name, text="已由法院受理").status_code == 302
    assert fresh(matter).state == state


def test_reopening_gives_a_new_clock(stage: Stage) -> None:
    matter, centre = handled(stage), signed_in(stage.centre)
    act(centre, matter, "close")
    assert act(centre, matter, "reopen", text="又坏了").status_code == 302
    assert fresh(matter).state == "dispatched" and fresh(matter).reopen_count == 1


def test_reply_is_public_and_a_note_is_not(stage: Stage) -> None:
    matter, phone = started(stage), signed_in(stage.handler("city_management"))
    act(phone, matter, "reply", text="明天上午修")
    act(phone, matter, "note", text="缺灯泡")
    steps = {step.kind: step.public for step in Step.objects.filter(matter_id=matter.pk)}
    assert steps["replied"] and not steps["noted"]
