"""Where posts are needed: how load moves lateness, and the cheapest way to share posts out within limits."""

from reckon.staffing.planning import (
    LIMITS,
    Limits,
    Move,
    Plan,
    PlanImpossible,
    cost_of,
    plan,
    violated,
)
from reckon.staffing.relation import LateEffect, Relation, TeamMonth, fit, late_expected
from reckon.staffing.teams import Team

__all__ = [
    "LIMITS",
    "LateEffect",
    "Limits",
    "Move",
    "Plan",
    "PlanImpossible",
    "Relation",
    "Team",
    "TeamMonth",
    "cost_of",
    "fit",
    "late_expected",
    "plan",
    "violated",
]
