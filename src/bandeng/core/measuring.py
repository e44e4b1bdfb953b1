"""Benchmarks of the house: each app measures itself in its `benchmarks.py`, and `bandeng bench` runs them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from bandeng.core.models import AuditEntry


class NotScratch(Exception):
    """The database holds somebody's record: benchmarks would write into it."""


@dataclass(frozen=True)
class Figure:
    """One measured value; with a limit, whether it is met."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    more_is_better: bool = False

    @property
    def met(self) -> bool:
        """Whether the limit is kept; without one, always."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.more_is_better else self.value <= self.limit

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self) | {"met": self.met}


Measure = Callable[[], Sequence[Figure]]


@dataclass(frozen=True)
class Benchmark:
    """A measurement and a line about it."""

    measure: Measure
    meaning: str


BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(*, name: str, meaning: str) -> Callable[[Measure], Measure]:
    """Register a measurement under a name."""

    def register(measure: Measure) -> Measure:
        BENCHMARKS[name] = Benchmark(measure, meaning)
        return measure

    return register


def load() -> None:
    """Read every app's `benchmarks.py`, and those of the whole product."""
    autodiscover_modules("benchmarks")
    for name in settings.BENCHMARKS:
        import_module(name)


def check_scratch() -> None:
    """Raise NotScratch unless the database was empty when benchmarks first ran in this data folder."""
    mark = settings.DATA / "benchmarks.txt"
    name = f"{connection.vendor} {connection.settings_dict['NAME']}"
    if mark.exists() and mark.read_text(encoding="utf-8") == name:
        return
    if AuditEntry.objects.exclude(actor="system").exists():  # base data is the system's own
        raise NotScratch(name)
    mark.write_text(name, encoding="utf-8")
