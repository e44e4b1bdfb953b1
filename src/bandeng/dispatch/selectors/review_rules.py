"""Which answers may be reviewed, within which limits and by which body: dated data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from bandeng.core import clock
from bandeng.matters.rules import ReviewBody
from bandeng.organisations.models import Organisation
from bandeng.organisations.rules import OrganisationKind

FILE = Path(__file__).parent.parent / "data" / "reviews.toml"


@dataclass(frozen=True, kw_only=True)
class Reviewing:
    """One dated row: the types whose answers may be reviewed, both limits, and how often."""

    valid_from: date
    source: str
    types: tuple[str, ...]
    ask_within: str
    decide_within: str
    stages: int

    def covers(self, type_code: str) -> bool:
        """Whether answers to matters of a type may be reviewed."""
        return any(type_code == each or type_code.startswith(f"{each}.") for each in self.types)


@dataclass(frozen=True, kw_only=True)
class Superiors:
    """One dated row: who is above whom."""

    valid_from: date
    source: str
    by_kind: Mapping[str, str]
    by_code: Mapping[str, str]
    above: Mapping[str, str]


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _newest(rows: list[dict[str, Any]]) -> dict[str, Any]:
    today = timezone.localdate(clock.now())
    return max((row for row in rows if row["valid_from"] <= today), key=lambda row: row["valid_from"])


def reviewing() -> Reviewing:
    """The rules of reviews in force today."""
    row = _newest(_content()["review"])
    return Reviewing(**row | {"types": tuple(row["types"])})


def superiors() -> Superiors:
    """Who is above whom today."""
    return Superiors(**_newest(_content()["superiors"]))


def body_above(answered_by: Organisation | None) -> ReviewBody:
    """The body above the organisation that answered; an answer by nobody in particular is the centre's."""
    known = superiors()
    if answered_by is None:
        return ReviewBody(known.by_kind[OrganisationKind.CENTRE.value])
    return ReviewBody(known.by_code.get(answered_by.code) or known.by_kind[answered_by.kind])


def next_body(body: ReviewBody) -> ReviewBody | None:
    """The body above a reviewing body, or None at the top."""
    found = superiors().above.get(body.value)
    return ReviewBody(found) if found else None
