"""The work queue's pages: lists, filters, search, the rail, what is new, a quick look."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from bandeng.areas.tests.factories import GRIDS, STREETS
from bandeng.core import clock
from bandeng.desk.selectors import counts
from bandeng.desk.selectors.rows import rows_of
from bandeng.dispatch.services import dispatching, handling, pausing
from bandeng.dispatch.services.dispatching import CoHandler
from bandeng.dispatch.tests.stories import CLERK_DUTIES, Stage, actor_of, fresh
from bandeng.matters.models import Matter
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    counts.forget()
    with clock.fixed(MORNING):
        yield Stage()
    counts.forget()


def signed_in(scope: Scope) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Post.objects.get(pk=scope.post_id).user)
    return client


def shown(client: Client, query: str = "") -> list[int]:
    response = client.get(f"/desk/?{query}")
    assert response.status_code == 200
    return [row.id for row in response.context["page"].rows]


def test_queue_of_a_department_is_what_it_leads(stage: Stage) -> None:
    lamp, road = stage.opened().matter, stage.opened(type_code="01.01.02").matter
    management = signed_in(stage.handler("city_management"))
    assert shown(management) == [lamp.pk]
    assert shown(management, "queue=co_handled") == [road.pk]
    assert set(shown(management, "queue=open")) == {lamp.pk, road.pk}
    assert shown(signed_in(stage.handler("police"))) == []


def test_queue_needs_a_desk_duty(stage: Stage) -> None:
    assert signed_in(stage.scope(GRIDS[0], Duty.REPORT)).get("/desk/").status_code == 403
    assert signed_in(stage.scope(GRIDS[0], Duty.REPORT)).get("/desk/export.csv").status_code == 403
    assert Client().get("/desk/").status_code == 302


def test_queue_of_a_street_holds_its_area_alone(stage: Stage) -> None:
    here, there = stage.opened(grid=GRIDS[0]).matter, stage.opened(grid=GRIDS[7]).matter
    street = signed_in(stage.scope(STREETS[0], *CLERK_DUTIES))
    assert shown(street, "queue=open") == [here.pk]
    assert shown(street, f"queue=open&area={STREETS[1]}") == []
    assert set(shown(signed_in(stage.centre), "queue=open")) == {here.pk, there.pk}
    assert street.get(f"/desk/quick/{there.pk}").status_code == 404
    assert there.title.encode() not in street.get(f"/desk/quick/{there.pk}").content


def test_rows_stand_in_groups_by_deadline(stage: Stage) -> None:
    late, today, later = (stage.opened().matter for _ in range(3))
    Matter.objects.filter(pk=late.pk).update(due_at=MORNING - timedelta(hours=1))
    Matter.objects.filter(pk=today.pk).update(due_at=MORNING + timedelta(hours=2))
    response = signed_in(stage.handler("city_management")).get("/desk/")
    rows = response.context["page"].rows
    assert [row.id for row in rows] == [late.pk, today.pk, later.pk]
    assert [row.band.value for row in rows if row.starts_band] == ["past", "today", "later"]
    assert [row.face.kind for row in rows] == ["over", "soon", "running"]
    assert response.context["length"].groups == {"past": (1, 0), "today": (1, 0), "later": (1, 0)}
    assert b"1 hour late" in response.content
    assert b'aria-sort="ascending"' in response.content


def test_verified_late_is_no_overdue_matter(stage: Stage) -> None:
    matter = stage.opened().matter
    lead = stage.handler("city_management")
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(lead), "scope": lead}
    handling.matter_start(**given)
    handling.matter_handled(result="灯泡已更换", **given)
    Matter.objects.filter(pk=matter.pk).update(due_at=MORNING - timedelta(hours=1))
    response = signed_in(stage.centre).get("/desk/?queue=open")
    assert response.context["length"].groups["past"] == (0, 1)
    assert shown(signed_in(stage.centre), "queue=overdue") == []


def test_a_row_tells_people_co_handlers_and_the_pause(stage: Stage) -> None:
    matter = stage.opened(type_code="01.01.02").matter
    lead = stage.scope("housing", Duty.HANDLE, Duty.SUPERVISE)
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(lead), "scope": lead}
    handling.matter_start(**given)
    pausing.matter_pause(reason="等检测报告", **given)
    with translation.override("zh-hans"):
        row = rows_of([fresh(matter)], lead)[0]
    assert (row.person, row.lead, set(row.helpers)) == ("周宁", "", {"城市管理", "公安"})
    assert row.face is not None and row.face.kind == "paused" and "等检测报告" in row.face.text
    assert row.place == "北桥·1号"
    assert rows_of([fresh(matter)], stage.centre)[0].lead == "住建"


@pytest.mark.parametrize("count", [1, 12])
def test_queue_page_asks_the_same_number_of_questions_for_any_rows(
    stage: Stage, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        stage.opened(type_code="01.01.02")
    client = signed_in(stage.handler("housing"))
    client.get("/desk/")
    counts.forget()
    with django_assert_max_num_queries(16):
        client.get("/desk/")


def test_conditions_become_chips_that_come_off(stage: Stage) -> None:
    stage.opened()
    client = signed_in(stage.centre)
    query = f"queue=open&state=dispatched&area={STREETS[0]}&channel=resident&priority=normal&q=路灯&from=2026-11-01"
    response = client.get(f"/desk/?{query}")
    assert len(response.context["page"].rows) == 1
    chips = {chip.name: chip for chip in response.context["chips"]}
    assert set(chips) == {"State", "Place", "Channel", "Priority", "Words", "Reported from"}
    without = parse_qs(chips["Channel"].query)
    assert "channel" not in without and without["area"] == [STREETS[0]] and without["queue"] == ["open"]
    assert shown(client, "queue=open&state=handling") == []
    assert shown(client, "queue=open&type=01.01") != []
    assert shown(client, "queue=open&type=02") == []


@pytest.mark.parametrize(
    "query",
    [
        "queue=nonsense&state=%00&page=-3&sort=drop",
        "lead=1e9&area=%27%20or%201",
        "page=99999999999",
        "from=0001-01-01&to=x",
    ],
)
def test_senseless_conditions_harm_nothing(stage: Stage, query: str) -> None:
    assert signed_in(stage.centre).get(f"/desk/?{query}").status_code == 200


def test_search_by_number_leads_to_the_matter(stage: Stage) -> None:
    matter = stage.opened().matter
    client = signed_in(stage.centre)
    for typed in (matter.number, matter.number.lower().replace("-", " "), matter.number.replace("-", "")):
        assert client.get("/desk/", {"q": typed})["Location"] == f"/desk/matters/{matter.number}/"
    stranger = signed_in(stage.handler("police"))
    assert "/desk/matters/" not in stranger.get("/desk/", {"q": matter.number})["Location"]


def test_search_for_words_places_and_departments(stage: Stage) -> None:
    here = stage.opened(title="路灯不亮", grid=GRIDS[0]).matter
    there = stage.opened(title="井盖缺失", text="路面上的井盖不见了。", grid=GRIDS[7]).matter
    client = signed_in(stage.centre)

    def found(text: str) -> tuple[list[int], dict[str, list[str]]]:
        address = client.get("/desk/", {"q": text})["Location"]
        return shown(client, urlsplit(address).query), parse_qs(urlsplit(address).query)

    assert found("井盖")[0] == [there.pk]
    assert found("北桥 路灯") == (
        [here.pk],
        {"queue": ["all"], "area": [STREETS[0]], "q": ["路灯"], "sort": ["-number"], "said": ["1"]},
    )
    assert found("柳岸街道")[0] == [there.pk]
    assert set(found("城市管理")[0]) == {here.pk, there.pk}
    assert found("没有这样的字")[0] == []
    assert client.get("/desk/", {"q": "北桥", "literal": "1"})["Location"].count("area=") == 0


def test_search_page_is_counted_and_says_when_it_is_longer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("lists", "lengths"):
        monkeypatch.setattr(f"bandeng.desk.selectors.{module}.PAGE_SIZE", 2)
    for _ in range(4):
        stage.opened()
    address = "/desk/?queue=all&q=路灯&sort=-number"
    assert signed_in(stage.centre).get(address).context["length"].total == 4
    monkeypatch.setattr("bandeng.desk.selectors.lists.MOST_HITS", 1)
    response = signed_in(stage.centre).get(address)
    assert response.context["length"].beyond
    assert "of more than 2" in response.context["position"]
    last = signed_in(stage.centre).get(f"{address}&page=2")
    assert (last.context["length"].total, last.context["length"].beyond) == (4, False)


def test_a_long_list_is_counted_up_to_its_bound(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandeng.desk.selectors.lists.COUNTED_OPEN", 2)
    for _ in range(4):
        stage.opened()
    page = signed_in(stage.centre).get("/desk/?queue=open")
    assert page.context["length"].beyond and b"more than 2 matters" in page.content


def test_words_common_everywhere_are_searched_in_the_newest(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bandeng.desk.selectors import lists

    old = stage.opened(title="路灯不亮", grid=GRIDS[0]).matter
    for _ in range(3):
        stage.opened(title="路灯不亮", grid=GRIDS[7])
    monkeypatch.setattr(lists, "NEWEST", 2)
    monkeypatch.setattr(lists, "MOST_HITS", 100)
    client = signed_in(stage.centre)
    query = f"queue=all&q=路灯&sort=-number&area={STREETS[0]}"
    assert shown(client, query) == [old.pk]
    monkeypatch.setattr(lists, "MOST_HITS", 3)
    assert shown(client, query) == []
    response = client.get(f"/desk/?{query}")
    assert response.context["page"].newest_only
    assert b"only the newest" in response.content


def test_counts_of_the_rail_agree_with_the_lists(stage: Stage) -> None:
    stage.opened()
    stage.opened(type_code="01.01.02")
    stage.waiting()
    late = stage.opened().matter
    Matter.objects.filter(pk=late.pk).update(due_at=MORNING - timedelta(days=1))
    for scope in (stage.centre, stage.handler("city_management"), stage.scope(STREETS[0], *CLERK_DUTIES)):
        client = signed_in(scope)
        for queue in counts.queues_of(scope):
            assert counts.tally(scope).queues.get(queue, 0) == len(shown(client, f"queue={queue.value}")), (
                queue
            )
    assert {lead.name: lead.count for lead in counts.tally(stage.centre).leads} == {"城市管理": 2, "住建": 1}


def test_arrivals_are_counted_since_the_page_was_made(stage: Stage) -> None:
    client = signed_in(stage.handler("city_management"))
    address = client.get("/desk/").context["fresh"]
    assert client.get(address).json() == {"count": 0}
    matter = stage.opened().matter
    stage.opened(type_code="01.01.02")
    assert client.get(address).json() == {"count": 1}
    lead = stage.handler("city_management")
    address = client.get("/desk/").context["fresh"]
    handling.matter_note(matter_id=matter.pk, text="已电话核实", actor=actor_of(lead), scope=lead)
    assert client.get(address).json() == {"count": 0}
    dispatching.matter_reassign(
        matter_id=stage.opened(type_code="01.01.02").matter.pk, lead_id=lead.organisation_id, reason="路灯所致",
        actor=actor_of(stage.centre), scope=stage.centre,
    )  # fmt: skip
    assert client.get(address).json() == {"count": 1}
    assert client.get("/desk/fresh?since=x").status_code == 400


def test_quick_look_tells_the_story_and_no_secrets(stage: Stage) -> None:
    matter = stage.opened(text="<script>alert(1)</script>古渡路的路灯不亮").matter
    lead = stage.handler("city_management")
    dispatching.co_handlers_add(
        matter_id=matter.pk, co_handlers=[CoHandler(organisation_id=stage.organisation_id("police"))],
        actor=actor_of(lead), scope=lead,
    )  # fmt: skip
    page = signed_in(lead).get(f"/desk/quick/{matter.pk}")
    assert page.status_code == 200
    assert b"<script>alert" not in page.content
    assert "古渡路" in page.content.decode()
    assert matter.number.encode() in page.content


def test_shortcuts_are_off_for_whoever_wants_it(stage: Stage) -> None:
    scope = stage.handler("city_management")
    user = Post.objects.get(pk=scope.post_id).user
    client = signed_in(scope)
    assert b'data-keys="off"' not in client.get("/desk/").content
    user.shortcuts_off = True
    user.save()
    assert b'data-keys="off"' in client.get("/desk/").content


def test_pages_follow_one_another(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandeng.desk.selectors.lists.PAGE_SIZE", 2)
    for _ in range(5):
        stage.opened()
    client = signed_in(stage.handler("city_management"))
    seen: list[int] = []
    for number in (1, 2, 3, 4):
        seen += shown(client, f"queue=mine&page={number}")
    assert len(seen) == len(set(seen)) == 5
    assert client.get("/desk/?queue=mine&page=3").context["following"] == ""
    assert shown(client, "queue=mine&sort=-number&page=1") == sorted(seen)[:-3:-1]
