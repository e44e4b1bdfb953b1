"""Words of the one screen."""

from datetime import datetime

from django import template
from django.utils.translation import npgettext, pgettext

from bandeng.areas.labels import LEVELS
from bandeng.areas.selectors import atlas
from bandeng.core.templatetags.bandeng import state_badge
from bandeng.matters.labels import MATTER_STATES
from bandeng.organisations.selectors import directory

register = template.Library()
_STATE_WORDS = dict(MATTER_STATES)
_LEVEL_WORDS = dict(LEVELS)
HOURS_A_DAY = 24


@register.simple_tag
def lateness(due_at: datetime, now: datetime) -> str:
    """How long ago a deadline passed, on the wall clock, in its largest unit."""
    minutes = max(int((now - due_at).total_seconds() // 60), 1)
    if minutes < 60:
        return npgettext("cockpit", "%(n)d min over", "%(n)d min over", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < HOURS_A_DAY:
        return npgettext("cockpit", "%(n)d h over", "%(n)d h over", hours) % {"n": hours}
    days = hours // HOURS_A_DAY
    return npgettext("cockpit", "%(n)d day over", "%(n)d days over", days) % {"n": days}


@register.simple_tag
def level_reached(level: int) -> str:
    """To which level an overdue matter has climbed."""
    return pgettext("cockpit", "reported to the %(level)s") % {
        "level": str(_LEVEL_WORDS.get(level, "")).lower()
    }


@register.simple_tag
def lead_called(code: str) -> str:
    """A lead's short name in the reader's language; the figures are shared by readers of all languages."""
    found = directory().by_code.get(code)
    return found.called if found else ""


@register.simple_tag
def area_called(code: str) -> str:
    """An area's name in the reader's language."""
    return atlas().name(code)


@register.simple_tag
def state_of(state: str) -> str:
    """The badge of a matter's state with its word."""
    return state_badge(state, str(_STATE_WORDS.get(state, state)))
