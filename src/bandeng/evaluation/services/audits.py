"""Random audits: the sample follows from a seed that stands in the audit log, so anybody can draw it again."""

import hashlib
import math
import secrets
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from bandeng.core import audit, bulk, clock
from bandeng.evaluation import expressions
from bandeng.evaluation.expressions import Asked
from bandeng.evaluation.models import AuditedRecord, AuditSample
from bandeng.evaluation.rules import Kind, Refused, Verdict, check_month_ended
from bandeng.evaluation.rules.settings import Settings
from bandeng.evaluation.selectors.counting import files_through, last_file, rule_of, rule_row_for
from bandeng.evaluation.selectors.persons import areas_since, posts_ever
from bandeng.evaluation.selectors.units import scored_places_of
from bandeng.evaluation.services.versions import rule_row_locked, this_month
from bandeng.ledger import files
from bandeng.organisations.rules import Scope

SEED_BYTES = 16
Drawn = tuple[str, str, int]  # unit, source, subject


@transaction.atomic
def audit_draw(*, kind: Kind, month: int, actor: str, seed: str = "") -> AuditSample:
    """Draw a month's sample of closed records, some of every unit. Raises Refused for a second one, or too early.

    A sample drawn within the month would leave alone whatever is closed after it.
    """
    check_month_ended(month=month, this_month=this_month())
    rule = rule_row_locked(month)
    if AuditSample.objects.filter(kind=kind.value, month=month).exists():
        raise Refused("drawn")
    chosen_seed, through = seed or secrets.token_hex(SEED_BYTES), last_file()
    population = _population(kind=kind, month=month, through=through)
    row = AuditSample.objects.create(
        kind=kind.value,
        month=month,
        seed=chosen_seed,
        through=through,
        drawn_from=len(population),
        drawn_by=actor,
        drawn_at=clock.now(),
    )
    chosen = sample_of(population, seed=chosen_seed, settings=rule_of(rule).settings)
    bulk.insert(
        [
            AuditedRecord(
                sample=row, unit=unit, source=source, subject=subject, verdict=Verdict.WAITING.value
            )
            for unit, source, subject in chosen
        ]
    )
    audit.record(
        action="evaluation.audit_drawn",
        subject=row,
        actor=actor,
        after={"seed": chosen_seed, "through": through, "from": len(population), "drawn": len(chosen)},
    )
    return row


def sample_of(population: Sequence[Drawn], *, seed: str, settings: Settings) -> list[Drawn]:
    """The records whose keyed digests come first in their unit: a share, and at least so many of each."""
    by_unit: dict[str, list[Drawn]] = defaultdict(list)
    for record in population:
        by_unit[record[0]].append(record)
    chosen = []
    for unit in sorted(by_unit):
        records = sorted(by_unit[unit], key=lambda record: _order(seed, record))
        count = max(settings.audit_each, math.ceil(settings.audit_share * len(records)))
        chosen.extend(records[:count])
    return chosen


def audit_repeat(*, sample_id: int) -> bool:
    """Whether the sample comes out the same when it is drawn again from its seed."""
    row = AuditSample.objects.get(pk=sample_id)
    rule = rule_row_for(row.month)
    if rule is None:
        return False
    population = _population(kind=Kind(row.kind), month=row.month, through=row.through)
    drawn = set(sample_of(population, seed=row.seed, settings=rule_of(rule).settings))
    kept = AuditedRecord.objects.filter(sample=row).values_list("unit", "source", "subject")
    return drawn == set(kept)


@transaction.atomic
def audit_judge(*, record_id: int, confirmed: bool, note: str, scope: Scope) -> AuditedRecord:
    """Say what a look at the record showed. Raises Refused for one's own work, twice, or a refusal without a note."""
    row = AuditedRecord.objects.select_for_update(of=("self",)).select_related("sample").get(pk=record_id)
    if row.verdict != Verdict.WAITING.value:
        raise Refused("state")
    if row.unit in _own_units(scope.user_id, month=row.sample.month):
        raise Refused("own_record")
    if not confirmed and not note.strip():
        raise Refused("no_text")
    row.verdict = (Verdict.CONFIRMED if confirmed else Verdict.REFUTED).value
    row.note, row.auditor, row.judged_at = note.strip(), scope.actor, clock.now()
    row.save(update_fields=["verdict", "note", "auditor", "judged_at"])
    audit.record(
        action="evaluation.record_audited",
        subject=row,
        actor=scope.actor,
        after={"verdict": row.verdict, "source": row.source, "subject": row.subject},
        reason=row.note,
    )
    return row


def _own_units(user_id: int, *, month: int) -> frozenset[str]:
    """A person's posts, and the areas where they have one or had one in the month."""
    return areas_since(user_id, month=month) | {str(post) for post in posts_ever(user_id)}


def _population(*, kind: Kind, month: int, through: int) -> list[Drawn]:
    names = files_through(through)
    if not names:
        return []
    with files.opened(names) as engine:
        rows = files.fetch(engine, expressions.closed_records(Asked(kind=kind, months=(month,)))).to_pylist()
    scored = scored_places_of({row["unit"] for row in rows}) if kind is Kind.POSTS else None
    return [
        (row["unit"], row["source"], row["subject"])
        for row in rows
        if scored is None or row["unit"] in scored
    ]


def _order(seed: str, record: Drawn) -> str:
    return hashlib.sha256(f"{seed}|{record[0]}|{record[1]}|{record[2]}".encode()).hexdigest()
