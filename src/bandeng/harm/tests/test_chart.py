"""The picture of an alert: names that can be read, on a desk and on a phone."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.urls import reverse

from bandeng.core import clock
from bandeng.dispatch.tests.factories import House, house
from bandeng.harm.chart import APART, NARROW, WIDE, Box, chart_of, spread
from bandeng.harm.models import Alert
from bandeng.harm.rules.weeks import week_of
from bandeng.harm.tests import factories as make
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope
from reckon.harm import kinds_in_force


@pytest.mark.parametrize("box", [WIDE, NARROW])
@pytest.mark.parametrize("kind", list(kinds_in_force().kinds))
@pytest.mark.parametrize("peak", [-1.0, 6.0, 60.0])
def test_names_of_levels_never_lie_on_each_other(box: Box, kind: str, peak: float) -> None:
    first = week_of(make.TODAY) - 30
    rows = [[first + number, -5.5 if number < 20 else peak, {}] for number in range(30)]
    chart = chart_of(Alert(kind=kind, chart=rows), box)
    names = [one.name_y for one in chart.thresholds]
    assert [one.level for one in chart.thresholds] == [3, 2, 1]
    assert all(below - above >= APART - 0.2 for above, below in pairwise(names))
    assert box.top <= names[0] and names[-1] <= box.height - box.bottom
    assert all(box.left <= one.x <= box.end for one in chart.points)
    assert len(chart.days) <= box.days


def test_names_that_are_far_apart_stay_where_they_are() -> None:
    assert spread([20, 60, 100], low=12) == [20, 60, 100]
    assert spread([50, 50, 50], low=12) == [35, 50, 65]
    assert spread([12, 12, 14], low=12)[0] == 12


@pytest.fixture
def built() -> Iterator[House]:
    with clock.fixed(make.MORNING):
        make.prepaid_type()
        yield house()


@pytest.mark.django_db
def test_a_phone_gets_a_picture_of_its_own_with_letters_of_full_size(built: House) -> None:
    alert = make.raised()
    client = make.client_of(scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE]))
    shown = client.get(reverse("desk-harm-alert", args=[alert.pk])).content.decode()
    pictures = re.findall(r'<svg class="block w-full" viewBox="0 0 ([0-9.]+) [0-9.]+" font-size="12"', shown)
    assert pictures == ["720.0", "320.0"]
