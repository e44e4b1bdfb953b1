"""Reviews of answers after 信访工作条例 35 and 36: who asks by when, who decides, and what follows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bandeng.areas.tests.factories import GRIDS, STREETS
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.core.rules import Actor
from bandeng.core.verification import verify
from bandeng.dispatch.models import Notice
from bandeng.dispatch.selectors import NotVisible, Refusal
from bandeng.dispatch.selectors.records import matter_records
from bandeng.dispatch.selectors.reviews import (
    in_conflict,
    reviews_kept,
    reviews_of,
    reviews_of_answers,
    reviews_waiting,
)
from bandeng.dispatch.services.reporters import matter_reopen_by_reporter
from bandeng.dispatch.services.review_chance import may_ask
from bandeng.dispatch.services.review_clocks import reviews_recompute, reviews_remind
from bandeng.dispatch.services.review_deciding import hearing_begin, hearing_end, review_decide, review_take
from bandeng.dispatch.services.reviews import review_ask, review_enter
from bandeng.dispatch.services.verifying import matter_reopen
from bandeng.dispatch.tests.factories import calendar_year
from bandeng.dispatch.tests.petitions import ANSWERED, answer, answered, stored
from bandeng.dispatch.tests.stories import Stage, actor_of, fresh, kinds_of, refused
from bandeng.matters.models import Matter, Review
from bandeng.matters.rules import ReviewOutcome
from bandeng.matters.services.opening import Opened
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, DutyMissing, Scope
from bandeng.organisations.tests.factories import CENTRE

pytestmark = pytest.mark.django_db
REASON = "面积认定漏算了附属房屋"
DAY = timedelta(days=1)
UPHELD, CHANGED, SET_ASIDE = ReviewOutcome.UPHELD, ReviewOutcome.CHANGED, ReviewOutcome.SET_ASIDE


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(ANSWERED - DAY):
        yield Stage()


def examiner(stage: Stage, code: str = CENTRE) -> Scope:
    """Somebody of the reviewing body."""
    return stage.scope(code, Duty.SUPERVISE)


def asked(opened: Opened, *, at: datetime = ANSWERED + DAY) -> Review:
    """A request by the reporter."""
    with clock.fixed(at):
        return review_ask(number=opened.matter.number, secret=opened.secret, reason=REASON)


def decided(
    stage: Stage,
    row: Review,
    outcome: ReviewOutcome = UPHELD,
    *,
    at: datetime,
    by: Scope | None = None,
    document: str = "",
) -> Review:
    """The body takes the review up and decides."""
    who = by or examiner(stage)
    with clock.fixed(at):
        review_take(review_id=row.pk, actor=actor_of(who), scope=who)
        return review_decide(
            review_id=row.pk,
            outcome=outcome,
            decision="事实清楚",
            actor=actor_of(who),
            scope=who,
            document=document,
        )


def test_request_reaches_the_body_above_with_thirty_days(stage: Stage) -> None:
    opened = answered(stage)
    row = asked(opened)
    assert (row.stage, row.state, row.body) == (1, "requested", "district")
    assert row.organisation_id == stage.organisation_id(CENTRE)
    assert row.answered_by_id == stage.organisation_id("housing")
    assert row.due_at == datetime(2026, 12, 25, 9, 30, tzinfo=UTC)  # 17:30 of the thirtieth day
    assert fresh(opened.matter).state == "closed"
    told = set(Notice.objects.filter(kind="review").values_list("organisation__code", flat=True))
    assert told == {CENTRE, "housing"}
    assert REASON in AuditEntry.objects.get(action="review.requested").content
    assert reviews_waiting(examiner(stage)) == 1 and reviews_waiting(stage.handler(CENTRE)) == 0


def test_story_does_not_quote_one_reporter_to_the_others(stage: Stage) -> None:
    opened = answered(stage)
    asked(opened)
    assert kinds_of(opened.matter)[-1] == "review_requested"
    assert REASON not in AuditEntry.objects.get(action="matter.review_requested").content


def test_last_day_is_the_thirtieth_until_midnight(stage: Stage) -> None:
    opened = answered(stage)
    ask: dict[str, Any] = {"number": opened.matter.number, "secret": opened.secret, "reason": REASON}
    with clock.fixed(datetime(2026, 12, 24, 16, 0, 1, tzinfo=UTC)):  # a second after midnight here
        refused(Refusal.REVIEW_OVER, review_ask, **ask)
    with clock.fixed(datetime(2026, 12, 24, 15, 59, tzinfo=UTC)):
        assert review_ask(**ask).due_unknown == 2027


def test_year_that_is_not_published_cuts_nobody_off(stage: Stage) -> None:
    opened = answered(stage, at=datetime(2026, 12, 15, 2, 0, tzinfo=UTC))
    row = asked(opened, at=datetime(2027, 1, 5, 2, 0, tzinfo=UTC))
    assert (row.due_at, row.due_unknown) == (None, 2027)
    calendar_year(year=2027)
    assert reviews_recompute() == 1 and reviews_recompute() == 0
    assert stored(row).due_at == datetime(2027, 2, 4, 9, 30, tzinfo=UTC)
    assert AuditEntry.objects.filter(action="review.recomputed").count() == 1


def test_only_claims_are_reviewed(stage: Stage) -> None:
    opened = answered(stage, type_code="13.04.01")
    with clock.fixed(ANSWERED + DAY):
        ask: dict[str, Any] = {"number": opened.matter.number, "secret": opened.secret, "reason": REASON}
        refused(Refusal.REVIEW_TYPE, review_ask, **ask)
        assert may_ask(opened.matter, []) is None


def test_wrong_secret_and_no_reason_ask_for_nothing(stage: Stage) -> None:
    opened = answered(stage)
    with pytest.raises(NotVisible):
        review_ask(number=opened.matter.number, secret="ABCDEFGHJK", reason=REASON)
    refused(Refusal.REASON, review_ask, number=opened.matter.number, secret=opened.secret, reason=" ")
    assert not Review.objects.exists()


def test_clicked_twice_is_one_request_and_another_is_refused(stage: Stage) -> None:
    opened = answered(stage)
    first, second = asked(opened), asked(opened)
    assert first.pk == second.pk and kinds_of(opened.matter).count("review_requested") == 1
    ask: dict[str, Any] = {"number": opened.matter.number, "secret": opened.secret, "reason": "另有理由"}
    refused(Refusal.REVIEW_OPEN, review_ask, **ask)


def test_street_answers_go_to_the_district_and_grids_to_the_street(stage: Stage) -> None:
    street = asked(answered(stage, lead=STREETS[0]))
    grid = asked(answered(stage, lead=GRIDS[0]))
    assert (street.body, grid.body) == ("district", "street")
    assert grid.organisation_id == stage.organisation_id(STREETS[0])


def test_centre_keeps_the_file_of_the_city(stage: Stage) -> None:
    row = asked(answered(stage, lead=CENTRE))
    assert (row.body, row.organisation_id) == ("city", stage.organisation_id(CENTRE))
    who = examiner(stage)
    with clock.fixed(ANSWERED + 2 * DAY):
        review_take(review_id=row.pk, actor=actor_of(who), scope=who)
        given: dict[str, Any] = {
            "review_id": row.pk,
            "outcome": UPHELD,
            "decision": "维持",
            "actor": actor_of(who),
            "scope": who,
        }
        refused(Refusal.REVIEW_DOCUMENT, review_decide, **given)
        assert review_decide(**given, document="市复查〔2026〕1号").document == "市复查〔2026〕1号"


def test_upheld_then_second_review_then_the_end(stage: Stage) -> None:
    opened = answered(stage)
    first = decided(stage, asked(opened), at=ANSWERED + 5 * DAY)
    assert (first.state, first.outcome) == ("decided", "upheld")
    second = asked(opened, at=ANSWERED + 10 * DAY)
    assert (second.stage, second.body) == (2, "city")
    other = stage.scope(CENTRE, Duty.SUPERVISE, Duty.DISPATCH)
    decided(stage, second, at=ANSWERED + 20 * DAY, by=other, document="市复核〔2026〕2号")
    with clock.fixed(ANSWERED + 21 * DAY):
        ask: dict[str, Any] = {"number": opened.matter.number, "secret": opened.secret, "reason": REASON}
        refused(Refusal.REVIEW_LAST, review_ask, **ask)
    with clock.fixed(ANSWERED + 3 * DAY):
        refused(Refusal.REVIEW_LAST, matter_reopen_by_reporter, **ask)
    assert verify().problems == ()


def test_second_review_is_asked_within_thirty_days_of_the_first_decision(stage: Stage) -> None:
    opened = answered(stage)
    decided(stage, asked(opened), at=ANSWERED + 5 * DAY)  # 29 November; the thirtieth day is 29 December
    with clock.fixed(datetime(2026, 12, 29, 16, 1, tzinfo=UTC)):
        ask: dict[str, Any] = {"number": opened.matter.number, "secret": opened.secret, "reason": REASON}
        refused(Refusal.REVIEW_OVER, review_ask, **ask)
    assert asked(opened, at=datetime(2026, 12, 29, 15, 59, tzinfo=UTC)).stage == 2


@pytest.mark.parametrize("outcome", [CHANGED, SET_ASIDE])
def test_overturned_answer_goes_back_with_the_decision(stage: Stage, outcome: ReviewOutcome) -> None:
    opened = answered(stage)
    row = decided(stage, asked(opened), outcome, at=ANSWERED + 5 * DAY)
    matter = fresh(opened.matter)
    assert (matter.state, matter.reopen_count, matter.closed_at) == ("dispatched", 1, None)
    assert kinds_of(matter)[-2:] == ["review_decided", "reopened"]
    notices = Notice.objects.filter(organisation__code="housing", text="事实清楚")
    assert set(notices.values_list("kind", flat=True)) == {"reviewed", "reopened"}
    answer(stage, matter, at=ANSWERED + 9 * DAY)
    again = asked(opened, at=ANSWERED + 10 * DAY)
    assert again.stage == 1 and again.answered_at != row.answered_at


def test_who_handled_verified_or_reviewed_stands_aside(stage: Stage) -> None:
    both = examiner(stage)
    user = Post.objects.get(pk=both.post_id).user
    opened = answered(stage, verifier=Actor(f"user:{user.pk}", "甲", both.organisation_id))
    row = asked(opened)
    with clock.fixed(ANSWERED + 2 * DAY):
        refused(Refusal.REVIEW_CONFLICT, review_take, review_id=row.pk, actor=actor_of(both), scope=both)
    handler = stage.handler("housing")
    assert in_conflict(row, handler.actor) and not in_conflict(row, "user:777")


def test_first_examiner_does_not_enter_the_second_review(stage: Stage) -> None:
    opened, who = answered(stage), examiner(stage)
    decided(stage, asked(opened), at=ANSWERED + 5 * DAY, by=who)
    second = asked(opened, at=ANSWERED + 6 * DAY)
    refused(Refusal.REVIEW_CONFLICT, review_take, review_id=second.pk, actor=actor_of(who), scope=who)


def test_only_the_body_with_the_duty_decides(stage: Stage) -> None:
    row = asked(answered(stage))
    for who in (
        stage.scope("housing", Duty.SUPERVISE),
        stage.scope(CENTRE, Duty.INTAKE),
        examiner(stage, STREETS[0]),
    ):
        with pytest.raises(DutyMissing):
            review_take(review_id=row.pk, actor=actor_of(who), scope=who)
    stranger = examiner(stage, STREETS[1])
    with pytest.raises(NotVisible):
        review_take(review_id=row.pk, actor=actor_of(stranger), scope=stranger)


def test_review_is_taken_up_once_and_handed_over_by_name(stage: Stage) -> None:
    row, one, two = asked(answered(stage)), examiner(stage), stage.scope(CENTRE, Duty.SUPERVISE, Duty.INTAKE)
    review_take(review_id=row.pk, actor=actor_of(one), scope=one)
    review_take(review_id=row.pk, actor=actor_of(one), scope=one)  # clicked twice
    refused(Refusal.REVIEW_STATE, review_take, review_id=row.pk, actor=actor_of(two), scope=two)
    given: dict[str, Any] = {"outcome": UPHELD, "decision": "维持", "actor": actor_of(two), "scope": two}
    refused(Refusal.REVIEW_EXAMINER, review_decide, review_id=row.pk, **given)
    review_take(review_id=row.pk, actor=actor_of(two), scope=two, from_examiner=one.actor)
    assert review_decide(review_id=row.pk, **given).examiner == two.actor
    refused(Refusal.REVIEW_STATE, review_decide, review_id=row.pk, **given)
    assert AuditEntry.objects.filter(action="review.taken").count() == 2


def test_nobody_reopens_while_the_answer_is_reviewed(stage: Stage) -> None:
    opened = answered(stage)
    asked(opened)
    given: dict[str, Any] = {"reason": "再办", "actor": actor_of(stage.centre), "scope": stage.centre}
    refused(Refusal.REVIEW_OPEN, matter_reopen, matter_id=opened.matter.pk, **given)
    by_reporter: dict[str, Any] = {"number": opened.matter.number, "secret": opened.secret, "reason": "再办"}
    refused(Refusal.REVIEW_OPEN, matter_reopen_by_reporter, **by_reporter)


def test_officer_enters_a_letter_by_the_day_of_its_arrival(stage: Stage) -> None:
    opened, clerk = answered(stage), stage.scope(CENTRE, Duty.INTAKE)
    given: dict[str, Any] = {"matter_id": opened.matter.pk, "report_id": opened.report.pk, "reason": REASON}
    who: dict[str, Any] = {"actor": actor_of(clerk), "scope": clerk}
    with clock.fixed(datetime(2026, 12, 28, 2, 0, tzinfo=UTC)):  # entered late, yet it came in time
        for day in (date(2026, 11, 23), date(2026, 12, 29)):
            refused(Refusal.REVIEW_DAY, review_enter, **given, **who, arrived_on=day)
        refused(Refusal.REVIEW_OVER, review_enter, **given, **who, arrived_on=date(2026, 12, 25))
        row = review_enter(**given, **who, arrived_on=date(2026, 12, 1))
    assert row.due_at == datetime(2026, 12, 31, 9, 30, tzinfo=UTC) and row.entered_by == clerk.actor


def test_written_answer_that_came_later_counts_from_its_delivery(stage: Stage) -> None:
    opened, clerk = answered(stage), stage.scope(CENTRE, Duty.INTAKE)
    given: dict[str, Any] = {
        "matter_id": opened.matter.pk, "report_id": opened.report.pk, "reason": REASON, "actor": actor_of(clerk),
        "scope": clerk, "arrived_on": date(2026, 12, 28),
    }  # fmt: skip
    with clock.fixed(datetime(2026, 12, 28, 2, 0, tzinfo=UTC)):
        refused(Refusal.REVIEW_OVER, review_enter, **given)
        refused(Refusal.REVIEW_DAY, review_enter, **given, delivered_on=date(2026, 12, 29))
        assert review_enter(**given, delivered_on=date(2026, 12, 1)).stage == 1


def test_officer_enters_within_duty_and_view_only(stage: Stage) -> None:
    opened, other = answered(stage), answered(stage)
    given: dict[str, Any] = {
        "matter_id": opened.matter.pk,
        "reason": REASON,
        "arrived_on": date(2026, 11, 24),
    }
    far, idle = stage.scope(STREETS[1], Duty.INTAKE), stage.scope(CENTRE, Duty.HANDLE)
    clerk = stage.scope(CENTRE, Duty.INTAKE)
    with clock.fixed(ANSWERED + DAY):
        with pytest.raises(NotVisible):
            review_enter(**given, report_id=opened.report.pk, actor=actor_of(far), scope=far)
        with pytest.raises(DutyMissing):
            review_enter(**given, report_id=opened.report.pk, actor=actor_of(idle), scope=idle)
        with pytest.raises(NotVisible):
            review_enter(**given, report_id=other.report.pk, actor=actor_of(clerk), scope=clerk)


def test_hearing_is_not_counted_and_belongs_to_the_second_review(stage: Stage) -> None:
    opened, who = answered(stage), stage.scope(CENTRE, Duty.SUPERVISE, Duty.DISPATCH)
    first = asked(opened)
    act: dict[str, Any] = {"actor": actor_of(who), "scope": who}
    refused(Refusal.REVIEW_EXAMINER, hearing_begin, review_id=first.pk, **act)
    decided(stage, first, at=ANSWERED + DAY)
    second = asked(opened, at=ANSWERED + DAY)  # 25 November
    with clock.fixed(ANSWERED + 6 * DAY):
        review_take(review_id=second.pk, **act)
        assert hearing_begin(review_id=second.pk, **act).due_at is None
        given: dict[str, Any] = {
            "review_id": second.pk,
            "outcome": UPHELD,
            "decision": "维持",
            "document": "1号",
            **act,
        }
        refused(Refusal.REVIEW_HEARING, review_decide, **given)
    with clock.fixed(ANSWERED + 8 * DAY):
        assert hearing_end(review_id=second.pk, **act).due_at == datetime(2026, 12, 28, 9, 30, tzinfo=UTC)
        refused(Refusal.REVIEW_HEARING, hearing_begin, review_id=second.pk, **act)
        assert review_decide(**given).state == "decided"


def test_reminders_and_lateness_are_told_once(stage: Stage) -> None:
    row = asked(answered(stage, lead=GRIDS[0]))
    assert reviews_remind(now=ANSWERED + 5 * DAY) == 0
    for days, new in ((17, 1), (18, 0), (27, 1), (32, 2), (33, 0)):
        assert reviews_remind(now=ANSWERED + days * DAY) == new
    told = Notice.objects.filter(occasion__startswith=f"review {row.pk} ").values_list(
        "organisation__code", "kind"
    )
    street = STREETS[0]
    assert sorted(told) == sorted(
        [(street, "reminder"), (street, "reminder"), (street, "overdue"), (CENTRE, "escalated")]
    )


def test_lists_are_of_the_post_and_leave_out_what_it_may_not_see(stage: Stage) -> None:
    row = asked(answered(stage))
    assert list(reviews_kept(examiner(stage))) == [row]
    assert list(reviews_of_answers(stage.handler("housing"))) == [row]
    assert not reviews_kept(examiner(stage, STREETS[0])) and not reviews_kept(
        stage.scope(CENTRE, Duty.REPORT)
    )


def test_record_tells_reviewed_and_overturned(stage: Stage) -> None:
    upheld, changed, waiting = (answered(stage) for _ in range(3))
    decided(stage, asked(upheld), at=ANSWERED + 3 * DAY)
    decided(stage, asked(changed), CHANGED, at=ANSWERED + 3 * DAY)
    asked(waiting)
    keys = [each.matter.pk for each in (upheld, changed, waiting)]
    flags = [
        record.flags & {"reviewed", "overturned"}
        for record in sorted(matter_records(keys), key=lambda r: r.subject)
    ]
    assert flags == [{"reviewed"}, {"reviewed", "overturned"}, frozenset()]
    assert reviews_of(changed.matter.pk)[0].outcome == "changed"
    assert Matter.objects.get(pk=keys[2]).state == "closed"
