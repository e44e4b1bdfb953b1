"""Dated limits, periods and counts: the rows of `data/terms.toml` that are in force."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.utils import timezone

from bandeng.clues.rules.effects import Comparison
from bandeng.core import clock
from bandeng.core.labels import in_language
from bandeng.dispatch.calendar import due

FILE = Path(__file__).parent / "data" / "terms.toml"
CERTAINTIES = frozenset({"statute", "reprint", "own", "memory"})
LEVEL = 0.95  # of every interval that is shown


@dataclass(frozen=True, kw_only=True)
class Term:
    """One dated figure: a limit such as "15d", or a number; with where it is from and how sure that is."""

    code: str
    value: str | int
    valid_from: date
    certainty: str
    source: str
    source_en: str

    @property
    def source_words(self) -> str:
        """Where it is from, in the reader's language."""
        return in_language(name=self.source, name_en=self.source_en)

    @property
    def unchecked(self) -> bool:
        """Whether nobody has seen the text that it is from."""
        return self.certainty == "memory"


@cache
def _rows() -> tuple[Term, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["term"]
    terms = [Term(**row) for row in rows]
    wrong = [term.code for term in terms if term.certainty not in CERTAINTIES or not term.source]
    if wrong:
        raise ValueError(f"{FILE.name}: {', '.join(wrong)} without certainty or source")
    return tuple(sorted(terms, key=lambda term: term.valid_from))


@cache
def common_traces() -> frozenset[str]:
    """Values that link nothing."""
    return frozenset(tomllib.loads(FILE.read_text(encoding="utf-8"))["common"]["traces"])


def terms() -> tuple[Term, ...]:
    """The rows in force today, one of each code."""
    today = timezone.localdate(clock.now())
    newest = {term.code: term for term in _rows() if term.valid_from <= today}
    return tuple(newest.values())


def term(code: str) -> Term:
    """The row of a code in force today. Raises KeyError for none."""
    found = next((each for each in terms() if each.code == code), None)
    if found is None:
        raise KeyError(code)
    return found


def number(code: str) -> int:
    """A figure in force today."""
    return int(term(code).value)


def due_after(code: str, *, start: datetime) -> datetime | None:
    """When a limit that starts then runs out by the working calendar; None while its year is not published."""
    return due(start=start, limit=str(term(code).value)).at


def comparison() -> Comparison:
    """How the effect of talks is compared."""
    return Comparison(
        controls=number("effect_controls"),
        fewest_controls=number("effect_fewest_controls"),
        fewest_cases=number("effect_fewest_cases"),
        caliper=number("effect_caliper_percent") / 100,
        level=LEVEL,
    )
