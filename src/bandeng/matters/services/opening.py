"""Opening matters: one or a thousand, by the same few statements."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from bandeng.areas.selectors import Place, tile_of
from bandeng.core import audit, bulk, clock, outbox
from bandeng.core.rules import Actor
from bandeng.matters import search
from bandeng.matters.events import MatterChanged
from bandeng.matters.models import Matter, Report, Step
from bandeng.matters.rules import (
    TEXT_LENGTH,
    TITLE_LENGTH,
    AccessClass,
    Channel,
    MatterState,
    Priority,
    StepKind,
    TypeSource,
)
from bandeng.people.models import Contact
from bandeng.people.services import ContactDetails, contact_row, keyed_digest

SECRET_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # noqa: S105 (letters that are not mistaken for one another)
SECRET_LENGTH = 10


@dataclass(frozen=True, kw_only=True)
class NewMatter:
    """What somebody reports, checked and cleaned; longitude and latitude in degrees (WGS84) go together."""

    title: str
    text: str
    channel: Channel
    reported_at: datetime
    type_code: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    contact: ContactDetails | None = None
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    area_code: str = ""
    source: str = ""
    source_key: str = ""
    support: int = 0
    against: int = 0
    reporter_kind: str = "resident"


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What dispatch decided about a new matter before it is written."""

    state: MatterState
    place: Place | None = None
    type_id: int | None = None
    type_code: str = ""
    type_source: TypeSource = TypeSource.NONE
    confidence: float | None = None
    access_class: AccessClass = AccessClass.OPEN
    priority: Priority = Priority.NORMAL
    lead_id: int | None = None
    limit: str = ""
    due_at: datetime | None = None
    due_unknown: int | None = None
    step_due_at: datetime | None = None
    step_limit: str = ""
    why: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Opened:
    """A matter just written, with the secret that only its reporter gets."""

    matter: Matter
    report: Report
    secret: str


def new_secret() -> str:
    """Ten letters and digits, 49 bits, for tracking a matter without an account."""
    return "".join(secrets.choice(SECRET_ALPHABET) for _ in range(SECRET_LENGTH))


def secret_digest(secret: str) -> str:
    """What is kept of a secret."""
    return keyed_digest("report secret", secret.strip().upper())


@transaction.atomic(savepoint=False)
def matters_open(*, items: Sequence[tuple[NewMatter, Ruling]], actor: Actor) -> list[Opened]:
    """Write matters with their first report, story, search words, audit entries and events."""
    moment = clock.now()
    contacts = _contacts_create([new for new, _ in items])
    matters = [_matter_row(new, ruling, moment) for new, ruling in items]
    bulk.insert(matters)
    opened, reports = [], []
    for matter, (new, _), contact in zip(matters, items, contacts, strict=True):
        secret = "" if new.channel is Channel.IMPORT else new_secret()
        report = _report_row(matter, new, contact, secret, moment)
        reports.append(report)
        opened.append(Opened(matter, report, secret))
    bulk.insert(reports)
    search.index_new(
        [(matter.pk, words_searched(new)) for matter, (new, _) in zip(matters, items, strict=True)]
    )
    steps = [
        step
        for matter, (_, ruling) in zip(matters, items, strict=True)
        for step in _steps(matter, ruling, actor)
    ]
    bulk.insert(steps)
    audit.record_many(
        [_record(matter, ruling, actor) for matter, (_, ruling) in zip(matters, items, strict=True)]
    )
    outbox.publish(*[changed(matter, StepKind.OPENED) for matter in matters])
    return opened


def words_searched(new: NewMatter) -> str:
    """The text by which a matter is found."""
    return f"{new.title[:TITLE_LENGTH]}\n{new.text[:TEXT_LENGTH]}\n{new.address}"


def _contacts_create(news: Sequence[NewMatter]) -> list[Contact | None]:
    rows = [contact_row(new.contact) if new.contact else None for new in news]
    bulk.insert([row for row in rows if row is not None])
    return rows


def _matter_row(new: NewMatter, ruling: Ruling, moment: datetime) -> Matter:
    return Matter(
        title=new.title[:TITLE_LENGTH],
        text=new.text[:TEXT_LENGTH],
        answers=dict(new.answers),
        channel=new.channel.value,
        state=ruling.state.value,
        priority=ruling.priority.value,
        access_class=ruling.access_class.value,
        matter_type_id=ruling.type_id,
        type_code=ruling.type_code,
        type_source=ruling.type_source.value,
        type_confidence=ruling.confidence,
        area_id=ruling.place.id if ruling.place else None,
        area_code=ruling.place.code if ruling.place else "",
        address=new.address,
        longitude=new.longitude,
        latitude=new.latitude,
        cell=None if new.longitude is None or new.latitude is None else tile_of(new.longitude, new.latitude),
        lead_id=ruling.lead_id,
        opened_at=new.reported_at,
        clock_from=moment,
        limit=ruling.limit,
        due_at=ruling.due_at,
        due_unknown=ruling.due_unknown,
        step_due_at=ruling.step_due_at,
        step_from=moment if ruling.step_limit else None,
        step_limit=ruling.step_limit or None,
        support=new.support,
        against=new.against,
        changed_at=moment,
    )


def _report_row(
    matter: Matter, new: NewMatter, contact: Contact | None, secret: str, moment: datetime
) -> Report:
    return Report(
        matter_id=matter.pk,
        contact_id=contact.pk if contact else None,
        channel=new.channel.value,
        secret_digest=secret_digest(secret),
        source=new.source,
        source_key=new.source_key,
        reported_at=new.reported_at,
        received_at=moment,
    )


def _steps(matter: Matter, ruling: Ruling, actor: Actor) -> list[Step]:
    opened = Step(
        matter_id=matter.pk,
        kind=StepKind.OPENED.value,
        state=MatterState.RECEIVED.value,
        at=matter.opened_at,
        actor=actor.key,
        actor_name=actor.name,
        organisation_id=actor.organisation_id,
        public=True,
        data={"why": ruling.why} if ruling.lead_id is None else {},
    )
    if ruling.lead_id is None:
        return [opened]
    dispatched = Step(
        matter_id=matter.pk,
        kind=StepKind.DISPATCHED.value,
        state=ruling.state.value,
        at=matter.changed_at,
        actor="system",
        organisation_id=ruling.lead_id,
        public=True,
        data={"why": ruling.why},
    )
    return [opened, dispatched]


def _record(matter: Matter, ruling: Ruling, actor: Actor) -> audit.Record:
    after = {
        "state": matter.state,
        "channel": matter.channel,
        "type": matter.type_code,
        "type_source": matter.type_source,
        "area": matter.area_code,
        "lead": matter.lead_id,
        "limit": matter.limit,
        "due_at": matter.due_at,
        "rule": ruling.why.get("rule", ""),
    }
    return audit.Record("matter.opened", ("matters.matter", str(matter.pk)), actor.key, {}, after)


def changed(matter: Matter, kind: StepKind) -> MatterChanged:
    """The event that tells of a step."""
    return MatterChanged(
        matter_id=matter.pk,
        kind=kind.value,
        state=matter.state,
        area_code=matter.area_code,
        lead_id=matter.lead_id,
        type_code=matter.type_code,
        at=matter.changed_at.isoformat(),
    )
