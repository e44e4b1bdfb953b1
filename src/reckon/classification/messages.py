"""What goes into the classifier and what comes out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageText:
    """A message to be classified."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A message whose category a person has given; `weight` says how much it counts in training."""

    text: str
    category: str
    title: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest category, given even where the classifier abstains."""

    category: str
    confidence: float
    abstained: bool
