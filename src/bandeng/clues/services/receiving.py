"""A clue comes in: number and mailbox code, everything sealed, what it accuses shut out, all in one transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from bandeng.accounts.models import User
from bandeng.areas.selectors import atlas
from bandeng.clues import terms, vault
from bandeng.clues.contents import (
    Content,
    Identity,
    content_sealed,
    identity_sealed,
    original_sealed,
)
from bandeng.clues.events import ClueReceived
from bandeng.clues.models import Accusation, Clue
from bandeng.clues.rules import (
    NUMBER_LENGTH,
    OFFICIAL_KINDS,
    SECRET_ALPHABET,
    SECRET_LENGTH,
    TITLE_LENGTH,
    AccusationSource,
    ClueKind,
    ClueState,
    ClueStepKind,
    number_shown,
)
from bandeng.clues.rules.masking import mask
from bandeng.clues.selectors.visibility import receivers_left
from bandeng.clues.services.attachments import Waiting, pictures_attach
from bandeng.clues.services.changing import step_write
from bandeng.clues.services.linking import traces_keep
from bandeng.clues.services.scam_types import scam_judge
from bandeng.core import audit, clock, outbox
from bandeng.core.rules import Actor
from bandeng.organisations.models import Post
from bandeng.organisations.selectors import directory, held_on, today

REPORTER = Actor("reporter")
ANONYMOUS = Identity()
SHORTEST_OFFICE = 3
SHORTEST_NAME = 2


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
    accused = _accusations_create(clue, new)
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
        sealed_original=original_sealed(number, text=new.text, accused=new.accused),
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


def _accusations_create(clue: Clue, new: NewClue) -> int:
    said, read = AccusationSource.REPORTER.value, AccusationSource.TEXT.value
    offices, users = _said_by_reporter(new)
    read_offices, read_users = _read_in_text(new)
    rows = [
        *(Accusation(clue=clue, organisation_id=each, source=said) for each in sorted(offices)),
        *(Accusation(clue=clue, user_id=each, source=said) for each in sorted(users)),
        *(
            Accusation(clue=clue, organisation_id=each, source=read)
            for each in sorted(read_offices - offices)
        ),
        *(Accusation(clue=clue, user_id=each, source=read) for each in sorted(read_users - users)),
    ]
    Accusation.objects.bulk_create(rows)
    return len(rows)


def _said_by_reporter(new: NewClue) -> tuple[set[int], set[int]]:
    """Offices and staff that the reporter names as accused; a member of staff accuses the office too."""
    users = staff_named(new.accused)
    offices = {new.organisation_id} - {None} | offices_named(new.accused)
    held = Post.objects.filter(held_on(today()), user_id__in=users)
    return {each for each in offices if each} | set(held.values_list("organisation_id", flat=True)), users


def _read_in_text(new: NewClue) -> tuple[set[int], set[int]]:
    """Staff whose name stands in the text; where officials are accused, offices too.

    In other kinds an office in the text is mostly where somebody lives or whom they asked for help.
    """
    offices = offices_named(new.text) if new.kind in OFFICIAL_KINDS else set()
    return offices, staff_named(new.text)


def offices_named(text: str) -> set[int]:
    """The organisations whose name or short name stands in a text."""
    if not text:
        return set()
    return {
        row.pk
        for row in directory().by_id.values()
        if any(len(name) >= SHORTEST_OFFICE and name in text for name in (row.name, row.short_name))
    }


def staff_named(text: str) -> set[int]:
    """The staff whose name stands in a text; several of one name are all meant."""
    if not text:
        return set()
    known = User.objects.filter(is_active=True).values_list("id", "name")
    return {key for key, name in known if len(name) >= SHORTEST_NAME and name in text}
