"""Which of eight kinds of telephone and network fraud a text tells of: by rules first, then by a classifier."""

from reckon.scams.dialogues import DialoguesInvalid, dialogue_rows
from reckon.scams.judging import JudgedBy, Judgement, judge
from reckon.scams.kinds import ScamType
from reckon.scams.measuring import Measured, measure
from reckon.scams.training import scam_settings, train_scams
from reckon.scams.wording import RulesInvalid, WordRule, matched_types, rules_in_force

__all__ = [
    "DialoguesInvalid",
    "JudgedBy",
    "Judgement",
    "Measured",
    "RulesInvalid",
    "ScamType",
    "WordRule",
    "dialogue_rows",
    "judge",
    "matched_types",
    "measure",
    "rules_in_force",
    "scam_settings",
    "train_scams",
]
