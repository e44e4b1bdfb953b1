"""A month's map: made as a draft, signed by a person, kept, and checked to the digit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from bandeng.core import audit, clock
from bandeng.core.outbox import publish
from bandeng.core.rules import Actor
from bandeng.ledger.selectors import months_known
from bandeng.organisations.rules import Scope
from bandeng.risk.calculation import (
    Inputs,
    States,
    differing,
    digest_of,
    edition_of,
    inputs_from,
    result_of,
    states_from,
)
from bandeng.risk.events import MapPublished
from bandeng.risk.models import IndicatorSet, MapWorking, ReferenceYear, RiskMap, StreetRisk
from bandeng.risk.rules import (
    MONTHS_A_YEAR,
    MapStatus,
    NotAllowed,
    NotYours,
    check_month_over,
    check_publishable,
    may_publish,
    settings_in_force,
)
from bandeng.risk.selectors.figures import (
    communities_known,
    figures_read,
    months_back,
    present_month,
    streets_known,
)
from bandeng.risk.selectors.maps import map_in_force, rules_of, set_in_force
from bandeng.risk.services.alerting import alerts_raise
from bandeng.risk.services.declaring import reference_year_freeze
from reckon.index import Declaration

FIRST_MONTH = 190001


class RunRefused(ValueError):
    """A month that cannot be mapped; `code` tells why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


def map_draft(*, month: int, actor: Actor, note: str = "", only_first: bool = False) -> RiskMap:
    """Make the month's draft from the ledger as it is now; an older draft of it gives way.

    `only_first`: not once a map of the month is published. Raises RunRefused.
    """
    indicator_set, reference = _ground(month, actor)
    rules = rules_of(indicator_set, reference, month=month)
    inputs = _inputs(month, rules.declaration, reference)
    result = result_of(inputs, rules)
    with transaction.atomic():
        _take_turn(month)
        if only_first and map_in_force(month) is not None:
            raise RunRefused("published", month_text(month))
        _draft_drop(month)
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


def _take_turn(month: int) -> None:
    """Drafts of a month and its signature at once: one after the other, and each sees what the other has done."""
    kept = set_in_force(month)
    if kept is not None:
        IndicatorSet.objects.select_for_update().get(pk=kept.pk)


def _draft_drop(month: int) -> None:
    """Drop the month's draft; one that was signed in the meantime is a draft no more, and stays."""
    drafts = RiskMap.objects.filter(month=month, status=MapStatus.DRAFT.value)
    # Read before they are deleted: a deletion by itself neither waits for a lock nor looks at the state again.
    found = [row.pk for row in drafts.select_for_update()]
    drafts.filter(pk__in=found).delete()


def month_text(month: int) -> str:
    """A month as it is written."""
    return f"{month // 100}-{month % 100:02d}"


def _ground(month: int, actor: Actor) -> tuple[IndicatorSet, ReferenceYear]:
    """The declaration in force in a month and its frozen reference year, frozen now if there is none yet."""
    if not (1 <= month % 100 <= MONTHS_A_YEAR and month >= FIRST_MONTH):
        raise RunRefused("no_month", str(month))
    if month > present_month():
        raise RunRefused("month_ahead", month_text(month))
    known = months_known()
    if not known or month < known[0]:
        raise RunRefused("no_record", month_text(month))
    indicator_set = set_in_force(month)
    if indicator_set is None:
        raise RunRefused("no_indicators")
    if not streets_known():
        raise RunRefused("no_streets")
    frozen = ReferenceYear.objects.filter(indicator_set=indicator_set).order_by("-first_month").first()
    first = known[0]
    try:
        return indicator_set, frozen or reference_year_freeze(
            indicator_set=indicator_set, first_month=first, actor=actor
        )
    except ValueError as wrong:
        raise RunRefused("no_reference", str(wrong)) from wrong


def _inputs(month: int, declaration: Declaration, reference: ReferenceYear) -> Inputs:
    settings = settings_in_force()
    first = min(months_known()[0], reference.first_month)

    def months(count: int) -> list[int]:
        return [each for each in months_back(until=month, count=count) if each >= first]

    return Inputs(
        streets=figures_read(declaration, areas=streets_known(), months=months(settings.months_of_streets)),
        communities=figures_read(
            declaration, areas=communities_known(), months=months(settings.months_of_communities)
        ),
        before=_states_before(month, declaration),
        months_ahead=settings.months_ahead,
    )


