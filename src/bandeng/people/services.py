"""Sealing and opening of contacts."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction

from bandeng.core import audit, clock
from bandeng.people.models import Contact

KEEP_DAYS = (
    3 * 365
)  # 个人信息保护法 19: the shortest that the purpose needs; complaints may be reviewed for years


@dataclass(frozen=True)
class ContactDetails:
    """What a reporter leaves of themselves."""

    name: str = ""
    phone: str = ""
    email: str = ""


class ContactErased(Exception):
    """The contact's retention period is over; nothing is left to open."""


class ReasonMissing(ValueError):
    """Opening a sealed contact needs a reason."""


def keyed_digest(purpose: str, value: str) -> str:
    """Digest of a value that cannot be computed without our key; empty for an empty value."""
    if not value:
        return ""
    return hmac.new(settings.CONTACT_KEY.encode(), f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def masked_phone(phone: str) -> str:
    """A phone number with its middle hidden."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def contact_row(details: ContactDetails) -> Contact:
    """An unsaved sealed contact, for callers that write many at once."""
    moment = clock.now()
    body = json.dumps(details.__dict__, ensure_ascii=False).encode()
    return Contact(
        sealed=Fernet(settings.CONTACT_KEY.encode()).encrypt(body).decode(),
        phone_digest=keyed_digest("phone", details.phone),
        masked_name=details.name[:1] + "**" if details.name else "",
        masked_phone=masked_phone(details.phone),
        created_at=moment,
        keep_until=(moment + timedelta(days=KEEP_DAYS)).date(),
    )


@transaction.atomic
def contact_open(*, contact_id: int, actor: str, reason: str) -> ContactDetails:
    """Open a sealed contact; the opening is in the audit log with its reason. Raises ReasonMissing, ContactErased."""
    if len(reason.strip()) < 4:
        raise ReasonMissing
    contact = Contact.objects.get(pk=contact_id)
    if contact.erased_at is not None:
        raise ContactErased
    audit.record(action="contact.opened", subject=contact, actor=actor, reason=reason.strip())
    return ContactDetails(
        **json.loads(Fernet(settings.CONTACT_KEY.encode()).decrypt(contact.sealed.encode()))
    )


@transaction.atomic
def contacts_erase(*, actor: str) -> int:
    """Erase contacts whose retention is over; returns how many."""
    due = list(Contact.objects.filter(erased_at__isnull=True, keep_until__lt=clock.now().date())[:1000])
    for contact in due:
        contact.sealed = contact.phone_digest = contact.masked_name = contact.masked_phone = ""
        contact.erased_at = clock.now()
    fields = ["sealed", "phone_digest", "masked_name", "masked_phone", "erased_at"]
    Contact.objects.bulk_update(due, fields)
    audit.record_many([audit.Record("contact.erased", audit.subject_of(contact), actor) for contact in due])
    return len(due)
