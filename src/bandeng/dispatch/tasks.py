"""What dispatch repeats."""

from datetime import timedelta

from bandeng.core.ticks import tick
from bandeng.dispatch.services.corrections import classifier_retrain
from bandeng.dispatch.services.escalation import clocks_tick
from bandeng.dispatch.services.review_clocks import reviews_recompute, reviews_remind


@tick(every=timedelta(minutes=1))
def clocks_advance() -> None:
    """Remind, and let what is overdue climb."""
    clocks_tick()


@tick(every=timedelta(minutes=10))
def reviews_advance() -> None:
    """Follow the calendar, remind of reviews that are due, and tell of those that are late."""
    reviews_recompute()
    reviews_remind()


@tick(every=timedelta(days=1))
def corrections_learn() -> None:
    """Train the classifier anew when officers have corrected enough."""
    classifier_retrain()
