"""States of a clue, numbers, conflicts of interest: as the regulation reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.clues.rules import (
    CLOSED_NETWORK_KINDS,
    ENDED_STATES,
    NEXT_STATES,
    SECRET_ALPHABET,
    ActNotAllowed,
    ClueKind,
    ClueState,
    Office,
    StateNotAllowed,
    check_kind_for,
    check_reason,
    check_transition,
    number_read,
    number_shown,
    secret_read,
    shields,
    superiors,
)

STREET = Office(1, "street_office", "330199001")
COMMUNITY = Office(2, "community_committee", "330199001002")
NEXT_DOOR = Office(3, "community_committee", "330199001003")
POLICE = Office(4, "department", "police")
CENTRE = Office(5, "centre", "command_centre")
LETTERS = st.text(SECRET_ALPHABET, min_size=8, max_size=8)


def test_every_state_is_reached_and_transferred_is_the_end() -> None:
    assert set().union(*NEXT_STATES.values()) == set(ClueState)
    assert NEXT_STATES[ClueState.TRANSFERRED] == frozenset()
    assert ClueState.TRANSFERRED in ENDED_STATES


def test_received_clue_is_not_answered_before_it_is_looked_into() -> None:
    with pytest.raises(StateNotAllowed):
        check_transition(present=ClueState.RECEIVED, target=ClueState.ANSWERED)


@pytest.mark.parametrize("kind", list(ClueKind))
def test_a_kind_is_either_transferred_or_assigned(kind: ClueKind) -> None:
    moved = kind in CLOSED_NETWORK_KINDS
    allowed, refused = (
        (ClueState.TRANSFERRED, ClueState.ASSIGNED) if moved else (ClueState.ASSIGNED, ClueState.TRANSFERRED)
    )
    check_kind_for(kind=kind, target=allowed)
    with pytest.raises(ActNotAllowed):
        check_kind_for(kind=kind, target=refused)


def test_nobody_handles_what_accuses_them_or_those_above_or_below() -> None:
    assert shields(accused=STREET, other=STREET)
    assert shields(accused=STREET, other=COMMUNITY)
    assert shields(accused=COMMUNITY, other=STREET)
    assert not shields(accused=COMMUNITY, other=NEXT_DOOR)
    assert not shields(accused=COMMUNITY, other=POLICE)
    assert not shields(accused=STREET, other=CENTRE)
    assert shields(accused=CENTRE, other=CENTRE)


def test_superiors_are_those_whose_code_begins_it() -> None:
    assert superiors("330199001002005") == ("330199001", "330199001002", "330199001002005")
    assert superiors("police") == ("police",)


@given(LETTERS)
def test_number_is_read_however_it_is_typed(letters: str) -> None:
    number = number_shown(letters)
    assert number_read(number) == number
    assert number_read(f" {number.lower().replace('-', ' ')} ") == number


@given(LETTERS, st.integers(0, 7), st.sampled_from(SECRET_ALPHABET))
def test_most_slips_of_the_pen_are_noticed(letters: str, place: int, other: str) -> None:
    wrong = letters[:place] + other + letters[place + 1 :]
    slipped = number_shown(letters)[:-1].replace(letters[:4], wrong[:4], 1)
    assert number_read(slipped) is None or letters[:4] == wrong[:4]


@pytest.mark.parametrize("text", ["", "XS", "SJ-0000-0012-3", "XS-0O1I-ABCD-1", "９" * 9, "XS-ABCD-EFGH-Z"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_read(text) is None


def test_code_may_be_typed_in_groups() -> None:
    assert secret_read("abcd efgh-jkmn") == "ABCDEFGHJKMN"


def test_reason_must_say_something() -> None:
    with pytest.raises(ActNotAllowed):
        check_reason("  需要  ")
    assert check_reason(" 需要向举报人核实转账的时间 ") == "需要向举报人核实转账的时间"
