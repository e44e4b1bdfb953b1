"""The weekly look for surges: made whole or not at all, kept with all it was made of, and repeated to the digit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from importlib.metadata import version

import numpy as np
from django.db import IntegrityError, transaction

from bandeng.core import audit, clock
from bandeng.core.outbox import publish
from bandeng.core.rules import SYSTEM, Actor
from bandeng.organisations.rules import Scope
from bandeng.risk.calculation import differing, digest_of
from bandeng.risk.clusters import RunWorking, Surge, SurveillanceRun
from bandeng.risk.events import SurveillanceAsked
from bandeng.risk.rules import NotYours, SurgeKind, may_publish
from bandeng.risk.scan_calculation import Found, Inputs, inputs_kept, overlap, surges_of
from bandeng.risk.scan_rules import SurgeSettings, surge_settings, surge_settings_kept
from bandeng.risk.selectors.scan import inputs_read, newest_monday


def surveillance_run(
    *, actor: Actor, monday: date | None = None, settings: SurgeSettings | None = None
) -> SurveillanceRun:
    """Look at the weeks up to a Monday's, the newest whole one unless another is named; the same look is made once."""
    settings = settings or surge_settings()
    monday = monday or newest_monday(hour=settings.monday_hour)
    inputs = inputs_read(settings, monday=monday)
    kept, words = inputs.as_data(), settings.as_data()
    same = {"monday": monday, "inputs_digest": digest_of(kept), "settings_digest": digest_of(words)}
    there = SurveillanceRun.objects.filter(**same).first()
    if there is not None:
        return there
    result = surges_of(inputs=inputs, settings=settings)
    made = SurveillanceRun(
        **same, made_at=clock.now(), made_by=actor.key, settings=words, result_digest=digest_of(result.as_data()),
        version=f"{version('bandeng')} numpy {np.__version__}", series=result.series, scans=result.scans,
        matters=sum(weeks[-1] for areas in inputs.series for weeks in areas if weeks),
        clusters=result.count(SurgeKind.CLUSTER), rises=result.count(SurgeKind.RISE),
    )  # fmt: skip
    try:
        _keep(made, inputs=inputs, found=result.surges, settings=settings, actor=actor)
    except IntegrityError:
        # Another worker made the same look meanwhile.
        return SurveillanceRun.objects.get(**same)
    return made


@transaction.atomic
def _keep(
    made: SurveillanceRun, *, inputs: Inputs, found: Sequence[Found], settings: SurgeSettings, actor: Actor
) -> None:
    """Everything in one transaction: whoever reads sees the run before until it is there."""
    earlier = _earlier(made.monday)
    made.save(force_insert=True)
    RunWorking.objects.create(run=made, inputs=inputs.as_data())
    Surge.objects.bulk_create(
        Surge(
            **{**asdict(each), "areas": list(each.areas), "first_monday": date.fromisoformat(each.first_monday)},
            run=made,
            continues=_continued(each, earlier=earlier, least=settings.overlap_least),
        )
        for each in found
    )  # fmt: skip
    audit.record(
        action="risk.surveillance_run",
        subject=made,
        actor=actor.key,
        after={"monday": made.monday.isoformat(), "clusters": made.clusters, "rises": made.rises},
    )


def _earlier(monday: date) -> list[Surge]:
    """Surges of the newest earlier look at the same week, else of the newest at the week before."""
    for day in (monday, monday - timedelta(weeks=1)):
        run = SurveillanceRun.objects.filter(monday=day).order_by("-id").values_list("id", flat=True).first()
        if run is not None:
            return list(Surge.objects.filter(run_id=run).select_related("continues").order_by("id"))
    return []


def _continued(found: Found, *, earlier: Sequence[Surge], least: float) -> Surge | None:
    alike = [each for each in earlier if (each.kind, each.group) == (found.kind, found.group)]
    shared = {each.pk: overlap(each.areas, found.areas) for each in alike}
    best = max(alike, key=lambda each: shared[each.pk], default=None)
    if best is None or shared[best.pk] < least:
        return None
    # Where it began, so that one question finds all that was ever found about it.
    return best.continues or best


def surveillance_follow() -> SurveillanceRun | None:
    """Look at the newest whole week once, and again where late records came in; None where nothing was to be done."""
    settings = surge_settings()
    monday = newest_monday(hour=settings.monday_hour)
    last = SurveillanceRun.objects.filter(monday=monday).order_by("-id").first()
    if last is not None and clock.now() - last.made_at < timedelta(hours=settings.again_hours):
        return None
    made = surveillance_run(actor=SYSTEM, monday=monday)
    return None if last is not None and made.pk == last.pk else made


@transaction.atomic
def surveillance_ask(*, actor: Actor, scope: Scope) -> None:
    """Have a worker look now. Raises NotYours for a post that does not supervise the whole district."""
    if not may_publish(scope):
        raise NotYours
    audit.record(action="risk.surveillance_asked", subject=("risk.surveillancerun", ""), actor=actor.key)
    publish(SurveillanceAsked(actor=actor.key))


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """A run made anew from what it was made of."""

    run: SurveillanceRun
    differences: tuple[str, ...]
    inputs_moved: bool  # the record has late or corrected entries since


def surveillance_check(*, number: int) -> Repeated:
    """Make a run anew from its own inputs and settings. Raises SurveillanceRun.DoesNotExist."""
    run = SurveillanceRun.objects.select_related("working").get(pk=number)
    settings, inputs = surge_settings_kept(run.settings), inputs_kept(run.working.inputs)
    result = surges_of(inputs=inputs, settings=settings)
    kept = [_as_found(row) for row in Surge.objects.filter(run=run).order_by("id")]
    differences = differing({"surges": kept}, {"surges": result.as_data()["surges"]})
    if run.result_digest != digest_of(result.as_data()):
        differences = [*differences, "result_digest"]
    if run.inputs_digest != digest_of(inputs.as_data()):
        differences = [*differences, "inputs_digest"]
    fresh = inputs_read(settings, monday=run.monday)
    return Repeated(run=run, differences=tuple(differences), inputs_moved=fresh != inputs)


def _as_found(row: Surge) -> dict[str, object]:
    names = Found.__dataclass_fields__
    return {name: getattr(row, name) for name in names} | {"first_monday": row.first_monday.isoformat()}
