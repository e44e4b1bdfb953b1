"""Grouping: what reviewers decided holds whatever the scores say; and the measure of pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.linkage import DecisionsConflict, Refusal, measure
from reckon.linkage.grouping import Groups

SIZE = 12
NUMBER = st.integers(0, SIZE - 1)
PAIRS = st.lists(st.tuples(NUMBER, NUMBER), max_size=40)
KEYS = [f"r{number}" for number in range(SIZE)]


def groups(*, codes: dict[int, str] | None = None, known: dict[int, str] | None = None) -> Groups:
    return Groups(size=SIZE, codes=codes or {}, known=known or {}, keys=KEYS)


@given(pairs=PAIRS, apart=PAIRS, foes=PAIRS)
def test_cannot_link_is_never_violated(
    pairs: list[tuple[int, int]], apart: list[tuple[int, int]], foes: list[tuple[int, int]]
) -> None:
    apart = [(one, other) for one, other in apart if one != other]
    made = groups()
    made.decide(decisions=[(one, other, False) for one, other in apart])
    for one, other in foes:
        made.contradict(left=one, right=other)
    for one, other in pairs:
        made.join(left=one, right=other)
    assert all(
        made.root(one) != made.root(other) for one, other in [*apart, *((a, b) for a, b in foes if a != b)]
    )


@given(pairs=PAIRS, same=PAIRS, codes=st.dictionaries(NUMBER, st.sampled_from("XYZ")))
def test_must_link_holds_and_codes_never_mix_without_it(
    pairs: list[tuple[int, int]], same: list[tuple[int, int]], codes: dict[int, str]
) -> None:
    made = groups(codes=codes)
    made.decide(decisions=[(one, other, True) for one, other in same])
    before = {
        made.root(number): {codes[n] for n in codes if made.root(n) == made.root(number)}
        for number in range(SIZE)
    }
    mixed = any(len(found) > 1 for found in before.values())
    for one, other in pairs:
        made.join(left=one, right=other)
    assert all(made.root(one) == made.root(other) for one, other in same)
    if not mixed:
        assert all(len({codes[n] for n in members if n in codes}) <= 1 for members in made.members())


@given(pairs=PAIRS, known=st.dictionaries(NUMBER, st.sampled_from(["e1", "e2"])))
def test_known_enterprises_are_not_joined_by_scores(
    pairs: list[tuple[int, int]], known: dict[int, str]
) -> None:
    made = groups(known=known)
    for one, other in pairs:
        made.join(left=one, right=other)
    assert all(len({known[n] for n in members if n in known}) <= 1 for members in made.members())


@given(pairs=PAIRS)
def test_members_are_a_partition(pairs: list[tuple[int, int]]) -> None:
    made = groups()
    for one, other in pairs:
        made.join(left=one, right=other)
    assert sorted(number for members in made.members() for number in members) == list(range(SIZE))


def test_refusals_name_their_reason() -> None:
    made = groups(codes={0: "X", 1: "Y"}, known={2: "e1", 3: "e2"})
    made.decide(decisions=[(4, 5, False)])
    made.contradict(left=6, right=7)
    asked = [made.join(left=left, right=left + 1) for left in (0, 2, 4, 6, 8)]
    assert asked == [Refusal.CODES, Refusal.KNOWN, Refusal.REVIEWER, Refusal.CONTRADICTION, None]


def test_decisions_that_contradict_each_other_are_refused_with_the_records() -> None:
    with pytest.raises(DecisionsConflict, match="r0 and r2"):
        groups().decide(decisions=[(0, 2, False), (0, 1, True), (1, 2, True)])


def test_measure_counts_pairs() -> None:
    truth = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "2"}
    found = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "y"}
    result = measure(found=found, truth=truth)
    assert (result.right, result.joined, result.meant) == (2, 4, 4)
    assert (result.precision, result.recall, result.f1) == (0.5, 0.5, 0.5)


def test_measure_of_nothing_is_perfect() -> None:
    assert measure(found={}, truth={}).f1 == 1.0
