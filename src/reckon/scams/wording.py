"""Rules: words that tell one kind of fraud from all others."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from reckon.scams.kinds import ScamType

FIELDS = frozenset({"type", "all", "none", "reason"})


class RulesInvalid(ValueError):
    """A rule cannot be used; the message says which and why."""


@dataclass(frozen=True)
class WordRule:
    """Every group of `groups` has a word in the text, and no word of `without` is there."""

    type: ScamType
    groups: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]
    reason: str

    def hits(self, text: str) -> tuple[str, ...]:
        """The words found, one of each group; empty where the rule does not match."""
        if any(word in text for word in self.without):
            return ()
        found = [next((word for word in group if word in text), "") for group in self.groups]
        return tuple(found) if all(found) else ()


def rules_from(data: Mapping[str, Any]) -> tuple[WordRule, ...]:
    """Rules from plain values. Raises RulesInvalid."""
    return tuple(_rule(number, each) for number, each in enumerate(data.get("rule", []), 1))


def _rule(number: int, data: Mapping[str, Any]) -> WordRule:
    odd = sorted(set(data) - FIELDS)
    if odd:
        raise RulesInvalid(f"rule {number}: unknown field {odd[0]}")
    try:
        groups = tuple(tuple(str(word) for word in group) for group in data["all"])
        rule = WordRule(ScamType(data["type"]), groups, tuple(data.get("none", ())), str(data["reason"]))
    except (KeyError, TypeError, ValueError) as error:
        raise RulesInvalid(f"rule {number}: {error}") from error
    if not groups or not all(group and all(group) for group in groups):
        raise RulesInvalid(f"rule {number}: a group without words matches nothing or everything")
    return rule


def matched_types(text: str, rules: Sequence[WordRule]) -> dict[ScamType, tuple[str, ...]]:
    """The kinds whose rules match, each with the words found."""
    found: dict[ScamType, tuple[str, ...]] = {}
    for rule in rules:
        words = rule.hits(text)
        if words and rule.type not in found:
            found[rule.type] = words
    return found


@cache
def rules_in_force() -> tuple[WordRule, ...]:
    """The rules shipped with the program."""
    source = files("reckon.scams").joinpath("data/rules.toml").read_text(encoding="utf-8")
    return rules_from(tomllib.loads(source))
