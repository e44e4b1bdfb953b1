"""Matters in any state, and posts to act on them, for tests of the services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from bandeng.areas.selectors import atlas
from bandeng.areas.tests.factories import GRIDS, middle_of
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.core.rules import Actor
from bandeng.dispatch.selectors import Refusal, Refused
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.tests.factories import House, house
from bandeng.matters.models import Matter, Step
from bandeng.matters.services.opening import Opened
from bandeng.matters.tests.factories import MORNING, matter_opened, new_matter
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE, scope

CLERK_DUTIES = (Duty.INTAKE, Duty.DISPATCH, Duty.VERIFY, Duty.SUPERVISE)


class Stage:
    """The small house, its clock at a Monday morning, and posts by organisation."""

    def __init__(self) -> None:
        self.house: House = house()
        self._scopes: dict[tuple[str, tuple[Duty, ...]], Scope] = {}

    def scope(self, code: str, *duties: Duty) -> Scope:
        """What a post of an organisation with these duties may do; the same post each time."""
        key = (code, duties)
        if key not in self._scopes:
            self._scopes[key] = scope(*duties, organisation=self.house.organisations[code])
        return self._scopes[key]

    @property
    def centre(self) -> Scope:
        """A dispatcher, verifier and supervisor of the district."""
        return self.scope(CENTRE, *CLERK_DUTIES)

    def handler(self, code: str) -> Scope:
        """Somebody who handles matters for an organisation."""
        return self.scope(code, Duty.HANDLE)

    def organisation_id(self, code: str) -> int:
        """The key of an organisation."""
        return self.house.organisations[code].pk

    def opened(self, *, type_code: str = "01.01.01", grid: str = GRIDS[0], **fields: Any) -> Opened:
        """A matter that came in through dispatch: lamps go to city management, roads to three organisations."""
        longitude, latitude = middle_of(grid)
        place = {"longitude": longitude, "latitude": latitude}
        return matter_intake(
            new=new_matter(type_code=type_code, **place | fields), actor=actor_of(self.centre)
        )

    def waiting(self, **fields: Any) -> Opened:
        """A matter that nobody was found for, in the first grid."""
        place = atlas().by_code[GRIDS[0]]
        due_at = MORNING + timedelta(days=7)
        ruling = {"place": place, "limit": "5wd", "due_at": due_at}
        return matter_opened(ruling=ruling, actor=actor_of(self.centre), **fields)


HOUSE = Actor("user:9001", "赵宁")
"""Somebody who acts where the test is about something else."""


def actor_of(known: Scope) -> Actor:
    """The acting person behind a scope."""
    return Actor(known.actor, "王芳", known.organisation_id)


@contextmanager
def later(**delta: float) -> Iterator[datetime]:
    """The clock at the Monday morning plus a delta."""
    moment = MORNING + timedelta(**delta)
    with clock.fixed(moment):
        yield moment


def fresh(matter: Matter) -> Matter:
    """The matter as it is stored."""
    return Matter.objects.get(pk=matter.pk)


def kinds_of(matter: Matter) -> list[str]:
    """The kinds of its steps, in order."""
    return list(Step.objects.filter(matter_id=matter.pk).order_by("id").values_list("kind", flat=True))


def refused(code: Refusal, act: Callable[..., object], **given: Any) -> None:
    """Check that an act is refused for this reason, in words."""
    with pytest.raises(Refused) as caught:
        act(**given)
    assert caught.value.code is code
    assert str(caught.value)


def audited(action: str, key: int) -> AuditEntry:
    """The newest audit entry of an action on a matter. Fails when there is none."""
    found = AuditEntry.objects.filter(action=action, subject_id=str(key)).order_by("-at", "-position").first()
    assert found is not None, f"no audit entry {action} of {key}"
    return found
