"""Unusual rises in counted matters: a detector for weekly series, a scan of places, and a study of the detector."""

from reckon.outbreak.calibration import Performance, ScenarioScore, StudyPlan, measure, plan_in_force
from reckon.outbreak.calibration_parts import Workshop
from reckon.outbreak.calibration_report import Reported, candidates_csv, reported_on, write_report
from reckon.outbreak.choosing import Candidate, NothingEligible, choose, report_on, try_candidates
from reckon.outbreak.detector import SeriesUnfit, judge
from reckon.outbreak.discovery import Discoveries, discoveries
from reckon.outbreak.judgements import Judgements, Method, Working
from reckon.outbreak.scan import Cluster, ScanInputUnfit, ScanResult, scan
from reckon.outbreak.scan_settings import ScanSettings, read_scan, shipped_scan
from reckon.outbreak.scenarios import Scenario, Simulated, scenarios, simulate
from reckon.outbreak.series_file import SeriesFileInvalid
from reckon.outbreak.settings import DetectorSettings, SettingsInvalid, read, settings_from, shipped
from reckon.outbreak.spread import Spread
from reckon.outbreak.surveil import Summary, surveil

__all__ = [
    "Candidate",
    "Cluster",
    "DetectorSettings",
    "Discoveries",
    "Judgements",
    "Method",
    "NothingEligible",
    "Performance",
    "Reported",
    "ScanInputUnfit",
    "ScanResult",
    "ScanSettings",
    "Scenario",
    "ScenarioScore",
    "SeriesFileInvalid",
    "SeriesUnfit",
    "SettingsInvalid",
    "Simulated",
    "Spread",
    "StudyPlan",
    "Summary",
    "Working",
    "Workshop",
    "candidates_csv",
    "choose",
    "discoveries",
    "judge",
    "measure",
    "plan_in_force",
    "read",
    "read_scan",
    "report_on",
    "reported_on",
    "scan",
    "scenarios",
    "settings_from",
    "shipped",
    "shipped_scan",
    "simulate",
    "surveil",
    "try_candidates",
    "write_report",
]
