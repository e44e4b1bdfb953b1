"""The demo's stories of colours: where and when something rises, and that nothing else does."""

import numpy as np

from bandeng.demo.five_colours import (
    FRAUD_FALLS,
    FRAUD_RISES,
    HAZARDS_RISE,
    MONTHS,
    _fraud,
    _hazards,
    red_street,
    story_street,
)

PLACES = [f"3301990{street:02d}{place:03d}" for street in (1, 2, 3) for place in range(1, 6)]
SMALL = [f"3301990{street:02d}{place:03d}" for street in (1, 2) for place in (1, 2)]


def test_the_two_stories_are_of_different_streets() -> None:
    for places in (PLACES, SMALL):
        assert story_street(places) != red_street(places)


def test_fraud_rises_in_four_communities_and_falls_in_all() -> None:
    factors = _fraud(range(MONTHS), PLACES)
    own = np.array([place.startswith(story_street(PLACES)) for place in PLACES])
    assert (factors[:, ~own] == 1.0).all()
    rise = factors[-FRAUD_RISES:-FRAUD_FALLS][:, own]
    assert (rise > 1.0).sum(axis=1).tolist() == [4] * (FRAUD_RISES - FRAUD_FALLS)
    assert rise[0].argmax() == 2  # its industrial park
    assert (factors[-FRAUD_FALLS:][:, own] < 1.0).all() and (factors[:-FRAUD_RISES] == 1.0).all()


def test_hazards_rise_in_the_whole_of_one_street() -> None:
    factors = _hazards(range(MONTHS), PLACES, factor=5.0)
    own = np.array([place.startswith(red_street(PLACES)) for place in PLACES])
    assert (factors[-HAZARDS_RISE:][:, own] == 5.0).all()
    assert (factors[:, ~own] == 1.0).all() and (factors[:-HAZARDS_RISE] == 1.0).all()
