"""Training of the classifier, with settings of its own."""

import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files

from reckon.classification import (
    LabelledText,
    TrainedModel,
    TrainingSettings,
    settings_from,
    settings_in_force,
    train,
)


@cache
def scam_settings() -> TrainingSettings:
    """The classification settings in force with what differs here."""
    source = files("reckon.scams").joinpath("data/settings.toml").read_text(encoding="utf-8")
    return settings_from({**settings_in_force().as_data(), **tomllib.loads(source)})


def train_scams(
    rows: Sequence[LabelledText],
    *,
    today: date | None = None,
    progress: Callable[[float], None] = lambda done: None,
) -> TrainedModel:
    """Train on labelled texts; the report is of cross-validation with near-duplicates kept together.

    Raises TrainingDataUnfit.
    """
    return train(rows, settings=scam_settings(), today=today, progress=progress)
