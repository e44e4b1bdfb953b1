"""A change of rules as an editor makes it: weights, least cases and some settings of a copy; everything else stays."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

WHOLE_SETTINGS = ("window_months", "audit_each", "peers_least")
SHARES = ("audit_share",)
DAYS = ("objection_limit", "appeal_limit")
WORKING_DAYS = "wd"


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What the editor holds: by duty its weight and least cases, by name the settings; limits in working days."""

    weights: Mapping[str, float]
    least_cases: Mapping[str, float]
    settings: Mapping[str, float]


def changes_of(content: Mapping[str, Any]) -> Changes:
    """The editor's figures of some content."""
    settings, duties = content["settings"], content["duties"]["duty"]
    plain = {name: settings[name] for name in (*WHOLE_SETTINGS, *SHARES)}
    return Changes(
        weights={duty["code"]: duty["weight"] for duty in duties},
        least_cases={duty["code"]: duty["least_cases"] for duty in duties},
        settings=plain | {name: int(settings[name].removesuffix(WORKING_DAYS)) for name in DAYS},
    )


def changed(content: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """A copy of the content with the changes; what is not in the editor is as it was."""
    made: dict[str, Any] = deepcopy(dict(content))
    for duty in made["duties"]["duty"]:
        duty["weight"] = changes.weights[duty["code"]]
        duty["least_cases"] = changes.least_cases[duty["code"]]
    for name, value in changes.settings.items():
        made["settings"][name] = f"{int(value)}{WORKING_DAYS}" if name in DAYS else value
    return made


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, float, float]]:
    """What was changed: whether weight, least cases or setting; of which duty or which name; before and after."""
    one, other = changes_of(before), changes_of(after)
    found = []
    for what in ("weights", "least_cases", "settings"):
        then, now = getattr(one, what), getattr(other, what)
        found += [
            (what, name, then[name], now[name]) for name in then if name in now and then[name] != now[name]
        ]
    return found
