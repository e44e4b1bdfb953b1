"""Mass harm by enterprises: rates, evidence added up, levels that call for a check, and a study of how well."""

from reckon.harm.alerts import Alert, Contribution, alert_id, alerts_of, contributions_at
from reckon.harm.assessment import Assessment, assess, levels_of, recent_sum
from reckon.harm.documents import DataInvalid
from reckon.harm.kinds import PEOPLE, Kind, Kinds, Stream, StreamWeight, kinds_from, kinds_in_force
from reckon.harm.levels import NEXT_STEP, Level, Levels, levels_from, levels_in_force, levels_text
from reckon.harm.report import report_text
from reckon.harm.simulator import Role, Simulation, simulate
from reckon.harm.study import KindFindings, Plan, chosen_levels, findings
from reckon.harm.tally import Evidence, Report, ReportsInvalid, distinct, evidence_of
from reckon.harm.triggers import (
    Condition,
    Signal,
    Signals,
    Trigger,
    TriggerTable,
    fired,
    triggers_from,
    triggers_in_force,
)
from reckon.harm.worlds import World, world_from, world_in_force

__all__ = [
    "NEXT_STEP",
    "PEOPLE",
    "Alert",
    "Assessment",
    "Condition",
    "Contribution",
    "DataInvalid",
    "Evidence",
    "Kind",
    "KindFindings",
    "Kinds",
    "Level",
    "Levels",
    "Plan",
    "Report",
    "ReportsInvalid",
    "Role",
    "Signal",
    "Signals",
    "Simulation",
    "Stream",
    "StreamWeight",
    "Trigger",
    "TriggerTable",
    "World",
    "alert_id",
    "alerts_of",
    "assess",
    "chosen_levels",
    "contributions_at",
    "distinct",
    "evidence_of",
    "findings",
    "fired",
    "kinds_from",
    "kinds_in_force",
    "levels_from",
    "levels_in_force",
    "levels_of",
    "levels_text",
    "recent_sum",
    "report_text",
    "simulate",
    "triggers_from",
    "triggers_in_force",
    "world_from",
    "world_in_force",
]
