"""Tasks that the worker repeats: each at most once in its period, however many workers run.

A task that waits for others, as for another system's answer, gets a lane: a thread of the worker of its own, so that
it holds up none of the rest.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.module_loading import autodiscover_modules

from bandeng.core import clock
from bandeng.core.models import Tick

Task = Callable[[], None]
HEARTBEAT = "worker"
HEARTBEAT_EVERY = timedelta(seconds=10)
#: The lane of the worker's own thread, which also hands events on.
MAIN = ""
log = logging.getLogger("bandeng.ticks")


@dataclass(frozen=True)
class Repeated:
    """A task, its period and its lane."""

    task: Task
    every: timedelta
    lane: str = MAIN


_TASKS: dict[str, Repeated] = {}
_STOP = threading.Event()


def tick(*, every: timedelta, lane: str = MAIN) -> Callable[[Task], Task]:
    """Register a task, written in an app's `tasks.py`; it must bear being cut short and begun again."""

    def register(task: Task) -> Task:
        name = f"{task.__module__.removeprefix('bandeng.')}.{task.__name__}"
        _TASKS[name] = Repeated(task, every, lane)
        return task

    return register


def load() -> None:
    """Read every app's `tasks.py`."""
    autodiscover_modules("tasks")


def lanes() -> list[str]:
    """The lanes besides the main one."""
    return sorted({repeated.lane for repeated in _TASKS.values()} - {MAIN})


def run_due(*, lane: str | None = None) -> list[str]:
    """Run the tasks (of a lane, or all) whose period is over; returns their names.

    A task's fault is logged and stops no other.
    """
    done = []
    for name, repeated in _TASKS.items():
        if lane not in (None, repeated.lane) or not claim(name=name, every=repeated.every):
            continue
        try:
            repeated.task()
        except Exception:  # whatever a task does wrong, the worker goes on
            log.exception("task %s failed", name)
        done.append(name)
    return done


def stop(*, wanted: bool = True) -> None:
    """Ask long tasks to come to an end; `wanted=False` takes that back, as at a worker's start."""
    if wanted:
        _STOP.set()
    else:
        _STOP.clear()


def stopping() -> bool:
    """Whether the worker was told to stop: a task that runs on and on asks this between two pieces of work."""
    return _STOP.is_set()


def claim(*, name: str, every: timedelta) -> bool:
    """Take a period for oneself; True for exactly one of several workers that ask at the same time."""
    moment = clock.now()
    if Tick.objects.filter(name=name, began_at__lte=moment - every).update(began_at=moment):
        return True
    _, created = Tick.objects.get_or_create(name=name, defaults={"began_at": moment})
    return created


def heartbeat() -> None:
    """Tell that a worker is alive."""
    claim(name=HEARTBEAT, every=HEARTBEAT_EVERY)
