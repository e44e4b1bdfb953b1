"""Who of the staff does what in a story."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from bandeng.demo.organisations import CENTRE
from bandeng.demo.staff import ROLES, Member
from bandeng.organisations.rules import Duty

DUTIES = {role.code: frozenset(role.duties) for role in ROLES}


class Crew:
    """The staff by organisation and duty."""

    def __init__(self, *, members: Sequence[Member]) -> None:
        self._by_duty: dict[tuple[str, Duty], list[Member]] = defaultdict(list)
        for member in members:
            for duty in DUTIES[member.role_code]:
                self._by_duty[member.organisation_code, duty].append(member)

    def any_of(self, *, organisation: str, duty: Duty, random: Random) -> Member:
        """Somebody of the organisation with the duty, else somebody of the centre."""
        able = self._by_duty.get((organisation, duty))
        return random.choice(able or self._by_duty[CENTRE, Duty.DISPATCH])
