"""Whoever reads what is sealed is in the audit log: which clue, which picture, how much was found; never a word of it.

Who reads the same within half an hour is written down once; each search and each picture every time.
"""

from datetime import timedelta

from django.db import transaction

from bandeng.clues.models import Attachment, Clue
from bandeng.core import audit, clock
from bandeng.core.models import AuditEntry
from bandeng.core.rules import Actor
from bandeng.organisations.rules import Scope

ONCE_WITHIN = timedelta(minutes=30)


@transaction.atomic
def viewed(*, clue: Clue, actor: Actor) -> None:
    """Somebody has a clue's page before them."""
    subject = audit.subject_of(clue)
    if not _known("clue.viewed", subject, actor):
        audit.record(action="clue.viewed", subject=subject, actor=actor.key)


@transaction.atomic
def picture_viewed(*, picture: Attachment, actor: Actor) -> None:
    """Somebody has a clue's picture before them."""
    audit.record(
        action="clue.picture_viewed", subject=picture, actor=actor.key, after={"clue": picture.clue_id}
    )


@transaction.atomic
def searched(*, found: int, actor: Actor, scope: Scope) -> None:
    """Somebody has looked for words in clues. What the words were is not kept: they may name the reporter."""
    audit.record(action="clue.searched", subject=_desk(scope), actor=actor.key, after={"found": found})


@transaction.atomic
def listed(*, actor: Actor, scope: Scope) -> None:
    """Somebody goes through lists, in which each clue has its first sentence."""
    if not _known("clue.listed", _desk(scope), actor):
        audit.record(action="clue.listed", subject=_desk(scope), actor=actor.key)


def _desk(scope: Scope) -> tuple[str, str]:
    """The post at which clues are read, where it is about no single one."""
    return "organisations.post", str(scope.post_id)


def _known(action: str, subject: tuple[str, str], actor: Actor) -> bool:
    """Whether the log has this of the same person already, a short while ago."""
    rows = AuditEntry.objects.filter(subject_type=subject[0], subject_id=subject[1], action=action)
    return rows.filter(actor=actor.key, at__gt=clock.now() - ONCE_WITHIN).exists()
