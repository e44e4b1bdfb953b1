"""What the risk engine may know of clues: kind, place, day, kind of fraud, enterprises; nothing of any person.

Clues that accuse an office or its staff, and clues that were not accepted, send no signal.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bandeng.clues.contents import trace_of
from bandeng.clues.models import Accusation, Clue, Trace
from bandeng.clues.rules import ClueState, TraceKind


@dataclass(frozen=True)
class ClueSignal:
    """One clue as a stream sees it; `key` is of no use for finding the clue on a page."""

    key: int
    at: datetime
    kind: str
    area_code: str
    scam_type: str
    enterprises: tuple[str, ...]


def signals(*, since: datetime, until: datetime) -> Iterator[ClueSignal]:
    """The clues received from `since` up to `until`, oldest first."""
    rows = Clue.objects.filter(received_at__gte=since, received_at__lt=until)
    rows = rows.exclude(state=ClueState.REJECTED.value).exclude(pk__in=Accusation.objects.values("clue_id"))
    clues = list(rows.order_by("received_at", "pk"))
    names: dict[int, list[str]] = defaultdict(list)
    by_id = {clue.pk: clue for clue in clues}
    for trace in Trace.objects.filter(clue_id__in=by_id, kind=TraceKind.ENTERPRISE.value):
        names[trace.clue_id].append(trace_of(by_id[trace.clue_id], trace))
    for clue in clues:
        yield ClueSignal(
            clue.pk,
            clue.received_at,
            clue.kind,
            clue.area_code,
            clue.scam_type,
            tuple(sorted(names[clue.pk])),
        )
