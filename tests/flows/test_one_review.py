"""A petition whose answer is disputed twice: through the pages, to the figure of the five-colour map."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from bandeng.areas.tests.factories import STREETS
from bandeng.core import clock
from bandeng.core.outbox import relay
from bandeng.core.verification import verify
from bandeng.desk.tests.officers import signed_in
from bandeng.dispatch.tests.petitions import ANSWERED, answer, answered
from bandeng.dispatch.tests.stories import Stage, kinds_of
from bandeng.ledger import selectors, services
from bandeng.ledger.models import Entry
from bandeng.matters.models import Matter, Review
from bandeng.matters.services.opening import Opened
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE
from reckon.index import declaration_shipped

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
INDICATOR = next(each for each in declaration_shipped().indicators if each.code == "overturned_answers")
WINDOW = selectors.Window(areas=(STREETS[0],), months=(202611, 202612))


@pytest.fixture(autouse=True)
def stage(settings: Any, tmp_path: Any) -> Iterator[Stage]:
    settings.DATA = tmp_path
    with clock.fixed(ANSWERED):
        yield Stage()


def figures() -> tuple[list[int], list[int]]:
    """Overturned and reviewed answers of November and December, after everything that waits was done."""
    relay(limit=10_000)
    services.touched_take()
    services.entries_write()
    services.figures_count()
    found = selectors.counted([INDICATOR.numerator, INDICATOR.denominator], WINDOW)
    return found[INDICATOR.numerator].tolist()[0], found[INDICATOR.denominator].tolist()[0]


def signs_waiting(matter: Matter) -> list[int]:
    """The signs of the rows about a matter that wait to be written."""
    relay(limit=10_000)
    services.touched_take()
    told = {"records": "matters", "subject": matter.pk}
    return [entry.sign for entry in Entry.objects.order_by("id") if told.items() <= entry.row.items()]


def following(opened: Opened) -> Client:
    """The reporter's browser."""
    client = Client(headers={"accept-language": "en"})
    client.post("/track/", {"number": opened.matter.number, "secret": opened.secret})
    return client


def asked(client: Client, matter: Matter, *, at: datetime) -> Review:
    """The request through the page."""
    with clock.fixed(at):
        assert client.post(f"/track/{matter.number}/review", {"reason": "漏算了附属房屋"}).status_code == 302
    return Review.objects.get(matter_id=matter.pk, decided_at__isnull=True)


def decided(officer: Client, row: Review, outcome: str, *, at: datetime, document: str = "") -> None:
    """Taken up and decided through the page."""
    given = {"outcome": outcome, "decision": "已重新丈量", "document": document}
    with clock.fixed(at):
        assert officer.post(f"/desk/reviews/{row.pk}/take").status_code == 302
        assert officer.post(f"/desk/reviews/{row.pk}/decide", given).status_code == 302


def test_two_answers_are_disputed_and_one_does_not_stand(stage: Stage) -> None:
    services.measures_declare([INDICATOR.numerator, INDICATOR.denominator])
    upheld, wrong = answered(stage), answered(stage)
    first = signed_in(stage.scope(CENTRE, Duty.SUPERVISE))
    second = signed_in(stage.scope(CENTRE, Duty.SUPERVISE, Duty.DISPATCH))
    browsers = {each.matter.pk: following(each) for each in (upheld, wrong)}
    rows = [asked(browsers[each.matter.pk], each.matter, at=ANSWERED + 2 * DAY) for each in (upheld, wrong)]
    assert figures() == ([0, 0], [0, 0])  # asked for is not reviewed

    decided(first, rows[0], "upheld", at=ANSWERED + 12 * DAY)  # December; the answer was November's
    assert signs_waiting(upheld.matter) == [-1, 1]
    assert figures() == ([0, 0], [1, 0])

    decided(first, rows[1], "set_aside", at=ANSWERED + 12 * DAY)
    assert figures() == ([0, 0], [1, 0])  # it has no answer now
    answer(stage, wrong.matter, at=ANSWERED + 15 * DAY)
    assert figures() == ([0, 1], [1, 1])

    last = asked(browsers[upheld.matter.pk], upheld.matter, at=ANSWERED + 20 * DAY)
    assert (last.stage, last.body) == (2, "city")
    decided(second, last, "upheld", at=ANSWERED + 30 * DAY, document="市复核〔2026〕2号")
    with clock.fixed(ANSWERED + 31 * DAY):
        page = browsers[upheld.matter.pk].get(f"/track/{upheld.matter.number}").content.decode()
    assert "This was the last review" in page and f"/track/{upheld.matter.number}/review" not in page
    assert figures() == ([0, 1], [1, 1])
    services.figures_recount()
    assert figures() == ([0, 1], [1, 1])
    told = [kind for kind in kinds_of(upheld.matter) if kind.startswith("review")]
    assert told == ["review_requested", "review_taken", "review_decided"] * 2
    assert verify().problems == ()
