"""Saved filters and the inbox."""

from collections.abc import Iterator
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.desk.selectors import counts
from bandeng.desk.tests.test_queue import signed_in
from bandeng.dispatch.models import Notice, SavedFilter
from bandeng.dispatch.services import filters as saving
from bandeng.dispatch.services.filters import FilterProblem, FilterRefused, filter_move, filter_save
from bandeng.dispatch.tests.stories import Stage, actor_of
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    counts.forget()
    with clock.fixed(MORNING):
        yield Stage()
    counts.forget()


def names(scope: Scope) -> list[str]:
    return list(
        SavedFilter.objects.filter(user_id=scope.user_id).order_by("id").values_list("name", flat=True)
    )


def test_filter_is_saved_listed_and_counted(stage: Stage) -> None:
    stage.opened()
    client = signed_in(stage.centre)
    response = client.post(
        "/desk/filters/", {"name": " 路灯 与照明 ", "query": "queue=open&type=01.01&page=3"}
    )
    kept = SavedFilter.objects.get()
    assert (kept.name, kept.user_id) == ("路灯 与照明", stage.centre.user_id)
    assert response["Location"].endswith(f"&saved={kept.pk}")
    rail = client.get("/desk/filters/").content.decode()
    assert "路灯 与照明" in rail and '<span class="count">1</span>' in rail
    assert "路灯 与照明" not in signed_in(stage.handler("police")).get("/desk/filters/").content.decode()


def test_filter_of_the_same_name_takes_the_new_query(stage: Stage) -> None:
    scope = stage.centre
    for query in ("queue=open", "queue=overdue"):
        filter_save(user_id=scope.user_id, name="我的", query=query, actor=actor_of(scope))
    assert SavedFilter.objects.get().query == "queue=overdue"


@pytest.mark.parametrize(("name", "query", "code"), [
    (" ", "queue=open", FilterProblem.NAME), ("长" * 41, "", FilterProblem.NAME),
    ("好", "q" * 1001, FilterProblem.LONG),
])  # fmt: skip
def test_filter_save_refused(stage: Stage, name: str, query: str, code: FilterProblem) -> None:
    with pytest.raises(FilterRefused) as caught:
        filter_save(user_id=stage.centre.user_id, name=name, query=query, actor=actor_of(stage.centre))
    assert caught.value.code is code and str(caught.value)


def test_filters_have_a_limit(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST_FILTERS", 1)
    given: dict[str, Any] = {
        "user_id": stage.centre.user_id,
        "query": "queue=open",
        "actor": actor_of(stage.centre),
    }
    filter_save(name="一", **given)
    with pytest.raises(FilterRefused):
        filter_save(name="二", **given)
    filter_save(name="一", **given)


def test_filters_are_renamed_moved_and_deleted_by_their_owner_alone(stage: Stage) -> None:
    scope, client = stage.centre, signed_in(stage.centre)
    for name in ("甲", "乙", "丙"):
        filter_save(user_id=scope.user_id, name=name, query=f"queue=open&q={name}", actor=actor_of(scope))
    last = SavedFilter.objects.get(name="丙")
    client.post(f"/desk/filters/{last.pk}", {"act": "up"})
    assert names(scope) == ["甲", "丙", "乙"]
    assert SavedFilter.objects.get(name="丙").query == "queue=open&q=丙"
    first = SavedFilter.objects.get(name="甲")
    client.post(f"/desk/filters/{first.pk}", {"act": "rename", "name": "乙"})
    assert names(scope) == ["甲", "丙", "乙"]
    client.post(f"/desk/filters/{first.pk}", {"act": "rename", "name": "丁"})
    stranger = signed_in(stage.handler("police"))
    for act in ("rename", "delete", "up"):
        stranger.post(f"/desk/filters/{first.pk}", {"act": act, "name": "别人"})
    assert names(scope) == ["丁", "丙", "乙"]
    client.post(f"/desk/filters/{first.pk}", {"act": "delete"})
    assert names(scope) == ["丙", "乙"]
    filter_move(user_id=scope.user_id, filter_id=SavedFilter.objects.get(name="丙").pk, by=-1)
    assert names(scope) == ["丙", "乙"]


def test_arranging_page_saves_the_list_one_comes_from(stage: Stage) -> None:
    page = signed_in(stage.centre).get("/desk/filters/arrange?queue=open&q=路灯")
    assert page.status_code == 200 and page.context["query"] == "queue=open&q=%E8%B7%AF%E7%81%AF"


def test_inbox_shows_own_notices_and_marks_them(stage: Stage) -> None:
    lead, client = stage.handler("city_management"), signed_in(stage.handler("city_management"))
    matter = stage.opened().matter
    Notice.objects.all().delete()
    for organisation in ("city_management", "police"):
        for number in range(3):
            Notice.objects.create(
                matter=matter, organisation_id=stage.organisation_id(organisation), kind="reminder",
                occasion=str(number),                created_at=MORNING,
            )  # fmt: skip
    page = client.get("/desk/notices/")
    assert len(page.context["page"].lines) == 3
    assert f"/desk/matters/{matter.number}/" in page.content.decode()
    assert counts.unread_count(lead) == 3
    other = Notice.objects.filter(organisation_id=stage.organisation_id("police")).first()
    assert other is not None
    for key in (page.context["page"].lines[0].id, other.pk):
        client.post("/desk/notices/read", {"notice": key})
    assert (counts.unread_count(lead), counts.unread_count(stage.handler("police"))) == (2, 3)
    client.post("/desk/notices/read", {"up_to": page.context["page"].newest})
    assert counts.unread_count(lead) == 0
    assert len(client.get("/desk/notices/?all=1").context["page"].lines) == 3
    client.post("/desk/notices/read", {"notice": "x", "up_to": ""})
