"""`bandeng worker`."""

import argparse
import logging
import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
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

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._stopping = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="until nothing waits, then end / 处理完即退出"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until a signal comes; the event in hand is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        ticks.load()
        log.info("worker started")
        while not self._stopping:
            taken = self._turn()
            if options["once"] and not taken:
                break
            if not taken:
                self._rest(IDLE_SECONDS)
        log.info("worker stopped")

    def _turn(self) -> int:
        try:
            ticks.heartbeat()
            taken = outbox.relay(limit=AT_ONCE, stop=lambda: self._stopping)
            if not self._stopping:
                ticks.run_due()
        except (OperationalError, InterfaceError) as error:
            log.warning("the database does not answer: %s", error)
            connection.close()
            self._rest(AWAY_SECONDS)
            return 0
        return taken

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and time.monotonic() < until:
            time.sleep(0.05)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
