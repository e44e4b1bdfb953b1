"""Matter types from their file into the dated taxonomy: a new type is a new entry there, and needs no code."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from bandeng.core import audit
from bandeng.core.rules import SYSTEM, Actor
from bandeng.matters.models import MatterType
from bandeng.matters.selectors import taxonomy

FILE = Path(__file__).parent.parent / "data" / "matter_types.toml"
FIELDS = (
    "level", "name", "name_en", "lead_code", "limits", "access_class", "questions", "legal_kind", "source",
)  # fmt: skip


def types_load() -> None:
    """Bring the types of the file in; running it again changes nothing."""
    if FILE.exists():
        types_import(text=FILE.read_text(encoding="utf-8"), actor=SYSTEM)


@transaction.atomic
def types_import(*, text: str, actor: Actor) -> int:
    """Add the types of a file; returns how many rows are new.

    A row in force that the file changes from a later day on ends the day before, so matters keep the row that
    was in force for them; a row that begins on the same day is left as it is, since officers may have edited it.
    Raises tomllib.TOMLDecodeError or KeyError for a file that cannot be read.
    """
    document = tomllib.loads(text)
    wanted = [_row(entry, document) for entry in document["type"]]
    known = {(row.code, row.valid_from): row for row in MatterType.objects.all()}
    new = [
        row for row in wanted if (row.code, row.valid_from) not in known and not _same_in_force(row, known)
    ]
    _end_earlier(new, known)
    MatterType.objects.bulk_create(new, batch_size=200)
    if new:
        taxonomy.forget()
    if new and known:  # what a new database begins with is no change of anything
        audit.record(
            action="matter_types.imported",
            subject=("matters.mattertype", "all"),
            actor=actor.key,
            after={"new": len(new), "codes": [row.code for row in new][:1000]},
        )
    return len(new)


def _row(entry: Mapping[str, Any], document: Mapping[str, Any]) -> MatterType:
    limits = dict(document["limits"][entry["limits"]]) if "limits" in entry else {}
    source = str(limits.pop("source", ""))
    return MatterType(
        code=entry["code"],
        level=entry["code"].count(".") + 1,
        name=entry["zh"],
        name_en=entry["en"],
        valid_from=entry.get("valid_from", document["valid_from"]),
        valid_to=entry.get("valid_to"),
        lead_code=entry.get("lead", ""),
        limits=limits,
        access_class=entry.get("access", "open"),
        questions=_questions(entry["code"], document),
        legal_kind=entry.get("legal_kind", ""),
        source=source,
    )


def _questions(code: str, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The type's own questions and those of the levels above it, the general ones first."""
    return [
        {key: value for key, value in question.items() if key != "type"}
        for question in document.get("question", ())
        if code == question["type"] or code.startswith(question["type"] + ".")
    ]


def _same_in_force(row: MatterType, known: Mapping[tuple[str, date], MatterType]) -> bool:
    """Whether an earlier row that still holds says the same."""
    present = _in_force(row, known)
    return present is not None and all(getattr(row, name) == getattr(present, name) for name in FIELDS)


def _in_force(row: MatterType, known: Mapping[tuple[str, date], MatterType]) -> MatterType | None:
    earlier = [
        other
        for (code, since), other in known.items()
        if code == row.code
        and since < row.valid_from
        and (other.valid_to is None or other.valid_to >= row.valid_from)
    ]
    return max(earlier, key=lambda other: other.valid_from, default=None)


def _end_earlier(new: list[MatterType], known: Mapping[tuple[str, date], MatterType]) -> None:
    for row in new:
        present = _in_force(row, known)
        if present is not None:
            present.valid_to = row.valid_from - timedelta(days=1)
            present.save(update_fields=["valid_to"])
