"""Hiding more: further words of the text, and the clue itself from further parties."""

from django.db import transaction

from bandeng.clues.contents import content_of, content_sealed, identity_of, original_of
from bandeng.clues.models import Accusation, Clue
from bandeng.clues.rules import AccusationSource, ActNotAllowed, ClueStepKind, check_reason
from bandeng.clues.rules.masking import HIDDEN
from bandeng.clues.services.accusing import lead_withdraw
from bandeng.clues.services.changing import check_receiver, clue_lock, noted
from bandeng.clues.services.receiving import masked_content
from bandeng.core.rules import Actor
from bandeng.organisations.models import Organisation
from bandeng.organisations.rules import Scope


@transaction.atomic
def words_hide(*, number: str, words: str, actor: Actor, scope: Scope) -> Clue:
    """Hide words of the text that would tell the reporter. Raises NotVisible, DutyMissing, ActNotAllowed."""
    check_receiver(scope)
    clue = clue_lock(number=number, scope=scope)
    present, wanted = content_of(clue), words.strip()
    if not wanted or wanted == HIDDEN or wanted not in f"{present.text}\n{present.accused}\n{present.place}":
        raise ActNotAllowed("not_found_in_text")
    again = masked_content(
        present.text, accused=present.accused, place=present.place, identity=identity_of(clue), more=[wanted]
    )
    clue.sealed = content_sealed(clue.number, again)
    clue.save(update_fields=["sealed"])
    noted(clue=clue, kind=ClueStepKind.MASKED, actor=actor)
    return clue


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


def original_words(clue: Clue) -> str:
    """The reporter's own words; for an approved opening only."""
    return original_of(clue).get("text", "")
