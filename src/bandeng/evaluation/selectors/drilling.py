"""From a point of a score to the records behind it, as far as the viewer may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext

from bandeng.dispatch.models import Task
from bandeng.dispatch.selectors import visible
from bandeng.evaluation import expressions
from bandeng.evaluation.models import Objection, Score
from bandeng.evaluation.selectors.counting import asked_of, files_through, left_out_of, rule_of
from bandeng.evaluation.selectors.naming import month_called, place_called, type_called
from bandeng.ledger import files
from bandeng.matters.rules import number_of
from bandeng.organisations.rules import Scope
from reckon.index import Duty

PAGE = 50
MATTERS, TASKS = "matters", "tasks"


@dataclass(frozen=True)
class RecordLine:
    """A record that counts, with its matter where the viewer may see it; counted against or for the post."""

    source: str
    subject: int
    matter_id: int | None
    number: str  # empty: not for this viewer
    is_event: bool
    excluded: bool
    kind: str = ""  # what it is about, where, and when it was raised: words that name nobody
    place: str = ""
    month: str = ""

    @property
    def is_register(self) -> bool:
        """Whether it came with a register from outside: known by its number there, and no matter of this system."""
        return is_register(self.source)

    @property
    def called(self) -> str:
        """The record in one line."""
        name = self.number or pgettext("evaluation", "record %(number)d") % {"number": self.subject}
        return " · ".join(part for part in (name, self.kind, self.place, self.month) if part)


def is_register(source: str) -> bool:
    """Whether a source is no part of this system."""
    return source not in {MATTERS, TASKS}


@dataclass(frozen=True)
class RecordsPage:
    """One page of the records behind a point."""

    lines: list[RecordLine]
    total: int
    hidden: int  # on this page: counted, but of matters that the viewer may not see
    start: int


def records_behind(score: Score, *, duty: Duty, scope: Scope, start: int = 0) -> RecordsPage:
    """The cases of a duty, newest first, those that count as events marked."""
    cases, marked = _cases_of(score, duty)
    shown = cases[start : start + PAGE]
    lines = lines_of(shown, score=score, duty=duty.code, marked=marked, scope=scope)
    hidden = sum(not line.number and not line.is_register for line in lines)
    return RecordsPage(lines, len(cases), hidden, start)


def _cases_of(score: Score, duty: Duty) -> tuple[list[dict[str, Any]], set[tuple[str, int]]]:
    """All cases of a duty, and which of them count as events."""
    evaluation = score.evaluation
    asked = asked_of(evaluation, rule_of(evaluation.rule).settings)
    with files.opened(files_through(evaluation.through)) as engine:
        cases = files.fetch(engine, expressions.records(duty, duty.denominator, asked=asked, unit=score.unit))
        events = files.fetch(engine, expressions.records(duty, duty.numerator, asked=asked, unit=score.unit))
    return cases.to_pylist(), {(row["source"], row["subject"]) for row in events.to_pylist()}


def counted_against(objection: Objection, *, scope: Scope) -> list[RecordLine]:
    """The records from which whoever upholds an objection can choose: those that count in its duty."""
    rule = rule_of(objection.score.evaluation.rule)
    duty = next(each for each in rule.declaration.duties if each.code == objection.duty)
    cases, marked = _cases_of(objection.score, duty)
    against = [row for row in cases if ((row["source"], row["subject"]) in marked) == duty.higher_is_worse]
    lines = lines_of(against, score=objection.score, duty=duty.code, marked=marked, scope=scope)
    return [line for line in lines if not line.excluded]


def record_line(objection: Objection, *, scope: Scope) -> RecordLine:
    """The record that an objection is about, as far as the viewer may see it."""
    key = (objection.source, objection.subject or 0)
    rows = told_of([key], names=files_through(objection.score.evaluation.through)).values()
    plain = {"source": objection.source, "subject": objection.subject, "category": "", "area_code": ""}
    shown = [*rows, plain][:1]
    return lines_of(shown, score=objection.score, duty=objection.duty, marked=set(), scope=scope)[0]


def told_of(
    keys: Sequence[tuple[str, int]], *, names: Sequence[str]
) -> dict[tuple[str, int], dict[str, Any]]:
    """What records are about as the ledger's files have it, by record."""
    if not keys or not names:
        return {}
    with files.opened(names) as engine:
        rows = files.fetch(engine, expressions.named_records(keys)).to_pylist()
    return {(row["source"], row["subject"]): row for row in rows}


def lines_of(
    rows: Sequence[Mapping[str, Any]],
    *,
    score: Score,
    duty: str,
    marked: Collection[tuple[str, int]],
    scope: Scope,
) -> list[RecordLine]:
    """Rows of the ledger as lines: number where the viewer may see the matter; kind, place and month for all."""
    keys = [(row["source"], row["subject"]) for row in rows]
    seen = matters_seen(keys, scope)
    left_out = {
        (each.source, each.subject)
        for each in left_out_of(score.evaluation)
        if each.holds(unit=score.unit, duty=duty)
    }
    lines = []
    for key, row in zip(keys, rows, strict=True):
        matter = seen.get(key)
        lines.append(
            RecordLine(
                key[0],
                key[1],
                matter,
                number_of(matter) if matter else "",
                key in marked,
                key in left_out,
                kind=type_called(row["category"]),
                place=place_called(row["area_code"]),
                month=month_called(row.get("month")),
            )
        )
    return lines


def has_record(score: Score, *, duty: Duty, record: tuple[str, int]) -> bool:
    """Whether a record is one of those that a duty counts for a score."""
    source, subject = record
    asked = asked_of(score.evaluation, rule_of(score.evaluation.rule).settings)
    here = [each for each in asked.excluded if each.holds(unit=score.unit, duty=duty.code)]
    if any((each.source, each.subject) == record for each in here):
        return False
    found = expressions.records(duty, duty.denominator, asked=asked, unit=score.unit)
    found = found.filter((found.source == source) & (found.subject == subject))
    with files.opened(files_through(score.evaluation.through)) as engine:
        return bool(files.fetch(engine, found).num_rows)


def matters_seen(keys: Sequence[tuple[str, int]], scope: Scope) -> dict[tuple[str, int], int]:
    """The matters of those records that the viewer may see, by record."""
    tasks = dict(
        Task.objects.filter(pk__in=[subject for source, subject in keys if source == TASKS]).values_list(
            "pk", "matter_id"
        )
    )
    matter_of = {
        (source, subject): subject if source == MATTERS else tasks.get(subject)
        for source, subject in keys
        if source in {MATTERS, TASKS}
    }
    wanted = {matter for matter in matter_of.values() if matter}
    allowed = set(visible(scope).filter(pk__in=wanted).values_list("pk", flat=True))
    return {key: matter for key, matter in matter_of.items() if matter in allowed and matter}
