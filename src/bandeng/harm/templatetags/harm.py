"""Words for the codes on the pages of enterprises, and their signs."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bandeng.harm import labels
from bandeng.harm.rules.figures import rounded
from bandeng.harm.rules.weeks import monday_of

register = template.Library()
WORDS: dict[str, dict[Any, Any]] = {
    "state": dict(labels.ALERT_STATES),
    "outcome": dict(labels.OUTCOMES),
    "step": dict(labels.ALERT_STEP_KINDS),
    "pair": dict(labels.PAIR_STATES),
    "letter": dict(labels.LETTER_STATES),
    "level": dict(labels.LEVELS),
    "notice": dict(labels.NOTICE_KINDS),
    "import": dict(labels.IMPORT_KINDS),
    "import_state": dict(labels.IMPORT_STATES),
}
NAMES = {"kind": labels.kind_name, "stream": labels.stream_name, "fact": labels.signal_name}
#: States and steps as the house's circles know them.
DISCS = {
    "new": "received", "raised": "received", "rose": "escalated", "verifying": "accepted", "talking": "handling",
    "acting": "handling", "closed": "closed", "reopened": "reopened", "assigned": "dispatched",
}  # fmt: skip


@register.filter
def word(code: Any, of: str) -> str:
    """The word of a code, such as `{{ alert.state|word:"state" }}`; nothing for none."""
    return NAMES[of](str(code)) if of in NAMES else str(WORDS[of].get(code, ""))


@register.filter
def circle(code: str) -> str:
    """The house's name of an alert's state or step, for its circle."""
    return DISCS.get(code, "noted")


@register.filter
def signed(value: float | Decimal) -> str:
    """A figure with its sign: a true minus, a plus."""
    figure = value if isinstance(value, Decimal) else rounded(value)
    number = number_format(abs(figure), decimal_pos=1)
    return f"−{number}" if figure < 0 else f"+{number}" if figure > 0 else number


@register.filter
def monday(week: int) -> Any:
    """The first day of a week by its number."""
    return monday_of(int(week))


@register.simple_tag
def level_mark(level: int) -> SafeString:
    """Return a level as one to three bars and its word: no colour of the five-colour map, which is about areas."""
    bars = "".join("▮" if place < level else "▯" for place in range(3))
    return format_html(
        '<span class="tag tag-line"><span aria-hidden="true">{}</span> {}</span>', bars, WORDS["level"].get(level, "")
    )  # fmt: skip
