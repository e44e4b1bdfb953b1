"""Whom a clue accuses: as the reporter says, as the text is read; and what follows for whoever has the clue."""

from bandeng.accounts.models import User
from bandeng.clues.models import Accusation, Clue
from bandeng.clues.rules import (
    OFFICIAL_KINDS,
    OPEN_STATES,
    AccusationSource,
    ClueKind,
    ClueState,
    ClueStepKind,
)
from bandeng.clues.selectors.visibility import in_conflict
from bandeng.clues.services.changing import clue_change, noted
from bandeng.core.rules import SYSTEM, Actor
from bandeng.organisations.models import Post
from bandeng.organisations.selectors import directory, held_on, today

SHORTEST_OFFICE = 3
SHORTEST_NAME = 2


def accusations_enter(*, clue: Clue, text: str, accused: str, organisation_id: int | None) -> int:
    """Shut out whom the reporter names and who is read out of the text; returns how many."""
    said = _said_by_reporter(accused, organisation_id)
    read = _read_in_text(ClueKind(clue.kind), text)
    rows = [
        *_rows(clue, said, AccusationSource.REPORTER),
        *_rows(clue, (read[0] - said[0], read[1] - said[1]), AccusationSource.TEXT),
    ]
    Accusation.objects.bulk_create(rows)
    return len(rows)


def accusations_read(*, clue: Clue, text: str) -> int:
    """Shut out who is named in what the reporter adds later to a locked clue; returns how many are new."""
    offices, users = _read_in_text(ClueKind(clue.kind), text)
    known = Accusation.objects.filter(clue=clue)
    offices -= set(known.filter(organisation__isnull=False).values_list("organisation_id", flat=True))
    users -= set(known.filter(user__isnull=False).values_list("user_id", flat=True))
    rows = _rows(clue, (offices, users), AccusationSource.TEXT)
    if rows:
        Accusation.objects.bulk_create(rows)
        noted(clue=clue, kind=ClueStepKind.ACCUSATION_ADDED, actor=SYSTEM)
        lead_withdraw(clue=clue, actor=SYSTEM)
    return len(rows)


def lead_withdraw(*, clue: Clue, actor: Actor) -> None:
    """Take a locked clue from an organisation that turns out to be in conflict, whatever its state."""
    if clue.lead is None or not in_conflict(clue_id=clue.pk, organisation=clue.lead):
        return
    if ClueState(clue.state) in OPEN_STATES:
        clue_change(
            clue=clue, target=ClueState.ACCEPTED, step=ClueStepKind.RETURNED, actor=actor, fields={"lead_id": None}
        )  # fmt: skip
    else:
        clue.lead_id = None
        clue.save(update_fields=["lead_id"])


def _rows(clue: Clue, found: tuple[set[int], set[int]], source: AccusationSource) -> list[Accusation]:
    offices, users = found
    return [
        *(Accusation(clue=clue, organisation_id=each, source=source.value) for each in sorted(offices)),
        *(Accusation(clue=clue, user_id=each, source=source.value) for each in sorted(users)),
    ]


def _said_by_reporter(accused: str, organisation_id: int | None) -> tuple[set[int], set[int]]:
    """Offices and staff that the reporter names as accused; a member of staff accuses the office too."""
    users = staff_named(accused)
    offices = offices_named(accused) | ({organisation_id} if organisation_id else set())
    held = Post.objects.filter(held_on(today()), user_id__in=users)
    return offices | set(held.values_list("organisation_id", flat=True)), users


def _read_in_text(kind: ClueKind, text: str) -> tuple[set[int], set[int]]:
    """Staff whose name stands in the text; where officials are accused, offices too.

    In other kinds an office in the text is mostly where somebody lives or whom they asked for help.
    """
    return (offices_named(text) if kind in OFFICIAL_KINDS else set()), staff_named(text)


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
