"""Hiding more: further words of the text and of letters, and the clue itself from further parties."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet

from bandeng.clues.contents import (
    content_of,
    content_sealed,
    identity_of,
    letter_of,
    original_of,
    original_sealed,
    words_sealed,
)
from bandeng.clues.models import Accusation, Clue, ClueMessage
from bandeng.clues.rules import AccusationSource, ActNotAllowed, ClueStepKind, check_reason
from bandeng.clues.rules.masking import check_hidden_words, mask
from bandeng.clues.services.accusing import lead_withdraw
from bandeng.clues.services.changing import check_receiver, clue_lock, noted
from bandeng.clues.services.receiving import masked_content
from bandeng.core.rules import Actor
from bandeng.organisations.models import Organisation
from bandeng.organisations.rules import Scope


@transaction.atomic
def words_hide(*, number: str, words: str, actor: Actor, scope: Scope) -> Clue:
    """Hide words that would tell the reporter, in the text and in the reporter's letters.

    What was written stays in the original, which is opened like an identity.
    Raises NotVisible, DutyMissing, ActNotAllowed.
    """
    check_receiver(scope)
    wanted = check_hidden_words(words)
    clue = clue_lock(number=number, scope=scope)
    present = content_of(clue)
    letters = [each for each in _letters(clue) if wanted in letter_of(clue, each)]
    if not letters and wanted not in f"{present.text}\n{present.accused}\n{present.place}":
        raise ActNotAllowed("not_found_in_text")
    again = masked_content(
        present.text, accused=present.accused, place=present.place, identity=identity_of(clue), more=[wanted]
    )
    _letters_hide(clue, letters, wanted)
    clue.sealed = content_sealed(clue.number, again)
    clue.save(update_fields=["sealed", "sealed_original"])
    noted(clue=clue, kind=ClueStepKind.MASKED, actor=actor)
    return clue


def _letters(clue: Clue) -> QuerySet[ClueMessage]:
    """What the reporter wrote into the mailbox, locked."""
    rows = ClueMessage.objects.select_for_update(of=("self",))
    return rows.filter(clue=clue, from_reporter=True).order_by("pk")


def _letters_hide(clue: Clue, letters: Sequence[ClueMessage], words: str) -> None:
    """Hide words in letters; each letter as it stood before the first hiding goes to the original."""
    original, identity = original_of(clue), identity_of(clue)
    kept = dict(original.letters)
    for each in letters:
        text = letter_of(clue, each)
        kept.setdefault(str(each.pk), text)
        hidden = mask(text, name=identity.name, phone=identity.phone, more=[words]).text
        each.sealed = words_sealed(clue.number, "letter", hidden)
        each.save(update_fields=["sealed"])
    clue.sealed_original = original_sealed(clue.number, replace(original, letters=kept))


@transaction.atomic
def accusation_add(*, number: str, organisation_id: int, reason: str, actor: Actor, scope: Scope) -> Clue:
    """Enter an accused organisation: from now on it sees nothing of the clue, and loses it if it has it.

    Raises NotVisible, DutyMissing, ActNotAllowed.
    """
    check_receiver(scope)
    words = check_reason(reason)
    clue = clue_lock(number=number, scope=scope)
    chosen = Organisation.objects.filter(pk=organisation_id).exclude(kind="enterprise").first()
    if chosen is None:
        raise ActNotAllowed("no_such_organisation")
    Accusation.objects.get_or_create(
        clue=clue, organisation=chosen, defaults={"source": AccusationSource.OFFICER.value}
    )
    lead_withdraw(clue=clue, actor=actor)
    # Whom it accuses stays out of the audit log, which the accused may have reason to read.
    noted(clue=clue, kind=ClueStepKind.ACCUSATION_ADDED, actor=actor, note=f"{chosen.name}：{words}")
    return clue


@transaction.atomic
def accusation_lift(*, number: str, accusation_id: int, reason: str, actor: Actor, scope: Scope) -> Clue:
    """Take out a party that was only read out of the text. Raises NotVisible, DutyMissing, ActNotAllowed."""
    check_receiver(scope)
    words = check_reason(reason)
    clue = clue_lock(number=number, scope=scope)
    row = Accusation.objects.filter(pk=accusation_id, clue=clue).first()
    if row is None:
        raise ActNotAllowed("decided")
    if row.source == AccusationSource.REPORTER:
        raise ActNotAllowed("said_by_reporter")
    row.delete()
    noted(clue=clue, kind=ClueStepKind.ACCUSATION_LIFTED, actor=actor, note=words)
    return clue
