"""Which records speak of one enterprise: probabilistic linkage with weights that a person can read and overrule."""

from reckon.linkage.addresses import Address, address_of
from reckon.linkage.codes import Code, code_of, registration_holds, unified_holds
from reckon.linkage.grouping import Decision, DecisionsConflict, Refusal
from reckon.linkage.measure import PairMeasure, measure
from reckon.linkage.model import (
    Model,
    ModelInvalid,
    TrainingDataUnfit,
    model_from_text,
    model_in_force,
    train,
)
from reckon.linkage.names import Name, name_of
from reckon.linkage.phones import phones_of
from reckon.linkage.records import Record, RecordsInvalid, comparison_table, readings_of
from reckon.linkage.resolution import Enterprise, Resolution, Review, resolve
from reckon.linkage.scoring import Contribution, Pair
from reckon.linkage.settings import LinkageSettings, SettingsInvalid, settings_from, settings_in_force
from reckon.linkage.truth import Truth, generate
from reckon.linkage.vocabulary import Vocabulary, vocabulary_in_force
from reckon.linkage.wording import pair_in_words

__all__ = [
    "Address",
    "Code",
    "Contribution",
    "Decision",
    "DecisionsConflict",
    "Enterprise",
    "LinkageSettings",
    "Model",
    "ModelInvalid",
    "Name",
    "Pair",
    "PairMeasure",
    "Record",
    "RecordsInvalid",
    "Refusal",
    "Resolution",
    "Review",
    "SettingsInvalid",
    "TrainingDataUnfit",
    "Truth",
    "Vocabulary",
    "address_of",
    "code_of",
    "comparison_table",
    "generate",
    "measure",
    "model_from_text",
    "model_in_force",
    "name_of",
    "pair_in_words",
    "phones_of",
    "readings_of",
    "registration_holds",
    "resolve",
    "settings_from",
    "settings_in_force",
    "train",
    "unified_holds",
    "vocabulary_in_force",
]
