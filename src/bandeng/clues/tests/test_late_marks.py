"""What is late is marked wherever its day stands: in lists, on the clue's page, in reminders."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bandeng.clues.models import Clue
from bandeng.clues.services import triage
from bandeng.clues.services.reminding import notices_write
from bandeng.clues.tests.factories import MORNING, District, by, client_of, district, named
from bandeng.core import clock

pytestmark = pytest.mark.django_db
MARK = re.compile(r'<span class="overdue">已超期，应于 <time[^>]*>([0-9: -]+)</time></span>')


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def late_clue() -> Clue:
    """A named clue whose step and whose first word both ended yesterday."""
    yesterday = MORNING - timedelta(days=1)
    rows = Clue.objects.filter(number=named().number)
    rows.update(due_at=yesterday, feedback_due_at=yesterday - timedelta(days=1))
    return rows.get()


def test_both_limits_are_marked_on_the_clues_page(built: District) -> None:
    address = f"/desk/clues/{late_clue().number}/"
    shown = client_of(built.receiver).get(address).content.decode()
    assert MARK.findall(shown) == ["2026-03-09 09:00", "2026-03-08"]


def test_lists_and_reminders_mark_them_too(built: District) -> None:
    late_clue()
    notices_write()
    client = client_of(built.receiver)
    for address in ("/desk/clues/", "/desk/clues/notices/"):
        assert MARK.findall(client.get(address).content.decode()), address


def test_what_has_ended_is_late_no_more(built: District) -> None:
    row = late_clue()
    triage.clue_reject(reason="与一件已经办结的线索相同", **by(built.receiver, row.number))
    shown = client_of(built.receiver).get(f"/desk/clues/{row.number}/").content.decode()
    assert not MARK.findall(shown)


def test_a_limit_ahead_is_not_marked(built: District) -> None:
    shown = client_of(built.receiver).get(f"/desk/clues/{named().number}/").content.decode()
    assert "2026-" in shown and not MARK.findall(shown)
