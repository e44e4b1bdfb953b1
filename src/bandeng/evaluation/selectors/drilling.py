"""From a point of a score to the records behind it, as far as the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from bandeng.dispatch.models import Task
from bandeng.dispatch.selectors import visible
from bandeng.evaluation import expressions
from bandeng.evaluation.expressions import Asked
from bandeng.evaluation.models import Score
from bandeng.evaluation.rules import Kind
from bandeng.evaluation.selectors.counting import files_through, rule_of, window_of
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

    @property
    def is_register(self) -> bool:
        """Whether it came with a register from outside: known by its number there, and no matter of this system."""
        return is_register(self.source)


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
    evaluation, rule = score.evaluation, rule_of(score.evaluation.rule)
    asked = Asked(kind=Kind(evaluation.kind), months=window_of(evaluation.month, rule.settings.window_months))
    names = files_through(evaluation.through)
    with files.opened(names) as engine:
        cases = files.fetch(engine, expressions.records(duty, duty.denominator, asked=asked, unit=score.unit))
        events = files.fetch(engine, expressions.records(duty, duty.numerator, asked=asked, unit=score.unit))
    marked = {(row["source"], row["subject"]) for row in events.to_pylist()}
    page = cases.slice(start, PAGE).to_pylist()
    keys = [(row["source"], row["subject"]) for row in page]
    seen = matters_seen(keys, scope)
    left_out = {(source, subject) for source, subject, _ in evaluation.excluded}
    lines = []
    for key in keys:
        matter = seen.get(key)
        number = number_of(matter) if matter else ""
        lines.append(RecordLine(key[0], key[1], matter, number, key in marked, key in left_out))
    return RecordsPage(
        lines, cases.num_rows, sum(not line.number and not line.is_register for line in lines), start
    )


def has_record(duty: Duty, *, asked: Asked, unit: str, names: Sequence[str], record: tuple[str, int]) -> bool:
    """Whether a record is one of those that a duty counts."""
    found = expressions.records(duty, duty.denominator, asked=asked, unit=unit)
    found = found.filter((found.source == record[0]) & (found.subject == record[1]))
    with files.opened(names) as engine:
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
