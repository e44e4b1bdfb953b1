"""Who keeps records: each app names a function that tells the present records of its subjects."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.module_loading import import_string

from bandeng.ledger.rules import Record

Snapshots = Callable[[Sequence[int]], Iterable[Record]]
_SOURCES: dict[str, str] = {}


def source(name: str, snapshots: str) -> None:
    """Register a source by the dotted path of its function; called from an app's `ready`."""
    _SOURCES[name] = snapshots


def records(name: str, subjects: Sequence[int]) -> list[Record]:
    """The present records of some subjects of a source."""
    snapshots: Snapshots = import_string(_SOURCES[name])
    return list(snapshots(subjects))
