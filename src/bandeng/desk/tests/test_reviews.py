"""Pages about the review of an answer: who sees the list and its acts, and that nothing typed is lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from bandeng.areas.tests.factories import STREETS
from bandeng.core import clock
from bandeng.desk.tests.officers import address, signed_in
from bandeng.dispatch.services.reviews import review_ask
from bandeng.dispatch.tests.petitions import ANSWERED, answered, stored
from bandeng.dispatch.tests.stories import Stage, fresh
from bandeng.matters.models import Review
from bandeng.matters.services.opening import Opened
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DECISION = {"outcome": "set_aside", "decision": "附属房屋漏算，事实不清", "document": ""}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(ANSWERED + DAY):
        yield Stage()


def asked(opened: Opened) -> Review:
    """The reporter's request."""
    return review_ask(number=opened.matter.number, secret=opened.secret, reason="漏算了附属房屋")


def test_list_shows_what_waits_and_the_rail_counts_it(stage: Stage) -> None:
    row = asked(answered(stage))
    client = signed_in(stage.scope(CENTRE, Duty.SUPERVISE, Duty.DISPATCH))
    page = client.get("/desk/reviews/").content.decode()
    assert row.matter.number in page and "First review" in page and "Requested" in page
    assert "30 days" in page  # calendar days, as the law counts, not working days
    assert "Reviews of answers" in client.get("/desk/").content.decode()


def test_lists_of_nothing_say_so(stage: Stage) -> None:
    client = signed_in(stage.scope(CENTRE, Duty.SUPERVISE))
    for chosen, words in (
        ("open", "No review waits"),
        ("decided", "Nothing decided"),
        ("ours", "No answer of yours"),
    ):
        assert words in client.get("/desk/reviews/", {"list": chosen}).content.decode()
    assert client.get("/desk/reviews/", {"list": "\x00", "page": "99999999999"}).status_code == 200


def test_list_costs_the_same_however_long(
    stage: Stage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(stage.scope(CENTRE, Duty.SUPERVISE))
    for count in (1, 4):
        for _ in range(count):
            asked(answered(stage))
        client.get("/desk/reviews/")
        with django_assert_max_num_queries(14):
            client.get("/desk/reviews/")


def test_body_takes_up_and_decides_and_the_matter_is_open_again(stage: Stage) -> None:
    opened = answered(stage)
    row = asked(opened)
    client, base = signed_in(stage.scope(CENTRE, Duty.SUPERVISE)), f"/desk/reviews/{row.pk}/"
    assert "Take it up" in client.get(base).content.decode()
    assert client.post(f"{base}take").status_code == 302
    page = client.get(base).content.decode()
    assert "按登记面积补偿" in page and "漏算了附属房屋" in page and 'name="outcome"' in page
    assert client.post(f"{base}decide", DECISION).status_code == 302
    assert stored(row).outcome == "set_aside" and fresh(opened.matter).state == "dispatched"
    again = client.post(f"{base}decide", DECISION)
    assert again.status_code == 409 and DECISION["decision"] in again.content.decode()
    told = signed_in(stage.handler("housing")).get(base).content.decode()
    assert DECISION["decision"] in told and 'name="outcome"' not in told


def test_incomplete_decision_keeps_what_was_typed(stage: Stage) -> None:
    row = asked(answered(stage))
    client, base = signed_in(stage.scope(CENTRE, Duty.SUPERVISE)), f"/desk/reviews/{row.pk}/"
    client.post(f"{base}take")
    answer = client.post(f"{base}decide", DECISION | {"outcome": ""})
    assert answer.status_code == 422 and DECISION["decision"] in answer.content.decode()


def test_others_see_no_acts_and_may_not_send_them(stage: Stage) -> None:
    row = asked(answered(stage))
    base = f"/desk/reviews/{row.pk}/"
    lead = signed_in(stage.scope("housing", Duty.HANDLE, Duty.SUPERVISE))
    assert "Take it up" not in lead.get(base).content.decode()
    assert lead.post(f"{base}take").status_code == 403
    far = signed_in(stage.scope(STREETS[1], Duty.SUPERVISE))
    assert far.get(base).status_code == 404 and far.post(f"{base}take").status_code == 404
    assert far.post(f"{base}decide", DECISION).status_code == 404
    assert stored(row).state == "requested"


def test_officer_writes_a_request_down(stage: Stage) -> None:
    opened = answered(stage)
    client = signed_in(stage.scope(CENTRE, Duty.INTAKE))
    assert address(opened.matter, "review") in client.get(address(opened.matter)).content.decode()
    given = {"report": opened.report.pk, "arrived_on": "2026-11-25", "reason": "漏算了附属房屋"}
    wrong = client.post(address(opened.matter, "review"), given | {"arrived_on": "2026-11-01"})
    assert wrong.status_code == 422 and "漏算了附属房屋" in wrong.content.decode()
    answer = client.post(address(opened.matter, "review"), given)
    row = Review.objects.get()
    assert answer.headers["Location"] == f"/desk/reviews/{row.pk}/"
    assert "No review can be asked for" in client.get(address(opened.matter, "review")).content.decode()


def test_letter_that_came_in_time_is_written_down_after_it(stage: Stage) -> None:
    opened = answered(stage)
    client = signed_in(stage.scope(CENTRE, Duty.INTAKE))
    given = {"report": opened.report.pk, "arrived_on": "2026-12-01", "reason": "漏算了附属房屋"}
    with clock.fixed(ANSWERED + 33 * DAY):
        assert "only what arrived in time" in client.get(address(opened.matter)).content.decode()
        assert 'name="arrived_on"' in client.get(address(opened.matter, "review")).content.decode()
        assert client.post(address(opened.matter, "review"), given).status_code == 302
    assert Review.objects.count() == 1


def test_page_of_the_matter_tells_its_reviews(stage: Stage) -> None:
    opened = answered(stage)
    row = asked(opened)
    page = signed_in(stage.centre).get(address(opened.matter)).content.decode()
    assert f"/desk/reviews/{row.pk}/" in page and "Review of the answer requested" in page


def test_hearing_of_a_first_review_is_refused_in_words(stage: Stage) -> None:
    row = asked(answered(stage))
    client, base = signed_in(stage.scope(CENTRE, Duty.SUPERVISE)), f"/desk/reviews/{row.pk}/"
    client.post(f"{base}take")
    answer = client.post(f"{base}hearing", {"do": "begin"}, follow=True)
    assert "A hearing belongs to a second review" in answer.content.decode()
