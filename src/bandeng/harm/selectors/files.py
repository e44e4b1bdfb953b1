"""Files of records: the list, one file with what is in it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from bandeng.harm.labels import kind_name, signal_name, stream_name
from bandeng.harm.models import StreamImport, StreamRecord
from bandeng.harm.rules import ImportState, brings_files
from bandeng.harm.selectors.visibility import NotVisible
from bandeng.organisations.rules import Scope

SHOWN = 20


@dataclass(frozen=True)
class RecordLine:
    """One record as a file has it, in words."""

    name: str
    code: str
    day: str
    stream: str
    kind: str
    people: int
    fact: str


def files_listed(scope: Scope) -> QuerySet[StreamImport]:
    """All files, the newest first; none for whoever does not bring files in."""
    if not brings_files(scope):
        return StreamImport.objects.none()
    return StreamImport.objects.order_by("-at", "-pk")


def file_for(scope: Scope, import_id: int) -> StreamImport:
    """One file. Raises NotVisible."""
    row = files_listed(scope).filter(pk=import_id).first()
    if row is None:
        raise NotVisible
    return row


def same_before(run: StreamImport) -> StreamImport | None:
    """The same file, brought in before."""
    rows = StreamImport.objects.filter(digest=run.digest, state=ImportState.DONE.value).exclude(pk=run.pk)
    return rows.order_by("-at").first()


def records_of(run: StreamImport) -> list[StreamRecord]:
    """The first records that a file brought."""
    return list(StreamRecord.objects.filter(imported=run).order_by("pk")[:SHOWN])


def in_words(rows: list[StreamRecord]) -> list[RecordLine]:
    """The first of these records, in words."""
    return [
        RecordLine(
            row.name, row.code, row.happened_on.isoformat(), stream_name(row.stream), kind_name(row.kind), row.people,
            signal_name(row.fact),
        )
        for row in rows[:SHOWN]
    ]  # fmt: skip
