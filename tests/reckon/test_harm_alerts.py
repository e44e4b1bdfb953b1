"""Levels, hard triggers, alerts; and dated data that is refused when wrong."""

import tomllib
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from reckon.harm import (
    NEXT_STEP,
    Alert,
    DataInvalid,
    Evidence,
    Level,
    Signals,
    alerts_of,
    assess,
    kinds_from,
    kinds_in_force,
    levels_from,
    levels_in_force,
    levels_of,
    levels_text,
    triggers_from,
    triggers_in_force,
    world_from,
    world_in_force,
)
from reckon.harm.documents import shipped

KINDS, LEVELS, TABLE = kinds_in_force(), levels_in_force(), triggers_in_force()
WEEKS = 60


def evidence(kind: str, **counts: dict[int, int]) -> Evidence:
    """One enterprise of exposure 1; counts by stream and week."""
    streams = tuple(KINDS.kinds[kind].streams)
    found = np.zeros((WEEKS, len(streams), 1), dtype=np.int32)
    for stream, weeks in counts.items():
        for week, count in weeks.items():
            found[week, streams.index(stream), 0] = count
    return Evidence(kind=kind, streams=streams, enterprises=("e1",), counts=found, exposure=np.array([1.0]))


def alerts(one: Evidence, signals: Signals | None = None) -> tuple[Alert, ...]:
    return alerts_of(evidence=one, kinds=KINDS, levels=LEVELS, table=TABLE, signals=signals or {})


def signal(**weeks: int) -> Signals:
    made = {name: np.zeros((WEEKS, 1), dtype=np.int32) for name in weeks}
    for name, week in weeks.items():
        made[name][week, 0] = 2
    return made


def test_all_six_kinds_are_declared_with_names_sources_and_thresholds() -> None:
    expected = {
        "illegal_fund_raising", "prepaid_cards", "wage_arrears", "property_presales", "telecom_fraud_wave",
        "food_product_safety",
    }  # fmt: skip
    assert set(KINDS.kinds) == set(LEVELS.thresholds) == set(world_in_force().cases) == expected
    assert {trigger.kind for trigger in TABLE.triggers} == expected
    assert all(kind.name_zh and kind.name_en and kind.source for kind in KINDS.kinds.values())


def test_quiet_enterprises_have_no_alert() -> None:
    assert alerts(evidence("wage_arrears", matters={5: 1, 30: 1})) == ()


def test_an_alert_carries_every_contribution_and_asks_for_a_check() -> None:
    one = evidence("wage_arrears", matters={40: 8, 41: 6}, arbitration={42: 5})
    (alert,) = alerts(one)
    assert alert.log_odds == pytest.approx(
        alert.prior_log_odds + sum(part.log_odds for part in alert.contributions)
    )
    assert {part.stream for part in alert.contributions if part.log_odds > 0} == {"matters", "arbitration"}
    assert (alert.level, alert.people, alert.next_step) == (Level.URGENT, 14, NEXT_STEP)
    assert NEXT_STEP == "verify"


def test_people_alone_reach_watch_and_no_more() -> None:
    (alert,) = alerts(evidence("wage_arrears", matters={40: 30, 41: 30}, clues={41: 20}))
    assert alert.level is Level.WATCH


def test_what_few_people_say_is_shown_as_held_back() -> None:
    (alert,) = alerts(evidence("wage_arrears", matters={40: 5}, arbitration={40: 12}))
    matters = next(part for part in alert.contributions if part.stream == "matters")
    assert (matters.log_odds, matters.recent) == (0.0, 5)
    assert matters.held_back > 1.0


def test_alerts_of_one_cause_are_merged_and_later_ones_are_not() -> None:
    one = evidence("wage_arrears", arbitration={10: 12, 18: 12, 50: 12})
    found = alerts(one)
    assert [alert.first_week for alert in found] == [10, 50]
    assert len({alert.id for alert in found}) == 2
    assert found == alerts(one)


def test_ten_arbitrations_within_four_weeks_trigger_and_nine_do_not() -> None:
    (alert,) = alerts(evidence("wage_arrears", arbitration={40: 5, 43: 5}))
    assert [trigger.id for trigger in alert.triggers] == ["wages_collective"]
    assert alert.level is Level.URGENT
    assert all(not one.triggers for one in alerts(evidence("wage_arrears", arbitration={40: 5, 43: 4})))


def test_confirmed_signals_trigger_together_and_not_alone() -> None:
    quiet = evidence("illegal_fund_raising")
    (alert,) = alerts(quiet, signal(promised_returns=20, no_licence=25))
    assert (alert.first_week, [one.id for one in alert.triggers]) == (25, ["fund_raising_offer"])
    assert alert.log_odds == alert.prior_log_odds
    assert alerts(quiet, signal(promised_returns=20)) == ()


def test_levels_need_threshold_and_families() -> None:
    one = assess(evidence=evidence("wage_arrears", matters={40: 30, 41: 30}), kinds=KINDS)
    top = LEVELS.thresholds["wage_arrears"][Level.WATCH]
    assert one.log_odds.max() > top
    assert levels_of(assessment=one, levels=LEVELS).max() == Level.WATCH
    assert one.families.max() == 1


def test_levels_read_back_from_their_text() -> None:
    assert levels_from(tomllib.loads(levels_text(levels=LEVELS)), kinds=KINDS) == LEVELS


def changed(name: str, *path: str | int, value: Any) -> dict[str, Any]:
    data = deepcopy(shipped(name=name))
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("memory_weeks",), 0, "memory_weeks"),
        (("window_weeks",), 13, "longer than gap_weeks"),
        (("colour",), "red", "colour"),
        (("kinds", 0, "fade"), 1.2, "fade"),
        (("kinds", 0, "code"), "prepaid_cards", "one code"),
        (("kinds", 0, "streams", "matters", "wieght"), 1.0, "wieght"),
        (("kinds", 0, "streams", "matters", "ratio"), 1.0, "ratio"),
        (("kinds", 0, "streams", "petitions"), {}, "petitions"),
    ],
)
def test_wrong_kinds_are_refused(path: tuple[str | int, ...], value: object, message: str) -> None:
    with pytest.raises(DataInvalid, match=message):
        kinds_from(changed("kinds.toml", *path, value=value))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("triggers", 0, "kind"), "speeding", "unknown kind"),
        (("triggers", 0, "level"), "arrest", "unknown level"),
        (("triggers", 0, "id"), "prepaid_closed", "one id"),
        (("triggers", 0, "when"), [{"fact": "rumour", "weeks": 1, "at_least": 1}], "unknown fact"),
        (("triggers", 0, "when"), [{"fact": "matters", "weeks": 1, "at_least": 50}], "offices or courts"),
        (("triggers", 0, "when"), [], "offices or courts"),
    ],
)
def test_wrong_triggers_are_refused(path: tuple[str | int, ...], value: object, message: str) -> None:
    with pytest.raises(DataInvalid, match=message):
        triggers_from(changed("triggers.toml", *path, value=value), kinds=KINDS)


def test_wrong_levels_and_worlds_are_refused() -> None:
    with pytest.raises(DataInvalid, match="do not rise"):
        levels_from(changed("levels.toml", "thresholds", "wage_arrears", "watch", value=49), kinds=KINDS)
    with pytest.raises(DataInvalid, match="span"):
        world_from(changed("simulation.toml", "brigade_people", value=[5, 3]), kinds=KINDS)
    with pytest.raises(DataInvalid, match="unknown streams"):
        world_from(
            changed("simulation.toml", "cases", "wage_arrears", "streams", "rumour", value=[1, 0, 1]),
            kinds=KINDS,
        )
