"""Dry run over history: what a new table would have decided otherwise, as a stream in constant memory."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reckon.routing.facts import Routing, RoutingFacts, RoutingProblem
from reckon.routing.router import Router
from reckon.routing.table import Table

EXAMPLES = 5
"""Matters named for each change: enough to look at, few enough to keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Matters whose lead (limits, co-handlers, priority) went from one to another, with the first few."""

    old: str
    new: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideReport:
    """One table's part of a dry run. hits: for every rule in order; problems: for every kind of problem."""

    hits: dict[str, int]
    never_hit: tuple[str, ...]
    manual: int
    problems: dict[RoutingProblem, int]
    total: int

    @property
    def manual_share(self) -> float:
        """Part of all matters that a person must assign; 0 without matters."""
        return self.manual / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceReport:
    """What changes between two tables over the same matters; changes by falling count."""

    total: int
    unchanged: int
    leads: dict[tuple[str, str], int]
    lead_changes: tuple[Change, ...]
    limit_changes: tuple[Change, ...]
    co_handler_changes: tuple[Change, ...]
    priority_changes: tuple[Change, ...]
    old: SideReport
    new: SideReport


class _Changes:
    """Counts pairs that differ and keeps the first few matters of each."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], list[str]] = {}

    def note(self, *, old: str, new: str, matter: str) -> bool:
        """Record the pair if it differs, and say whether it did."""
        if old == new:
            return False
        self.counts[old, new] += 1
        examples = self._examples.setdefault((old, new), [])
        if len(examples) < EXAMPLES:
            examples.append(matter)
        return True

    def rows(self) -> tuple[Change, ...]:
        """Each pair with count and examples, most frequent first."""
        ordered = sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            Change(old=old, new=new, count=count, examples=tuple(self._examples[old, new]))
            for (old, new), count in ordered
        )


class _Side:
    """Counts for one table."""

    def __init__(self, *, table: Table) -> None:
        self._hits: Counter[str] = Counter({rule.id: 0 for rule in table.rules})
        self._problems: Counter[RoutingProblem] = Counter()
        self._manual = 0

    def count(self, routing: Routing) -> None:
        """Take one decision into account."""
        self._manual += routing.is_manual
        if routing.rule_id is not None:
            self._hits[routing.rule_id] += 1
        if routing.problem is not None:
            self._problems[routing.problem] += 1

    def report(self, *, total: int) -> SideReport:
        """The counts so far."""
        return SideReport(
            hits=dict(self._hits),
            never_hit=tuple(rule for rule, count in self._hits.items() if not count),
            manual=self._manual,
            problems={problem: self._problems[problem] for problem in RoutingProblem},
            total=total,
        )


class _Run:
    """The changes of one dry run."""

    def __init__(self) -> None:
        self.leads: Counter[tuple[str, str]] = Counter()
        self.total = 0
        self.unchanged = 0
        self.lead = _Changes()
        self.limits = _Changes()
        self.co_handlers = _Changes()
        self.priority = _Changes()

    def compare(self, *, matter: str, old: Routing, new: Routing) -> None:
        """Take one matter into account."""
        before, after = old.outputs, new.outputs
        self.total += 1
        self.leads[before.lead, after.lead] += 1
        changed = [
            self.lead.note(old=before.lead, new=after.lead, matter=matter),
            self.limits.note(old=before.limits or "", new=after.limits or "", matter=matter),
            self.co_handlers.note(
                old=" ".join(before.co_handlers), new=" ".join(after.co_handlers), matter=matter
            ),
            self.priority.note(old=before.priority.value, new=after.priority.value, matter=matter),
        ]
        self.unchanged += not any(changed)


def difference(*, old: Router, new: Router, facts: Iterable[tuple[str, RoutingFacts]]) -> DifferenceReport:
    """Route every matter by both tables and report what differs; the routers' problem counts grow as well."""
    run, before, after = _Run(), _Side(table=old.table), _Side(table=new.table)
    for matter, matter_facts in facts:
        old_routing, new_routing = old.route(matter_facts), new.route(matter_facts)
        before.count(old_routing)
        after.count(new_routing)
        run.compare(matter=matter, old=old_routing, new=new_routing)
    return DifferenceReport(
        total=run.total,
        unchanged=run.unchanged,
        leads=dict(run.leads),
        lead_changes=run.lead.rows(),
        limit_changes=run.limits.rows(),
        co_handler_changes=run.co_handlers.rows(),
        priority_changes=run.priority.rows(),
        old=before.report(total=run.total),
        new=after.report(total=run.total),
    )
