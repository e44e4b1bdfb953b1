"""The small house on the morning of the tests, and who works there.

Whatever has models is imported in the fixtures: pytest reads this file before Django is set up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bandeng.dispatch.tests.factories import House
    from bandeng.organisations.rules import Scope


@pytest.fixture
def built(db: None) -> Iterator[House]:
    """The house, at a fixed hour, with the type of matters about prepaid cards."""
    from bandeng.core import clock
    from bandeng.dispatch.tests.factories import house
    from bandeng.harm.tests import factories as make

    with clock.fixed(make.MORNING):
        make.prepaid_type()
        yield house()


@pytest.fixture
def overseer(built: House) -> Scope:
    """Who supervises at the district's centre."""
    from bandeng.organisations.rules import Duty
    from bandeng.organisations.tests.factories import CENTRE, scope

    return scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])
