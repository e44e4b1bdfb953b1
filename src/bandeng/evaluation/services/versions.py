"""Versions of the rules, and references frozen under them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM
from bandeng.evaluation.models import Evaluation, FrozenReference, RuleVersion
from bandeng.evaluation.rules import Kind, Refused, check_not_retroactive
from bandeng.evaluation.rules.settings import duties_of, settings_of, shipped_content
from bandeng.evaluation.selectors.counting import (
    FrozenMix,
    files_through,
    freeze,
    last_file,
    rule_of,
    window_of,
)

FIRST_MONTH = 202601
"""The shipped rules are in force from the month in which the shipped duties are."""


def rules_load() -> None:
    """Base data: the shipped rules as the first version, where there is none."""
    with transaction.atomic():
        if not RuleVersion.objects.exists():
            _create(
                content=shipped_content(),
                first_month=FIRST_MONTH,
                reason="shipped",
                actor=SYSTEM.key,
                version=1,
            )


@transaction.atomic
def rules_change(*, content: Mapping[str, Any], first_month: int, reason: str, actor: str) -> RuleVersion:
    """A new version from a month to come. Raises Refused("retroactive"), DeclarationInvalid for wrong content."""
    declared = duties_of(content)
    settings_of(content)
    if not reason.strip():
        raise Refused("no_text")
    list(RuleVersion.objects.select_for_update().values_list("pk", flat=True))
    first_month_check(first_month)
    last = RuleVersion.objects.aggregate(last=Max("version"), month=Max("first_month"))
    if last["month"] is not None and first_month <= last["month"]:
        raise Refused("retroactive")
    row = _create(
        content=content,
        first_month=first_month,
        reason=reason.strip(),
        actor=actor,
        version=(last["last"] or 0) + 1,
    )
    audit.record(
        action="evaluation.rules_changed",
        subject=row,
        actor=actor,
        after={"version": row.version, "first_month": first_month, "duties": declared.digest},
        reason=reason,
    )
    return row


def first_month_check(first_month: int) -> None:
    """Raise Refused unless rules can begin in this month."""
    scored = list(Evaluation.objects.values_list("month", flat=True).distinct())
    check_not_retroactive(first_month=first_month, this_month=this_month(), scored=scored)


def rule_row_locked(month: int) -> RuleVersion:
    """The version in force in a month, held until the transaction ends: two acts on one month go one by one.

    Raises Refused without any.
    """
    found = RuleVersion.objects.select_for_update().filter(first_month__lte=month)
    row = found.order_by("-first_month").first()
    if row is None:
        raise Refused("rules_missing")
    return row


def this_month() -> int:
    """The district's month now, such as 202611."""
    today = timezone.localdate(clock.now())
    return today.year * 100 + today.month


@transaction.atomic
def reference_freeze(*, kind: Kind, rule: RuleVersion, before: int, actor: str) -> FrozenReference:
    """The reference of a kind under a version, frozen once from the months before. Raises Refused where history lacks.

    The months end before `before`, the first month that is reckoned under the version.
    """
    known = FrozenReference.objects.filter(kind=kind.value, rule=rule).first()
    if known is not None:
        return known
    read = rule_of(rule)
    names = files_through(last_file())
    months = window_of(before, read.settings.reference_months + 1)[:-1]
    if not names:
        raise Refused("reference_missing")
    try:
        frozen = freeze(names=names, rule=read, kind=kind, months=months)
    except ValueError as error:
        raise Refused("reference_missing") from error
    return reference_keep(
        kind=kind, rule=rule, frozen=frozen, months=(months[0], months[-1]), source="ledger", actor=actor
    )


@transaction.atomic
def reference_keep(
    *, kind: Kind, rule: RuleVersion, frozen: FrozenMix, months: tuple[int, int], source: str, actor: str
) -> FrozenReference:
    """Store a reference that was frozen from the ledger or from a register outside of it."""
    content = frozen.as_data()
    row = FrozenReference.objects.create(
        kind=kind.value,
        rule=rule,
        first_month=months[0],
        last_month=months[1],
        content=content,
        digest=_digest(content),
        source=source,
        frozen_at=clock.now(),
    )
    audit.record(
        action="evaluation.reference_frozen",
        subject=row,
        actor=actor,
        after={"kind": kind.value, "months": list(months), "digest": row.digest, "source": source},
    )
    return row


def _create(
    *, content: Mapping[str, Any], first_month: int, reason: str, actor: str, version: int
) -> RuleVersion:
    return RuleVersion.objects.create(
        version=version,
        first_month=first_month,
        content=content,
        digest=_digest(content),
        reason=reason,
        author=actor,
        created_at=clock.now(),
    )


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
