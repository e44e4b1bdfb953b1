"""What the reporter sees in the mailbox: how it stands, by when, letters, and each opening of the own identity."""

from dataclasses import dataclass
from datetime import datetime

from bandeng.clues.contents import Content, content_of
from bandeng.clues.models import Attachment, Clue, ClueStep, Opening
from bandeng.clues.rules import OPEN_STATES, ClueState, OpeningState
from bandeng.clues.selectors.page import Letter, letters_of
from bandeng.clues.selectors.visibility import receivers_left


@dataclass(frozen=True)
class Seen:
    """One opening of the reporter's identity: by which office, when approved, when first read, how often."""

    office: str
    at: datetime
    first_read_at: datetime | None
    reads: int


@dataclass(frozen=True)
class Happened:
    """A step that the reporter may know of."""

    kind: str
    at: datetime


@dataclass(frozen=True)
class Mailbox:
    """Everything on the reporter's page."""

    clue: Clue
    content: Content
    letters: tuple[Letter, ...]
    pictures: tuple[Attachment, ...]
    story: tuple[Happened, ...]
    openings: tuple[Seen, ...]
    unseen: bool  # nobody is left here who may receive it


def mailbox_of(clue: Clue) -> Mailbox:
    """The mailbox of a clue whose code was right."""
    steps = ClueStep.objects.filter(clue=clue, public=True).order_by("pk")
    rows = Opening.objects.filter(clue=clue, state=OpeningState.APPROVED.value)
    return Mailbox(
        clue=clue,
        content=content_of(clue),
        letters=letters_of(clue),
        pictures=tuple(Attachment.objects.filter(clue=clue, message__isnull=True).order_by("pk")),
        story=tuple(Happened(each.kind, each.at) for each in steps),
        openings=tuple(
            Seen(
                each.requester_office.name,
                each.decided_at or each.requested_at,
                each.first_read_at,
                each.reads,
            )
            for each in rows.select_related("requester_office").order_by("pk")
        ),
        unseen=ClueState(clue.state) in OPEN_STATES and not receivers_left(clue.pk),
    )
