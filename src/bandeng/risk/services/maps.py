"""A month's map: made as a draft, signed by a person, kept, and checked to the digit."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from bandeng.core import audit, clock
from bandeng.core.outbox import publish
from bandeng.core.rules import Actor
from bandeng.ledger.selectors import months_known
from bandeng.organisations.rules import Scope
from bandeng.risk.calculation import Inputs, States, differing, digest_of, inputs_from, result_of, states_from
from bandeng.risk.events import MapPublished
from bandeng.risk.models import IndicatorSet, MapWorking, ReferenceYear, RiskMap, StreetRisk
from bandeng.risk.rules import (
    MapStatus,
    NotAllowed,
    NotYours,
    check_publishable,
    may_publish,
    settings_in_force,
)
from bandeng.risk.selectors.figures import (
    communities_known,
    declared,
    figures_read,
    months_back,
    streets_known,
)
from bandeng.risk.selectors.maps import map_in_force, rules_of
from bandeng.risk.services.alerting import alerts_raise
from bandeng.risk.services.declaring import reference_year_freeze


class RunRefused(ValueError):
    """A month that cannot be mapped; `code` tells why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


def map_draft(*, month: int, actor: Actor, note: str = "") -> RiskMap:
    """Make the month's draft from the ledger as it is now; an older draft of it gives way. Raises RunRefused."""
    indicator_set, reference = _ground(month, actor)
    rules = rules_of(indicator_set, reference)
    inputs = _inputs(month, rules.declaration, reference)
    result = result_of(inputs, rules)
    with transaction.atomic():
        RiskMap.objects.select_for_update().filter(month=month, status=MapStatus.DRAFT.value).delete()
        last = RiskMap.objects.filter(month=month).aggregate(last=Max("version"))["last"] or 0
        made = RiskMap.objects.create(
            month=month, version=last + 1, indicator_set=indicator_set, reference_year=reference,
            inputs_digest=digest_of(inputs.as_data()), result_digest=digest_of(result), counted_until=clock.now(),
            note=note[:500], created_at=clock.now(), created_by=actor.key,
        )  # fmt: skip
        MapWorking.objects.create(risk_map=made, inputs=inputs.as_data(), result=result)
        StreetRisk.objects.bulk_create(_streets(made, inputs, result))
        audit.record(
            action="risk.map_drafted",
            subject=made,
            actor=actor.key,
            after={"month": month, "version": made.version},
        )
    return made


def _ground(month: int, actor: Actor) -> tuple[IndicatorSet, ReferenceYear]:
    """The declaration in force in a month and its frozen reference year, frozen now if there is none yet."""
    known = months_known()
    if not known or month < known[0]:
        raise RunRefused("no_record", str(month))
    day = clock.now().date()
    in_force = IndicatorSet.objects.filter(valid_from__lte=day).order_by("-valid_from", "-id").first()
    # A past before the first declaration is looked at by that one.
    indicator_set = in_force or IndicatorSet.objects.order_by("valid_from", "id").first()
    if indicator_set is None:
        raise RunRefused("no_indicators")
    if not streets_known():
        raise RunRefused("no_streets")
    frozen = ReferenceYear.objects.filter(indicator_set=indicator_set).order_by("-first_month").first()
    try:
        return indicator_set, frozen or reference_year_freeze(
            indicator_set=indicator_set, first_month=known[0], actor=actor
        )
    except ValueError as wrong:
        raise RunRefused("no_reference", str(wrong)) from wrong


def _inputs(month: int, declaration: Any, reference: ReferenceYear) -> Inputs:
    settings = settings_in_force()
    first = min(months_known()[0], reference.first_month)

    def months(count: int) -> list[int]:
        return [each for each in months_back(until=month, count=count) if each >= first]

    return Inputs(
        streets=figures_read(declaration, areas=streets_known(), months=months(settings.months_of_streets)),
        communities=figures_read(
            declaration, areas=communities_known(), months=months(settings.months_of_communities)
        ),
        before=_states_before(month),
        months_ahead=settings.months_ahead,
    )


