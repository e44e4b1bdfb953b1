"""Words and drawings that every app's pages share: discs of states, faces of clocks, names of colours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy

ClockKind = Literal["running", "soon", "over", "paused", "ended"]

# A circle that fills as the work goes on. The keys are the codes that apps give to states and steps;
# what is not listed is drawn as a step (a ring with a dot).
DISCS: Mapping[str, str] = {
    "received": "empty",
    "waiting": "empty",
    "offered": "empty",
    "accepted": "dot",
    "dispatched": "quarter",
    "assigned": "quarter",
    "reassigned": "quarter",
    "started": "half",
    "handling": "half",
    "working": "half",
    "running": "half",
    "resumed": "half",
    "reopened": "half",
    "handled": "three-quarters",
    "verifying": "three-quarters",
    "verified": "full",
    "closed": "full",
    "done": "full",
    "rated": "full",
    "sent": "full",
    "paused": "paused",
    "returned": "returned",
    "declined": "returned",
    "rejected": "refused",
    "withdrawn": "withdrawn",
    "cancelled": "withdrawn",
    "failed": "withdrawn",
    "merged": "merged",
    "joined": "merged",
    "coming": "coming",
    "requested": "empty",
    "examining": "half",
    "decided": "full",
    "review_requested": "half",
    "review_taken": "half",
    "review_decided": "full",
}
SHAPES = frozenset(DISCS.values())

RISK_LEVEL = {
    5: pgettext_lazy("risk colour", "Red"),
    4: pgettext_lazy("risk colour", "Orange"),
    3: pgettext_lazy("risk colour", "Yellow"),
    2: pgettext_lazy("risk colour", "Blue"),
    1: pgettext_lazy("risk colour", "Green"),
}

# The last four working hours stand in bold ink: half a working day, enough to still act today.
SOON_MINUTES = 240


@dataclass(frozen=True)
class ClockFace:
    """A clock as it is drawn: kind, words, percent of the time used, exact moment for the title."""

    kind: ClockKind
    text: str
    share: float = 0
    exact: str = ""


def disc_of(state: str) -> str:
    """Return the drawing of a state or step, by its code or by the drawing's own name."""
    if state in SHAPES:
        return state
    return DISCS.get(state, "dot")


def duration_words(*, minutes: int, minutes_a_day: int) -> str:
    """Return a length of working time in two units at most: 1 天 2 小时, 3 小时 5 分, 40 分."""
    days, rest = divmod(max(0, minutes), minutes_a_day)
    hours, left = divmod(rest, 60)
    parts = [
        ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else "",
        ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)d minute", "%(count)d minutes", left) % {"count": left}
        if left and not days
        else "",
    ]
    words = [part for part in parts if part]
    if len(words) > 1:
        return pgettext("two units of time", "%(first)s %(second)s") % {"first": words[0], "second": words[1]}
    return words[0] if words else ngettext("%(count)d minute", "%(count)d minutes", 0) % {"count": 0}


def clock_face(*, left: int, total: int, minutes_a_day: int, paused: str = "", exact: str = "") -> ClockFace:
    """Return the face of a clock: `left` of `total` working minutes to go, negative when late."""
    if paused:
        text = pgettext("clock", "Paused: %(reason)s") % {"reason": paused}
        return ClockFace(kind="paused", text=text, exact=exact)
    words = duration_words(minutes=abs(left), minutes_a_day=minutes_a_day)
    if left < 0:
        return ClockFace(
            kind="over", text=pgettext("clock", "%(time)s late") % {"time": words}, share=100, exact=exact
        )
    share = 100.0 if total <= 0 else 100.0 * (total - left) / total
    kind: ClockKind = "soon" if left <= SOON_MINUTES else "running"
    return ClockFace(
        kind=kind, text=pgettext("clock", "%(time)s left") % {"time": words}, share=share, exact=exact
    )


def in_language(*, name: str, name_en: str) -> str:
    """A stored name in the reader's language; Chinese where there is no English one."""
    return name_en if name_en and (get_language() or "").startswith("en") else name


def listed(words: Iterable[object]) -> str:
    """Words one after the other, as the reader's language separates them."""
    return pgettext("list", ", ").join(map(str, words))
