"""How every act begins: the matter locked, seen and open to it."""

from bandeng.dispatch.selectors.acts import Act, check_act
from bandeng.dispatch.selectors.tracking import matter_told
from bandeng.dispatch.selectors.visibility import NotVisible, matter_for, sees
from bandeng.matters.models import Matter
from bandeng.matters.rules import MatterState
from bandeng.matters.services.changing import matter_lock
from bandeng.organisations.rules import Scope

ENDED = (MatterState.CLOSED, MatterState.REJECTED, MatterState.WITHDRAWN, MatterState.MERGED)


def matter_taken(*, matter_id: int, act: Act, scope: Scope | None) -> Matter:
    """The matter, locked until the transaction ends. Raises NotVisible, DutyMissing, Refused."""
    matter = matter_locked(matter_id)
    if scope is not None and not sees(scope, matter):
        raise NotVisible(matter_id)
    check_act(act=act, matter=matter, scope=scope)
    return matter


def matter_locked(matter_id: int) -> Matter:
    """The matter, locked. Raises NotVisible when there is none."""
    try:
        return matter_lock(matter_id)
    except Matter.DoesNotExist as missing:
        raise NotVisible(matter_id) from missing


def matter_present(matter_id: int) -> Matter:
    """The matter that now stands for this one, locked: itself, or what it was merged into.

    Found without a lock and locked once, so that no two acts hold one matter while waiting for another.
    """
    while True:
        found = matter_told(matter_for(None, matter_id))
        locked = matter_locked(found.pk)
        if locked.merged_into_id is None:
            return locked


def children_open(matter: Matter) -> bool:
    """Whether parts of the matter have not ended."""
    ended = [state.value for state in ENDED]
    return Matter.objects.filter(parent_id=matter.pk).exclude(state__in=ended).exists()
