"""Words for imports, deliveries, moments and the reporter's view of a matter."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from bandeng.core import clock
from bandeng.intake.rules import DeliveryState, ImportState
from bandeng.matters.rules import MatterState, StepKind

IMPORT_STATES = [
    (ImportState.RUNNING.value, pgettext_lazy("import state", "Running")),
    (ImportState.DONE.value, pgettext_lazy("import state", "Done")),
    (ImportState.FAILED.value, pgettext_lazy("import state", "Failed")),
]
DELIVERY_STATES = [
    (DeliveryState.WAITING.value, pgettext_lazy("delivery state", "Waiting")),
    (DeliveryState.DELIVERED.value, pgettext_lazy("delivery state", "Delivered")),
    (DeliveryState.GIVEN_UP.value, pgettext_lazy("delivery state", "Given up")),
]

# Where a matter stands, as one sentence to its reporter.
HEADLINES: Mapping[str, Any] = {
    MatterState.RECEIVED.value: pgettext_lazy("story headline", "We have your report"),
    MatterState.ACCEPTED.value: pgettext_lazy("story headline", "Accepted; we are choosing who handles it"),
    MatterState.DISPATCHED.value: pgettext_lazy("story headline", "It is with the people who handle it"),
    MatterState.HANDLING.value: pgettext_lazy("story headline", "It is being handled"),
    MatterState.VERIFYING.value: pgettext_lazy("story headline", "Done; somebody is checking on the spot"),
    MatterState.RETURNED.value: pgettext_lazy("story headline", "We are choosing another office for it"),
    MatterState.CLOSED.value: pgettext_lazy("story headline", "Done; please have a look"),
    MatterState.REJECTED.value: pgettext_lazy("story headline", "This could not be accepted"),
    MatterState.WITHDRAWN.value: pgettext_lazy("story headline", "You have withdrawn this report"),
    MatterState.MERGED.value: pgettext_lazy(
        "story headline", "This was joined with the same matter of others"
    ),
}

# One line of the story; %(organisation)s is who did it or who got it.
LINES: Mapping[str, Any] = {
    StepKind.OPENED.value: pgettext_lazy("story", "You reported this"),
    StepKind.JOINED.value: pgettext_lazy("story", "One more resident reported the same"),
    StepKind.ACCEPTED.value: pgettext_lazy("story", "Accepted"),
    StepKind.DISPATCHED.value: pgettext_lazy("story", "Given to %(organisation)s"),
    StepKind.REASSIGNED.value: pgettext_lazy("story", "Now with %(organisation)s"),
    StepKind.CO_HANDLER_ADDED.value: pgettext_lazy("story", "%(organisation)s helps"),
    StepKind.STARTED.value: pgettext_lazy("story", "%(organisation)s has started"),
    StepKind.REMARKED.value: pgettext_lazy("story", "A reporter added something"),
    StepKind.REPLIED.value: pgettext_lazy("story", "Reply from %(organisation)s"),
    StepKind.PAUSED.value: pgettext_lazy("story", "The clock stands still"),
    StepKind.RESUMED.value: pgettext_lazy("story", "The clock runs again"),
    StepKind.EXTENDED.value: pgettext_lazy("story", "The time limit was extended"),
    StepKind.RETURNED.value: pgettext_lazy("story", "Sent back, to be given to somebody else"),
    StepKind.HANDLED.value: pgettext_lazy("story", "%(organisation)s has finished; to be checked"),
    StepKind.SENT_BACK.value: pgettext_lazy("story", "The check failed; the work goes on"),
    StepKind.CLOSED.value: pgettext_lazy("story", "Closed"),
    StepKind.RATED.value: pgettext_lazy("story", "Rated"),
    StepKind.REOPENED.value: pgettext_lazy("story", "Taken up again"),
    StepKind.REJECTED.value: pgettext_lazy("story", "Not accepted"),
    StepKind.WITHDRAWN.value: pgettext_lazy("story", "Withdrawn"),
    StepKind.MERGED.value: pgettext_lazy("story", "Joined with the same matter of others"),
    StepKind.MERGE_UNDONE.value: pgettext_lazy("story", "Handled on its own again"),
    StepKind.SPLIT.value: pgettext_lazy("story", "One part is now handled on its own"),
    StepKind.RETYPED.value: pgettext_lazy("story", "The type was corrected"),
    StepKind.ESCALATED.value: pgettext_lazy("story", "Passed to the level above"),
    StepKind.RECOMPUTED.value: pgettext_lazy("story", "The deadline was computed anew"),
    StepKind.REVIEW_REQUESTED.value: pgettext_lazy("story", "A review of the answer was asked for"),
    StepKind.REVIEW_TAKEN.value: pgettext_lazy("story", "The review has begun"),
    StepKind.REVIEW_DECIDED.value: pgettext_lazy("story", "The review has been decided"),
}


def headline(state: str) -> str:
    """Where a matter stands, as a sentence to its reporter."""
    return str(HEADLINES[state])


def story_line(*, kind: str, organisation: str) -> str:
    """One step as a line to the reporter."""
    words = LINES.get(kind)
    if words is None:
        return pgettext("story", "Something was noted")
    return str(words) % {"organisation": organisation or pgettext("story", "the responsible office")}


def moment_words(moment: datetime, *, with_time: bool = True) -> str:
    """A moment near today in words, an earlier or later one with its date."""
    local, today = timezone.localtime(moment), timezone.localtime(clock.now()).date()
    time = local.strftime("%H:%M") if with_time else ""
    near = {
        today: pgettext("moment", "today %(time)s"),
        today - timedelta(days=1): pgettext("moment", "yesterday %(time)s"),
        today + timedelta(days=1): pgettext("moment", "tomorrow %(time)s"),
    }
    words = near.get(local.date())
    if words is None and local.year == today.year:
        words = pgettext("moment", "%(day)s %(name)s %(time)s")
    if words is None:
        words = pgettext("moment", "%(day)s %(name)s %(year)s %(time)s")
    parts = {"day": local.day, "name": month_name(local.month), "year": local.year, "time": time}
    return (words % parts).strip()


def month_name(month: int) -> str:
    """The month as dates show it."""
    names = pgettext("month names, parted by blanks", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
    return names.split()[month - 1]


def length_words(length: timedelta) -> str:
    """A length of plain time in two units at most."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else "",
        ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest} if not days else "",
    ]
    words = [part for part in parts if part]
    if len(words) == 1:
        return words[0]
    return pgettext("two units of time", "%(first)s %(second)s") % {"first": words[0], "second": words[1]}


