"""What reporters do without an account, by number and secret: join, remark, rate, reopen, withdraw."""

from dataclasses import dataclass

from django.db import transaction

from bandeng.areas.rules import Level
from bandeng.core import clock
from bandeng.core.rules import RESIDENT, Actor
from bandeng.dispatch.rules import NoticeKind
from bandeng.dispatch.selectors.acts import Act, refusal_of
from bandeng.dispatch.selectors.refusals import Refusal, Refused, reason_checked
from bandeng.dispatch.selectors.reviews import reopening_barred, reviews_of
from bandeng.dispatch.selectors.tracking import may_rate, may_reopen, report_for
from bandeng.dispatch.services.acting import matter_locked, matter_present
from bandeng.dispatch.services.ending import ended
from bandeng.dispatch.services.notices import dispatcher_of, notice_create
from bandeng.dispatch.services.verifying import reopened
from bandeng.matters.models import Matter, Report
from bandeng.matters.rules import OPEN_STATES, Channel, MatterState, StepKind, clean_text
from bandeng.matters.services.changing import matter_change
from bandeng.matters.services.opening import new_secret, secret_digest
from bandeng.matters.services.remarks import remark_write
from bandeng.people.services import ContactDetails, contact_row


@dataclass(frozen=True)
class Joined:
    """One more report on a matter, with the secret that only its reporter gets."""

    matter: Matter
    report: Report
    secret: str


@transaction.atomic
def matter_join(
    *,
    matter_id: int,
    channel: Channel,
    text: str = "",
    contact: ContactDetails | None = None,
    actor: Actor = RESIDENT,
) -> Joined:
    """One more person reports the same open matter; of a merged one, the matter that took it in."""
    matter = matter_present(matter_id)
    if MatterState(matter.state) not in OPEN_STATES:
        raise Refused(Refusal.STATE)
    secret, moment = new_secret(), clock.now()
    sealed = contact_row(contact) if contact else None
    if sealed is not None:
        sealed.save(force_insert=True)
    report = Report.objects.create(
        matter_id=matter.pk,
        contact_id=sealed.pk if sealed else None,
        channel=channel.value,
        text=clean_text(text),
        secret_digest=secret_digest(secret),
        reported_at=moment,
        received_at=moment,
    )
    matter_change(
        matter=matter, kind=StepKind.JOINED, actor=actor, data={"report": report.pk},
        report_count=matter.report_count + 1,
    )  # fmt: skip
    return Joined(matter, report, secret)


@transaction.atomic
def matter_vote(*, matter_id: int, support: bool, actor: Actor = RESIDENT) -> Matter:
    """Count one voice for or against an open matter; the caller keeps one person from voting twice."""
    matter = matter_locked(matter_id)
    if MatterState(matter.state) not in OPEN_STATES:
        raise Refused(Refusal.STATE)
    name = "support" if support else "against"
    matter_change(
        matter=matter,
        kind=StepKind.JOINED,
        actor=actor,
        data={"vote": name},
        **{name: getattr(matter, name) + 1},
    )
    return matter


@transaction.atomic
def remark_add(*, number: str, secret: str, text: str, actor: Actor = RESIDENT) -> Matter:
    """A reporter adds a word; the lead, else the dispatcher, is told. Raises NotVisible, Refused."""
    report = report_for(number=number, secret=secret)
    told = reason_checked(clean_text(text))
    matter = matter_present(report.matter_id)
    if MatterState(matter.state) not in OPEN_STATES:
        raise Refused(Refusal.STATE)
    step = remark_write(matter=matter, report=report, text=told, actor=actor)
    _tell(matter, NoticeKind.REMARKED, f"remark {step.pk}", told)
    return matter


def _tell(matter: Matter, kind: NoticeKind, occasion: str, text: str) -> None:
    """Tell the lead, or the dispatcher where there is none."""
    told = matter.lead_id
    if told is None:
        dispatcher = dispatcher_of(area_code=matter.area_code, level=Level.STREET)
        told = dispatcher.pk if dispatcher else None
    if told is not None:
        notice_create(matter=matter, organisation_id=told, kind=kind, occasion=occasion, text=text)


@transaction.atomic
def report_rate(*, number: str, secret: str, rating: int, text: str = "", actor: Actor = RESIDENT) -> Report:
    """A reporter rates a closed matter from 1 to 5; it may be changed within the period."""
    report = report_for(number=number, secret=secret)
    matter = matter_present(report.matter_id)
    if rating not in range(1, 6) or matter.state != MatterState.CLOSED.value:
        raise Refused(Refusal.RATING)
    if not may_rate(matter):
        raise Refused(Refusal.RATING_OVER)
    before = report.rating
    report.rating, report.rating_text, report.rated_at = rating, clean_text(text)[:500], clock.now()
    report.save(update_fields=["rating", "rating_text", "rated_at"])
    matter_change(
        matter=matter, kind=StepKind.RATED, actor=actor, note=report.rating_text, satisfaction=rating,
        data={"report": report.pk, "rating": rating, "before": before},
    )  # fmt: skip
    return report


@transaction.atomic
def matter_reopen_by_reporter(*, number: str, secret: str, reason: str, actor: Actor = RESIDENT) -> Matter:
    """A reporter is not content with a closed or refused matter; it goes back to the lead with a new clock."""
    report = report_for(number=number, secret=secret)
    told = reason_checked(clean_text(reason))
    matter = matter_present(report.matter_id)
    problem = refusal_of(act=Act.REOPEN, matter=matter)
    if problem is not None:
        raise Refused(problem)
    barred = reopening_barred(matter, reviews_of(matter.pk))
    if barred is not None:
        raise Refused(barred)
    if not may_reopen(matter):
        raise Refused(Refusal.REOPEN_OVER)
    reopened(matter=matter, reason=told, actor=actor)
    return matter


@transaction.atomic
def matter_withdraw_by_reporter(*, number: str, secret: str, reason: str, actor: Actor = RESIDENT) -> Matter:
    """The only reporter of a matter takes it back; one that others reported as well goes on."""
    report = report_for(number=number, secret=secret)
    told = reason_checked(clean_text(reason))
    matter = matter_locked(report.matter_id)
    problem = refusal_of(act=Act.WITHDRAW, matter=matter)
    if problem is not None:
        raise Refused(problem)
    if matter.report_count > 1:
        raise Refused(Refusal.OTHERS_REPORTED)
    ended(matter=matter, kind=StepKind.WITHDRAWN, target=MatterState.WITHDRAWN, actor=actor, reason=told)
    return matter
