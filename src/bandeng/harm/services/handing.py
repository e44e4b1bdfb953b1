"""Alerts go from one enterprise to another, and back when it turns out that the two are not one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM
from bandeng.harm.models import Alert, AlertStep, Enterprise, StreamRecord
from bandeng.harm.rules import REGISTRY, AlertState, AlertStepKind, Outcome
from bandeng.harm.rules.weeks import monday_of
from bandeng.harm.terms import LIMIT_OF_LEVEL, LIMIT_OF_STATE, due_after
from reckon.harm import Level, kinds_in_force


@dataclass(frozen=True)
class Leg:
    """One leg of an alert's way: the enterprise that it left; `state` before it was closed there as merged."""

    firm: str
    state: str = ""


def step_of_system(alert: Alert, kind: AlertStepKind, *, firm: str = "") -> None:
    """A line in an alert's story that nobody wrote."""
    AlertStep.objects.create(
        alert=alert, kind=kind.value, state=alert.state, level=alert.level, firm=firm, actor=SYSTEM.key, at=clock.now()
    )  # fmt: skip


def alert_hand(
    alert: Alert, target: Enterprise, *, kind: AlertStepKind, changed: tuple[str, ...] = ()
) -> None:
    """Put an alert under another enterprise, and say in its story and in the log from where and whereto.

    `changed` names what else of it was changed and is saved with it.
    """
    source = alert.enterprise
    alert.enterprise = target
    alert.save(update_fields=["enterprise", *changed])
    step_of_system(alert, kind, firm=source.number if kind is AlertStepKind.MOVED else target.number)
    audit.record(
        action=f"harm.alert_{kind.value}", subject=alert, actor=SYSTEM.key,
        before={"enterprise": source.number}, after={"enterprise": target.number, "state": alert.state},
    )  # fmt: skip


def enterprises_gone() -> dict[str, str]:
    """The enterprises that are another one, by number, and which."""
    rows = Enterprise.objects.filter(merged_into__isnull=False)
    return dict(rows.values_list("number", "merged_into__number"))


def alerts_give_back(rows: Mapping[str, Enterprise], gone: Mapping[str, str]) -> None:
    """Enterprises that were gone and are there again get back what they had handed over."""
    revived = {number: rows[number] for number in gone.keys() & rows.keys()}
    if not revived:
        return
    holders = {each for number in revived for each in _chain(number, gone)}
    alerts = Alert.objects.select_for_update(of=("self",)).select_related("enterprise")
    for alert in alerts.filter(enterprise__number__in=holders).order_by("pk"):
        _give_back(alert, revived)


def _chain(number: str, gone: Mapping[str, str]) -> list[str]:
    """An enterprise and those that it was merged into, one after the other."""
    found = [number]
    while (following := gone.get(found[-1], "")) and following not in found:
        found.append(following)
    return found


def _give_back(alert: Alert, revived: Mapping[str, Enterprise]) -> None:
    way = _way(alert)
    for place, leg in enumerate(way):
        firm = revived.get(leg.firm)
        if firm is not None and _belongs(alert, firm):
            state = next((each.state for each in way[place:] if each.state), "")
            _return(alert, firm, AlertState(state) if state and alert.outcome == Outcome.MERGED else None)
            return


def _return(alert: Alert, firm: Enterprise, state: AlertState | None) -> None:
    """Back under `firm`, open as it was (`state`) where it had been closed as merged; never beside an open twin."""
    twin = has_open_twin(alert, firm)
    if twin and alert.state != AlertState.CLOSED:
        return
    # Opened and handed over in one: open, it may not stand beside the one in which it went on.
    changed = _opened(alert, state) if state and not twin else ()
    alert_hand(alert, firm, kind=AlertStepKind.GIVEN_BACK, changed=changed)


def _way(alert: Alert) -> list[Leg]:
    """Where an alert has come from, without the ways that it has gone back again."""
    way: list[Leg] = []
    state = ""
    for step in AlertStep.objects.filter(alert=alert).order_by("pk"):
        if step.firm and step.kind == AlertStepKind.GIVEN_BACK:
            way = _until(step.firm, way)
        elif step.firm:
            way.append(Leg(step.firm, state if step.kind == AlertStepKind.MERGED else ""))
        state = step.state
    return way


def _until(firm: str, way: list[Leg]) -> list[Leg]:
    numbers = [leg.firm for leg in way]
    return way[: numbers.index(firm)] if firm in numbers else way


def _belongs(alert: Alert, firm: Enterprise) -> bool:
    """Whether an alert's evidence went with the enterprise, or is with neither any longer."""
    rows = StreamRecord.objects.filter(
        happened_on__gte=monday_of(alert.first_week) - timedelta(weeks=kinds_in_force().window_weeks),
        happened_on__lt=monday_of(alert.last_week + 1),
        kind__in=[alert.kind, ""],
    ).exclude(stream=REGISTRY)
    return (
        rows.filter(enterprise=firm).exists() or not rows.filter(enterprise_id=alert.enterprise_id).exists()
    )


def has_open_twin(alert: Alert, firm: Enterprise) -> bool:
    """Whether an open alert of the same kind and first week is there already."""
    rows = Alert.objects.filter(enterprise=firm, kind=alert.kind, first_week=alert.first_week)
    return rows.exclude(pk=alert.pk).exclude(state=AlertState.CLOSED.value).exists()


def _opened(alert: Alert, state: AlertState) -> tuple[str, ...]:
    """The work goes on where it stood when the alert was closed as merged, with a day of its own; what that changes."""
    limit = LIMIT_OF_STATE.get(state) or LIMIT_OF_LEVEL.get(Level(alert.level))
    alert.state, alert.outcome, alert.closed_at, alert.closed_level = state.value, "", None, None
    alert.changed_at, alert.goes_on_in = clock.now(), None
    alert.due_at = due_after(limit, start=alert.changed_at) if limit else None
    return ("state", "outcome", "closed_at", "closed_level", "changed_at", "due_at", "goes_on_in")