def deadline_words(
    *, state: str, lead: str, due_at: datetime | None, step_due_at: datetime | None, paused: bool
) -> str:
    """Who does what by when, as a sentence to the reporter; empty once the matter has ended."""
    if state in UNDECIDED:
        return _deciding_words(step_due_at if state == MatterState.RECEIVED.value else None)
    if state == MatterState.VERIFYING.value:
        return pgettext("story sentence", "%(lead)s has finished; a grid worker checks on the spot.") % {
            "lead": lead
        }
    if state not in WORKED:
        return ""
    if paused:
        return pgettext("story sentence", "%(lead)s handles it; the clock stands still for now.") % {
            "lead": lead
        }
    return _handling_words(lead, due_at)


UNDECIDED = frozenset({MatterState.RECEIVED.value, MatterState.ACCEPTED.value, MatterState.RETURNED.value})
WORKED = frozenset({MatterState.DISPATCHED.value, MatterState.HANDLING.value})


def _deciding_words(until: datetime | None) -> str:
    if until is None or until < clock.now():
        return pgettext("story sentence", "The governance centre is choosing who handles it.")
    words = pgettext("story sentence", "The governance centre decides by %(when)s who handles it.")
    return words % {"when": moment_words(until)}


def _handling_words(lead: str, due_at: datetime | None) -> str:
    if due_at is None:
        return pgettext("story sentence", "%(lead)s handles it.") % {"lead": lead}
    if due_at < clock.now():
        words = pgettext(
            "story sentence", "%(lead)s should have settled it by %(when)s; the level above has been told."
        )
    else:
        words = pgettext("story sentence", "%(lead)s settles it by %(when)s.")
    return words % {"lead": lead, "when": moment_words(due_at)}
