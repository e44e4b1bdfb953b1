"""A clue comes in: number and mailbox code, everything sealed, what it accuses shut out, all in one transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from bandeng.areas.selectors import atlas
from bandeng.clues import terms, vault
from bandeng.clues.contents import (
    Content,
    Identity,
    Original,
    content_sealed,
    identity_sealed,
    original_sealed,
)
from bandeng.clues.events import ClueReceived
from bandeng.clues.models import Clue
from bandeng.clues.rules import (
    NUMBER_LENGTH,
    SECRET_ALPHABET,
    SECRET_LENGTH,
    TITLE_LENGTH,
    ClueKind,
    ClueState,
    ClueStepKind,
    number_shown,
)
from bandeng.clues.rules.masking import mask
from bandeng.clues.selectors.visibility import receivers_left
from bandeng.clues.services.accusing import accusations_enter
from bandeng.clues.services.attachments import Waiting, pictures_attach
from bandeng.clues.services.changing import step_write
from bandeng.clues.services.linking import traces_keep
from bandeng.clues.services.scam_types import scam_judge
from bandeng.core import audit, clock, outbox
from bandeng.core.rules import Actor

REPORTER = Actor("reporter")
ANONYMOUS = Identity()


@dataclass(frozen=True, kw_only=True)
class NewClue:
    """What a reporter says, checked and cleaned."""

    kind: ClueKind
    text: str
    identity: Identity = ANONYMOUS
    accused: str = ""  # whom it is about, in the reporter's words
    organisation_id: int | None = None  # the office that it is about, chosen from the list
    area_code: str = ""
    place: str = ""
    pictures: Sequence[Waiting] = ()

    def __repr__(self) -> str:
        """Nothing: what is printed ends in logs."""
        return "NewClue(…)"


@dataclass(frozen=True)
class Receipt:
    """What only the reporter gets; `received_here` is false where everybody who receives clues is accused."""

    number: str
    secret: str
    received_here: bool


@transaction.atomic
def clue_receive(*, new: NewClue) -> Receipt:
    """Take a clue in."""
    number, secret = _letters(NUMBER_LENGTH), _letters(SECRET_LENGTH)
    clue = _clue_create(new, number_shown(number), secret)
    accused = accusations_enter(
        clue=clue, text=new.text, accused=new.accused, organisation_id=new.organisation_id
    )
    pictures_attach(clue=clue, waiting=new.pictures)
    traces_keep(clue=clue, text=f"{new.text}\n{new.accused}", identity=new.identity)
    step_write(clue=clue, kind=ClueStepKind.RECEIVED, actor=REPORTER, public=True)
    audit.record(
        action="clue.received", subject=clue, actor=REPORTER.key,
        after={"named": clue.named, "pictures": len(new.pictures)},
    )  # fmt: skip
    if not accused:
        outbox.publish(ClueReceived(clue_id=clue.pk))
    return Receipt(clue.number, secret, receivers_left(clue.pk))


def _letters(count: int) -> str:
    return "".join(secrets.choice(SECRET_ALPHABET) for _ in range(count))


def _clue_create(new: NewClue, number: str, secret: str) -> Clue:
    moment = clock.now()
    named = new.identity != ANONYMOUS
    content = masked_content(new.text, accused=new.accused, place=new.place, identity=new.identity)
    scam = scam_judge(kind=new.kind, text=new.text)
    return Clue.objects.create(
        number=number,
        secret=vault.secret_hash(secret),
        kind=new.kind.value,
        state=ClueState.RECEIVED.value,
        named=named,
        sealed=content_sealed(number, content),
        sealed_original=original_sealed(number, Original(new.text, new.accused)),
        sealed_identity=identity_sealed(number, new.identity),
        area_code=new.area_code if new.area_code in atlas().by_code else "",
        scam_type=scam.type,
        typed_by=scam.by.value,
        type_confidence=scam.confidence,
        received_at=moment,
        due_at=terms.due_after("decide", start=moment),
        feedback_due_at=terms.due_after("feedback", start=moment) if named else None,
        changed_at=moment,
    )


def masked_content(
    text: str, *, accused: str, place: str, identity: Identity, more: Sequence[str] = ()
) -> Content:
    """What officers read of a text: without what tells who the reporter is."""

    def without(words: str) -> str:
        return mask(words, name=identity.name, phone=identity.phone, more=more).text

    masked = without(text)
    opening = masked.split("\n", 1)[0].split("。", 1)[0]
    return Content(title=opening[:TITLE_LENGTH], text=masked, accused=without(accused), place=without(place))
