"""Posts and duties: what a page lets in, and what it does not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from bandeng.accounts.models import User
from bandeng.accounts.tests.factories import PASSWORD, user
from bandeng.areas.tests.factories import COMMUNITIES, DISTRICT, GRIDS, STREETS, area_tree
from bandeng.core import clock
from bandeng.organisations.labels import DUTIES
from bandeng.organisations.models import Organisation, Post
from bandeng.organisations.permission import current_posts, current_scope, requires
from bandeng.organisations.rules import Duty
from bandeng.organisations.selectors import holders, scope_of, today
from bandeng.organisations.tests.factories import CENTRE, organisations, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices() -> dict[str, Organisation]:
    """The small district's organisations."""
    return organisations(area_tree())


def asked(person: User | AnonymousUser, *, chosen: int | None = None) -> HttpRequest:
    """A request of a signed-in person, as the middleware leaves it."""
    request = RequestFactory().get("/desk/?page=2")
    request.COOKIES["sessionid"] = "x"
    request.user = person
    request.session = SessionStore()
    if chosen is not None:
        request.session["post"] = chosen
    return request


@requires(Duty.DISPATCH)
def dispatching(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@requires(any_of=(Duty.VERIFY, Duty.SUPERVISE))
def looking(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def test_scope_of_the_first_post_with_one_query(
    offices: dict[str, Organisation], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    held = post(Duty.DISPATCH, organisation=offices[STREETS[0]])
    request = asked(held.user)
    with django_assert_num_queries(1):
        scope = current_scope(request)
        assert scope is not None
        assert scope.area_code == STREETS[0]
        assert current_scope(request) == scope
        assert dispatching(request).content == b"in"


def test_stranger_costs_no_query_and_is_sent_to_the_sign_in_page(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/desk/?page=2")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        assert current_scope(request) is None
        answer = dispatching(request)
    assert answer.headers["Location"] == "/account/login/?next=/desk/%3Fpage%3D2"


def test_stranger_of_htmx_is_told_to_go_there_as_a_whole() -> None:
    request = RequestFactory().get("/desk/", HTTP_HX_REQUEST="true")
    request.user = AnonymousUser()
    answer = dispatching(request)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/account/login/"


@pytest.mark.parametrize(
    ("duties", "view", "status"),
    [
        ((Duty.DISPATCH,), dispatching, 200),
        ((Duty.HANDLE,), dispatching, 403),
        ((Duty.VERIFY,), looking, 200),
        ((Duty.SUPERVISE,), looking, 200),
        ((Duty.DISPATCH,), looking, 403),
    ],
)
def test_duty_decides(
    offices: dict[str, Organisation], duties: tuple[Duty, ...], view: Callable[..., HttpResponse], status: int
) -> None:
    assert view(asked(post(*duties, organisation=offices[CENTRE]).user)).status_code == status


def test_refusal_names_the_duty_and_offers_another_post(offices: dict[str, Organisation]) -> None:
    held = post(Duty.REPORT, organisation=offices[GRIDS[0]])
    other = post(Duty.DISPATCH, organisation=offices[CENTRE], user=held.user)
    answer = dispatching(asked(held.user))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert str(dict(DUTIES)[Duty.DISPATCH.value]) in page
    assert f'value="{other.pk}"' in page
    assert f'value="{held.pk}"' not in page


@pytest.mark.parametrize(
    ("since", "until"),
    [(timedelta(1), None), (timedelta(-9), timedelta(-1))],
    ids=["not yet begun", "ended"],
)
def test_post_outside_its_days_gives_nothing(
    offices: dict[str, Organisation], since: timedelta, until: timedelta | None
) -> None:
    held = post(Duty.DISPATCH, organisation=offices[CENTRE])
    Post.objects.filter(pk=held.pk).update(since=today() + since, until=today() + until if until else None)
    request = asked(held.user, chosen=held.pk)
    assert current_scope(request) is None
    assert dispatching(request).status_code == 403


def test_day_of_a_post_is_the_district_s_day(offices: dict[str, Organisation]) -> None:
    """At half past seven in the morning it is still yesterday in Greenwich."""
    held = post(Duty.DISPATCH, organisation=offices[CENTRE])
    Post.objects.filter(pk=held.pk).update(since=date(2026, 3, 2), until=date(2026, 3, 2))
    with clock.fixed(datetime(2026, 3, 1, 23, 30, tzinfo=UTC)):
        assert current_scope(asked(held.user)) is not None
    with clock.fixed(datetime(2026, 3, 1, 15, 59, tzinfo=UTC)):
        assert current_scope(asked(held.user)) is None


def test_post_of_somebody_else_in_the_session_is_ignored(offices: dict[str, Organisation]) -> None:
    mine = post(Duty.REPORT, organisation=offices[GRIDS[0]])
    post(Duty.VERIFY, organisation=offices[GRIDS[0]], user=mine.user)
    theirs = post(Duty.ADMINISTER, organisation=offices[CENTRE])
    scope = current_scope(asked(mine.user, chosen=theirs.pk))
    assert scope is not None
    assert scope.post_id == mine.pk


def test_switch_to_own_post_only(offices: dict[str, Organisation], client: Client) -> None:
    mine = post(Duty.REPORT, organisation=offices[GRIDS[0]])
    second = post(Duty.HANDLE, organisation=offices["housing"], user=mine.user)
    theirs = post(Duty.DISPATCH, organisation=offices[CENTRE])
    client.post("/account/login/", {"login": mine.user.username, "password": PASSWORD})
    for wrong in (str(theirs.pk), "x", "", "9" * 30, "-1"):
        client.post("/account/post/", {"post": wrong})
        assert "post" not in client.session
    answer = client.post("/account/post/", {"post": str(second.pk), "next": "/account/"})
    assert client.session["post"] == second.pk
    assert answer.headers["Location"] == "/account/"
    assert client.get("/account/post/").status_code == 405
    outside = client.post("/account/post/", {"post": str(mine.pk), "next": "https://example.org/"})
    assert outside.headers["Location"] == "/account/start/"


def test_post_in_an_organisation_out_of_use_gives_nothing(offices: dict[str, Organisation]) -> None:
    held = post(Duty.DISPATCH, organisation=offices[CENTRE])
    Organisation.objects.filter(code=CENTRE).update(active=False)
    assert current_posts(asked(held.user)) == ()


def test_post_without_an_area_has_its_organisation_s(offices: dict[str, Organisation]) -> None:
    held = post(Duty.DISPATCH, organisation=offices[STREETS[0]])
    held.area = None
    assert scope_of(held).area_code == STREETS[0]


def test_officer_of_a_department_sees_no_area(offices: dict[str, Organisation]) -> None:
    assert not scope_of(post(Duty.HANDLE, organisation=offices["housing"])).sees_area


def test_great_duty_needs_a_second_factor_before_anything_else(
    offices: dict[str, Organisation], client: Client, settings: Settings
) -> None:
    settings.DEMO = False
    held = post(Duty.ADMINISTER, organisation=offices[CENTRE])
    client.post("/account/login/", {"login": held.user.username, "password": PASSWORD})
    assert client.get("/admin/accounts/").headers["Location"] == "/account/second-factor/set-up/"
    settings.DEMO = True
    assert client.get("/admin/accounts/").status_code == 200


def test_holders_of_an_organisation_and_over_an_area(offices: dict[str, Organisation]) -> None:
    chief = post(Duty.VERIFY, organisation=offices[STREETS[0]])
    worker = post(Duty.VERIFY, organisation=offices[GRIDS[0]])
    post(Duty.VERIFY, organisation=offices[STREETS[1]])
    elsewhere = post(Duty.VERIFY, organisation=offices["housing"])
    post(Duty.HANDLE, organisation=offices[GRIDS[0]])
    over = holders(duty=Duty.VERIFY, area_code=GRIDS[0])
    assert {each.post_id for each in over} == {chief.pk, worker.pk}
    assert [each.post_id for each in holders(duty=Duty.VERIFY, organisation_id=offices["housing"].pk)] == [
        elsewhere.pk
    ]
    assert holders(duty=Duty.VERIFY, area_code=COMMUNITIES[3]) != over
    assert GRIDS[0][:6] == DISTRICT
    User.objects.filter(pk=worker.user_id).update(is_active=False)
    assert {each.post_id for each in holders(duty=Duty.VERIFY, area_code=GRIDS[0])} == {chief.pk}


def test_person_without_a_post_gets_a_page_that_says_so() -> None:
    answer = dispatching(asked(user()))
    assert answer.status_code == 403
    assert b"/account/" in answer.content
