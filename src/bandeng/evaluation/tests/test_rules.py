"""Forms as figures, settings, transitions: no database."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeng.evaluation.rules import (
    NEXT_STATES,
    EvaluationState,
    Refused,
    Relation,
    check_not_retroactive,
    check_transition,
)
from bandeng.evaluation.rules.ratings import GivenForm, leniency, sides_of, trimmed_mean
from bandeng.evaluation.rules.settings import settings_of, shipped_content
from reckon.index import DeclarationInvalid

SETTINGS = settings_of(shipped_content())
CODES = [item.code for item in SETTINGS.items]


def form(post: int, rater: int, value: int, relation: Relation = Relation.PEER) -> GivenForm:
    return GivenForm(post=post, rater=rater, relation=relation, answers=dict.fromkeys(CODES, value))


def test_only_the_next_states_follow() -> None:
    for present in EvaluationState:
        for target in EvaluationState:
            if target in NEXT_STATES[present]:
                check_transition(present=present, target=target)
            else:
                with pytest.raises(Refused):
                    check_transition(present=present, target=target)


def test_change_begins_in_a_month_to_come() -> None:
    check_not_retroactive(first_month=202612, this_month=202611, scored=[202610])
    for first, scored in ((202611, []), (202612, [202612])):
        with pytest.raises(Refused):
            check_not_retroactive(first_month=first, this_month=202611, scored=scored)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=30))
def test_trimmed_mean_lies_within_and_one_voice_moves_it_little(values: list[int]) -> None:
    found = trimmed_mean(values, share=0.2)
    assert min(values) <= found <= max(values)
    if len(values) >= 5:
        assert trimmed_mean([*values[1:], 10**6], share=0.2) <= max(values[1:])


@given(st.integers(0, 6), st.integers(1, 5))
@settings(max_examples=40)
def test_below_the_least_number_nothing_is_told(count: int, value: int) -> None:
    forms = [form(1, rater, value) for rater in range(10, 10 + count)]
    peers = [
        each
        for each in sides_of(post=1, forms=forms, lenient={}, settings=SETTINGS)
        if each.relation is Relation.PEER
    ]
    for side in peers:
        if count < SETTINGS.peers_least:
            assert (side.value, side.raters, side.raw) == (None, 0, None)
        else:
            assert side.value == pytest.approx(value)
            assert side.low is not None and side.high is not None and side.low <= value <= side.high


def test_a_mild_rater_is_taken_down_and_the_raw_figure_stays() -> None:
    """Rater 9 gives everybody 5 where the others give 3: a post that only meets the mild one gains little."""
    forms = [form(post, rater, 3) for post in range(1, 9) for rater in (7, 8)]
    forms += [form(post, 9, 5) for post in range(1, 9)]
    lenient = leniency(forms, prior=SETTINGS.leniency_prior)
    assert lenient[9] > 0.5
    assert lenient[7] < 0
    found = sides_of(post=1, forms=forms, lenient=lenient, settings=SETTINGS)[0]
    assert found.raw == pytest.approx(11 / 3)
    assert found.value is not None


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("peers_least", 1, "peers_least"),
        ("objection_limit", "soon", "settings"),
        ("band_starts", [6, 12], "band_starts"),
        ("audit_shares", 0.1, "audit_share"),
        ("severities", 5, "severities"),
        ("severities", [], "severities"),
        ("severities", [1], "severities"),
        ("severities", ["normal", "dire"], "severities"),
        ("objection_limit", "5d", "5d"),
        ("appeal_limit", "24h", "24h"),
        ("appeal_limit", "99wd", "99wd"),
    ],
)
def test_wrong_settings_are_refused_by_name(key: str, value: object, what: str) -> None:
    content = deepcopy(shipped_content())
    content["settings"][key] = value
    with pytest.raises(DeclarationInvalid, match=what):
        settings_of(content)


@pytest.mark.parametrize(
    ("change", "what"),
    [({"side": "ability"}, "one side"), ({"code": "comment"}, "comment"), ({"code": "公道"}, "公道")],
)
def test_forms_have_both_sides_and_codes_of_their_own(change: dict[str, str], what: str) -> None:
    content = deepcopy(shipped_content())
    items = content["settings"]["item"]
    for item in items if "side" in change else items[:1]:
        item |= change
    with pytest.raises(DeclarationInvalid, match=what):
        settings_of(content)
