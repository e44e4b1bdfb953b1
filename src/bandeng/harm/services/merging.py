"""Two enterprises turn out to be one: which goes on, and what becomes of their alerts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM
from bandeng.harm.models import Alert, Enterprise, StreamRecord
from bandeng.harm.rules import AlertState, AlertStepKind, Outcome
from bandeng.harm.services.handing import alert_hand, step_of_system
from reckon.linkage import Resolution

CHUNK = 500


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


def enterprises_empty_follow(before: Mapping[int, int]) -> None:
    """An enterprise that a parting left without any record (key → enterprise before) goes on in one of its parts.

    That is the part that bears its code; else the part with most of its records; else the one with the oldest.
    """
    went: dict[int, Counter[int]] = defaultdict(Counter)
    keys = sorted(before)
    for start in range(0, len(keys), CHUNK):
        rows = StreamRecord.objects.filter(pk__in=keys[start : start + CHUNK], enterprise__isnull=False)
        for key, firm in rows.order_by("pk").values_list("pk", "enterprise"):
            went[before[key]][firm] += 1
    spoken = StreamRecord.objects.filter(enterprise_id__in=list(went)).values_list("enterprise_id", flat=True)
    left = went.keys() - set(spoken.distinct())
    for row in Enterprise.objects.filter(pk__in=left).order_by("pk"):
        target = _heir(row, went[row.pk])
        Enterprise.objects.filter(pk=row.pk).update(merged_into=target, documented=False)
        _alerts_move(row.number, target)


def _heir(row: Enterprise, records: Counter[int]) -> Enterprise:
    """Which part takes the place of an enterprise; `records` counts them by part, that of the oldest first."""
    parts = Enterprise.objects.in_bulk(records)
    return max(
        (parts[key] for key in records),
        key=lambda part: (bool(row.code) and part.code == row.code, records[part.pk]),
    )


def _alerts_move(number: str, target: Enterprise) -> None:
    """Alerts go on under the enterprise that stays; of two open ones of a kind, one goes on."""
    theirs = Alert.objects.select_for_update().filter(enterprise=target)
    working = {row.kind: row for row in theirs.exclude(state=AlertState.CLOSED.value)}
    handed = Alert.objects.select_for_update(of=("self",)).select_related("enterprise")
    for alert in handed.filter(enterprise__number=number).order_by("pk"):
        if alert.state != AlertState.CLOSED and alert.kind in working:
            _merge(alert, working[alert.kind])
        alert_hand(alert, target, kind=AlertStepKind.MOVED)


def _merge(alert: Alert, into: Alert) -> None:
    moment = clock.now()
    alert.state, alert.outcome, alert.closed_at = AlertState.CLOSED.value, Outcome.MERGED.value, moment
    alert.closed_level, alert.due_at, alert.changed_at = alert.level, None, moment
    alert.goes_on_in = into
    alert.save(
        update_fields=["state", "outcome", "closed_at", "closed_level", "due_at", "changed_at", "goes_on_in"]
    )
    for row in (alert, into):
        step_of_system(row, AlertStepKind.MERGED, firm=alert.enterprise.number if row is alert else "")
        audit.record(
            action="harm.alert_merged", subject=row, actor=SYSTEM.key,
            after={"alert": alert.pk, "goes_on_in": into.pk},
        )  # fmt: skip
