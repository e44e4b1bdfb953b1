"""Where posts are needed: how load moves lateness, and the cheapest way to share posts out within limits."""

from reckon.staffing.forecasting import MONTHS_READ, Forecast, dispersion_of, forecast, month_before
from reckon.staffing.planning import (
    LIMITS,
    Limits,
    Move,
    Plan,
    PlanImpossible,
    Relaxation,
    late_of,
    loads_of,
    moves_for,
    plan,
    violated,
)
from reckon.staffing.relation import (
    LateEffect,
    Load,
    Relation,
    TeamMonth,
    fit,
    late_change,
    late_expected,
    late_total,
)
from reckon.staffing.teams import Pool, Team, pools_of

__all__ = [
    "LIMITS",
    "MONTHS_READ",
    "Forecast",
    "LateEffect",
    "Limits",
    "Load",
    "Move",
    "Plan",
    "PlanImpossible",
    "Pool",
    "Relation",
    "Relaxation",
    "Team",
    "TeamMonth",
    "dispersion_of",
    "fit",
    "forecast",
    "late_change",
    "late_expected",
    "late_of",
    "late_total",
    "loads_of",
    "month_before",
    "moves_for",
    "plan",
    "pools_of",
    "violated",
]
