"""Words of the one screen."""

from datetime import datetime

from django import template
from django.utils.translation import npgettext, pgettext

from bandeng.areas.labels import LEVELS
from bandeng.core.templatetags.bandeng import state_badge
from bandeng.matters.labels import MATTER_STATES

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
def state_of(state: str) -> str:
    """The badge of a matter's state with its word."""
    return state_badge(state, str(_STATE_WORDS.get(state, state)))
