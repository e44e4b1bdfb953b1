"""Whom a clue accuses: as the reporter says, as the text is read; and what follows for whoever has the clue."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q

from bandeng.accounts.models import User
from bandeng.areas.rules import Level
from bandeng.areas.selectors import atlas
from bandeng.clues.models import Accusation, Clue
from bandeng.clues.rules import (
    OFFICIAL_KINDS,
    OPEN_STATES,
    AccusationSource,
    ClueKind,
    ClueState,
    ClueStepKind,
)
from bandeng.clues.rules.naming import (
    OfficeNames,
    names_of_office,
    office_hinted,
    office_named,
    person_named,
    told,
)
from bandeng.clues.selectors.visibility import conflicting, in_conflict
from bandeng.clues.services.changing import clue_change, noted
from bandeng.core.rules import SYSTEM, Actor
from bandeng.organisations.models import Post
from bandeng.organisations.selectors import directory, today


def accusations_enter(*, clue: Clue, text: str, accused: str, organisation_id: int | None) -> int:
    """Shut out whom the reporter names and who is read out of the text; returns how many."""
    said = _said_by_reporter(accused, organisation_id)
    offices, users = _read_in_text(ClueKind(clue.kind), text)
    read = ((offices | offices_hinted(accused)) - said[0], users - said[1])
    rows = [*_rows(clue, said, AccusationSource.REPORTER), *_rows(clue, read, AccusationSource.TEXT)]
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


def leads_recheck() -> int:
    """Take clues from organisations that came into conflict when somebody accused was given a post; how many."""
    held = Clue.objects.filter(lead__isnull=False)
    leads = held.values_list("lead_id", flat=True).distinct()
    keys = [
        key
        for lead in leads
        for key in held.filter(lead_id=lead, pk__in=conflicting(lead)).values_list("pk", flat=True)
    ]
    return sum(_lead_recheck(key) for key in sorted(keys))


@transaction.atomic
def _lead_recheck(clue_id: int) -> bool:
    clue = Clue.objects.select_for_update(of=("self",)).get(pk=clue_id)
    before = clue.lead_id
    lead_withdraw(clue=clue, actor=SYSTEM)
    return clue.lead_id != before


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
    held = Post.objects.filter(Q(until__isnull=True) | Q(until__gte=today()), user_id__in=users)
    return offices | set(held.values_list("organisation_id", flat=True)), users


def _read_in_text(kind: ClueKind, text: str) -> tuple[set[int], set[int]]:
    """Staff whose name stands in the text; where officials are accused, offices too.

    In other kinds an office in the text is mostly where somebody lives or whom they asked for help.
    """
    return (offices_named(text) if kind in OFFICIAL_KINDS else set()), staff_named(text)


def offices_named(text: str) -> set[int]:
    """The organisations whose name stands in a text, however it is written, also without the district's."""
    seen = told(text)
    return {key for key, names in _offices() if office_named(seen, names)} if seen.letters else set()


def offices_hinted(accused: str) -> set[int]:
    """The organisations of which a brief name stands where the reporter says whom it is about.

    They are shut out like those read in a text, so that an officer can lift it: 教育 may be part of a firm's name.
    """
    seen = told(accused)
    return {key for key, names in _offices() if office_hinted(seen, names)} if seen.letters else set()


def _offices() -> Iterator[tuple[int, OfficeNames]]:
    """Every organisation with the names that it may go by in the district that we are."""
    places = [each for each in atlas().by_code.values() if each.level == Level.DISTRICT]
    district = tuple(name for each in places for name in (each.name, each.name_en))
    for row in directory().by_id.values():
        yield row.pk, names_of_office(
            names=(row.name, row.short_name), names_en=(row.name_en, row.short_name_en), district=district,
            kind=row.kind,
        )  # fmt: skip


def staff_named(text: str) -> set[int]:
    """The staff whose name stands in a text, also of accounts that are switched off; of one name all are meant."""
    seen = told(text)
    if not seen.letters:
        return set()
    return {key for key, name in User.objects.values_list("id", "name") if person_named(seen, name)}
