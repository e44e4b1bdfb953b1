"""Tasks that the worker repeats: each at most once in its period, however many workers run."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.module_loading import autodiscover_modules

from bandeng.core import clock
from bandeng.core.models import Tick

Task = Callable[[], None]
HEARTBEAT = "worker"
HEARTBEAT_EVERY = timedelta(seconds=10)
log = logging.getLogger("bandeng.ticks")


@dataclass(frozen=True)
class Repeated:
    """A task and its period."""

    task: Task
    every: timedelta


_TASKS: dict[str, Repeated] = {}


def tick(*, every: timedelta) -> Callable[[Task], Task]:
    """Register a task, written in an app's `tasks.py`; it must bear being cut short and begun again."""

    def register(task: Task) -> Task:
        _TASKS[f"{task.__module__.removeprefix('bandeng.')}.{task.__name__}"] = Repeated(task, every)
        return task

    return register


def load() -> None:
    """Read every app's `tasks.py`."""
    autodiscover_modules("tasks")


def run_due() -> list[str]:
    """Run the tasks whose period is over; returns their names. A task's fault is logged and stops no other."""
    done = []
    for name, repeated in _TASKS.items():
        if not claim(name=name, every=repeated.every):
            continue
        try:
            repeated.task()
        except Exception:  # whatever a task does wrong, the worker goes on
            log.exception("task %s failed", name)
        done.append(name)
    return done


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