def _states_before(month: int, declaration: Declaration) -> States | None:
    """Colours of the month before, as published, for the same streets and indicators; None where there are none."""
    earlier = map_in_force(months_back(until=month, count=2)[0])
    if earlier is None:
        return None
    kept = MapWorking.objects.get(risk_map=earlier)
    old = rules_of(earlier.indicator_set, earlier.reference_year, month=earlier.month).declaration
    if tuple(kept.inputs["streets"]["areas"]) != streets_known() or old.codes != declaration.codes:
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
    *,
    month: int,
    actor: Actor,
    scope: Scope | None,
    note: str = "",
    version: int | None = None,
    digest: str = "",
    alerts: bool = True,
) -> RiskMap:
    """Sign the month's draft: an earlier version gives way and is kept, alerts go out. `scope` None: the command line.

    `version` and `digest`: of what the signer has seen. Raises NotYours, NotAllowed.
    """
    if scope is not None and not may_publish(scope):
        raise NotYours("publish")
    _take_turn(month)
    draft = _newest(month, version)
    check_publishable(MapStatus(draft.status))
    check_month_over(month=month, present=present_month())
    if _earlier_changed(draft):
        raise NotAllowed("earlier_changed")
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
    # A correction of a month long past is kept, but nobody has to act on it any more.
    if alerts and not RiskMap.objects.filter(status=MapStatus.PUBLISHED.value, month__gt=month).exists():
        alerts_raise(draft)
    return draft


def _newest(month: int, version: int | None) -> RiskMap:
    """The newest version of a month, locked. Raises NotAllowed for none, or another one than the one looked at."""
    newest = RiskMap.objects.select_for_update().filter(month=month).order_by("-version").first()
    if newest is None:
        raise NotAllowed("not_a_draft")
    if version not in {None, newest.version}:
        raise NotAllowed("newer_version")
    return newest


def _earlier_changed(draft: RiskMap) -> bool:
    """Whether the month before was published anew since: this draft's colours would follow from a map of the past."""
    earlier = map_in_force(months_back(until=draft.month, count=2)[0])
    return earlier is not None and (earlier.published_at or draft.created_at) > draft.created_at


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a second calculation found: places where it differs, and figures that the record has moved since."""

    month: int
    version: int
    differences: tuple[str, ...]
    moved: int


def maps_check(*, month: int) -> list[Checked]:
    """Calculate every version of a month anew from what was kept. Raises RunRefused where there is none."""
    found = list(maps_checked(RiskMap.objects.filter(month=month)))
    if not found:
        raise RunRefused("no_map", month_text(month))
    return found


def maps_check_all() -> Iterator[Checked]:
    """Calculate every version that was ever published anew, one after the other."""
    return maps_checked(RiskMap.objects.exclude(status=MapStatus.DRAFT.value))


def maps_checked(rows: QuerySet[RiskMap]) -> Iterator[Checked]:
    """Calculate these versions anew."""
    known = rows.select_related("indicator_set", "reference_year", "working").order_by("month", "version")
    return (_checked(row) for row in known.iterator(chunk_size=1))


def _checked(row: RiskMap) -> Checked:
    rules = rules_of(row.indicator_set, row.reference_year, month=row.month)
    inputs = inputs_from(row.working.inputs)
    fresh = result_of(inputs, rules, edition=edition_of(row.working.result))
    wrong = differing(row.working.result, fresh)
    seals = (
        ("inputs_digest", row.inputs_digest, digest_of(row.working.inputs)),
        ("result_digest", row.result_digest, digest_of(fresh)),
        ("reference", row.reference_year.digest, digest_of(row.reference_year.data)),
        ("declaration", row.indicator_set.digest, _seal(row.indicator_set)),
    )
    wrong += [name for name, kept, now in seals if kept != now]
    present = figures_read(
        rules.declaration, areas=inputs.streets.areas, months=inputs.streets.months
    ).as_data()
    moved = differing(row.working.inputs["streets"]["observed"], present["observed"])
    return Checked(month=row.month, version=row.version, differences=tuple(wrong), moved=len(moved))


def _seal(row: IndicatorSet) -> str:
    return digest_of({"indicators": row.indicators, "colours": row.colours})
