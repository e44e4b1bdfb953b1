"""The detector on the streets' weekly counts, and the present month's draft kept up to date."""

from datetime import timedelta

from bandeng.core import clock
from bandeng.core.rules import SYSTEM
from bandeng.ledger.selectors import months_known
from bandeng.risk.calculation import differing
from bandeng.risk.models import Alert, RiskMap
from bandeng.risk.rules import AlertKind, MapStatus, settings_in_force
from bandeng.risk.selectors.figures import figures_read, months_back, present_month, streets_known
from bandeng.risk.selectors.maps import declaration_of, set_in_force
from bandeng.risk.selectors.weeks import Weeks, weeks_read
from bandeng.risk.services.alerting import Raising, alert_raise
from bandeng.risk.services.maps import RunRefused, map_draft
from reckon.index import Indicator
from reckon.outbreak import SeriesUnfit, judge, shipped


def streets_watch() -> list[Alert]:
    """Judge last week's counts of every counted indicator in every street; a rise above its bound raises an alert."""
    kept = set_in_force(present_month())
    areas = streets_known()
    if kept is None or not areas:
        return []
    rows = declaration_of(kept, month=present_month()).indicators
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


def drafts_refresh() -> list[RiskMap]:
    """Make the drafts of the present month and of the one before anew if their figures have moved.

    The one before too: records come in late, and its map is signed some days after its end.
    """
    months = months_back(until=present_month(), count=2)
    return [made for month in months if (made := _refreshed(month)) is not None]


def _refreshed(month: int) -> RiskMap | None:
    known = months_known()
    if month not in known or RiskMap.objects.filter(month=month, status=MapStatus.PUBLISHED.value).exists():
        return None
    draft = (
        RiskMap.objects.filter(month=month, status=MapStatus.DRAFT.value)
        .select_related("working", "indicator_set", "reference_year")
        .first()
    )
    if draft is not None and not _is_stale(draft):
        return None
    try:
        return map_draft(month=month, actor=SYSTEM, only_first=True)
    except RunRefused:
        return None


def _is_stale(draft: RiskMap) -> bool:
    age = clock.now() - draft.counted_until
    if age < timedelta(minutes=settings_in_force().draft_again_minutes):
        return False
    kept = draft.working.inputs["streets"]
    if set_in_force(draft.month) != draft.indicator_set or tuple(kept["areas"]) != streets_known():
        return True
    declaration = declaration_of(draft.indicator_set, month=draft.month)
    fresh = figures_read(declaration, areas=kept["areas"], months=kept["months"]).as_data()
    # The newest month's stocks follow the clock while it runs: only those of the months before tell of a change.
    return bool(
        differing(kept["observed"], fresh["observed"])
        or differing(kept["exposure"][:-1], fresh["exposure"][:-1])
    )
