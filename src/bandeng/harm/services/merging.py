"""Two enterprises turn out to be one: which goes on, and what becomes of their alerts."""

from collections.abc import Iterable, Mapping

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM
from bandeng.harm.models import Alert, AlertStep, Enterprise
from bandeng.harm.rules import AlertState, AlertStepKind, Outcome
from reckon.linkage import Resolution


def enterprises_merge(
    numbers: Iterable[str], resolution: Resolution, known: Mapping[str, str], rows: Mapping[str, Enterprise]
) -> None:
    """Enterprises that are another one now say which, and hand their alerts over."""
    now = resolution.enterprise_of
    first: dict[str, str] = {}
    for key, held in known.items():
        if key in now:
            first.setdefault(held, now[key])
    for number in sorted(set(numbers) - rows.keys()):
        if number in first:
            Enterprise.objects.filter(number=number).update(merged_into=rows[first[number]], documented=False)
            _alerts_move(number, rows[first[number]])


def _alerts_move(number: str, target: Enterprise) -> None:
    """Alerts go on under the enterprise that stays; of two open ones of a kind, one goes on."""
    theirs = Alert.objects.select_for_update().filter(enterprise=target)
    weeks = set(theirs.values_list("kind", "first_week"))
    working = {row.kind: row for row in theirs.exclude(state=AlertState.CLOSED.value)}
    for alert in Alert.objects.select_for_update().filter(enterprise__number=number).order_by("pk"):
        if alert.state != AlertState.CLOSED and alert.kind in working:
            _merge(alert, working[alert.kind])
        if (alert.kind, alert.first_week) not in weeks:
            alert.enterprise = target
            alert.save(update_fields=["enterprise"])


def _merge(alert: Alert, into: Alert) -> None:
    moment = clock.now()
    alert.state, alert.outcome, alert.closed_at = AlertState.CLOSED.value, Outcome.MERGED.value, moment
    alert.closed_level, alert.due_at, alert.changed_at = alert.level, None, moment
    alert.save(update_fields=["state", "outcome", "closed_at", "closed_level", "due_at", "changed_at"])
    for row in (alert, into):
        AlertStep.objects.create(
            alert=row, kind=AlertStepKind.MERGED.value, state=row.state, level=row.level, actor=SYSTEM.key, at=moment
        )  # fmt: skip
        audit.record(
            action="harm.alert_merged", subject=row, actor=SYSTEM.key,
            after={"alert": alert.pk, "goes_on_in": into.pk},
        )  # fmt: skip
