"""What dispatch repeats."""

from datetime import timedelta

from bandeng.core.ticks import tick
from bandeng.dispatch.services.corrections import classifier_retrain
from bandeng.dispatch.services.escalation import clocks_tick


@tick(every=timedelta(minutes=1))
def clocks_advance() -> None:
    """Remind, and let what is overdue climb."""
    clocks_tick()


@tick(every=timedelta(days=1))
def corrections_learn() -> None:
    """Train the classifier anew when officers have corrected enough."""
    classifier_retrain()
