"""Hot topics, as far as a post may see the matters behind them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bandeng.dispatch.selectors import visible
from bandeng.harm.models import Document
from bandeng.harm.rules import DocumentKind
from bandeng.harm.selectors.board import newest
from bandeng.harm.selectors.visibility import NotVisible
from bandeng.matters.models import Matter
from bandeng.organisations.rules import Scope


@dataclass(frozen=True)
class TopicShown:
    """A topic with the matters that the post may see; its words are those matters' own where it may not see all."""

    id: int
    rank: int
    heat: float
    place: str
    description: str
    people: int
    matters: tuple[Matter, ...]
    hidden: int
    parts: tuple[float, ...]


@dataclass(frozen=True)
class TopicTable:
    """The newest table as a post sees it."""

    document: Document
    topics: tuple[TopicShown, ...]

    @property
    def since(self) -> date:
        """The first day that was read."""
        return date.fromisoformat(self.document.content["from"])

    @property
    def whole_quarter(self) -> bool:
        """Whether the quarter was read from its first day."""
        return self.since.day == 1 and self.since.month % 3 == 1


def topic_table(scope: Scope) -> TopicTable | None:
    """The newest table; topics of which the post may see no matter are not in it."""
    document = newest(DocumentKind.TOPICS)
    if document is None:
        return None
    rows: list[dict[str, Any]] = document.content["topics"]
    keys = {key for row in rows for key in row["matters"]}
    seen = {matter.pk: matter for matter in visible(scope).filter(pk__in=keys)}
    shown = (_shown(row, [seen[key] for key in row["matters"] if key in seen]) for row in rows)
    return TopicTable(document, tuple(topic for topic in shown if topic.matters))


def _shown(row: dict[str, Any], matters: list[Matter]) -> TopicShown:
    hidden = len(row["matters"]) - len(matters)
    newest_first = tuple(sorted(matters, key=lambda matter: matter.opened_at, reverse=True))
    whole = not hidden or not matters
    return TopicShown(
        id=row["id"],
        rank=row["rank"],
        heat=row["heat"],
        place=row["place"] if whole else "",
        description=row["description"] if whole else newest_first[0].title,
        people=row["people"],
        matters=newest_first,
        hidden=hidden,
        parts=tuple(row["parts"]),
    )


def topic_for(scope: Scope, topic_id: int) -> TopicShown:
    """One topic of the newest table. Raises NotVisible."""
    table = topic_table(scope)
    found = next((topic for topic in table.topics if topic.id == topic_id), None) if table else None
    if found is None:
        raise NotVisible
    return found
