"""A review that two people reach for at the same moment: one of them gets it, and nothing is half done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.core.verification import verify
from bandeng.dispatch.services.review_clocks import reviews_remind
from bandeng.dispatch.services.review_deciding import review_decide, review_take
from bandeng.dispatch.services.reviews import review_ask
from bandeng.dispatch.services.verifying import matter_reopen
from bandeng.dispatch.tests.petitions import answered
from bandeng.dispatch.tests.stories import Stage, actor_of, fresh, kinds_of
from bandeng.dispatch.tests.test_contention import at_once
from bandeng.matters.models import Review
from bandeng.matters.rules import ReviewOutcome
from bandeng.matters.services.opening import Opened
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


def built() -> tuple[Stage, Opened]:
    """A petition that was answered a day ago."""
    stage = Stage()
    return stage, answered(stage, at=clock.now() - timedelta(days=1))


def ask(opened: Opened, reason: str = "漏算了附属房屋") -> Review:
    """The reporter's request."""
    return review_ask(number=opened.matter.number, secret=opened.secret, reason=reason)


def taking(row: Review, scope: Scope) -> Act:
    """An officer who takes the review up."""
    return lambda: review_take(review_id=row.pk, actor=actor_of(scope), scope=scope)


def deciding(row: Review, scope: Scope, outcome: ReviewOutcome) -> Act:
    """An officer who decides it."""
    return lambda: review_decide(
        review_id=row.pk, outcome=outcome, decision="事实不清", actor=actor_of(scope), scope=scope
    )


def test_eight_clicks_are_one_request() -> None:
    _, opened = built()
    assert at_once(*[lambda: ask(opened)] * 8) == ["done"] * 8
    assert Review.objects.count() == 1 and kinds_of(opened.matter).count("review_requested") == 1


def test_different_requests_at_once_leave_one() -> None:
    _, opened = built()
    outcome = at_once(*[lambda n=n: ask(opened, f"理由之{n}") for n in range(4)])
    assert outcome == ["done", "refused", "refused", "refused"]


def test_request_and_reopening_at_once_exclude_each_other() -> None:
    stage, opened = built()
    who: dict[str, Any] = {"actor": actor_of(stage.centre), "scope": stage.centre}
    outcome = at_once(
        lambda: ask(opened), lambda: matter_reopen(matter_id=opened.matter.pk, reason="再办", **who)
    )
    assert outcome == ["done", "refused"]
    assert Review.objects.exists() == (fresh(opened.matter).state == "closed")


def test_two_officers_take_one_review_up() -> None:
    stage, opened = built()
    one, two = stage.scope(CENTRE, Duty.SUPERVISE), stage.scope(CENTRE, Duty.SUPERVISE, Duty.INTAKE)
    row = ask(opened)
    assert at_once(taking(row, one), taking(row, two)) == ["done", "refused"]
    assert AuditEntry.objects.filter(action="review.taken").count() == 1
    assert kinds_of(opened.matter).count("review_taken") == 1


def test_two_decisions_at_once_are_one() -> None:
    stage, opened = built()
    who, row = stage.scope(CENTRE, Duty.SUPERVISE), ask(opened)
    taking(row, who)()
    acts = [deciding(row, who, outcome) for outcome in (ReviewOutcome.UPHELD, ReviewOutcome.SET_ASIDE)] * 3
    assert at_once(*acts).count("done") == 1
    matter, stored = fresh(opened.matter), Review.objects.get()
    assert (matter.reopen_count, matter.state) in {(0, "closed"), (1, "dispatched")}
    assert (stored.outcome == "set_aside") == (matter.reopen_count == 1)
    assert kinds_of(matter).count("review_decided") == 1 and verify().problems == ()


def test_two_workers_remind_once() -> None:
    _, opened = built()
    row = ask(opened)
    assert row.due_at is None or row.due_at > row.asked_at
    Review.objects.update(due_at=clock.now() - timedelta(days=1), asked_at=clock.now() - timedelta(days=31))
    moment = clock.now()
    assert at_once(*[lambda: reviews_remind(now=moment)] * 3) == ["done"] * 3
    assert AuditEntry.objects.filter(action="review.overdue").count() == 1
