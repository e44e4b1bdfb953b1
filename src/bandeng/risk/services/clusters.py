"""What people find when they look into a surge."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.organisations.rules import Scope
from bandeng.risk.clusters import Surge, SurgeFinding, SurveillanceRun
from bandeng.risk.models import Alert
from bandeng.risk.rules import COMMUNITY, STREET, SURGE_OF, AlertKind, FindingKind, NotAllowed, NotYours
from bandeng.risk.selectors.clusters import history_of, judges_surge
from bandeng.risk.services.alerting import Raising, alert_raise

"""Before the group's code, in place of an indicator: one alert a street and group is open at a time."""


@dataclass(frozen=True, kw_only=True)
class NewFinding:
    """What was found; `seen` findings were there when it was written."""

    kind: FindingKind
    text: str
    seen: int


@transaction.atomic
def finding_add(*, surge_id: int, new: NewFinding, actor: Actor, scope: Scope) -> SurgeFinding:
    """Record what came of looking into a surge; to follow up raises an alert. Raises NotYours, NotAllowed."""
    surge = Surge.objects.select_for_update(of=("self",)).select_related("run").get(pk=surge_id)
    # Findings belong to the surge through all runs: whoever is second waits at its first one.
    first = Surge.objects.select_for_update().get(pk=surge.continues_id or surge.pk)
    if not judges_surge(scope, surge):
        raise NotYours
    if not new.text.strip():
        raise NotAllowed("text_missing")
    if len(history_of(surge)) != new.seen:
        raise NotAllowed("looked_into")
    alert = _alert_for(surge) if new.kind is FindingKind.FOLLOW_UP else None
    finding = SurgeFinding.objects.create(
        surge=surge, kind=new.kind.value, text=new.text.strip(), alert=alert,
        at=clock.now(), actor=actor.key, name=actor.name,
    )  # fmt: skip
    audit.record(
        action="risk.surge_finding_added",
        subject=surge,
        actor=actor.key,
        after={"kind": new.kind.value, "alert": alert.pk if alert else None, "first": first.pk},
        reason=finding.text,
    )
    return finding


def _alert_for(surge: Surge) -> Alert:
    """The alert that the surge is followed up in: a new one, or the one that is open already."""
    new = _raising(surge)
    try:
        with transaction.atomic():
            raised = alert_raise(new, by_person=True)
    except IntegrityError as raced:
        raise NotAllowed("alert_raced") from raced
    alert = (
        raised
        or Alert.objects.filter(
            area_code=new.area_code, indicator=new.indicator, closed_at__isnull=True
        ).first()
    )
    if alert is None:
        raise NotAllowed("alert_raced")
    return alert


def _raising(surge: Surge) -> Raising:
    return Raising(
        kind=AlertKind.DETECTOR,
        area_code=surge.area_code[:STREET],
        indicator=f"{SURGE_OF}{surge.group}",
        month=surge.run.monday.year * 100 + surge.run.monday.month,
        expected=surge.expected,
        observed=float(surge.observed),
        bound=surge.bound,
        reasons={
            "surge": surge.pk,
            "week": surge.run.monday.isoformat(),
            "first_monday": surge.first_monday.isoformat(),
            "weeks": surge.weeks,
            "method": surge.method,
            "p_value": surge.p_value,
            "communities": [
                {"area": code, "added": None}
                for code in sorted({area[:COMMUNITY] for area in surge.areas if len(area) > STREET})
            ],
        },
    )


@transaction.atomic
def surges_export(*, run: SurveillanceRun, form: str, actor: Actor) -> None:
    """Log that a run was taken out in a form."""
    audit.record(action="risk.surges_exported", subject=run, actor=actor.key, after={"form": form})
