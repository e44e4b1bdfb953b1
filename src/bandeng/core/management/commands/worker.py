"""`bandeng worker`."""

import argparse
import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from bandeng.core import outbox, ticks

IDLE_SECONDS = 0.5
#: A database that is away, restarting or still starting is asked again at this pace.
AWAY_SECONDS = 2.0
AT_ONCE = 100
log = logging.getLogger("bandeng.worker")


class Command(BaseCommand):
    """Hand events to their handlers and run repeated tasks until told to stop."""

    help = "Hand on events, run repeated tasks / 后台进程：分发事件、定时任务"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="until nothing waits, then end / 处理完即退出"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until a signal comes; the event in hand is finished first."""
        ticks.stop(wanted=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stop)
        ticks.load()
        log.info("worker started")
        if options["once"]:
            work_once()
        else:
            work_on()
        log.info("worker stopped")


class Lane(threading.Thread):
    """A thread for the tasks of one lane, with a database connection of its own, until the worker stops."""

    def __init__(self, lane: str) -> None:
        super().__init__(name=f"lane {lane}")
        self._lane = lane

    def run(self) -> None:
        """Run what is due until told to stop, and give the connection back."""
        try:
            work(self._turn)
        finally:
            connection.close()

    def _turn(self) -> int:
        ticks.run_due(lane=self._lane)
        return 0


def work_on() -> None:
    """Work in every lane until told to stop; what is under way is finished first."""
    lanes = [Lane(name) for name in ticks.lanes()]
    for lane in lanes:
        lane.start()
    try:
        work(turn)
    finally:
        ticks.stop()
        for lane in lanes:
            lane.join()


def work_once() -> None:
    """Work until no event waits, all lanes one after the other. Raises CommandError without a database."""
    try:
        while turn(lane=None) and not ticks.stopping():
            pass
    except (OperationalError, InterfaceError) as error:
        raise CommandError(f"the database does not answer / 数据库没有响应: {error}") from error


def turn(*, lane: str | None = ticks.MAIN) -> int:
    """Hand on events, then run what is due in a lane (None: in all); returns how many events were taken."""
    ticks.heartbeat()
    taken = outbox.relay(limit=AT_ONCE, stop=ticks.stopping)
    if not ticks.stopping():
        ticks.run_due(lane=lane)
    return taken


def work(one_turn: Callable[[], int]) -> None:
    """Take turns until told to stop, resting where there was nothing to do or no database."""
    while not ticks.stopping():
        try:
            taken = one_turn()
        except (OperationalError, InterfaceError) as error:
            log.warning("the database does not answer: %s", error)
            connection.close()
            _rest(AWAY_SECONDS)
        else:
            if not taken:
                _rest(IDLE_SECONDS)


def _rest(seconds: float) -> None:
    until = time.monotonic() + seconds
    while not ticks.stopping() and time.monotonic() < until:
        time.sleep(0.05)


def _stop(number: int, frame: FrameType | None) -> None:
    ticks.stop()
