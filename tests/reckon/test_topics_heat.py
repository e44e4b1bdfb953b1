"""The stated heat formula: a worked example, and what may never happen to it."""

from dataclasses import asdict, replace
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.topics import HeatWeights, Message, Voices, heat_of, settings_in_force
from reckon.topics.ranking import voices_of

DAY = 86_400.0
WEIGHTS = HeatWeights(
    voice=1.0, repeat=0.5, support=2.0, against=0.5, duration=0.5, floor=0.4, half_life_days=100.0
)
QUIET = Voices(messages_of={"a": 1}, support=0, against=0, first=0.0, last=0.0)

voices = st.builds(
    Voices,
    messages_of=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 50), min_size=1),
    support=st.integers(0, 5000),
    against=st.integers(0, 5000),
    first=st.just(0.0),
    last=st.floats(0.0, 900 * DAY),
)


def test_a_worked_example() -> None:
    """Two people, one of whom wrote twice, over (e - 1) days, last heard of one half-life ago."""
    counted = Voices(messages_of={"a": 1, "b": 2}, support=9, against=1, first=0.0, last=(exp(1) - 1) * DAY)
    heat = heat_of(counted=counted, weights=WEIGHTS, as_of=counted.last + 100 * DAY)
    assert heat.voices == pytest.approx(2 + 0.5 * log(2))
    assert heat.support == pytest.approx(2 * log(10))
    assert heat.against == pytest.approx(0.5 * log(2))
    assert heat.duration == pytest.approx(0.5)
    assert heat.recency == pytest.approx(0.7)
    assert heat.index == pytest.approx(0.7 * (2 + log(2) + 2 * log(10) + 0.5))


def test_one_message_today_is_one() -> None:
    assert heat_of(counted=QUIET, weights=WEIGHTS, as_of=0.0).index == 1.0


@given(counted=voices, person=st.sampled_from("abcdefghij"), as_of=st.floats(0.0, 2000 * DAY))
def test_a_distinct_message_more_is_never_cooler(counted: Voices, person: str, as_of: float) -> None:
    more = dict(counted.messages_of)
    more[person] = more.get(person, 0) + 1
    before = heat_of(counted=counted, weights=WEIGHTS, as_of=as_of)
    after = heat_of(counted=replace(counted, messages_of=more), weights=WEIGHTS, as_of=as_of)
    assert after.index > before.index


@given(counted=voices, votes=st.integers(1, 1000), as_of=st.floats(0.0, 2000 * DAY))
def test_a_vote_more_is_never_cooler(counted: Voices, votes: int, as_of: float) -> None:
    before = heat_of(counted=counted, weights=WEIGHTS, as_of=as_of).index
    for more in (
        replace(counted, support=counted.support + votes),
        replace(counted, against=counted.against + votes),
    ):
        assert heat_of(counted=more, weights=WEIGHTS, as_of=as_of).index > before


@given(counted=voices, days=st.floats(0.1, 500.0))
def test_what_is_longer_ago_is_cooler_but_not_gone(counted: Voices, days: float) -> None:
    fresh = heat_of(counted=counted, weights=WEIGHTS, as_of=counted.last)
    old = heat_of(counted=counted, weights=WEIGHTS, as_of=counted.last + days * DAY)
    assert WEIGHTS.floor * fresh.index < old.index < fresh.index


def test_a_time_before_the_last_message_counts_as_now() -> None:
    counted = replace(QUIET, last=10 * DAY)
    assert heat_of(counted=counted, weights=WEIGHTS, as_of=0.0).recency == 1.0


def test_ten_people_are_hotter_than_one_person_ten_times_over() -> None:
    many = replace(QUIET, messages_of={str(number): 1 for number in range(10)})
    one = replace(QUIET, messages_of={"a": 10})
    in_force = settings_in_force().heat
    hot, cool = (heat_of(counted=counted, weights=in_force, as_of=0.0).index for counted in (many, one))
    assert hot > 4 * cool


def test_the_same_text_of_one_person_counts_once() -> None:
    first = Message("1", "路灯不亮", 100, "三天了。", "a", support=2)
    copies = [replace(first, id=str(number), text="三天了！！") for number in range(2, 5)]
    counted = voices_of([first, *copies, Message("9", "路灯不亮", 50, "三天了。", "b", against=1)])
    assert counted == Voices(messages_of={"a": 1, "b": 1}, support=8, against=1, first=50, last=100)


def test_whoever_gives_no_name_counts_as_one_person() -> None:
    counted = voices_of([Message(str(number), f"第{number}件", 0, "") for number in range(5)])
    assert len(counted.messages_of) == 1


def test_the_index_is_its_parts() -> None:
    heat = heat_of(counted=replace(QUIET, support=3, against=4, last=DAY), weights=WEIGHTS, as_of=30 * DAY)
    parts = asdict(heat)
    index, recency = parts.pop("index"), parts.pop("recency")
    assert index == pytest.approx(recency * sum(parts.values()))
