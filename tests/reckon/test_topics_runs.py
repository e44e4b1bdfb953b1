"""One run after another: ids stay, nothing counts twice, a spoiled state is rebuilt, nobody's name leaves."""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reckon.topics import (
    Message,
    MessageTableInvalid,
    Summary,
    continuing,
    settings_from,
    settings_in_force,
    topics_of_file,
)
from reckon.topics.features import Features, features_of
from reckon.topics.run import STATE_FILE
from reckon.topics.settings import Grouping
from reckon.topics.state import MAGIC, StateUnusable, read_state
from tests.reckon.test_topics_files import write_messages
from tests.reckon.test_topics_planted import DAY, START, planted, written


def run(folder: Path, messages: list[Message]) -> Summary:
    """A run over these messages, into the folder's own output."""
    write_messages(folder / "in.csv", messages)
    return topics_of_file(folder / "in.csv", folder / "out")


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """Rows of an output table."""
    with (folder / "out" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def topic_of_message(folder: Path) -> dict[str, str]:
    """Topic id by message id."""
    return {row["留言编号"]: row["问题ID"] for row in table(folder, "topic_messages.csv")}


def outputs(folder: Path) -> dict[str, bytes]:
    """The tables' bytes."""
    return {file.name: file.read_bytes() for file in (folder / "out").glob("*.csv")}


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    messages, _ = planted(1)
    first = run(tmp_path, messages)
    before = outputs(tmp_path)
    again = run(tmp_path, messages)
    assert outputs(tmp_path) == before
    assert (first.new_messages, first.repeated_messages) == (len(messages), 0)
    assert (again.new_messages, again.repeated_messages) == (0, len(messages))
    assert again.notices == ()


def test_topic_ids_follow_the_rank_at_first(tmp_path: Path) -> None:
    run(tmp_path, planted(1)[0])
    assert all(row["热度排名"] == row["问题ID"] for row in table(tmp_path, "topics.csv"))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 500), share=st.floats(0.1, 0.9))
