"""The audit entries of one matter, of its tasks and of its corrections, in the order in which they were written."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import pgettext

from bandeng.core.models import AuditEntry
from bandeng.dispatch.models import Task
from bandeng.matters.models import Matter

MOST_ENTRIES = 20_000


def trail_of(matter: Matter) -> QuerySet[AuditEntry]:
    """The entries, oldest first."""
    tasks = [str(key) for key in Task.objects.filter(matter_id=matter.pk).values_list("pk", flat=True)]
    own = Q(subject_type="matters.matter", subject_id=str(matter.pk))
    own |= Q(subject_type="dispatch.correction", subject_id=str(matter.pk))
    own |= Q(subject_type="dispatch.task", subject_id__in=tasks)
    return AuditEntry.objects.filter(own).order_by("at", "lane", "position")[:MOST_ENTRIES]


def trail_rows(matter: Matter) -> list[dict[str, Any]]:
    """The entries as plain data, each with its place in the chain and its digest."""
    return [
        {
            "at": entry.at.isoformat(),
            "actor": entry.actor,
            "action": entry.action,
            "subject": f"{entry.subject_type} {entry.subject_id}",
            **json.loads(entry.content),
            "lane": entry.lane,
            "position": entry.position,
            "digest": entry.digest,
        }
        for entry in trail_of(matter)
    ]


def trail_table(matter: Matter) -> Iterator[list[str]]:
    """The entries as rows of a table, with a head."""
    yield [
        pgettext("audit trail", "Time"),
        pgettext("audit trail", "Who"),
        pgettext("audit trail", "Act"),
        pgettext("audit trail", "Subject"),
        pgettext("audit trail", "Before"),
        pgettext("audit trail", "After"),
        pgettext("audit trail", "Reason"),
        pgettext("audit trail", "Place in the chain"),
        pgettext("audit trail", "Digest"),
    ]
    for row in trail_rows(matter):
        parts = (
            row["at"],
            row["actor"],
            row["action"],
            row["subject"],
            _text(row["before"]),
            _text(row["after"]),
        )
        yield [*parts, row["reason"], f"{row['lane']}/{row['position']}", row["digest"]]


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""
