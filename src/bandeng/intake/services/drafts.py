"""A resident's report while it is being written, kept in the session until it is sent."""

import uuid
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from bandeng.core import clock
from bandeng.core.rules import RESIDENT
from bandeng.dispatch.services.intake import matter_intake, types_of
from bandeng.dispatch.services.reporters import matter_join
from bandeng.intake.services.requests import Answer, answer_once
from bandeng.matters.rules import Channel, id_of
from bandeng.matters.selectors import taxonomy
from bandeng.matters.services.opening import NewMatter
from bandeng.matters.services.photos import Staged, staged_attach
from bandeng.people.services import ContactDetails

SLOT, SENT = "report draft", "report sent"
TITLE_OF_TEXT = 40


@dataclass(frozen=True)
class Draft:
    """What has been filled in so far; `key` makes sending it twice harmless. Longitude and latitude in degrees."""

    key: str = ""
    text: str = ""
    type_code: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    address: str = ""
    area: str = ""
    longitude: float | None = None
    latitude: float | None = None
    anonymous: bool = False
    name: str = ""
    phone: str = ""
    photos: list[dict[str, Any]] = field(default_factory=list)
    same: str = ""  # number of the matter that this report joins
    seen: list[str] = field(default_factory=list)  # numbers of likely duplicates that it is not
    placed: bool = False
    asked_contact: bool = False

    @property
    def staged(self) -> list[Staged]:
        """The photos that wait for the matter."""
        return [Staged(**each) for each in self.photos]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What the likely type wants to know."""
        row = taxonomy().by_code.get(self.type_code)
        return list(row.questions) if row else []


def draft_read(session: SessionBase) -> Draft:
    """The draft of this session; a fresh one when there is none."""
    kept = session.get(SLOT)
    if not isinstance(kept, dict):
        return Draft(key=uuid.uuid4().hex)
    known = {each.name for each in fields(Draft)}
    return Draft(**{name: value for name, value in kept.items() if name in known})


def draft_write(session: SessionBase, draft: Draft, **changes: Any) -> Draft:
    """Keep the draft with some fields changed."""
    changed = replace(draft, **changes)
    session[SLOT] = asdict(changed)
    return changed


def draft_sent(session: SessionBase, *, key: str) -> dict[str, Any] | None:
    """The receipt of a draft that this session has sent, or None."""
    sent = session.get(SENT)
    return sent if isinstance(sent, dict) and key and sent.get("key") == key else None


def title_of(text: str) -> str:
    """The first sentence, as a title."""
    first = text.strip().split("\n", 1)[0]
    for stop in "。！？!?；;":
        first = first.split(stop, 1)[0]
    first = first.strip() or text.strip()
    return first if len(first) <= TITLE_OF_TEXT else first[: TITLE_OF_TEXT - 1] + "…"


def likely_type(text: str) -> str:
    """The code of the type that the classifier is sure of, or an empty text."""
    new = NewMatter(title=title_of(text), text=text, channel=Channel.RESIDENT, reported_at=clock.now())
    found = types_of([new])[0]
    return found.row.code if found.row else ""


def draft_send(session: SessionBase, draft: Draft) -> dict[str, Any]:
    """Open or join the matter of a draft; the same draft sent again gets the same receipt.

    Raises Refused where the matter to join has been closed meanwhile.
    """

    def act() -> Answer:
        receipt = _join(draft) if draft.same else _open(draft)
        return Answer(201, receipt)

    answer = answer_once(owner="resident", key=draft.key, request=draft.key.encode(), act=act)
    receipt = {**answer.body, "key": draft.key}
    session[SENT] = receipt
    session.pop(SLOT, None)
    return receipt


def _open(draft: Draft) -> dict[str, Any]:
    opened = matter_intake(new=_new(draft), actor=RESIDENT)
    staged_attach(matter=opened.matter, staged=draft.staged, phase="report", actor=RESIDENT)
    return {
        "number": opened.matter.number,
        "report": opened.report.pk,
        "secret": opened.secret,
        "joined": False,
    }


def _join(draft: Draft) -> dict[str, Any]:
    joined = matter_join(
        matter_id=id_of(draft.same) or 0, channel=Channel.RESIDENT, text=draft.text, contact=contact_of(draft)
    )
    staged_attach(matter=joined.matter, staged=draft.staged, phase="report", actor=RESIDENT)
    return {
        "number": joined.matter.number,
        "report": joined.report.pk,
        "secret": joined.secret,
        "joined": True,
    }


def contact_of(draft: Draft) -> ContactDetails | None:
    """The contact that the draft leaves; none for an anonymous one."""
    return None if draft.anonymous else ContactDetails(draft.name, draft.phone)


def _new(draft: Draft) -> NewMatter:
    return NewMatter(
        title=title_of(draft.text),
        text=draft.text,
        channel=Channel.RESIDENT,
        reported_at=clock.now(),
        answers=draft.answers,
        contact=contact_of(draft),
        longitude=draft.longitude,
        latitude=draft.latitude,
        address=draft.address,
        area_code=draft.area,
    )
