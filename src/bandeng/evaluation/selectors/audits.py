"""Random audits: samples, records, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When

from bandeng.evaluation.models import AuditedRecord, AuditSample
from bandeng.evaluation.rules import Kind, Verdict
from bandeng.evaluation.selectors.counting import files_through
from bandeng.evaluation.selectors.drilling import is_register, matters_seen, told_of
from bandeng.evaluation.selectors.naming import month_called, place_called, type_called
from bandeng.matters.rules import number_of
from bandeng.organisations.rules import Scope


@dataclass(frozen=True)
class AuditLine:
    """A record of a sample; its matter's number where the auditor may see it."""

    row: AuditedRecord
    number: str
    is_register: bool
    about: str  # kind, place and month, which name nobody

    @property
    def can_be_judged(self) -> bool:
        """Whether it waits, and the auditor may look at it."""
        return self.row.verdict == Verdict.WAITING.value and bool(self.number or self.is_register)


def audits_of(*, kind: Kind, month: int) -> dict[str, list[int]]:
    """Of each unit, how many records of the month's sample were judged, and how many found true."""
    judged = AuditedRecord.objects.filter(sample__kind=kind.value, sample__month=month).exclude(
        verdict=Verdict.WAITING.value
    )
    rows = judged.values("unit").annotate(
        judged=Count("id"), true=Count("id", filter=Q(verdict=Verdict.CONFIRMED.value))
    )
    return {row["unit"]: [row["judged"], row["true"]] for row in rows}


def samples() -> list[AuditSample]:
    """All samples, newest first, each with how many records are judged of how many."""
    rows = AuditSample.objects.order_by("-month", "kind")
    counts = {
        row["sample_id"]: row
        for row in AuditedRecord.objects.values("sample_id").annotate(
            all=Count("id"),
            waiting=Count("id", filter=Q(verdict=Verdict.WAITING.value)),
            refuted=Count("id", filter=Q(verdict=Verdict.REFUTED.value)),
        )
    }
    found = list(rows)
    for row in found:
        row.counts = counts.get(row.pk, {"all": 0, "waiting": 0, "refuted": 0})  # type: ignore[attr-defined]
    return found


def sample_for(sample_id: int) -> AuditSample | None:
    """A sample."""
    return AuditSample.objects.filter(pk=sample_id).first()


def sample_with(record_id: int) -> AuditSample | None:
    """The sample to which a record belongs."""
    record = AuditedRecord.objects.select_related("sample").filter(pk=record_id).first()
    return record.sample if record else None


def records_of(sample: AuditSample) -> QuerySet[AuditedRecord]:
    """Its records, those to be checked first."""
    waits = Case(When(verdict=Verdict.WAITING.value, then=0), default=1, output_field=IntegerField())
    return AuditedRecord.objects.filter(sample=sample).select_related("sample").order_by(waits, "id")


def record_lines(rows: Sequence[AuditedRecord], *, scope: Scope) -> list[AuditLine]:
    """The records with the numbers of their matters."""
    keys = [(row.source, row.subject) for row in rows]
    seen = matters_seen(keys, scope)
    told = told_of(keys, names=files_through(rows[0].sample.through)) if rows else {}
    lines = []
    for key, row in zip(keys, rows, strict=True):
        known = told.get(key, {"category": "", "area_code": "", "month": None})
        words = (
            type_called(known["category"]), place_called(known["area_code"]), month_called(known["month"]),
        )  # fmt: skip
        number = number_of(seen[key]) if key in seen else ""
        lines.append(
            AuditLine(row, number, is_register(row.source), " · ".join(word for word in words if word))
        )
    return lines
