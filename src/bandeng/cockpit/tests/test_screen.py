"""The one screen: right figures, and nobody sees more than their post may."""

import asyncio
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from bandeng.areas.tests.factories import GRIDS, STREETS
from bandeng.cockpit import selectors, views
from bandeng.cockpit.selectors import screen
from bandeng.core import clock, outbox
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.tests.factories import House, house
from bandeng.matters.events import MatterChanged
from bandeng.matters.models import Matter
from bandeng.matters.rules import AccessClass
from bandeng.matters.tests.factories import new_matter
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty
from bandeng.organisations.selectors import scope_of
from bandeng.organisations.tests.factories import CENTRE, post


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    selectors._KEPT.clear()
    views._LISTENING.clear()


def watcher(built: House, code: str) -> Post:
    return post(Duty.SUPERVISE, Duty.HANDLE, organisation=built.organisations[code])


def taken_in(*, area_code: str = GRIDS[0], type_code: str = "01.01.01", title: str = "路灯不亮") -> Matter:
    new = new_matter(area_code=area_code, type_code=type_code, title=title, reported_at=clock.now())
    return matter_intake(new=new, actor=SYSTEM).matter


@pytest.mark.django_db
def test_figures_add_up() -> None:
    built = house()
    first, _ = taken_in(), taken_in(type_code="01.01.02")
    Matter.objects.filter(pk=first.pk).update(due_at=clock.now() - timedelta(hours=5))
    shown = screen(scope_of(watcher(built, CENTRE)))
    assert (shown.received, shown.open, shown.overdue, shown.closed) == (2, 2, 1, 0)
    assert {(bar.code, bar.open, bar.overdue) for bar in shown.departments} == {
        ("city_management", 1, 1),
        ("housing", 1, 0),
    }
    assert sum(bar.open for bar in shown.areas) == 2
    assert [late.number for late in shown.longest] == [first.number]


@pytest.mark.django_db
def test_street_sees_its_own_area_only() -> None:
    built = house()
    mine, other = STREETS[0], STREETS[1]
    taken_in(area_code=next(code for code in GRIDS if code.startswith(mine)), title="本街道")
    taken_in(area_code=next(code for code in GRIDS if code.startswith(other)), title="别的街道")
    shown = screen(scope_of(watcher(built, mine)))
    assert shown.open == 1
    assert [each.title for each in shown.stream] == ["本街道"]
    assert all(bar.code.startswith(mine) for bar in shown.areas)


@pytest.mark.django_db
def test_department_sees_its_tasks_only() -> None:
    built = house()
    taken_in(type_code="01.01.01")
    taken_in(type_code="01.01.02")
    assert screen(scope_of(watcher(built, "police"))).open == 1, "police helps with roads"
    assert screen(scope_of(watcher(built, "housing"))).open == 1


@pytest.mark.django_db
def test_sealed_and_restricted_titles_stay_off_the_wall() -> None:
    built = house()
    for access in (AccessClass.SEALED, AccessClass.RESTRICTED):
        matter = taken_in(title=f"机密{access.value}")
        Matter.objects.filter(pk=matter.pk).update(
            access_class=access.value, due_at=clock.now() - timedelta(days=1)
        )
    shown = screen(scope_of(post(Duty.UNSEAL, Duty.SUPERVISE, organisation=built.organisations[CENTRE])))
    assert shown.overdue == 2 and shown.longest == () and shown.stream == ()


@pytest.mark.django_db
def test_screen_takes_few_queries(django_assert_max_num_queries: object) -> None:
    built = house()
    for _ in range(12):
        taken_in()
    scope = scope_of(watcher(built, CENTRE))
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        screen(scope)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/screen/", "/screen/counts.json", "/screen/parts/figures"])
def test_strangers_are_sent_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path).status_code in {302, 401}


@pytest.mark.django_db
def test_pages_and_parts_answer(client: Client) -> None:
    built = house()
    client.force_login(watcher(built, CENTRE).user)
    taken_in()
    assert "今日一屏" in client.get("/screen/").content.decode()
    for name in views.PARTS:
        assert client.get(f"/screen/parts/{name}").status_code == 200
    assert client.get("/screen/parts/secrets").status_code == 404
    assert client.get("/screen/counts.json").json()["areas"]


@pytest.mark.django_db(transaction=True)
def test_change_is_pushed_within_two_seconds() -> None:
    built = house()
    user = watcher(built, CENTRE).user

    async def heard() -> list[bytes]:
        client = AsyncClient()
        await client.aforce_login(user)
        response = await client.get("/live/events")
        assert isinstance(response, StreamingHttpResponse) and response["Content-Type"] == "text/event-stream"
        chunks: list[bytes] = []

        async def listen() -> None:
            async for chunk in response:
                chunks.append(bytes(chunk))
                if b"event: changed" in chunk:
                    return

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0.2)
        await asyncio.to_thread(_change)
        await asyncio.wait_for(listening, timeout=5)
        return chunks

    assert any(b"event: changed" in chunk for chunk in asyncio.run(heard()))


def _change() -> None:
    try:
        with transaction.atomic():
            outbox.publish(MatterChanged(1, "opened", "received", "", None, "", clock.now().isoformat()))
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_strangers_hear_nothing() -> None:
    async def asked() -> int:
        return (await AsyncClient().get("/live/events")).status_code

    assert asyncio.run(asked()) == 401
