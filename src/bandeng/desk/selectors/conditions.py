"""The conditions of a filter in words, and what may be chosen for each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import pgettext

from bandeng.areas.rules import is_within
from bandeng.areas.selectors import atlas
from bandeng.core.labels import listed
from bandeng.desk.labels import CONDITION_NAMES, SORT_NAMES
from bandeng.desk.selectors.rows import STATE_WORDS
from bandeng.dispatch.selectors import QueueFilter
from bandeng.matters.labels import CHANNELS, PRIORITIES
from bandeng.matters.rules import MatterState
from bandeng.matters.selectors import taxonomy
from bandeng.organisations.rules import AREA_KINDS, Scope
from bandeng.organisations.selectors import directory

Option = tuple[str, str]


@dataclass(frozen=True)
class Chip:
    """A condition that is on, in words, and the query without it."""

    name: str
    value: str
    query: str


@dataclass(frozen=True)
class Choice:
    """A condition that can be set: its name in the query, its words, the options, and the one chosen."""

    key: str
    name: str
    options: Sequence[Option]
    chosen: str
    several: str = ""  # what is chosen, where it is more than one


def query_of(filters: QueueFilter, *, page: int = 1) -> str:
    """The filter as a query string that names its list even where it is the plain one."""
    return urlencode({"queue": filters.queue.value} | replace(filters, page=page).pairs())


def chips(filters: QueueFilter) -> list[Chip]:
    """The conditions that are on, one a chip; several states are several chips."""
    pairs = replace(filters, page=1).pairs()
    base = {"queue": filters.queue.value} | pairs
    found = []
    for key, value in pairs.items():
        if key in ("queue", "sort", "state"):
            continue
        rest = {name: given for name, given in base.items() if name != key}
        found.append(Chip(str(CONDITION_NAMES[key]), value_words(key, value), urlencode(rest)))
    for state in filters.states:
        others = replace(filters, page=1, states=tuple(each for each in filters.states if each is not state))
        found.append(Chip(str(CONDITION_NAMES["state"]), str(STATE_WORDS[state.value]), query_of(others)))
    return found


def value_words(key: str, value: str) -> str:
    """The value of a condition as people read it; a code that nobody knows as it is."""
    known = {
        "type": lambda: type_words(value),
        "area": lambda: atlas().name(value),
        "lead": lambda: directory().name(int(value)),
        "channel": lambda: str(dict(CHANNELS)[value]),
        "priority": lambda: str(dict(PRIORITIES)[value]),
        "overdue": lambda: pgettext("condition", "overdue"),
        "mine": lambda: pgettext("condition", "me"),
    }.get(key)
    return (known() if known else value) or value


def type_words(code: str) -> str:
    """A type's name in the reader's language."""
    return taxonomy().name(code)


def choices(scope: Scope, filters: QueueFilter) -> list[Choice]:
    """Everything that the form for conditions offers to a post."""
    pairs = filters.pairs()
    offered: dict[str, list[Option]] = {
        "state": [(state.value, str(STATE_WORDS[state.value])) for state in MatterState],
        "type": _types(),
        "area": _areas(scope, filters.area),
        "lead": leads(),
        "channel": [(value, str(label)) for value, label in CHANNELS],
        "priority": [(value, str(label)) for value, label in PRIORITIES],
    }
    several = (
        listed(str(STATE_WORDS[state.value]) for state in filters.states) if len(filters.states) > 1 else ""
    )
    return [
        Choice(key, str(CONDITION_NAMES[key]), options, pairs.get(key, ""), several if key == "state" else "")
        for key, options in offered.items()
    ]


def sorts() -> list[Option]:
    """The orders of a list."""
    return [(value, str(label)) for value, label in SORT_NAMES.items()]


def _types() -> list[Option]:
    rows = sorted(taxonomy().by_code.values(), key=lambda row: row.code)
    return [(row.code, "\u3000" * (row.level - 1) + row.called) for row in rows if row.level < 3]


def _areas(scope: Scope, chosen: str) -> list[Option]:
    """Streets, and the communities of the one chosen or of the post's own."""
    inside = scope.area_code if scope.sees_area else ""
    opened = (chosen or inside)[:9]
    rows = sorted(atlas().by_code.values(), key=lambda place: place.code)
    shown = []
    for place in rows:
        length = len(place.code)
        wanted = length == 9 or (length == 12 and len(opened) == 9 and place.code.startswith(opened))
        if wanted and is_within(code=place.code, area=inside):
            shown.append((place.code, "\u3000" * (length > 9) + place.called))
    return shown


def leads() -> list[Option]:
    """The departments and centres; streets are found by place."""
    rows = [
        each
        for each in directory().by_id.values()
        if each.active and not (each.kind in AREA_KINDS and each.code.isdecimal())
    ]
    return [(str(each.pk), each.called) for each in rows]
