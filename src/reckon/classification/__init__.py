"""Which category a message belongs to: trained locally, calibrated, and able to abstain."""

from reckon.classification.classifier import Classifier
from reckon.classification.corrections import corrected
from reckon.classification.evaluation import CategoryScore, Report, evaluate
from reckon.classification.message_files import MessageFileInvalid, MessageRow, labelled_rows, message_rows
from reckon.classification.messages import LabelledText, MessageText, Prediction
from reckon.classification.model_file import ModelUnreadable
from reckon.classification.settings import SettingsInvalid, TrainingSettings, settings_from, settings_in_force
from reckon.classification.training import TrainedModel, TrainingDataUnfit, train

__all__ = [
    "CategoryScore",
    "Classifier",
    "LabelledText",
    "MessageFileInvalid",
    "MessageRow",
    "MessageText",
    "ModelUnreadable",
    "Prediction",
    "Report",
    "SettingsInvalid",
    "TrainedModel",
    "TrainingDataUnfit",
    "TrainingSettings",
    "corrected",
    "evaluate",
    "labelled_rows",
    "message_rows",
    "settings_from",
    "settings_in_force",
    "train",
]
