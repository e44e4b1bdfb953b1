"""What is sent twice at once, or decided by two officers at once, happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client

from bandeng.areas.tests.factories import COMMUNITIES
from bandeng.clues.models import Clue, ClueMessage, ClueStep, Opening, Talk
from bandeng.clues.rules import ClueState
from bandeng.clues.services import triage
from bandeng.clues.services.mailbox import Key, letter_write
from bandeng.clues.tests.factories import (
    TEXT,
    by,
    client_of,
    clue,
    district,
    named,
    receipt,
)
from bandeng.core import clock

pytestmark = pytest.mark.django_db(transaction=True)
FORM_KEY = "0123456789abcdef" * 2
TIMES = 4


def together(act: Callable[[int], HttpResponseBase]) -> list[HttpResponseBase]:
    """The answers to one act done several times at the same moment."""
    start = Barrier(TIMES)

    def one(number: int) -> HttpResponseBase:
        start.wait()
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(one, range(TIMES)))


def window_of(client: Client) -> Client:
    """Another window of the same browser."""
    window = Client()
    window.cookies = client.cookies
    return window


def filled_in() -> Client:
    """A browser in which everything of a clue is filled in but not sent."""
    reporter = Client()
    reporter.post("/clues/report/", {"kind": "fraud", "text": TEXT})
    reporter.post("/clues/report/about/", {})
    reporter.post("/clues/report/who/", {"who": "anonymous"})
    return reporter


def test_pressing_send_several_times_at_once_makes_one_clue_and_keeps_its_receipt() -> None:
    district()
    reporter = filled_in()
    answers = together(lambda _: window_of(reporter).post("/clues/report/check/"))
    assert {each.headers["Location"] for each in answers} == {"/clues/report/done/"}
    row = Clue.objects.get()
    assert row.number in reporter.get("/clues/report/done/").content.decode()


def test_an_answer_changed_in_another_window_does_not_bring_a_sent_clue_back() -> None:
    district()
    reporter = filled_in()
    pages = [("/clues/report/who/", {"who": "anonymous"}), ("/clues/report/about/", {"place": "后窗"})]
    acts = [("/clues/report/check/", {}), *pages, ("/clues/report/check/", {})]
    together(lambda number: window_of(reporter).post(*acts[number]))
    reporter.post("/clues/report/check/")
    assert Clue.objects.count() == 1


def test_a_letter_sent_several_times_at_once_is_one() -> None:
    with clock.fixed(clock.now()):
        built = district()
        known = receipt()
        officer = client_of(built.receiver)
        reporter = Client()
        reporter.post("/clues/mailbox/", {"number": known.number, "secret": known.secret})
        together(
            lambda _: window_of(reporter).post("/clues/mailbox/write", {"text": "补充一点", "key": FORM_KEY})
        )
        assert ClueMessage.objects.filter(from_reporter=True).count() == 1
        reply = {"text": "请补充转账时间", "key": FORM_KEY[::-1]}
        together(lambda _: window_of(officer).post(f"/desk/clues/{known.number}/reply", reply))
        assert ClueMessage.objects.filter(from_reporter=False).count() == 1


def test_of_two_officers_who_assign_the_same_clue_one_is_told() -> None:
    built = district()
    row = clue()
    triage.clue_accept(**by(built.receiver, row.number))
    row.refresh_from_db()
    seen, offices = row.changed_at.isoformat(), ("police", "housing")
    officers = [client_of(built.receiver), client_of(built.approver)]

    def assign(number: int) -> HttpResponseBase:
        form = {"organisation": built.id_of(offices[number % 2]), "text": "请核查", "seen": seen}
        return window_of(officers[number % 2]).post(f"/desk/clues/{row.number}/assign", form)

    answers = together(assign)
    assert ClueStep.objects.filter(clue=row, kind="assigned").count() == 1
    assert sorted(each.status_code for each in answers) == [302, 422, 422, 422]


def test_a_second_press_says_that_the_clue_has_moved_and_a_text_is_not_lost() -> None:
    built = district()
    row = clue()
    officer = client_of(built.receiver)
    answers = together(lambda _: window_of(officer).post(f"/desk/clues/{row.number}/accept"))
    assert {each.status_code for each in answers} == {302}
    assert ClueStep.objects.filter(clue=row, kind="accepted").count() == 1
    triage.clue_reject(reason="内容不具体，无法核查，请补充", **by(built.approver, row.number))
    typed = "写了很久的不予受理的理由"
    page = officer.post(f"/desk/clues/{row.number}/reject", {"text": typed})
    assert page.status_code == 422 and typed in page.content.decode()
    row.refresh_from_db()
    assert row.state == ClueState.REJECTED


def test_an_opening_asked_for_several_times_at_once_is_one_request() -> None:
    built = district()
    number, officer = named().number, client_of(built.receiver)
    together(
        lambda _: window_of(officer).post(f"/desk/clues/{number}/open", {"text": "需要向举报人核实转账时间"})
    )
    opening = Opening.objects.get()
    approver = client_of(built.approver)
    together(lambda _: window_of(approver).post(f"/desk/clues/openings/{opening.pk}/", {"do": "approve"}))
    opening.refresh_from_db()
    assert (opening.state, opening.approver_id) == ("approved", built.approver.user_id)


def test_a_talk_planned_several_times_at_once_is_one() -> None:
    built = district()
    officer = client_of(built.receiver)
    planned = {
        "title": "公园里的反诈课", "venue": "park", "area": COMMUNITIES[0], "place": "东门",
        "planned_at": "2026-12-01T09:00",
    }  # fmt: skip
    together(lambda _: window_of(officer).post("/desk/talks/new", planned))
    assert Talk.objects.count() == 1


def test_a_letter_through_two_keys_of_forms_is_two_letters() -> None:
    district()
    known = receipt()
    for key in (FORM_KEY, FORM_KEY[::-1]):
        letter_write(key=Key(known.number, known.secret), text="补充一点", form_key=key)
    assert ClueMessage.objects.count() == 2
