"""A change of rules for tests."""

from dataclasses import replace

from bandeng.evaluation.rules.editing import Changes, changes_of
from bandeng.evaluation.rules.settings import shipped_content


def heavier() -> Changes:
    """The shipped rules with a heavier first duty and a shorter look back."""
    known = changes_of(shipped_content())
    return replace(
        known,
        weights={**known.weights, "information_collection": 40.0},
        settings={**known.settings, "window_months": 2},
    )
