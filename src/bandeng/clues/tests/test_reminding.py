"""Whoever has a clue is reminded and told when it is late; then those who supervise hear of it; never the accused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.clues.models import Clue, ClueNotice
from bandeng.clues.rules.reminding import ClueNoticeKind, Pace, kinds_reached
from bandeng.clues.selectors.notices import notices_for, unread_count
from bandeng.clues.services import triage
from bandeng.clues.services.reminding import limits_set, notices_read, notices_write
from bandeng.clues.tests.factories import (
    HANDLING,
    MORNING,
    District,
    assigned,
    by,
    client_of,
    clue,
    district,
    later,
    named,
)
from bandeng.core import clock
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
PACE = Pace(timedelta(days=3), timedelta(days=3))
KINDS = ClueNoticeKind


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def told(scope: Scope) -> list[str]:
    """The kinds of notices that a post reads, the oldest first."""
    return [each.kind for each in notices_for(scope).order_by("pk")]


@given(hours=st.integers(-400, 400))
def test_reminded_before_late_after_and_escalated_only_what_is_late(hours: int) -> None:
    reached = kinds_reached(due=DUE, now=DUE + timedelta(hours=hours), pace=PACE)
    assert (KINDS.REMINDER in reached) == (-72 <= hours < 0)
    assert (KINDS.OVERDUE in reached) == (hours >= 0)
    assert (KINDS.ESCALATED in reached) == (hours >= 72)


def test_late_triage_is_told_to_who_receives_and_then_to_who_supervises(built: District) -> None:
    clue()
    receiver = built.scope(CENTRE, Duty.CLUE_TRIAGE)
    assert notices_write() == 0
    with later(days=13):
        assert (notices_write(), notices_write()) == (1, 0)
        assert told(receiver) == ["reminder"]
    with later(days=16):
        notices_write()
        assert told(receiver) == ["reminder", "overdue"]
    with later(days=19):
        notices_write()
        assert told(receiver) == ["reminder", "overdue"]
        assert told(built.approver) == ["reminder", "overdue", "escalated"]


def test_late_handling_is_told_to_the_office_in_charge_and_then_to_the_centre_too(built: District) -> None:
    assigned(built)
    police = built.scope("police", *HANDLING)
    with later(days=70):
        notices_write()
        assert told(police) == ["overdue"]
        assert told(built.scope("police", *HANDLING, Duty.SUPERVISE)) == ["overdue", "escalated"]
        assert told(built.approver) == ["escalated"]
        assert told(built.scope("housing", *HANDLING, Duty.SUPERVISE)) == []


def test_a_named_reporter_who_heard_nothing_is_told_of_apart(built: District) -> None:
    row = Clue.objects.get(number=named().number)
    triage.clue_accept(**by(built.receiver, row.number))
    triage.clue_assign(organisation_id=built.id_of("police"), note="", **by(built.receiver, row.number))
    with later(days=31):
        notices_write()
        assert [each.occasion.partition("@")[0] for each in ClueNotice.objects.all()] == ["feedback"]
        triage.clue_reply(text="正在核查，请耐心等待。", **by(built.receiver, row.number))
        assert notices_write() == 0
        assert unread_count(built.scope("police", *HANDLING)) == 0


def test_what_is_done_settles_its_notices(built: District) -> None:
    row = clue()
    with later(days=16):
        notices_write()
        assert unread_count(built.receiver) == 1
        triage.clue_accept(**by(built.receiver, row.number))
        assert unread_count(built.receiver) == 0


def test_the_accused_hear_of_no_reminder(built: District) -> None:
    clue(organisation_id=built.id_of(CENTRE))
    with later(days=30):
        assert notices_write() > 0
        assert told(built.receiver) == [] and unread_count(built.receiver) == 0
        page = client_of(built.receiver).get("/desk/clues/notices/")
        assert page.context["rows"] == []


def test_who_only_decides_about_identities_reads_no_reminder(built: District) -> None:
    clue()
    with later(days=16):
        notices_write()
        assert told(built.scope(CENTRE, Duty.CLUE_IDENTITY)) == []


def test_pages_show_reminders_and_take_them_as_read(built: District) -> None:
    row = clue()
    with later(days=16):
        notices_write()
        for language, words in (("zh-hans", "已超期"), ("en", "Is late")):
            client = client_of(built.receiver, language=language)
            for path in ("/desk/clues/notices/", f"/desk/clues/{row.number}/"):
                assert words in client.get(path).content.decode(), path
        client = client_of(built.receiver)
        client.post("/desk/clues/notices/", {"up_to": "not a number"})
        assert unread_count(built.receiver) == 1
        client.post("/desk/clues/notices/", {"up_to": str(ClueNotice.objects.get().pk)})
        assert unread_count(built.receiver) == 0


def test_a_limit_in_a_year_without_a_calendar_is_set_once_there_is_one(built: District) -> None:
    row = clue()
    Clue.objects.filter(pk=row.pk).update(due_at=None)  # as if the year had not been published
    page = client_of(built.receiver).get("/desk/clues/").content.decode()
    assert "日历未公布" in page
    assert (limits_set(), limits_set()) == (1, 0)
    assert Clue.objects.get(pk=row.pk).due_at == row.due_at


def test_a_named_reporter_without_a_limit_gets_one_and_closed_clues_get_none(built: District) -> None:
    row = Clue.objects.get(number=named().number)
    ended = clue()
    triage.clue_reject(reason="内容不具体，无法核查，请补充", **by(built.receiver, ended.number))
    Clue.objects.update(due_at=None, feedback_due_at=None)
    assert limits_set() == 2
    row.refresh_from_db()
    assert row.due_at is not None and row.feedback_due_at is not None


def test_reading_marks_only_what_was_shown(built: District) -> None:
    clue()
    with later(days=16):
        notices_write()
        last = ClueNotice.objects.get().pk
        assert notices_read(scope=built.receiver, up_to=last - 1) == 0
        assert notices_read(scope=built.receiver, up_to=last) == 1
