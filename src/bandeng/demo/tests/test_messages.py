"""The message grammar: lengths, filled slots, variety, determinism."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeng.demo.geography import geography_build
from bandeng.demo.messages import LONGEST, SHORTEST, TITLE_LONGEST, message_write, phrases
from bandeng.demo.places import Neighbourhood, neighbourhoods_build, spot_choose
from bandeng.demo.scale import SMALL

CODES = sorted(phrases())
CHANNELS = ("grid", "resident", "phone", "api", "open311")
PLACES: tuple[Neighbourhood, ...] = neighbourhoods_build(
    geography=geography_build(scale=SMALL, seed=1), seed=1
)


@settings(max_examples=300, deadline=None)
@given(code=st.sampled_from(CODES), channel=st.sampled_from(CHANNELS), seed=st.integers(0, 2**32))
def test_a_message_is_of_proper_length_and_filled(code: str, channel: str, seed: int) -> None:
    random = Random(seed)
    spot = spot_choose(neighbourhood=random.choice(PLACES), kind=phrases()[code].place, random=random)
    message = message_write(type_code=code, channel=channel, spot=spot, random=random)
    assert SHORTEST <= len(message.text) <= LONGEST
    assert 4 <= len(message.title) <= TITLE_LONGEST
    assert not set("{}") & set(message.title + message.text)


@pytest.mark.parametrize("code", CODES)
def test_every_core_can_be_filled(code: str) -> None:
    random = Random(code)
    spot = spot_choose(neighbourhood=PLACES[0], kind=phrases()[code].place, random=random)
    texts = {
        message_write(type_code=code, channel="resident", spot=spot, random=random).text for _ in range(60)
    }
    assert len(texts) == 60


def test_the_same_chance_writes_the_same_words() -> None:
    def write() -> str:
        random = Random(11)
        spot = spot_choose(neighbourhood=PLACES[3], kind="road", random=random)
        return message_write(type_code="01.01.01", channel="phone", spot=spot, random=random).text

    assert write() == write()
