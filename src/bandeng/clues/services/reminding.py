"""Reminders: whoever has a clue hears of its limits, then those who supervise; what was done settles them."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from bandeng.clues import terms
from bandeng.clues.models import Clue, ClueNotice
from bandeng.clues.rules import OPEN_STATES, ClueState
from bandeng.clues.rules.reminding import ClueNoticeKind, Limit, Pace, kinds_reached, occasion_of
from bandeng.clues.selectors.notices import notices_for
from bandeng.clues.selectors.visibility import receiving_centres
from bandeng.clues.services.changing import LIMIT_OF
from bandeng.core import clock
from bandeng.organisations.rules import Scope

AT_ONCE = 500


def limits_set() -> int:
    """Set the limits that stayed open because the calendar of their year was not published; returns how many."""
    waiting = Clue.objects.filter(state__in=[state.value for state in LIMIT_OF], due_at__isnull=True)
    count = 0
    for clue in waiting.order_by("pk").iterator(AT_ONCE):
        due = terms.due_after(LIMIT_OF[ClueState(clue.state)], start=clue.changed_at)
        if due is not None:
            count += Clue.objects.filter(pk=clue.pk, due_at__isnull=True, state=clue.state).update(due_at=due)
    unfed = Clue.objects.filter(named=True, feedback_due_at__isnull=True, fed_back_at__isnull=True)
    for clue in unfed.order_by("pk").iterator(AT_ONCE):
        due = terms.due_after("feedback", start=clue.received_at)
        if due is not None:
            count += Clue.objects.filter(pk=clue.pk, fed_back_at__isnull=True).update(feedback_due_at=due)
    return count


def notices_write() -> int:
    """Tell of every limit that ends soon or has ended, once; returns how many notices are new."""
    pace, now = pace_in_force(), clock.now()
    before = now + pace.remind
    soon = Q(due_at__lte=before) | Q(feedback_due_at__lte=before, fed_back_at__isnull=True)
    rows = Clue.objects.filter(soon, state__in=[state.value for state in OPEN_STATES]).order_by("pk")
    centres = receiving_centres()
    wanted = [each for clue in rows.iterator(AT_ONCE) for each in _of_clue(clue, centres, pace)]
    known = set(
        ClueNotice.objects.filter(clue_id__in={each.clue_id for each in wanted}).values_list(
            "clue_id", "organisation_id", "kind", "occasion"
        )
    )
    new = [each for each in wanted if _key(each) not in known]
    ClueNotice.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
    return len(new)


def pace_in_force() -> Pace:
    """How long before and after the end, as the rules say today."""
    return Pace(timedelta(days=terms.number("remind_days")), timedelta(days=terms.number("escalate_days")))


def _key(each: ClueNotice) -> tuple[int, int, str, str]:
    return each.clue_id, each.organisation_id, each.kind, each.occasion


def _of_clue(clue: Clue, centres: frozenset[int], pace: Pace) -> Iterator[ClueNotice]:
    now, feedback = clock.now(), clue.feedback_due_at if clue.fed_back_at is None else None
    for limit, due in ((Limit.STEP, clue.due_at), (Limit.FEEDBACK, feedback)):
        if due is None:
            continue
        for kind in kinds_reached(due=due, now=now, pace=pace):
            for office in sorted(_offices(clue, kind, centres)):
                yield ClueNotice(
                    clue=clue, organisation_id=office, kind=kind.value, occasion=occasion_of(limit, due),
                    created_at=now,
                )  # fmt: skip


def _offices(clue: Clue, kind: ClueNoticeKind, centres: frozenset[int]) -> frozenset[int]:
    """The office that has it; of what stays late the receiving centre hears too."""
    looked_into = clue.state == ClueState.ASSIGNED and clue.lead_id is not None
    own = frozenset({clue.lead_id}) if looked_into and clue.lead_id else centres
    return own | centres if kind is ClueNoticeKind.ESCALATED else own


@transaction.atomic
def notices_read(*, scope: Scope, up_to: int) -> int:
    """Everything that the post's list showed is read; returns how much."""
    shown = notices_for(scope).filter(pk__lte=up_to, read_at__isnull=True).values_list("pk", flat=True)
    return ClueNotice.objects.filter(pk__in=list(shown)).update(read_at=clock.now())
