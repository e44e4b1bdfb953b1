"""Whatever people try, and whenever: the period never shrinks, and a review never leaves its road."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bandeng.core import clock
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.selectors import Refused
from bandeng.dispatch.services.review_chance import ask_until
from bandeng.dispatch.services.review_deciding import hearing_begin, hearing_end, review_decide, review_take
from bandeng.dispatch.services.reviews import review_ask
from bandeng.dispatch.services.verifying import matter_reopen
from bandeng.dispatch.tests.factories import calendar_year, work_hours
from bandeng.dispatch.tests.petitions import ANSWERED, answered
from bandeng.dispatch.tests.stories import Stage, actor_of, fresh
from bandeng.matters.models import Review
from bandeng.matters.rules import NEXT_REVIEW_STATES, ReviewOutcome, ReviewState
from bandeng.matters.services.opening import Opened
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = st.timedeltas(timedelta(0), timedelta(days=328)).map(lambda passed: NEW_YEAR + passed)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WALKS = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ACTS = ("ask", "take one", "take two", "uphold one", "set aside two", "hear one", "end one", "reopen", "wait")


class Period(TestCase):
    """The thirty days in which a review may be asked for."""

    def setUp(self) -> None:
        """A made-up year."""
        calendar_year()
        work_hours()

    @QUICK
    @given(received=YEAR, later=st.timedeltas(timedelta(0), timedelta(days=3)))
    def test_period_holds_thirty_whole_days_and_never_shrinks(
        self, received: datetime, later: timedelta
    ) -> None:
        until = ask_until(received)
        assert until is not None
        last = timezone.localdate(until - timedelta(seconds=1))
        assert (last - timezone.localdate(received)).days >= 30
        assert timezone.localtime(until).time().isoformat() == "00:00:00"
        following = ask_until(received + later)
        assert following is None or following >= until


class Walk(TestCase):
    """Two officers and the reporter do whatever they like, in any order."""

    @WALKS
    @given(acts=st.lists(st.sampled_from(ACTS), min_size=4, max_size=14))
    def test_invariants_hold_after_every_act(self, acts: list[str]) -> None:
        with clock.fixed(ANSWERED):
            stage = Stage()
            opened = answered(stage)
        one, two = stage.scope(CENTRE, Duty.SUPERVISE), stage.scope(CENTRE, Duty.SUPERVISE, Duty.INTAKE)
        for number, name in enumerate(acts, start=1):
            before = {row.pk: row for row in Review.objects.all()}
            with clock.fixed(ANSWERED + number * timedelta(days=1)), suppress(Refused):
                _act(name, opened, one, two)
            self._checked(opened, before)

    def _checked(self, opened: Opened, before: dict[int, Review]) -> None:
        matter, rows = fresh(opened.matter), list(Review.objects.order_by("id"))
        waiting = [row for row in rows if row.decided_at is None]
        assert len(waiting) <= 1 and (not waiting or matter.state == "closed")
        for row in rows:
            assert (row.state == "decided") == (row.decided_at is not None) == bool(row.outcome)
            old = before.get(row.pk)
            if old is not None and old.state != row.state:
                assert ReviewState(row.state) in NEXT_REVIEW_STATES[ReviewState(old.state)]
            if old is not None and old.decided_at is not None:
                assert (old.outcome, old.decision, old.examiner) == (row.outcome, row.decision, row.examiner)
        cycles = [(row.answered_at, row.stage) for row in rows]
        assert len(set(cycles)) == len(cycles)


def _act(name: str, opened: Opened, one: Scope, two: Scope) -> object:
    row = Review.objects.order_by("-id").first()
    if name == "ask":
        return review_ask(number=opened.matter.number, secret=opened.secret, reason="漏算了附属房屋")
    if name == "reopen":
        return matter_reopen(matter_id=opened.matter.pk, reason="再办", actor=SYSTEM, scope=None)
    if row is None or name == "wait":
        return None
    scope = one if name.endswith("one") else two
    known = {"review_id": row.pk, "actor": actor_of(scope), "scope": scope}
    if name.startswith("take"):
        return review_take(**known)  # type: ignore[arg-type]
    if name.startswith(("hear", "end")):
        return (hearing_begin if name.startswith("hear") else hearing_end)(**known)  # type: ignore[arg-type]
    outcome = ReviewOutcome.UPHELD if name.startswith("uphold") else ReviewOutcome.SET_ASIDE
    return review_decide(**known, outcome=outcome, decision="已查明", document="演示1号")  # type: ignore[arg-type]
