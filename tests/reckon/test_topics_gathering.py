"""Average linkage on a sparse graph against the same on a full matrix, and what a group may not do."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reckon.topics.gathering import gathered
from reckon.topics.likeness import Likenesses
from reckon.topics.phrases import names_of

ALIKE = 0.3


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, dict[tuple[int, int], float]]:
    """Up to nine messages and how alike some pairs are; all likenesses differ, so that no tie decides."""
    count = draw(st.integers(1, 9))
    pairs = [(second, first) for first, second in combinations(range(count), 2)]
    kept = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    steps = draw(st.lists(st.integers(1, 900), min_size=len(kept), max_size=len(kept), unique=True))
    return count, {pair: step / 900 for pair, step in zip(kept, steps, strict=True)}


def groups_of(
    count: int, likeness: dict[tuple[int, int], float], group: list[int] | None = None
) -> list[int]:
    """The group of each message."""
    pairs = Likenesses(
        np.array([first for first, _ in likeness], np.int64),
        np.array([second for _, second in likeness], np.int64),
        np.array(list(likeness.values()), np.float32),
    )
    before = np.array(range(count) if group is None else group, np.int64)
    return [int(number) for number in gathered(pairs=pairs, group=before, alike=ALIKE)]


def mean(one: set[int], other: set[int], likeness: dict[tuple[int, int], float]) -> float:
    """Over all pairs of two groups."""
    pairs = [(max(a, b), min(a, b)) for a in one for b in other]
    return round(sum(float(np.float32(likeness.get(pair, 0.0))) for pair in pairs) / len(pairs), 9)


def slowly(count: int, likeness: dict[tuple[int, int], float]) -> list[int]:
    """The definition: join the two groups with the highest mean while it is high enough."""
    groups = [{number} for number in range(count)]
    while len(groups) > 1:
        means = {
            (one, other): mean(groups[one], groups[other], likeness)
            for one, other in combinations(range(len(groups)), 2)
        }
        best = min(means, key=lambda pair: (-means[pair], min(groups[pair[0]]), min(groups[pair[1]])))
        if means[best] < ALIKE:
            break
        groups[best[0]] |= groups.pop(best[1])
    return [min(next(group for group in groups if number in group)) for number in range(count)]


@given(graphs())
def test_the_sparse_way_comes_to_the_same_groups(graph: tuple[int, dict[tuple[int, int], float]]) -> None:
    count, likeness = graph
    assert groups_of(count, likeness) == slowly(count, likeness)


def test_no_name_begins_with_the_rest_of_a_word() -> None:
    for title in ("A7县普惠性幼儿园招生", "普惠性幼儿园"):
        assert not [name for name in names_of(title, opening=True) if name.startswith("性")]
    assert "金星幼儿园" in names_of("金星幼儿园", opening=True)


def test_two_alike_are_joined_and_bear_the_lower_number() -> None:
    assert groups_of(3, {(2, 1): 0.9}) == [0, 1, 1]


def test_a_chain_does_not_join_what_is_not_alike_on_the_whole() -> None:
    assert groups_of(4, {(1, 0): 0.5, (2, 1): 0.4, (3, 2): 0.45}) == [0, 0, 2, 2]


def test_the_size_of_a_group_from_before_counts() -> None:
    """Three messages stand together; a fourth that is like one of them only stays outside."""
    assert groups_of(4, {(3, 0): 0.6}, [0, 0, 0, 3]) == [0, 0, 0, 3]
    assert groups_of(4, {(3, 0): 0.6, (3, 1): 0.5}, [0, 0, 0, 3]) == [0, 0, 0, 0]
