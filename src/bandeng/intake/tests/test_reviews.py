"""A reporter asks for a review of the answer on the page of their matter, and reads there what became of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from bandeng.core import clock
from bandeng.dispatch.services.reporters import matter_join
from bandeng.dispatch.services.review_deciding import review_decide, review_take
from bandeng.dispatch.tests.petitions import ANSWERED, answered, petition
from bandeng.dispatch.tests.petitions import answer as answer_it
from bandeng.dispatch.tests.stories import Stage, actor_of
from bandeng.matters.models import Matter, Review
from bandeng.matters.rules import Channel, ReviewOutcome
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
REASON = "漏算了附属房屋的面积"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(ANSWERED + DAY):
        yield Stage()


def following(matter: Matter, secret: str) -> Client:
    """A browser that follows the matter, in English."""
    client = Client(headers={"accept-language": "en"})
    client.post("/track/", {"number": matter.number, "secret": secret})
    return client


def decided(stage: Stage, outcome: ReviewOutcome) -> None:
    """The body decides what waits."""
    who, row = stage.scope(CENTRE, Duty.SUPERVISE), Review.objects.get(decided_at__isnull=True)
    review_take(review_id=row.pk, actor=actor_of(who), scope=who)
    review_decide(
        review_id=row.pk, outcome=outcome, decision="重新丈量后维持", actor=actor_of(who), scope=who
    )


def test_reporter_asks_and_reads_limit_and_result(stage: Stage) -> None:
    opened = answered(stage)
    client, page = following(opened.matter, opened.secret), f"/track/{opened.matter.number}"
    offered = client.get(page).content.decode()
    assert f"{page}/review" in offered and "24 Dec" in offered  # the thirtieth day, not the midnight after it
    assert client.get(f"{page}/review").status_code == 200
    assert client.post(f"{page}/review", {"reason": REASON}).status_code == 302
    waiting = client.get(page).content.decode()
    assert "decides by 25 Dec" in waiting and REASON in waiting and f"{page}/reopen" not in waiting
    decided(stage, ReviewOutcome.UPHELD)
    told = client.get(page).content.decode()
    assert "has upheld the answer" in told and "重新丈量后维持" in told and f"{page}/review" in told


def test_sent_twice_is_one_request(stage: Stage) -> None:
    opened = answered(stage)
    client, page = following(opened.matter, opened.secret), f"/track/{opened.matter.number}/review"
    for _ in range(2):
        client.post(page, {"reason": REASON})
    assert Review.objects.count() == 1


def test_no_reason_keeps_the_page_and_no_secret_leads_away(stage: Stage) -> None:
    opened = answered(stage)
    page = f"/track/{opened.matter.number}/review"
    assert following(opened.matter, opened.secret).post(page, {"reason": ""}).status_code == 422
    assert Client().post(page, {"reason": REASON}).headers["Location"] == "/track/"
    assert Client().get(page).status_code == 302 and not Review.objects.exists()


def test_other_reporters_read_the_result_only(stage: Stage) -> None:
    opened = petition(stage)
    other = matter_join(matter_id=opened.matter.pk, channel=Channel.RESIDENT, text="我家也是")
    answer_it(stage, opened.matter)
    following(opened.matter, opened.secret).post(f"/track/{opened.matter.number}/review", {"reason": REASON})
    decided(stage, ReviewOutcome.UPHELD)
    page = following(opened.matter, other.secret).get(f"/track/{opened.matter.number}").content.decode()
    assert "has upheld the answer" in page and REASON not in page and "重新丈量后维持" not in page


def test_overturned_answer_shows_the_matter_under_way_again(stage: Stage) -> None:
    opened = answered(stage)
    client, page = following(opened.matter, opened.secret), f"/track/{opened.matter.number}"
    client.post(f"{page}/review", {"reason": REASON})
    decided(stage, ReviewOutcome.SET_ASIDE)
    told = client.get(page).content.decode()
    assert "has set the answer aside" in told and "It is with the people who handle it" in told
    assert f"{page}/review" not in told


def test_nothing_is_offered_when_the_time_is_over(stage: Stage) -> None:
    opened = answered(stage)
    client, page = following(opened.matter, opened.secret), f"/track/{opened.matter.number}"
    with clock.fixed(datetime(2026, 12, 24, 16, 1, tzinfo=UTC)):
        assert f"{page}/review" not in client.get(page).content.decode()
        assert client.get(f"{page}/review").status_code == 302
        client.post(f"{page}/review", {"reason": REASON})
    assert not Review.objects.exists()
