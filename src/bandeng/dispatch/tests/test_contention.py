"""Two people act on one matter at the same moment: one act happens, the other is refused, nothing is half done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from bandeng.core.models import AuditEntry
from bandeng.core.rules import SYSTEM
from bandeng.core.verification import verify
from bandeng.dispatch.models import Task
from bandeng.dispatch.selectors import Refused
from bandeng.dispatch.services.ending import matter_reject, matter_withdraw
from bandeng.dispatch.services.handling import matter_return, matter_start
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.tests.factories import house
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import StateNotAllowed
from bandeng.matters.tests.factories import matter_opened, new_matter

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


def at_once(*acts: Act) -> list[str]:
    """Each act in a thread of its own, begun together; what became of each."""
    together = Barrier(len(acts))

    def run(act: Act) -> str:
        together.wait()
        try:
            act()
        except (Refused, StateNotAllowed):
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(run, acts))


def test_two_returns_at_once_leave_one_story() -> None:
    house()
    key = matter_intake(new=new_matter(type_code="01.01.01"), actor=SYSTEM).matter.pk
    matter_start(matter_id=key, actor=SYSTEM, scope=None)
    outcome = at_once(
        lambda: matter_return(matter_id=key, reason="不属于本部门职责", actor=SYSTEM, scope=None),
        lambda: matter_return(matter_id=key, reason="不属于本部门职责", actor=SYSTEM, scope=None),
    )
    assert outcome == ["done", "refused"]
    matter = Matter.objects.get(pk=key)
    assert (matter.state, matter.return_count) == ("returned", 1)
    assert Step.objects.filter(matter_id=key, kind="returned").count() == 1
    assert not Task.objects.filter(matter_id=key, state__in=["assigned", "working"]).exists()


def test_eight_refusals_at_once_are_one() -> None:
    house()
    key = matter_opened().matter.pk
    acts: list[Act] = [
        lambda: matter_reject(matter_id=key, reason="不属于受理范围", actor=SYSTEM, scope=None)
    ] * 7
    acts.append(lambda: matter_withdraw(matter_id=key, reason="反映人要求撤回", actor=SYSTEM, scope=None))
    assert at_once(*acts).count("done") == 1
    entries = AuditEntry.objects.filter(
        subject_id=str(key), action__in=["matter.rejected", "matter.withdrawn"]
    )
    assert entries.count() == 1
    assert verify().problems == ()
