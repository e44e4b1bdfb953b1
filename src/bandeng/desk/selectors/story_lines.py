"""A matter's steps as lines of its story, in words; the newest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import npgettext, pgettext

from bandeng.areas.rules import Level
from bandeng.core.labels import listed
from bandeng.desk.labels import limit_words
from bandeng.desk.selectors.clocks import moment_words
from bandeng.desk.selectors.rows import type_name
from bandeng.dispatch.selectors.reviews import stage_name
from bandeng.matters.labels import REVIEW_OUTCOMES, STEP_KINDS
from bandeng.matters.models import Photo, Step
from bandeng.matters.rules import StepKind
from bandeng.organisations.selectors import directory
from reckon.deadlines import Limit, Unit

KIND_WORDS = dict(STEP_KINDS)
MINOR = frozenset(
    {StepKind.JOINED, StepKind.NOTED, StepKind.REMINDED, StepKind.RECOMPUTED, StepKind.REMARKED}
)
"""What the short story leaves out: it changes neither state nor clock nor who works on the matter."""
LEVEL_WORDS = {
    Level.DISTRICT.value: lambda: pgettext("level", "district"),
    Level.STREET.value: lambda: pgettext("level", "street"),
    Level.COMMUNITY.value: lambda: pgettext("level", "community"),
    Level.GRID.value: lambda: pgettext("level", "grid"),
}


@dataclass(frozen=True)
class Line:
    """One line of the story."""

    id: int
    kind: str
    title: str
    at: datetime
    when: str
    who: str
    note: str
    detail: str
    public: bool
    gap: bool
    photos: tuple[Photo, ...] = ()
    numbers: tuple[str, ...] = ()


def lines_of(steps: Sequence[Step], photos: Sequence[Photo], *, key_only: bool) -> list[Line]:
    """The story, newest first; several who reported the same in a row are one line."""
    by_step: dict[int, list[Photo]] = {}
    for photo in photos:
        by_step.setdefault(photo.step_id or 0, []).append(photo)
    found: list[Line] = []
    joined = 0
    for step in steps:
        if key_only and StepKind(step.kind) in MINOR:
            continue
        line = _line(step, tuple(by_step.get(step.pk, ())))
        joined = joined + 1 if _more_joined(step, found) else 1
        if joined > 1:
            found[-1] = replace(line, title=_joined_words(joined))
        else:
            found.append(line)
    return found[::-1]


def _more_joined(step: Step, found: Sequence[Line]) -> bool:
    same = step.kind == StepKind.JOINED.value and "vote" not in step.data
    return same and bool(found) and found[-1].kind == StepKind.JOINED.value


def _joined_words(count: int) -> str:
    return npgettext("step", "Reported by %(n)d more person", "Reported by %(n)d more people", count) % {
        "n": count
    }


def _line(step: Step, photos: tuple[Photo, ...]) -> Line:
    data = step.data
    return Line(
        id=step.pk,
        kind=step.kind,
        title=_title(step),
        at=step.at,
        when=moment_words(step.at),
        who=_who(step),
        note=step.note,
        detail=DETAILS[StepKind(step.kind)](data) if StepKind(step.kind) in DETAILS else "",
        public=step.public,
        gap=step.kind == StepKind.PAUSED.value,
        photos=photos,
        numbers=tuple(str(each) for each in _numbers(data)),
    )


def _numbers(data: Mapping[str, Any]) -> list[str]:
    """Numbers of other matters that the step is about."""
    named = [data.get("into"), data.get("parent"), data.get("child"), *data.get("children", ())]
    if isinstance(data.get("from"), str) and data["from"].startswith("SJ-"):
        named.append(data["from"])
    return [each for each in named if each]


def _title(step: Step) -> str:
    name = directory().name(step.organisation_id)
    if step.kind == StepKind.DISPATCHED.value and name:
        return pgettext("step", "Dispatched to %(name)s") % {"name": name}
    if step.kind == StepKind.REASSIGNED.value:
        if step.data.get("to_post") is not None:
            return pgettext("step", "Assigned to %(name)s") % {"name": step.data.get("name", "")}
        return pgettext("step", "Reassigned to %(name)s") % {"name": name}
    if step.kind == StepKind.CO_HANDLER_ADDED.value and name:
        return pgettext("step", "%(name)s asked to co-handle") % {"name": name}
    if step.kind == StepKind.RETURNED.value and name:
        return pgettext("step", "Returned by %(name)s") % {"name": name}
    if step.kind == StepKind.TASK_DONE.value and name:
        return pgettext("step", "%(name)s has done its part") % {"name": name}
    if "photos" in step.data:
        count = int(step.data["photos"])
        return npgettext("step", "%(n)d photo added", "%(n)d photos added", count) % {"n": count}
    return str(KIND_WORDS[step.kind])


def _who(step: Step) -> str:
    """The person, with the organisation where the title does not name it."""
    if step.kind in (StepKind.DISPATCHED.value, StepKind.REASSIGNED.value, StepKind.CO_HANDLER_ADDED.value):
        return step.actor_name
    parts = (directory().name(step.organisation_id), step.actor_name)
    return " ".join(part for part in parts if part)


def _dispatched(data: Mapping[str, Any]) -> str:
    helpers = [directory().name(key) for key in data.get("co_handlers", ())]
    why = data.get("why") or {}
    parts = []
    if why.get("rule"):
        words = {"rule": why["rule"], "version": why.get("table", "")}
        parts.append(pgettext("step", "By rule %(rule)s, version %(version)s") % words)
    if helpers:
        parts.append(pgettext("step", "Co-handlers: %(names)s") % {"names": listed(helpers)})
    return (
        pgettext("between sentences", "%(one)s; %(other)s") % {"one": parts[0], "other": parts[1]}
        if len(parts) > 1
        else "".join(parts)
    )


def _extended(data: Mapping[str, Any]) -> str:
    if "amount" not in data:
        return ""
    return pgettext("step", "By %(limit)s") % {
        "limit": limit_words(Limit(int(data["amount"]), Unit(data["unit"])))
    }


def _retyped(data: Mapping[str, Any]) -> str:
    words = {
        "old": type_name(str(data.get("from", ""))) or pgettext("type", "none"),
        "new": type_name(str(data.get("to", ""))),
    }
    if words["old"] == words["new"]:
        return pgettext("step", "“%(new)s” confirmed") % words
    return pgettext("step", "From “%(old)s” to “%(new)s”") % words


def _rated(data: Mapping[str, Any]) -> str:
    rating = int(data.get("rating", 0))
    return npgettext("step", "%(n)d star of 5", "%(n)d stars of 5", rating) % {"n": rating} if rating else ""


def _escalated(data: Mapping[str, Any]) -> str:
    level = LEVEL_WORDS.get(int(data.get("level") or 0))
    return pgettext("step", "To the %(level)s") % {"level": level()} if level else ""


def _handled(data: Mapping[str, Any]) -> str:
    if data.get("late"):
        return pgettext("step", "After the deadline")
    return ""


def _voted(data: Mapping[str, Any]) -> str:
    return {
        "support": pgettext("step", "One more voice for it"),
        "against": pgettext("step", "One more voice against it"),
    }.get(str(data.get("vote", "")), "")


def _reviewed(data: Mapping[str, Any]) -> str:
    """Which review it was, and what came of it."""
    stage = stage_name(int(data.get("stage", 1)))
    outcome = dict(REVIEW_OUTCOMES).get(str(data.get("outcome", "")), "")
    if not outcome:
        return stage
    return pgettext("step", "%(stage)s: %(outcome)s") % {"stage": stage, "outcome": outcome}


DETAILS: dict[StepKind, Callable[[Mapping[str, Any]], str]] = {
    StepKind.DISPATCHED: _dispatched,
    StepKind.EXTENDED: _extended,
    StepKind.RETYPED: _retyped,
    StepKind.RATED: _rated,
    StepKind.ESCALATED: _escalated,
    StepKind.HANDLED: _handled,
    StepKind.JOINED: _voted,
    StepKind.REVIEW_REQUESTED: _reviewed,
    StepKind.REVIEW_TAKEN: _reviewed,
    StepKind.REVIEW_DECIDED: _reviewed,
}
