"""One answer from rules and classifier, with its grounds."""

from dataclasses import dataclass
from enum import StrEnum

from reckon.classification import Classifier, MessageText
from reckon.scams.kinds import ScamType
from reckon.scams.wording import matched_types, rules_in_force


class JudgedBy(StrEnum):
    """Who gave the answer."""

    RULES = "rules"
    CLASSIFIER = "classifier"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Judgement:
    """The likeliest kind of fraud, or None; `words` are those of the rule that matched.

    `confidence` is the classifier's, 0 to 1; rules have none to give and are not right in every case.
    """

    type: ScamType | None
    by: JudgedBy
    confidence: float | None = None
    words: tuple[str, ...] = ()


def judge(text: str, *, classifier: Classifier | None) -> Judgement:
    """The kind of fraud that a text tells of: by the rules of exactly one kind, else by the classifier.

    Without a classifier, or where it abstains, nobody has judged; a guess is given all the same if there is one.
    """
    found = matched_types(text, rules_in_force())
    if len(found) == 1:
        ((kind, words),) = found.items()
        return Judgement(kind, JudgedBy.RULES, words=words)
    if classifier is None:
        return Judgement(None, JudgedBy.NOBODY)
    opening = text.strip().split("\n", 1)[0]
    (answer,) = classifier.predict([MessageText(text=text, title=opening)])
    by = JudgedBy.NOBODY if answer.abstained else JudgedBy.CLASSIFIER
    return Judgement(ScamType(answer.category), by, confidence=answer.confidence)
