"""Whether something came into a list since its page was made: asked often, so it reads only the newest steps."""

from django.db.models import Max

from bandeng.dispatch.selectors import Queue, QueueFilter, matters_found
from bandeng.matters.models import Step
from bandeng.matters.rules import StepKind
from bandeng.organisations.rules import Scope

NEWEST_STEPS = 2_000
K = StepKind
COMING = (K.OPENED, K.DISPATCHED, K.REASSIGNED, K.REOPENED, K.MERGE_UNDONE, K.SPLIT)
ARRIVALS: dict[Queue, tuple[StepKind, ...]] = {
    Queue.MINE: (*COMING, K.SENT_BACK),
    Queue.CO_HANDLED: (*COMING, K.CO_HANDLER_ADDED),
    Queue.TO_ACCEPT: (K.OPENED, K.REOPENED, K.MERGE_UNDONE),
    Queue.TO_DISPATCH: (K.OPENED, K.ACCEPTED, K.RETURNED, K.REOPENED, K.MERGE_UNDONE),
    Queue.RETURNED: (K.RETURNED,),
    Queue.TO_VERIFY: (K.HANDLED,),
    Queue.PAUSED: (K.PAUSED,),
    Queue.CLOSED_WEEK: (K.CLOSED,),
    Queue.OVERDUE: (K.ESCALATED,),
}
OTHERWISE = (K.OPENED, K.REOPENED, K.MERGE_UNDONE, K.SPLIT)


def newest_step() -> int:
    """The key of the newest step; a page remembers it to ask later what came since."""
    return Step.objects.aggregate(last=Max("id"))["last"] or 0


def arrived_since(scope: Scope, filters: QueueFilter, *, step: int) -> int:
    """How many matters of the filter came into it by one of the newest steps after `step`."""
    kinds = [kind.value for kind in ARRIVALS.get(filters.queue, OTHERWISE)]
    newest = Step.objects.filter(pk__gt=step).order_by("-id").values_list("matter_id", "kind")[:NEWEST_STEPS]
    keys = {matter_id for matter_id, kind in newest if kind in kinds}
    if not keys:
        return 0
    return matters_found(scope, filters).order_by().filter(pk__in=keys).count()
