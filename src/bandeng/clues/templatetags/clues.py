"""Words for the codes on the pages of clues."""

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import pgettext

from bandeng.clues import labels, terms
from bandeng.clues.selectors.waves import Band

register = template.Library()
WORDS: dict[str, dict[str, Any]] = {
    "kind": dict(labels.CLUE_KINDS),
    "state": dict(labels.CLUE_STATES),
    "step": dict(labels.CLUE_STEP_KINDS),
    "notice": dict(labels.CLUE_NOTICE_KINDS),
    "limit": labels.NOTICE_LIMITS,
    "opening": dict(labels.OPENING_STATES),
    "link": dict(labels.LINK_STATES),
    "trace": dict(labels.TRACE_KINDS),
    "source": dict(labels.ACCUSATION_SOURCES),
    "typed": dict(labels.TYPED_BY),
    "warning": dict(labels.WARNING_STATES),
    "venue": dict(labels.VENUES),
    "talk": dict(labels.TALK_STATES),
    "scam": dict(labels.SCAM_TYPES),
    "verdict": labels.VERDICTS,
    "detector": labels.DETECTORS,
    "certainty": labels.CERTAINTIES,
    "term": labels.TERMS,
}
#: States and steps of clues as the house's circles know them.
DISCS = {
    "received": "received", "accepted": "accepted", "assigned": "handling", "handled": "handled",
    "answered": "closed", "rejected": "rejected", "transferred": "joined", "returned": "returned",
    "sent_back": "returned", "reopened": "reopened", "wiped": "withdrawn",
}  # fmt: skip


@register.filter
def word(code: str, of: str) -> str:
    """The word of a code, such as `{{ clue.kind|word:"kind" }}`; nothing for none."""
    return str(WORDS[of].get(code, ""))


@register.filter
def circle(code: str) -> str:
    """The house's name of a clue's state or step, for its circle."""
    return DISCS.get(code, "noted")


@register.filter
def band(value: Band) -> str:
    """How many, roughly."""
    return band_words(value.least, value.below)


def band_words(least: int, below: int | None) -> str:
    """A band in words."""
    if not least:
        return pgettext("band", "too few to tell")
    if below is None:
        return pgettext("band", "%(least)d or more") % {"least": least}
    return pgettext("band", "%(least)d–%(most)d") % {"least": least, "most": below - 1}


@register.filter
def figures_band(value: dict[str, Any]) -> str:
    """The band kept with a warning."""
    return band_words(int(value.get("least") or 0), value.get("below"))


@register.filter
def usual(value: Band) -> str:
    """What is usual, roughly."""
    if value.least:
        return band_words(value.least, value.below)
    return pgettext("band", "fewer than %(smallest)d") % {"smallest": terms.number("smallest_count")}


@register.filter
def figures_usual(value: dict[str, Any]) -> str:
    """What was usual when a warning was drafted."""
    return usual(Band(int(value.get("usual_least") or 0), value.get("usual_below")))


@register.filter
def signed(value: float) -> str:
    """A change with its sign: a true minus, a plus."""
    number = number_format(abs(value), decimal_pos=1)
    return f"−{number}" if round(value, 1) < 0 else f"+{number}" if round(value, 1) > 0 else number
