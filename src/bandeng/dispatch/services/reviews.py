"""A review of the answer to a petition is asked for: by a reporter, or written down for one by an officer."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from bandeng.areas.rules import Level
from bandeng.core import audit, clock
from bandeng.core.rules import RESIDENT, Actor
from bandeng.dispatch.rules import NoticeKind
from bandeng.dispatch.selectors.refusals import Refusal, Refused, reason_checked
from bandeng.dispatch.selectors.review_rules import body_above, next_body, reviewing
from bandeng.dispatch.selectors.reviews import enters, reviews_of
from bandeng.dispatch.selectors.stories import reports_of
from bandeng.dispatch.selectors.tracking import report_for
from bandeng.dispatch.selectors.visibility import NotVisible, sees
from bandeng.dispatch.services.acting import matter_locked, matter_present
from bandeng.dispatch.services.clocks import due_with
from bandeng.dispatch.services.notices import notice_create, organisation_at
from bandeng.dispatch.services.review_chance import Chance, answer_received, chance_of
from bandeng.matters.models import Matter, Report, Review
from bandeng.matters.rules import ReviewBody, ReviewState, StepKind, clean_text
from bandeng.matters.services.changing import matter_change
from bandeng.organisations.models import Organisation
from bandeng.organisations.rules import Duty, DutyMissing, Scope
from bandeng.organisations.selectors import directory

NOON = time(12, 0)
SUBJECT = "matters.review"


@dataclass(frozen=True)
class Asked:
    """A request: whose, why, when it arrived, and when the answer was delivered if that is known."""

    report: Report
    reason: str
    at: datetime
    delivered_at: datetime | None = None


@transaction.atomic
def review_ask(*, number: str, secret: str, reason: str, actor: Actor = RESIDENT) -> Review:
    """A reporter does not agree with the answer; sent twice, it is one request. Raises NotVisible, Refused."""
    report = report_for(number=number, secret=secret)
    told = reason_checked(clean_text(reason))
    matter = matter_present(report.matter_id)
    rows = reviews_of(matter.pk)
    for row in rows:
        if row.decided_at is None and row.report_id == report.pk and row.reason == told:
            return row
    asked = Asked(report, reason=told, at=clock.now())
    return _requested(matter=matter, rows=rows, asked=asked, actor=actor)


@transaction.atomic
def review_enter(
    *,
    matter_id: int,
    report_id: int,
    reason: str,
    arrived_on: date,
    actor: Actor,
    scope: Scope,
    delivered_on: date | None = None,
) -> Review:
    """An officer writes down a request that came on paper or at the counter; its day counts, not today.

    `delivered_on`: the day on which the answer was delivered in writing, if after its closing.
    """
    told = reason_checked(clean_text(reason))
    matter = matter_locked(matter_id)
    if not sees(scope, matter):
        raise NotVisible(matter_id)
    if not enters(scope, matter):
        raise DutyMissing(Duty.INTAKE.value)
    report = reports_of(matter).filter(pk=report_id).first()
    if report is None:
        raise NotVisible(report_id)
    rows = reviews_of(matter.pk)
    arrived = _moment_on(arrived_on, matter, rows)
    delivered = _moment_on(delivered_on, matter, rows) if delivered_on else None
    if delivered is not None and delivered > arrived:
        raise Refused(Refusal.REVIEW_DAY)
    asked = Asked(report, reason=told, at=arrived, delivered_at=delivered)
    return _requested(matter=matter, rows=rows, asked=asked, actor=actor)


def _moment_on(day: date, matter: Matter, rows: list[Review]) -> datetime:
    """The moment that stands for a day between the answer and now. Raises Refused."""
    now = clock.now()
    answered = answer_received(matter.closed_at or now, rows)
    if not timezone.localdate(answered) <= day <= timezone.localdate(now):
        raise Refused(Refusal.REVIEW_DAY)
    if day == timezone.localdate(now):
        return now
    return max(answered, timezone.make_aware(datetime.combine(day, NOON)))


def _requested(*, matter: Matter, rows: list[Review], asked: Asked, actor: Actor) -> Review:
    """Write the request on a locked matter and tell the body. Raises Refused."""
    chance = chance_of(matter, rows, at=asked.at, delivered_at=asked.delivered_at)
    if not isinstance(chance, Chance):
        raise Refused(chance)
    body, keeper = _reviewer(matter, rows, chance)
    limit = reviewing().decide_within
    known = due_with(start=asked.at, limit=limit)
    row = Review.objects.create(
        matter_id=matter.pk, stage=chance.stage, answered_at=chance.answered_at, answered_by_id=matter.lead_id,
        report_id=asked.report.pk, reason=asked.reason, asked_at=asked.at, entered_by=actor.key, body=body.value,
        organisation_id=keeper.pk, state=ReviewState.REQUESTED.value, limit=limit, due_at=known.at,
        due_unknown=known.unknown_year,
    )  # fmt: skip
    # The reason is the words of one reporter; the story, which the others read too, does not quote it.
    matter_change(
        matter=matter, kind=StepKind.REVIEW_REQUESTED, actor=actor, public=True, organisation_id=keeper.pk,
        data={"review": row.pk, "stage": row.stage},
    )  # fmt: skip
    audit.record(
        action="review.requested", subject=(SUBJECT, str(row.pk)), actor=actor.key, reason=asked.reason,
        after={"matter": matter.pk, "stage": row.stage, "body": row.body, "asked_at": asked.at, "due_at": row.due_at,
               "delivered_at": asked.delivered_at},
    )  # fmt: skip
    _tell(matter, row, keeper)
    return row


def _reviewer(matter: Matter, rows: list[Review], chance: Chance) -> tuple[ReviewBody, Organisation]:
    """The body above whoever answered, or above the last review's, and who keeps its file. Raises Refused."""
    before = [row for row in rows if row.answered_at == chance.answered_at]
    answered_by = directory().by_id.get(matter.lead_id or 0)
    body = next_body(ReviewBody(before[-1].body)) if before else body_above(answered_by)
    while body is not None:
        level = Level.STREET if body is ReviewBody.STREET else Level.DISTRICT
        keeper = organisation_at(area_code=matter.area_code, level=level)
        if keeper is not None:
            return body, keeper
        body = next_body(body)
    raise Refused(Refusal.REVIEW_BODY)


def _tell(matter: Matter, row: Review, keeper: Organisation) -> None:
    """The body gets work; whoever answered hears that the answer is disputed."""
    for key in {keeper.pk, matter.lead_id} - {None}:
        assert key is not None
        notice_create(
            matter=matter, organisation_id=key, kind=NoticeKind.REVIEW, occasion=f"review {row.pk}", text=row.reason
        )  # fmt: skip
