"""Matter types by hand: a version from a coming day on, a new type. What began is never rewritten."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction

from bandeng.core import audit
from bandeng.matters.models import MatterType
from bandeng.matters.rules import AccessClass
from bandeng.matters.selectors import taxonomy
from bandeng.organisations.rules import Duty, Scope, check_duty
from bandeng.organisations.selectors import today
from reckon.deadlines.limits import parse_limit

LEVELS = 3
MOST_OF_A_LEVEL = 99  # a level of a code has two digits


class TypeRefusal(StrEnum):
    """Why a version of a type cannot be kept."""

    PAST = "past"
    NOT_LAST = "not_last"
    UNCHANGED = "unchanged"
    NAME_TAKEN = "name_taken"
    TOO_DEEP = "too_deep"
    FULL = "full"
    BEGUN = "begun"
    UNKNOWN = "unknown"


class TypeRefused(ValueError):
    """The version is not kept; `refusal` says why."""

    def __init__(self, refusal: TypeRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True)
class TypeFacts:
    """What a version of a type says."""

    name: str
    name_en: str = ""
    lead_code: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)
    access_class: str = AccessClass.OPEN.value
    questions: Sequence[Mapping[str, Any]] = ()
    source: str = ""


def facts_of(row: MatterType) -> TypeFacts:
    """What a stored version says."""
    return TypeFacts(
        name=row.name, name_en=row.name_en, lead_code=row.lead_code, limits=dict(row.limits),
        access_class=row.access_class, questions=list(row.questions), source=row.source,
    )  # fmt: skip


@transaction.atomic
def type_version_add(
    *, code: str, facts: TypeFacts, valid_from: date, scope: Scope, reason: str
) -> MatterType:
    """Let a type say something else from a coming day on; its last version ends the day before.

    Matters keep the version under which they came. Raises TypeRefused, DutyMissing, InvalidLimit.
    """
    check_duty(scope=scope, duty=Duty.RULES)
    MatterType.objects.select_for_update().filter(code=code).first()  # holds the type for what follows
    last = type_version_check(code=code, facts=facts, valid_from=valid_from)
    ends, last.valid_to = last.valid_to, valid_from - timedelta(days=1)
    last.save(update_fields=["valid_to"])
    row = _kept(code, facts, valid_from=valid_from, valid_to=ends, legal_kind=last.legal_kind)
    _told(row, "matter_type.version_added", scope, before=_facts(last), reason=reason)
    return row


def type_version_check(*, code: str, facts: TypeFacts, valid_from: date) -> MatterType:
    """The version that these facts would follow. Raises TypeRefused, InvalidLimit where they cannot."""
    last = MatterType.objects.filter(code=code).order_by("valid_from").last()
    if last is None:
        raise TypeRefused(TypeRefusal.UNKNOWN)
    _check(facts, code=code, valid_from=valid_from)
    if last.valid_from >= valid_from or (last.valid_to is not None and last.valid_to < valid_from):
        raise TypeRefused(TypeRefusal.NOT_LAST)
    if facts_of(last) == facts:
        raise TypeRefused(TypeRefusal.UNCHANGED)
    return last


def type_code_check(*, above: str, facts: TypeFacts, valid_from: date) -> str:
    """The code that a new type would take. Raises TypeRefused, InvalidLimit where it cannot be made."""
    codes = set(MatterType.objects.filter(code__startswith=above).values_list("code", flat=True))
    if above and above not in codes:
        raise TypeRefused(TypeRefusal.UNKNOWN)
    code = _next_code(above, codes)
    _check(facts, code=code, valid_from=valid_from)
    return code


@transaction.atomic
def type_create(*, above: str, facts: TypeFacts, valid_from: date, scope: Scope, reason: str) -> MatterType:
    """Add a type below another ("" for the first level) with the next free code. Raises like type_version_add."""
    check_duty(scope=scope, duty=Duty.RULES)
    list(MatterType.objects.select_for_update().filter(code__startswith=above))  # holds the branch
    code = type_code_check(above=above, facts=facts, valid_from=valid_from)
    row = _kept(code, facts, valid_from=valid_from, valid_to=None, legal_kind="")
    _told(row, "matter_type.created", scope, before={}, reason=reason)
    return row


@transaction.atomic
def type_version_withdraw(*, version_id: int, scope: Scope, reason: str) -> str:
    """Take back a version that has not begun; the one before goes on. The type's code.

    Raises TypeRefused, DutyMissing.
    """
    check_duty(scope=scope, duty=Duty.RULES)
    row = MatterType.objects.select_for_update().filter(pk=version_id).first()
    if row is None:
        raise TypeRefused(TypeRefusal.UNKNOWN)
    if row.valid_from <= today():
        raise TypeRefused(TypeRefusal.BEGUN)
    others = MatterType.objects.select_for_update().filter(code=row.code).exclude(pk=row.pk)
    if others.filter(valid_from__gt=row.valid_from).exists():
        raise TypeRefused(TypeRefusal.NOT_LAST)
    before = others.filter(valid_to=row.valid_from - timedelta(days=1)).first()
    if before is not None:
        before.valid_to = row.valid_to
        before.save(update_fields=["valid_to"])
    audit.record(
        action="matter_type.version_withdrawn", subject=row, actor=scope.actor, before=_facts(row),
        reason=reason.strip(),
    )  # fmt: skip
    row.delete()
    taxonomy.forget()
    return row.code


def _check(facts: TypeFacts, *, code: str, valid_from: date) -> None:
    if valid_from <= today():
        raise TypeRefused(TypeRefusal.PAST)
    for limit in facts.limits.values():
        parse_limit(limit)
    AccessClass(facts.access_class)
    parent, _, _ = code.rpartition(".")
    beside = MatterType.objects.filter(name=facts.name, level=code.count(".") + 1).exclude(code=code)
    if any(row.code.rpartition(".")[0] == parent for row in beside if _lasts(row, valid_from)):
        raise TypeRefused(TypeRefusal.NAME_TAKEN)


def _lasts(row: MatterType, day: date) -> bool:
    return row.valid_to is None or row.valid_to >= day


def _next_code(above: str, codes: set[str]) -> str:
    level = above.count(".") + 2 if above else 1
    if level > LEVELS:
        raise TypeRefused(TypeRefusal.TOO_DEEP)
    lead = f"{above}." if above else ""
    used = [int(code.removeprefix(lead)) for code in codes if code.count(".") == level - 1]
    number = max(used, default=0) + 1
    if number > MOST_OF_A_LEVEL:
        raise TypeRefused(TypeRefusal.FULL)
    return f"{lead}{number:02d}"


def _kept(
    code: str, facts: TypeFacts, *, valid_from: date, valid_to: date | None, legal_kind: str
) -> MatterType:
    row = MatterType.objects.create(
        code=code, level=code.count(".") + 1, valid_from=valid_from, valid_to=valid_to, legal_kind=legal_kind,
        **asdict(facts),
    )  # fmt: skip
    taxonomy.forget()
    return row


def _facts(row: MatterType) -> dict[str, Any]:
    return {"code": row.code, "from": row.valid_from, "to": row.valid_to, **asdict(facts_of(row))}


def _told(row: MatterType, action: str, scope: Scope, *, before: Mapping[str, Any], reason: str) -> None:
    audit.record(
        action=action, subject=row, actor=scope.actor, before=before, after=_facts(row), reason=reason.strip()
    )
