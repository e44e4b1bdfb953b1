"""The effect of talks: worked example, coverage under no effect, regression to the mean."""

import numpy as np
import pytest

from bandeng.clues.rules.effects import Comparison, Course, Verdict, effect, matched

HOW = Comparison(controls=5, fewest_controls=3, fewest_cases=10, caliper=1.0, level=0.95)
TALKS, COMMUNITIES = 12, 80


def course(code: str, before: int, after: int) -> Course:
    return Course(code, before, after, 900)


def test_worked_example() -> None:
    treated = [course("a", 20, 8)]
    others = {"a": [course("b", 20, 18), course("c", 19, 20), course("d", 21, 16)]}
    found = effect(treated, others, how=HOW)
    # (8 − 20) − mean(−2, 1, −5) = −12 + 2 = −10
    assert found.change == pytest.approx(-10)
    assert found.naive == pytest.approx(-12)
    assert found.low is not None and found.high is not None and found.low < -10 < found.high
    assert found.controls == 3


def test_controls_are_those_with_as_many_before() -> None:
    others = [course("b", 5, 0), course("c", 19, 0), course("d", 22, 0), course("a", 20, 0)]
    assert [each.code for each in matched(course("a", 20, 3), others, how=HOW)] == [
        "c",
        "d",
    ]  # 5 is unlike 20


def test_too_few_controls_or_cases_say_nothing() -> None:
    assert effect([course("a", 20, 2)], {"a": [course("b", 20, 2)]}, how=HOW).verdict is Verdict.TOO_FEW
    few = {"a": [course(code, 2, 2) for code in "bcde"]}
    assert effect([course("a", 3, 2)], few, how=HOW).verdict is Verdict.TOO_FEW
    assert effect([], {}, how=HOW).verdict is Verdict.TOO_FEW


def draw(
    seed: int, *, factor: float = 1.0, chosen_high: bool = False
) -> tuple[list[Course], dict[str, list[Course]]]:
    """Communities with unlike rates and clustered cases; some get a talk that multiplies later cases by `factor`."""
    chance = np.random.default_rng(seed)
    rates = chance.gamma(4.0, 3.0, COMMUNITIES)
    before, after = (chance.poisson(rates * chance.gamma(10.0, 0.1, COMMUNITIES)) for _ in range(2))
    order = np.argsort(-before) if chosen_high else chance.permutation(COMMUNITIES)
    talked = order[:TALKS]
    after[talked] = chance.poisson(np.maximum(rates[talked] * factor, 0.01))
    rows = [course(str(place), int(before[place]), int(after[place])) for place in range(COMMUNITIES)]
    treated = [rows[place] for place in talked]
    free = [each for each in rows if each not in treated]
    return treated, {each.code: free for each in treated}


def test_interval_covers_nought_where_talks_do_nothing() -> None:
    verdicts = [effect(*draw(seed), how=HOW).verdict for seed in range(300)]
    false = sum(each is not Verdict.NONE_SHOWN for each in verdicts) / len(verdicts)
    assert false <= 0.08


def test_regression_to_the_mean_is_not_taken_for_an_effect() -> None:
    found = [effect(*draw(seed, chosen_high=True), how=HOW) for seed in range(100)]
    assert np.mean([each.naive for each in found]) < -4  # plain before and after always looks like success
    fewer = sum(each.verdict is Verdict.FEWER for each in found) / len(found)
    assert fewer <= 0.12  # nought would be .025; plain before and after says "fewer" in nearly all


def test_a_great_effect_is_seen() -> None:
    seen = [effect(*draw(seed, factor=0.2), how=HOW).verdict for seed in range(50)]
    assert sum(each is Verdict.FEWER for each in seen) >= 45
