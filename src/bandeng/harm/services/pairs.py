"""A person says whether two records speak of one enterprise, and may take that back."""

from django.db import transaction

from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.harm.models import Pair, PairDecision
from bandeng.harm.rules import ActNotAllowed, PairState
from bandeng.harm.selectors.pairs import pair_for, rows_of
from bandeng.harm.services.resolving import enterprises_join, enterprises_part
from bandeng.organisations.rules import Scope
from reckon.linkage import DecisionsConflict


@transaction.atomic
def pair_judge(*, pair_id: int, same: bool | None, note: str, actor: Actor, scope: Scope) -> Pair:
    """Say that a pair is one enterprise, two, or (`None`) take back what was said.

    What follows for the enterprises holds at once. Raises NotVisible, ActNotAllowed where it contradicts what was
    decided about others.
    """
    seen = pair_for(scope, pair_id)
    pair = Pair.objects.select_for_update().get(pk=seen.pk)
    before = pair.state
    target = PairState.SUGGESTED if same is None else PairState.SAME if same else PairState.DIFFERENT
    if before == target:
        raise ActNotAllowed("pair_unchanged")
    pair.state, pair.stale = target.value, False
    pair.save(update_fields=["state", "stale"])
    PairDecision.objects.create(
        pair=pair, same=same, note=note.strip()[:500], actor=actor.key, actor_name=actor.name, at=clock.now()
    )
    audit.record(
        action="harm.pair_judged", subject=pair, actor=actor.key, before={"state": before},
        after={"state": target.value, "left": pair.left, "right": pair.right}, reason=note.strip()[:500],
    )  # fmt: skip
    try:
        _follow(pair, parted=before == PairState.SAME)
    except DecisionsConflict as conflict:
        raise ActNotAllowed("pair_conflict") from conflict
    return pair


def _follow(pair: Pair, *, parted: bool) -> None:
    """What follows for the enterprises of both sides; only where some are taken apart is everything compared anew."""
    sides = rows_of([pair.left, pair.right])
    firms = [{row.enterprise_id for row in rows if row.enterprise_id} for rows in sides.values()]
    if parted or (pair.state == PairState.DIFFERENT and set.intersection(*firms)):
        enterprises_part(firms=set.union(*firms))
    else:
        enterprises_join(firms=set.union(*firms))
