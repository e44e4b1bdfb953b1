"""What dispatch does when a matter has changed."""

from bandeng.core.outbox import subscribe
from bandeng.dispatch.selectors.records import MATTERS, TASKS, tasks_of
from bandeng.ledger.services import touch
from bandeng.matters.events import MatterChanged


@subscribe(MatterChanged)
def matter_noticed(event: MatterChanged) -> None:
    """Have the ledger look at the matter and its tasks again."""
    touch(MATTERS, [event.matter_id])
    touch(TASKS, tasks_of(event.matter_id))
