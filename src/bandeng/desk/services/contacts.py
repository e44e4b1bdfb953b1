"""A reporter's contact is opened by those who may, with a reason, and told in the audit log."""

from django.db import transaction

from bandeng.core import audit
from bandeng.core.rules import Actor
from bandeng.dispatch.selectors import NotVisible, matter_for, reports_of
from bandeng.organisations.rules import Duty, Scope, check_duty
from bandeng.people.services import ContactDetails, contact_open


@transaction.atomic
def report_contact_open(
    *, matter_id: int, report_id: int, reason: str, actor: Actor, scope: Scope
) -> ContactDetails:
    """The contact behind one report of a matter that the post sees.

    Raises NotVisible, DutyMissing, ReasonMissing, ContactErased.
    """
    matter = matter_for(scope, matter_id)
    check_duty(scope=scope, duty=Duty.UNSEAL)
    report = reports_of(matter).filter(pk=report_id, contact__isnull=False).first()
    if report is None or report.contact_id is None:
        raise NotVisible(matter_id)
    details = contact_open(contact_id=report.contact_id, actor=actor.key, reason=reason)
    audit.record(
        action="matter.contact_opened", subject=("matters.matter", str(matter.pk)), actor=actor.key,
        after={"report": report.pk}, reason=reason.strip(),
    )  # fmt: skip
    return details