def test_topic_ids_stay_when_messages_arrive(
    tmp_path_factory: pytest.TempPathFactory, seed: int, share: float
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    messages, _ = planted(seed, topics=5, noise=10)
    messages.sort(key=lambda message: message.time)
    split = max(1, int(share * len(messages)))
    run(folder, messages[:split])
    before = topic_of_message(folder)
    summary = run(folder, messages[split:])
    after = topic_of_message(folder)
    assert summary.messages == len(messages)
    moved = {message for message in before if after[message] != before[message]}
    # A message moves only with its whole topic, when new messages join two topics: the older id stays.
    assert all(int(after[message]) < int(before[message]) for message in moved)
    assert {before[message] for message in moved}.isdisjoint(after.values())


def test_a_new_message_joins_its_topic_and_heats_it(tmp_path: Path) -> None:
    messages, topic_of = planted(4)
    run(tmp_path, messages)
    spot = "青禾新城"
    of_spot = [message for message in messages if topic_of[message.id] == spot]
    before = topic_of_message(tmp_path)[of_spot[0].id]
    heat = {row["问题ID"]: float(row["热度指数"]) for row in table(tmp_path, "topics.csv")}
    newest = max(message.time for message in messages)
    again = replace(of_spot[0], id="new", time=of_spot[0].time + 3600, reporter="somebody else")
    assert again.time <= newest
    summary = run(tmp_path, [again])
    assert summary.new_messages == 1
    assert topic_of_message(tmp_path)["new"] == before
    now = {row["问题ID"]: float(row["热度指数"]) for row in table(tmp_path, "topics.csv")}
    assert now[before] > heat[before]
    assert all(now[topic] == heat[topic] for topic in heat if topic != before)


def test_only_new_messages_are_read_for_features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    messages, _ = planted(4)
    run(tmp_path, messages)
    seen: list[int] = []

    def counted(fresh: Sequence[Message], grouping: Grouping) -> Features:
        seen.append(len(fresh))
        return features_of(fresh, grouping)

    monkeypatch.setattr(continuing, "features_of", counted)
    run(tmp_path, [*messages, replace(messages[0], id="new", reporter="somebody else")])
    assert seen == [1]


def test_the_same_message_twice_in_a_file_counts_once(tmp_path: Path) -> None:
    messages, _ = planted(2)
    (tmp_path / "once").mkdir()
    (tmp_path / "twice").mkdir()
    run(tmp_path / "once", messages)
    summary = run(tmp_path / "twice", messages + messages[::-1])
    assert summary.repeated_messages == len(messages)
    assert outputs(tmp_path / "once") == outputs(tmp_path / "twice")


def test_votes_of_a_known_message_are_brought_up_to_date(tmp_path: Path) -> None:
    messages, _ = planted(2)
    run(tmp_path, messages)
    run(tmp_path, [replace(message, support=1000, against=7) for message in messages])
    rows = table(tmp_path, "topic_messages.csv")
    assert {(row["点赞数"], row["反对数"]) for row in rows} == {("1000", "7")}


def test_the_order_of_the_file_changes_nothing(tmp_path: Path) -> None:
    messages, _ = planted(2)
    shuffled = list(messages)
    Random(9).shuffle(shuffled)
    for name, order in (("a", messages), ("b", shuffled)):
        (tmp_path / name).mkdir()
        run(tmp_path / name, order)
    assert outputs(tmp_path / "a") == outputs(tmp_path / "b")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: b"an older program's state",
        lambda content: MAGIC + b"\x00" * 64,
    ],
)
def test_a_spoiled_state_is_rebuilt_with_a_notice(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    messages, _ = planted(2)
    run(tmp_path, messages)
    before = outputs(tmp_path)
    state = tmp_path / "out" / STATE_FILE
    state.write_bytes(spoil(state.read_bytes()))
    summary = run(tmp_path, messages)
    assert len(summary.notices) == 1
    assert "earlier topics cannot be continued" in summary.notices[0]
    assert outputs(tmp_path) == before


def test_a_state_of_another_version_is_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    messages, _ = planted(2)
    monkeypatch.setattr("reckon.topics.state.VERSION", 0)
    run(tmp_path, messages)
    monkeypatch.undo()
    with pytest.raises(StateUnusable, match="version 0"):
        read_state(tmp_path / "out" / STATE_FILE)
    assert "version 0" in run(tmp_path, messages).notices[0]


def test_other_settings_of_grouping_start_anew_and_weights_of_heat_do_not(tmp_path: Path) -> None:
    messages, _ = planted(2)
    run(tmp_path, messages)
    data = settings_in_force().as_data()
    heat = settings_from(data | {"heat": data["heat"] | {"support": 9.0}})
    assert topics_of_file(tmp_path / "in.csv", tmp_path / "out", heat).notices == ()
    grouping = settings_from(data | {"grouping": data["grouping"] | {"alike": 0.5}})
    assert "settings" in topics_of_file(tmp_path / "in.csv", tmp_path / "out", grouping).notices[0]


def test_a_bad_file_leaves_the_tables_as_they_were(tmp_path: Path) -> None:
    run(tmp_path, planted(2)[0])
    before = outputs(tmp_path)
    (tmp_path / "in.csv").write_text("id,title\n", encoding="utf-8")
    with pytest.raises(MessageTableInvalid):
        topics_of_file(tmp_path / "in.csv", tmp_path / "out")
    assert outputs(tmp_path) == before
    assert not list((tmp_path / "out").glob("*.part"))


def test_no_reporter_leaves(tmp_path: Path) -> None:
    chance = Random(3)
    messages = [
        replace(
            written(chance, "望溪新村", "路灯不亮", START + number * DAY, number), reporter=f"SECRET{number}"
        )
        for number in range(6)
    ]
    run(tmp_path, messages)
    for file in (tmp_path / "out").glob("*.csv"):
        assert b"SECRET" not in file.read_bytes()
    state = read_state(tmp_path / "out" / STATE_FILE)
    assert not any("SECRET" in json.dumps([message.reporter, state.salt]) for message in state.messages)
    assert len({message.reporter for message in state.messages}) == 6
    assert table(tmp_path, "topic_heat.csv")[0]["人数"] == "6"


def test_one_person_under_one_token_across_runs(tmp_path: Path) -> None:
    chance = Random(3)
    messages = [
        replace(written(chance, "望溪新村", "路灯不亮", START + number * DAY, number), reporter="one")
        for number in range(6)
    ]
    run(tmp_path, messages[:3])
    run(tmp_path, messages[3:])
    assert [row["人数"] for row in table(tmp_path, "topic_heat.csv")] == ["1"]


def test_many_votes_make_a_topic_of_one_message(tmp_path: Path) -> None:
    messages = [replace(message, support=0) for message in planted(2, topics=0, noise=5)[0]]
    alone = replace(messages[0], support=settings_in_force().listing.votes_alone)
    run(tmp_path, [alone, *messages[1:]])
    assert [alone.id] in [
        [row["留言编号"] for row in table(tmp_path, "topic_messages.csv") if row["问题ID"] == topic]
        for topic in {row["问题ID"] for row in table(tmp_path, "topics.csv")}
    ]


def test_heat_is_that_of_the_day_asked_for(tmp_path: Path) -> None:
    write_messages(tmp_path / "in.csv", planted(2)[0])
    first = topics_of_file(tmp_path / "in.csv", tmp_path / "out")
    heat = {row["问题ID"]: float(row["热度指数"]) for row in table(tmp_path, "topics.csv")}
    later = first.as_of.astimezone(UTC) + timedelta(days=200)
    second = topics_of_file(tmp_path / "in.csv", tmp_path / "out", as_of=later)
    assert second.as_of == later
    assert all(float(row["热度指数"]) < heat[row["问题ID"]] for row in table(tmp_path, "topics.csv"))


def test_a_file_without_messages_has_no_topics(tmp_path: Path) -> None:
    summary = run(tmp_path, [])
    assert (summary.messages, summary.topics) == (0, 0)
    assert table(tmp_path, "topics.csv") == []
    assert summary.as_of == datetime.fromtimestamp(0, UTC)


def test_messages_still_to_come_are_left_out_and_date_nothing(tmp_path: Path) -> None:
    messages = planted(2)[0]
    newest = max(message.time for message in messages)
    now = datetime.fromtimestamp(newest, UTC)
    late = [
        replace(messages[0], id=f"late{days}", time=newest + round(days * DAY), reporter="somebody else")
        for days in (0.5, 2, 30_000)
    ]
    write_messages(tmp_path / "in.csv", [*messages, *late])
    summary = topics_of_file(tmp_path / "in.csv", tmp_path / "out", now=now)
    assert summary.as_of == now + timedelta(days=0.5)
    lines = [len(messages) + 3, len(messages) + 4]
    assert [f"line {line}: " in words for line, words in zip(lines, summary.left_out, strict=True)] == [
        True,
        True,
    ]
    kept = {message.id for message in read_state(tmp_path / "out" / STATE_FILE).messages}
    assert "late0.5" in kept and not {"late2", "late30000"} & kept


def test_what_an_earlier_run_kept_with_a_time_to_come_dates_nothing_and_is_told(tmp_path: Path) -> None:
    messages = planted(2)[0]
    newest = max(message.time for message in messages)
    run(tmp_path, [*messages, replace(messages[0], id="late", time=newest + 900 * DAY)])
    now = datetime.fromtimestamp(newest, UTC)
    summary = topics_of_file(tmp_path / "in.csv", tmp_path / "out", now=now)
    assert summary.as_of == now
    assert "1 messages of earlier runs are dated later than now" in summary.notices[0]
