"""Why a matter was dispatched where it is: the rule, its version and its reasons in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext

from bandeng.areas.selectors import atlas
from bandeng.core.labels import listed
from bandeng.matters.labels import CHANNELS
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import StepKind, TypeSource
from bandeng.matters.selectors import taxonomy

CHOSEN_BY = frozenset({StepKind.DISPATCHED.value, StepKind.REASSIGNED.value, StepKind.OPENED.value})
PROBLEMS = {
    "no_table": lambda: pgettext("why", "No decision table is in force"),
    "no_match": lambda: pgettext("why", "No rule fits"),
    "facts_faulty": lambda: pgettext("why", "The facts do not fit the table"),
    "engine_error": lambda: pgettext("why", "The table could not be asked"),
}


@dataclass(frozen=True)
class Why:
    """The reasons, and the rule behind them where there is one."""

    rule: str
    version: int | None
    lines: tuple[str, ...]
    note: str


def why_of(matter: Matter, steps: Sequence[Step]) -> Why | None:
    """The reasons for the present lead, from the newest step that chose one; None for a matter without any."""
    for step in reversed(steps):
        if step.kind in CHOSEN_BY and step.data.get("to_post") is None:
            why = step.data.get("why")
            if step.kind == StepKind.REASSIGNED.value or (why and why.get("by") == "officer"):
                return _by_person(matter, step)
            if why:
                return _by_rule(matter, why)
    return None


def _by_person(matter: Matter, step: Step) -> Why:
    who = step.actor_name or pgettext("why", "an officer")
    words = {"name": who, "reason": step.note}
    if step.note:
        line = pgettext("why", "Chosen by %(name)s: %(reason)s") % words
    else:
        line = pgettext("why", "Chosen by %(name)s") % words
    return Why("", None, (*_type_line(matter, {}), line), "")


def _by_rule(matter: Matter, why: Mapping[str, Any]) -> Why:
    lines = _type_line(matter, why)
    lines += [_reason(each) for each in why.get("reasons", ()) if each.get("kind") != "category"]
    if not why.get("rule"):
        lines.append(_without_rule(why))
    version = why.get("table")
    return Why(
        str(why.get("rule", "")),
        version if isinstance(version, int) else None,
        tuple(lines),
        str(why.get("note", "")),
    )


def _without_rule(why: Mapping[str, Any]) -> str:
    problem = PROBLEMS.get(str(why.get("problem", "")), lambda: pgettext("why", "No rule decided"))()
    if why.get("by") == "type":
        ending = pgettext("why", "the type's own department leads")
    else:
        ending = pgettext("why", "a person decides")
    return pgettext("why", "%(problem)s; %(ending)s") % {"problem": problem, "ending": ending}


def _type_line(matter: Matter, why: Mapping[str, Any]) -> list[str]:
    row = taxonomy().by_code.get(matter.type_code)
    if row is None:
        return [pgettext("why", "The type is not known yet")]
    confidence = why.get("confidence", matter.type_confidence)
    words = {"type": row.called, "share": f"{confidence or 0:.2f}"}
    if matter.type_source == TypeSource.CLASSIFIER.value and confidence is not None:
        return [
            pgettext("why", "Type “%(type)s”, the classifier is %(share)s sure")
            % (words | {"share": f"{confidence:.2f}"})
        ]
    if matter.type_source == TypeSource.OFFICER.value:
        return [pgettext("why", "Type “%(type)s”, set by an officer") % words]
    return [pgettext("why", "Type “%(type)s”, chosen with the report") % words]


def _reason(reason: Mapping[str, Any]) -> str:
    kind, value, matched = (
        reason.get("kind", ""),
        reason.get("value"),
        [str(each) for each in reason.get("matched", ())],
    )
    words = {"value": value, "matched": listed(matched)}
    known = {
        "area": lambda: pgettext("why", "The place lies in %(value)s") % {"value": _area(matched, value)},
        "channel": lambda: (
            pgettext("why", "It came by: %(value)s") % {"value": dict(CHANNELS).get(str(value), value)}
        ),
        "words": lambda: pgettext("why", "The text says “%(matched)s”") % words,
        "hour": lambda: pgettext("why", "It came at %(value)s") % {"value": _clock(value)},
        "weekday": lambda: pgettext("why", "It came on weekday %(value)s") % words,
        "nearby_repeats": lambda: pgettext("why", "%(value)s open ones of the same type nearby") % words,
        "confidence": lambda: pgettext("why", "The classifier is %(value)s sure") % words,
        "abstained": lambda: pgettext("why", "The classifier was not sure"),
        "reporter_kind": lambda: pgettext("why", "Reported by: %(value)s") % words,
        "inside_zone": lambda: pgettext("why", "The place lies in the zone %(matched)s") % words,
    }.get(str(kind))
    return known() if known else f"{reason.get('column', kind)}: {value}"


def _area(matched: Sequence[str], value: Any) -> str:
    places = atlas().by_code
    codes = [each.replace(".", "") for each in (*matched, str(value or ""))]
    known = next((places[code] for code in codes if code in places), None)
    return known.called if known else str(value)


def _clock(value: Any) -> str:
    return f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) else str(value)
