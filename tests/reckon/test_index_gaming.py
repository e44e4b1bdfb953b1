"""Planted tricks gain nothing, on average over posts and seeds, by the scoring in force."""

import pytest

from reckon.index import duties_shipped
from reckon.index.gaming import COMPARED, OPEN, TRICKS, Gain, gains, world_shipped


@pytest.fixture(scope="module")
def found() -> dict[str, Gain]:
    played = gains(world=world_shipped(), declaration=duties_shipped(), seeds=range(100, 106))
    return {gain.trick: gain for gain in played}


@pytest.mark.parametrize("trick", sorted(TRICKS))
def test_trick_gains_nothing(found: dict[str, Gain], trick: str) -> None:
    assert found[trick].mean <= 0.0, found[trick]


@pytest.mark.parametrize("trick", ["self_file_slowly", "split", "early_close", "grade_up", "small_hazards"])
def test_without_audits_the_trick_would_pay(found: dict[str, Gain], trick: str) -> None:
    """The simulator can find a gain where there is one."""
    assert found[trick].unaudited > 0.0


@pytest.mark.parametrize("trick", sorted(OPEN))
def test_what_still_gains_is_told_with_its_gain(found: dict[str, Gain], trick: str) -> None:
    assert 0.0 < found[trick].mean < 4.0


def test_needed_work_neither_pays_nor_costs(found: dict[str, Gain]) -> None:
    assert abs(found[next(iter(COMPARED))].mean) < 1.0
