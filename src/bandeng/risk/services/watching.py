"""The detector on the streets' weekly counts, and the present month's draft kept up to date."""

from datetime import timedelta

from bandeng.core import clock
from bandeng.core.rules import SYSTEM
from bandeng.ledger.selectors import months_known
from bandeng.risk.calculation import differing
from bandeng.risk.models import Alert, IndicatorSet, RiskMap
from bandeng.risk.rules import AlertKind, MapStatus, settings_in_force
from bandeng.risk.selectors.figures import declared, figures_read, present_month, streets_known
from bandeng.risk.selectors.weeks import Weeks, weeks_read
from bandeng.risk.services.alerting import Raising, alert_raise
from bandeng.risk.services.maps import RunRefused, map_draft
from reckon.index import Indicator
from reckon.outbreak import SeriesUnfit, judge, shipped


def streets_watch() -> list[Alert]:
    """Judge last week's counts of every counted indicator in every street; a rise above its bound raises an alert."""
    kept = IndicatorSet.objects.order_by("-valid_from", "-id").first()
    areas = streets_known()
    if kept is None or not areas:
        return []
    rows = declared(indicators=kept.indicators, colours=kept.colours).declaration.indicators
    most = settings_in_force().detector_weeks
    return [
        alert
        for row in rows
        if row.kind == "count"
        for new in _rises(row, weeks_read(row, areas=areas, most=most))
        if (alert := alert_raise(new)) is not None
    ]


def _rises(indicator: Indicator, weeks: Weeks) -> list[Raising]:
    """The streets whose newest week lies above its bound; none while the past is too short to say."""
    newest = weeks.counts.shape[1]
    if not newest:
        return []
    try:
        found = judge(counts=weeks.counts, weeks=[newest], settings=shipped(settings_in_force().detector))
    except SeriesUnfit:
        return []
    month = weeks.monday.year * 100 + weeks.monday.month
    return [
        Raising(
            kind=AlertKind.DETECTOR,
            area_code=area,
            indicator=indicator.code,
            month=month,
            expected=float(found.expected[row, 0]),
            observed=float(found.counts[row, 0]),
            bound=float(found.upper_bound[row, 0]),
            reasons={
                "indicators": [
                    {
                        "indicator": indicator.code,
                        "added": None,
                        "observed": float(found.counts[row, 0]),
                        "expected": float(found.expected[row, 0]),
                    }
                ],
                "week": weeks.monday.date().isoformat(),
                "method": found.methods[0].value,
                "p_value": float(found.p_value[row, 0]),
            },
        )
        for row, area in enumerate(weeks.areas)
        if found.alarm[row, 0]
    ]


def draft_refresh() -> RiskMap | None:
    """Make the present month's draft anew if its figures have moved; None where there was nothing to do."""
    month, known = present_month(), months_known()
    if month not in known or RiskMap.objects.filter(month=month, status=MapStatus.PUBLISHED.value).exists():
        return None
    draft = (
        RiskMap.objects.filter(month=month, status=MapStatus.DRAFT.value).select_related("working").first()
    )
    if draft is not None and not _is_stale(draft):
        return None
    try:
        return map_draft(month=month, actor=SYSTEM)
    except RunRefused:
        return None


def _is_stale(draft: RiskMap) -> bool:
    age = clock.now() - draft.counted_until
    if age < timedelta(minutes=settings_in_force().draft_again_minutes):
        return False
    rules = declared(indicators=draft.indicator_set.indicators, colours=draft.indicator_set.colours)
    kept = draft.working.inputs["streets"]
    fresh = figures_read(rules.declaration, areas=kept["areas"], months=kept["months"]).as_data()
    return bool(differing(kept["observed"], fresh["observed"]))
