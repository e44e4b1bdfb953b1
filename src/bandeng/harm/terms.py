"""Dated limits, periods and mention rules: `data/terms.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bandeng.dispatch.calendar import due
from bandeng.harm.rules import AlertState
from bandeng.harm.rules.mentions import MentionRule
from reckon.harm import Level

FILE = Path(__file__).parent / "data" / "terms.toml"

LIMIT_OF_LEVEL = {Level.WATCH: "watch", Level.ATTENTION: "attention", Level.URGENT: "urgent"}
LIMIT_OF_STATE = {AlertState.VERIFYING: "talk", AlertState.TALKING: "act", AlertState.ACTING: "act"}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Everything in the file; limits as written, such as "5wd"."""

    valid_from: date
    source: str
    periods: dict[str, int]
    limits: dict[str, str]
    letters: dict[str, int]
    exposure: dict[str, int]
    mentions: tuple[MentionRule, ...]
    answers: tuple[str, ...]
    no_names: frozenset[str]
    causes: dict[str, str]
    clue_kinds: dict[str, str]


@cache
def terms() -> Terms:
    """The terms shipped with the program."""
    data: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    rows = [
        MentionRule(kind=row["kind"], types=tuple(row["types"]), words=tuple(row["words"]))
        for row in data.pop("mentions")
    ]
    asked = data.pop("answers")
    return Terms(
        **data, mentions=tuple(rows), answers=tuple(asked["names"]), no_names=frozenset(asked["unknown"])
    )


def due_after(limit: str, *, start: datetime) -> datetime | None:
    """When a limit that starts then runs out by the working calendar; None while its year is not published."""
    return due(start=start, limit=terms().limits[limit]).at
