"""A district that receives clues, and people who may or may not see them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from bandeng.accounts.middleware import FACTOR_KEY
from bandeng.areas.tests.factories import COMMUNITIES, STREETS
from bandeng.clues.contents import Identity
from bandeng.clues.models import Clue
from bandeng.clues.rules import ClueKind
from bandeng.clues.services import triage
from bandeng.clues.services.attachments import Waiting, picture_stage
from bandeng.clues.services.receiving import NewClue, Receipt, clue_receive
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.tests.factories import House, house
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE, scope

MORNING = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # a Tuesday, nine o'clock in the district
NAME, PHONE = "欧阳望舒", "13912345678"
TEXT = (
    "有人冒充平台客服说给我退款，让转到 6222020200112233453，电话 13800001111，公司叫星河优品商贸有限公司。"
)
SUPERVISING = (Duty.CLUE_TRIAGE, Duty.CLUE_IDENTITY, Duty.SUPERVISE, Duty.FRAUD_WARNING)
HANDLING = (Duty.CLUE_HANDLE, Duty.CLUE_IDENTITY)


HANDLERS = ("police", "housing", COMMUNITIES[1])


@dataclass(frozen=True)
class District:
    """The house with the scopes of those who work on clues."""

    house: House
    receiver: Scope
    approver: Scope

    def scope(self, organisation: str, *duties: Duty) -> Scope:
        """A new post in an organisation."""
        return scope(*duties, organisation=self.house.organisations[organisation])

    def id_of(self, organisation: str) -> int:
        """An organisation's key."""
        return self.house.organisations[organisation].pk


def district() -> District:
    """Areas, offices, a calendar; two of the centre who receive clues and approve openings; handlers elsewhere."""
    built = house()
    for code in HANDLERS:
        scope(*HANDLING, organisation=built.organisations[code])
    centre = built.organisations[CENTRE]
    return District(built, scope(*SUPERVISING, organisation=centre), scope(*SUPERVISING, organisation=centre))


def actor(of: Scope) -> Actor:
    """The person of a scope, acting."""
    return Actor(of.actor, Post.objects.get(pk=of.post_id).user.get_full_name(), of.organisation_id)


def by(of: Scope, number: str) -> dict[str, Any]:
    """What a service wants to know of who acts on which clue."""
    return {"number": number, "actor": actor(of), "scope": of}


def receipt(**changes: Any) -> Receipt:
    """A clue of fraud, anonymous unless told otherwise."""
    values: dict[str, Any] = {"kind": ClueKind.FRAUD, "text": TEXT, "area_code": COMMUNITIES[0]}
    return clue_receive(new=NewClue(**{**values, **changes}))


def named(**changes: Any) -> Receipt:
    """A clue with a name under it."""
    return receipt(identity=Identity(NAME, PHONE), **changes)


def clue(**changes: Any) -> Clue:
    """A received clue."""
    return Clue.objects.get(number=receipt(**changes).number)


def assigned(built: District, organisation: str = "police", **changes: Any) -> Clue:
    """A clue that an organisation is looking into."""
    row = clue(**changes)
    known = by(built.receiver, row.number)
    built.scope(organisation, *HANDLING)
    triage.clue_accept(**known)
    triage.clue_assign(organisation_id=built.id_of(organisation), note="", **known)
    row.refresh_from_db()
    return row


def client_of(of: Scope, *, language: str = "zh-hans") -> Client:
    """A browser in which the holder of a post is signed in, the second factor done."""
    client = Client(headers={"accept-language": language})
    client.force_login(Post.objects.get(pk=of.post_id).user)
    session = client.session
    session[FACTOR_KEY] = "fine"
    session.save()
    return client


def waiting(colour: str = "red") -> Waiting:
    """A sealed picture that waits for its clue."""
    return picture_stage(BytesIO(picture(colour).read()))


def picture(colour: str = "red") -> SimpleUploadedFile:
    """A photo as a phone sends it."""
    body = BytesIO()
    Image.new("RGB", (80, 60), colour).save(body, "JPEG")
    return SimpleUploadedFile("证据.jpg", body.getvalue(), content_type="image/jpeg")


@contextmanager
def later(**span: float) -> Iterator[None]:
    """Some time after the morning."""
    with clock.fixed(MORNING + timedelta(**span)):
        yield


STREET, OTHER_STREET = STREETS