def _states_before(month: int) -> States | None:
    """Colours of the month before, as published, for the same streets; None where there is no such map."""
    earlier = map_in_force(months_back(until=month, count=2)[0])
    if earlier is None:
        return None
    kept = MapWorking.objects.get(risk_map=earlier)
    if tuple(kept.inputs["streets"]["areas"]) != streets_known():
        return None
    return states_from(kept.result["streets"]["states"])


def _streets(made: RiskMap, inputs: Inputs, result: dict[str, Any]) -> list[StreetRisk]:
    streets = result["streets"]
    levels, chances = streets["states"]["master"]["level"], streets["chances"]
    return [
        StreetRisk(
            risk_map=made,
            area_code=area,
            level=levels[row],
            risk=streets["risk"][row],
            low=chances["low"][row],
            high=chances["high"][row],
            probability=chances["shares"][row][levels[row]] if levels[row] >= 0 else None,
        )
        for row, area in enumerate(inputs.streets.areas)
    ]


@transaction.atomic
def map_publish(
    *, month: int, actor: Actor, scope: Scope | None, note: str = "", digest: str = "", alerts: bool = True
) -> RiskMap:
    """Sign the month's draft: an earlier version gives way and is kept, alerts go out. `scope` None: the command line.

    `digest`: of the result that the signer has seen. Raises NotYours, NotAllowed.
    """
    if scope is not None and not may_publish(scope):
        raise NotYours("publish")
    draft = RiskMap.objects.select_for_update().filter(month=month).order_by("-version").first()
    if draft is None:
        raise NotAllowed("not_a_draft")
    check_publishable(MapStatus(draft.status))
    if digest and digest != draft.result_digest:
        raise NotAllowed("changed")
    if not actor.name.strip():
        raise NotAllowed("reason_missing")
    moment = clock.now()
    RiskMap.objects.filter(month=month, status=MapStatus.PUBLISHED.value).update(
        status=MapStatus.SUPERSEDED.value, superseded_at=moment
    )
    draft.status, draft.published_at = MapStatus.PUBLISHED.value, moment
    draft.published_by, draft.signer = actor.key, actor.name[:80]
    draft.note = note[:500] or draft.note
    draft.save(update_fields=["status", "published_at", "published_by", "signer", "note"])
    audit.record(
        action="risk.map_published", subject=draft, actor=actor.key, before={"status": MapStatus.DRAFT.value},
        after={"status": draft.status, "result": draft.result_digest, "signer": draft.signer}, reason=note,
    )  # fmt: skip
    publish(MapPublished(month=month, version=draft.version))
    if alerts:
        alerts_raise(draft)
    return draft


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a second calculation found: places where it differs, and figures that the record has moved since."""

    month: int
    version: int
    differences: tuple[str, ...]
    moved: int


def maps_check(*, month: int) -> list[Checked]:
    """Calculate every version of a month anew from what was kept. Raises RunRefused where there is none."""
    rows = RiskMap.objects.filter(month=month).select_related("indicator_set", "reference_year", "working")
    found = [_checked(row) for row in rows.order_by("version")]
    if not found:
        raise RunRefused("no_map", str(month))
    return found


def _checked(row: RiskMap) -> Checked:
    rules, inputs = rules_of(row.indicator_set, row.reference_year), inputs_from(row.working.inputs)
    fresh = result_of(inputs, rules)
    wrong = differing(row.working.result, fresh)
    seals = (
        ("inputs_digest", row.inputs_digest, digest_of(row.working.inputs)),
        ("result_digest", row.result_digest, digest_of(fresh)),
        ("reference", row.reference_year.digest, digest_of(row.reference_year.data)),
    )
    wrong += [name for name, kept, now in seals if kept != now]
    shown = declared(indicators=row.indicator_set.indicators, colours=row.indicator_set.colours)
    present = figures_read(
        shown.declaration, areas=inputs.streets.areas, months=inputs.streets.months
    ).as_data()
    moved = differing(row.working.inputs["streets"]["observed"], present["observed"])
    return Checked(month=row.month, version=row.version, differences=tuple(wrong), moved=len(moved))
