"""Names looked for anew: somebody may get an account, a name or a duty for clues after they were accused."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, Q

from bandeng.clues.contents import letter_of, original_of
from bandeng.clues.models import Accusation, Clue, ClueMessage, ClueStep
from bandeng.clues.rules import AccusationSource, ClueStepKind
from bandeng.clues.rules.naming import person_named, told
from bandeng.clues.services.accusing import lead_withdraw
from bandeng.clues.services.changing import noted
from bandeng.core.rules import SYSTEM
from bandeng.organisations.models import Post, Role
from bandeng.organisations.rules import CLUE_DUTIES
from bandeng.organisations.selectors import today

CHUNK = 200
Found = dict[int, AccusationSource]


class Reader(NamedTuple):
    """Somebody who may get to read clues."""

    user_id: int
    name: str
    joined: datetime


def names_reread() -> int:
    """Shut out of every clue that is not wiped whoever reads clues and is named in it; returns how many are new.

    What a person has lifted stays lifted: there only accounts are looked for that came after it.
    """
    readers, count = _readers(), 0
    keys = list(Clue.objects.filter(wiped_at__isnull=True).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys) if readers else 0, CHUNK):
        count += _chunk_reread(keys[start : start + CHUNK], readers)
    return count


def _readers() -> list[Reader]:
    roles = [row.pk for row in Role.objects.all() if not CLUE_DUTIES.isdisjoint(row.duties)]
    held = Post.objects.filter(Q(until__isnull=True) | Q(until__gte=today()), role_id__in=roles)
    rows = held.values_list("user_id", "user__name", "user__date_joined").distinct()
    return [Reader(*row) for row in rows]


def _chunk_reread(keys: Sequence[int], readers: Sequence[Reader]) -> int:
    accused = Accusation.objects.filter(clue__in=keys, user__isnull=False)
    known = set(accused.values_list("clue_id", "user_id"))
    lifts = ClueStep.objects.filter(clue__in=keys, kind=ClueStepKind.ACCUSATION_LIFTED.value)
    lifted: dict[int, datetime] = dict(lifts.values_list("clue_id").annotate(last=Max("at")))
    letters = _letters(keys)
    count = 0
    for clue in Clue.objects.filter(pk__in=keys).order_by("pk"):
        since = lifted.get(clue.pk)
        asked = [
            each
            for each in readers
            if (clue.pk, each.user_id) not in known and (since is None or each.joined > since)
        ]
        found = _named(clue, letters.get(clue.pk, []), asked)
        count += _accuse(clue.pk, found) if found else 0
    return count


def _letters(keys: Sequence[int]) -> Mapping[int, list[ClueMessage]]:
    """What reporters wrote later, by clue."""
    rows: dict[int, list[ClueMessage]] = defaultdict(list)
    for each in ClueMessage.objects.filter(clue__in=keys, from_reporter=True).order_by("pk"):
        rows[each.clue_id].append(each)
    return rows


def _named(clue: Clue, letters: Sequence[ClueMessage], readers: Sequence[Reader]) -> Found:
    """Who of them is named in a clue, as the reporter says or as the text is read."""
    if not readers:
        return {}
    original = original_of(clue)
    written = [
        original.text,
        *(original.letters.get(str(each.pk)) or letter_of(clue, each) for each in letters),
    ]
    said, read = told(original.accused), told("\n".join(written))
    found: Found = {}
    for each in readers:
        if person_named(said, each.name):
            found[each.user_id] = AccusationSource.REPORTER
        elif person_named(read, each.name):
            found[each.user_id] = AccusationSource.TEXT
    return found


@transaction.atomic
def _accuse(clue_id: int, found: Found) -> int:
    """Shut them out, unless they are by now; and take the clue from an office that is in conflict by it."""
    clue = Clue.objects.select_for_update(of=("self",)).get(pk=clue_id)
    known = set(Accusation.objects.filter(clue=clue, user__isnull=False).values_list("user_id", flat=True))
    rows = [
        Accusation(clue=clue, user_id=user, source=source.value)
        for user, source in sorted(found.items())
        if user not in known
    ]
    if rows:
        Accusation.objects.bulk_create(rows)
        noted(clue=clue, kind=ClueStepKind.ACCUSATION_ADDED, actor=SYSTEM)
        lead_withdraw(clue=clue, actor=SYSTEM)
    return len(rows)
