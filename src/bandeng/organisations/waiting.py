"""Work that waits for a post outside the queue of matters: each app says what it has, one list shows all of it.

It is read from what is there, so that nothing has to be marked as read: what was done waits no more.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.module_loading import import_string

from bandeng.organisations.rules import Scope


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One line: what waits, in the reader's words, how much of it there is, and where it is done."""

    words: str
    count: int
    address: str


Source = Callable[[Scope], Iterable[Waiting]]
SOURCES: list[str] = []


def waits(source: str) -> None:
    """Register a source by its dotted path, so that starting a command does not import it."""
    SOURCES.append(source)


def waiting_for(scope: Scope) -> list[Waiting]:
    """Everything that waits for a post, in the order in which the apps are installed."""
    sources: list[Source] = [import_string(path) for path in SOURCES]
    return [each for source in sources for each in source(scope) if each.count]
