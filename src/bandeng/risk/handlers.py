"""What the risk app does when something has happened."""

from bandeng.core.outbox import subscribe
from bandeng.core.rules import Actor
from bandeng.risk.events import SurveillanceAsked
from bandeng.risk.services.scan import surveillance_run


@subscribe(SurveillanceAsked)
def look(event: SurveillanceAsked) -> None:
    """Make the look that somebody asked for; the same look is made once."""
    surveillance_run(actor=Actor(event.actor))
