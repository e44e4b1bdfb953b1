"""The reporter's mailbox: opened by number and code, without an account, read and written both ways."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from bandeng.clues import vault
from bandeng.clues.contents import Identity, identity_of, words_sealed
from bandeng.clues.models import Clue, ClueMessage
from bandeng.clues.rules import ClueStepKind, number_read, secret_read
from bandeng.clues.rules.masking import mask
from bandeng.clues.selectors.visibility import NotVisible
from bandeng.clues.services.accusing import accusations_read
from bandeng.clues.services.attachments import Waiting, pictures_attach
from bandeng.clues.services.changing import step_write
from bandeng.clues.services.linking import linking_turn, traces_keep
from bandeng.core import audit, clock
from bandeng.core.rules import Actor

REPORTER = Actor("reporter")


@dataclass(frozen=True)
class Key:
    """What opens one mailbox."""

    number: str
    secret: str

    def __repr__(self) -> str:
        """Nothing: what is printed ends in logs."""
        return "Key(…)"


def mailbox_clue(*, number: str, secret: str) -> Clue:
    """The clue whose mailbox it is. Raises NotVisible, as late for a number that does not exist as for a wrong code."""
    known = number_read(number)
    clue = Clue.objects.filter(number=known).first() if known else None
    if not vault.secret_fits(secret_read(secret), clue.secret if clue else "") or clue is None:
        raise NotVisible
    return clue


def letter_post(
    *,
    clue: Clue,
    text: str,
    actor: Actor,
    from_reporter: bool,
    pictures: Sequence[Waiting] = (),
    key: str = "",
) -> ClueMessage:
    """Put a letter into a locked clue's mailbox; what the reporter writes is masked like the clue itself.

    `key` is the form's: a letter sent twice is one.
    """
    sent = ClueMessage.objects.filter(clue=clue, key=key).first() if key else None
    if sent is not None:
        return sent
    identity = identity_of(clue) if from_reporter else Identity()
    words = mask(text, name=identity.name, phone=identity.phone).text if from_reporter else text
    message = ClueMessage.objects.create(
        clue=clue, from_reporter=from_reporter, sealed=words_sealed(clue.number, "letter", words), at=clock.now(),
        actor=actor.key, key=key,
    )  # fmt: skip
    pictures_attach(clue=clue, waiting=pictures, message=message)
    kind = ClueStepKind.WROTE if from_reporter else ClueStepKind.REPLIED
    step_write(clue=clue, kind=kind, actor=actor)
    audit.record(action=f"clue.{kind.value}", subject=clue, actor=actor.key, after={"message": message.pk})
    return message


@transaction.atomic
def letter_write(*, key: Key, text: str, pictures: Sequence[Waiting] = (), form_key: str = "") -> ClueMessage:
    """The reporter adds something, and whoever it names is shut out from now on.

    Raises NotVisible for a wrong code, and for a mailbox whose content is wiped.
    """
    known = mailbox_clue(number=key.number, secret=key.secret)
    linking_turn()
    clue = Clue.objects.select_for_update(of=("self",)).get(pk=known.pk)
    if clue.wiped_at is not None:
        raise NotVisible
    message = letter_post(
        clue=clue, text=text, actor=REPORTER, from_reporter=True, pictures=pictures, key=form_key
    )
    accusations_read(clue=clue, text=text)
    traces_keep(clue=clue, text=text, identity=identity_of(clue))
    return message
