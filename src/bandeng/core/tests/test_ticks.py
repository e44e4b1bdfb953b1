"""Repeated tasks run once a period, whoever asks, and fail alone."""

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from bandeng.core import clock, ticks

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_other_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "_TASKS", {})


@pytest.mark.django_db
def test_task_runs_once_a_period() -> None:
    done: list[int] = []
    ticks.tick(every=MINUTE)(lambda: done.append(1))
    for seconds in (0, 30, 59, 60, 61, 200):
        with clock.fixed(START + timedelta(seconds=seconds)):
            ticks.run_due()
    assert len(done) == 3


@pytest.mark.django_db
def test_failing_task_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    @ticks.tick(every=MINUTE)
    def broken() -> None:
        raise ZeroDivisionError

    @ticks.tick(every=MINUTE)
    def sound() -> None:
        done.append(1)

    with caplog.at_level(logging.ERROR, logger="bandeng.ticks"):
        ticks.run_due()
    assert done == [1] and "broken" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_only_one_of_several_workers_takes_a_period() -> None:
    taken: list[bool] = []

    def ask() -> None:
        taken.append(ticks.claim(name="test", every=MINUTE))
        connection.close()

    for _ in range(2):
        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert taken.count(True) == 1 and len(taken) == 12
